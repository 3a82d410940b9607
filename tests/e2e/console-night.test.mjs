// The console as a tired counselor uses it at night: what moves under her hands, what fails behind her back, what she must not miss.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { openBrowser, picture, violationsOf } from './browser.mjs';
import { Town, password, until } from './support.mjs';

let town;
let browser;
before(async () => {
    town = await Town.start();
    await town.kill();
    for (const [login, role, name] of [['mori', 'peer_concierge', '森'], ['ito', 'desk_manager', '伊藤'], ['ueda', 'auditor', '上田']]) town.hire(login, role, name);
    await town.startServer();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

async function consoleOf(login, { viewport = { width: 1366, height: 768 }, opened } = {}) {
    const page = await (await browser.newContext({ viewport, locale: 'ja-JP' })).newPage();
    await page.goto(`${town.base}/console/?desk=mirai`);
    await page.getByLabel('窓口ID').fill('mirai');
    await page.getByLabel('ログインID').fill(login);
    await page.getByLabel('パスワード').fill(password);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByRole('button', { name: /さんのメニュー/ }).waitFor();
    if (opened) await open(page, opened);
    return page;
}

const open = (page, id) => page.evaluate((hash) => { window.location.hash = hash; }, `#/mine/${id}`);

/** Somebody waits, and `staff` has taken her. */
async function heldBy(staff, name) {
    const mother = await town.person(name);
    await town.say(mother, '人と話したい');
    const row = await until('she waits', async () => (await staff.call('GET', '/conversations?holder=queue&limit=100')).body.items.find(({ nickname }) => nickname === name));
    assert.equal((await staff.call('POST', `/conversations/${row.id}/claim`, {})).status, 200);
    return { mother, id: row.id };
}

const pass = async (from, id, to) =>
    assert.equal((await from.call('POST', `/conversations/${id}/transfer`, { to: to?.counselor.id ?? null, reason: '交代' })).status, 200);

/** A picture of `width` x `height` in one colour, as PNG. */
function png(width, height) {
    const crcTable = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k += 1) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
    const chunk = (kind, data) => {
        const body = Buffer.concat([Buffer.from(kind), data]);
        let crc = 0xffffffff;
        for (const byte of body) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
        const whole = Buffer.alloc(body.length + 8);
        whole.writeUInt32BE(data.length);
        body.copy(whole, 4);
        whole.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
        return whole;
    };
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width);
    head.writeUInt32BE(height, 4);
    head.set([8, 2], 8);
    const rows = Buffer.alloc((width * 3 + 1) * height, 0x80);
    for (let y = 0; y < height; y += 1) rows[y * (width * 3 + 1)] = 0;
    return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

test('a note that is being written does not become a reply when the talk is handed to its writer', async () => {
    const sato = await town.onDuty('sato');
    const yamada = await town.onDuty('yamada');
    const { mother, id } = await heldBy(sato, 'みさき');
    const page = await consoleOf('yamada', { opened: id });
    await page.getByRole('textbox', { name: /内部メモ/ }).click();
    await page.keyboard.type('お母さんには言わないこと。');
    await pass(sato, id, yamada);
    await page.getByText('あなたが担当').first().waitFor();
    await page.keyboard.type('夫は元警察官なので注意');
    await page.keyboard.press('Control+Enter');
    const log = async () => (await yamada.call('GET', `/conversations/${id}/messages?limit=20`)).body.items;
    const note = await until('the note is kept', async () => (await log()).find(({ text }) => text.includes('夫は元警察官')));
    assert.equal(note.kind, 'note');
    assert.equal(note.text, 'お母さんには言わないこと。夫は元警察官なので注意');
    assert.ok(!(await town.shown(mother)).join().includes('警察官'));

    // The other way round: her unfinished reply is taken from under her hands, and still there to be seen.
    await page.getByRole('radio', { name: '返信' }).check({ force: true });
    await page.getByRole('textbox', { name: /への返信/ }).fill('あしたの十時に');
    await pass(yamada, id, sato);
    await page.locator('[data-kept-reply]').getByText('あしたの十時に').waitFor();
    await pass(sato, id);
    await page.context().close();
});

test('a talk that was handed on leaves the screen of a peer concierge', async () => {
    const sato = await town.onDuty('sato');
    const mori = await town.onDuty('mori');
    const suzuki = await town.onDuty('suzuki');
    const { id } = await heldBy(sato, 'かおり');
    await pass(sato, id, mori);
    const page = await consoleOf('mori', { opened: id });
    await page.getByLabel('やりとり').getByText('人と話したい').first().waitFor();
    await pass(suzuki, id, sato);
    await page.getByText('この相談は見られません').waitFor({ timeout: 15_000 });
    assert.equal(await page.getByText('人と話したい').count(), 0);
    await pass(sato, id);
    await page.context().close();
});

test('what was written in a talk that is hers no more stays to be read, and nothing puts it where it cannot be seen', async () => {
    const sato = await town.onDuty('sato');
    const mori = await town.onDuty('mori');
    const suzuki = await town.onDuty('suzuki');
    const { id } = await heldBy(sato, 'まゆみ');
    await pass(sato, id, mori);
    const page = await consoleOf('mori', { opened: id });
    let goOn;
    const hasGoneOn = new Promise((tell) => { goOn = tell; });
    await page.route(`**/conversations/${id}/messages`, async (route) => {
        if (route.request().method() === 'POST') {
            await hasGoneOn;
            await pass(suzuki, id, sato);
        }
        await route.continue();
    });
    const box = page.getByRole('textbox', { name: 'まゆみさんへの返信' });
    await box.fill('あしたの十時に市役所で');
    await page.keyboard.press('Control+Enter');
    await box.fill('それから');
    goOn();
    await page.getByText('この相談は見られません').waitFor({ timeout: 15_000 });
    await page.getByText('あしたの十時に市役所で').waitFor();
    await page.getByRole('button', { name: '消す' }).waitFor();
    await page.getByText('担当 0／3件').waitFor();
    await page.getByText('引き継がれると、ここに入ります').waitFor();
    assert.equal(await page.getByRole('button', { name: '入力欄に戻す' }).count(), 0);
    assert.ok(await page.locator('[data-kept-reply]').getByText('それから').isVisible());
    await picture(page, 'console-not-hers-any-more');
    assert.deepEqual(await violationsOf(page), []);
    await pass(sato, id);
    await page.context().close();
});

test('words that were refused behind her back are told in the talk she has gone on to', async () => {
    const yamada = await town.onDuty('yamada');
    const suzuki = await town.onDuty('suzuki');
    const lost = await heldBy(yamada, 'ゆうこ');
    const next = await heldBy(yamada, 'さくら');
    const page = await consoleOf('yamada', { opened: lost.id });
    await page.route(`**/conversations/${lost.id}/messages`, async (route) => {
        if (route.request().method() === 'POST') await pass(suzuki, lost.id);
        await route.continue();
    });
    await page.getByRole('textbox', { name: 'ゆうこさんへの返信' }).fill('あしたの十時に市役所で');
    await page.keyboard.press('Control+Enter');
    await open(page, next.id);
    const told = page.locator('[data-refused-elsewhere]');
    await told.getByText('あしたの十時に市役所で').waitFor();
    await picture(page, 'console-refused-elsewhere');
    assert.deepEqual(await violationsOf(page), []);
    await told.getByRole('button', { name: '開いて確かめる' }).click();
    await page.getByRole('button', { name: '入力欄に戻す' }).waitFor();
    await told.waitFor({ state: 'detached' });
    await pass(yamada, next.id);
    await page.context().close();
});

test('who closes the tab before her words have gone out is asked first', async () => {
    const yamada = await town.onDuty('yamada');
    const { id } = await heldBy(yamada, 'なつみ');
    const page = await consoleOf('yamada', { opened: id });
    await page.route(`**/conversations/${id}/messages`, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
    await page.getByRole('textbox', { name: 'なつみさんへの返信' }).fill('まだ届いていない文');
    await page.keyboard.press('Control+Enter');
    await page.getByText('まだ送れていません').waitFor();
    const asked = page.waitForEvent('dialog', { timeout: 10_000 });
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.accept();
    await pass(yamada, id);
});

test('words whose fetching failed, while the line of changes was alive, come all the same', async () => {
    const yamada = await town.onDuty('yamada');
    const { mother, id } = await heldBy(yamada, 'ちひろ');
    const page = await consoleOf('yamada', { opened: id });
    await page.getByLabel('やりとり').getByText('人と話したい').first().waitFor();
    await page.locator('[data-live=live]').waitFor();
    let refused = 0;
    const busy = { status: 503, contentType: 'application/problem+json', body: JSON.stringify({ status: 503, code: 'unavailable', title: '混み合っています' }) };
    await page.route(/api\/v1\/conversations/, (route) => { refused += 1; return route.fulfill(busy); });
    await town.say(mother, 'きょうの書類は、あした出します');
    await until('the page was refused, and again', () => refused >= 6, 10_000);
    await new Promise((wake) => setTimeout(wake, 3_000)); // the tries of that one change are over
    await page.unroute(/api\/v1\/conversations/);
    await page.getByLabel('やりとり').getByText('あした出します').waitFor({ timeout: 15_000 });
    await page.locator('[data-conversation]').getByText('あした出します').waitFor();
    await pass(yamada, id);
    await page.context().close();
});

test('a picture at the end is shown whole, and nobody is told that our own picture has arrived', async () => {
    const yamada = await town.onDuty('yamada');
    const { mother, id } = await heldBy(yamada, 'れい');
    for (let i = 0; i < 8; i += 1) await yamada.call('POST', `/conversations/${id}/messages`, { text: `${i}つめのことを、ゆっくり聞かせてください。\n急がなくて大丈夫です。` });
    await town.sandbox('POST', `people/${mother}/send`, { type: 'image', content_base64: png(600, 900).toString('base64'), content_type: 'image/png' });
    await until('the picture is here', async () => (await yamada.call('GET', `/conversations/${id}/messages?limit=5`)).body.items.some(({ content }) => content?.media?.state === 'ready'));
    const page = await consoleOf('yamada', { opened: id });
    await page.waitForFunction(() => [...document.querySelectorAll('li img')].at(-1)?.naturalHeight > 0);
    const below = () => page.getByLabel('やりとり').evaluate((log) => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight));
    await until('the log is at its end', async () => await below() < 2, 3_000);

    page.on('dialog', (asked) => asked.accept());
    const file = join(town.folder, 'annai.png');
    writeFileSync(file, png(300, 200));
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'ファイル' }).click()]);
    await chooser.setFiles(file);
    const ours = page.getByLabel('やりとり').locator('li').last();
    await ours.getByText('annai.jpg').waitFor();
    assert.equal(await ours.getByText('届きました').count(), 0);
    await until('the log is at its end again', async () => await below() < 2, 3_000);
    await picture(page, 'console-our-picture');
    await pass(yamada, id);
    await page.context().close();
});

test('every danger is told, also the fourth, and that the device is silent', async () => {
    for (const name of ['あや', 'えり', 'みか', 'とも']) await town.say(await town.person(name), '夫に首を絞められました');
    await town.onDuty('yamada');
    const page = await consoleOf('yamada');
    const alarm = page.locator('[data-alarm]');
    await alarm.getByText('ほかに1人います').waitFor();
    await alarm.locator('[data-alarm-silent]').getByRole('button', { name: '音を鳴らす' }).click();
    await alarm.locator('[data-alarm-silent]').waitFor({ state: 'detached' });
    for (const [width, height] of [[1366, 768], [390, 844]]) {
        await page.setViewportSize({ width, height });
        await picture(page, `console-alarms-${width}`);
        assert.deepEqual(await violationsOf(page), []);
    }
    await page.context().close();
});

test("a manager's menu can be scrolled to its end on an office screen; an auditor's phone says where her page is", async () => {
    const page = await consoleOf('ito');
    await page.getByRole('button', { name: /さんのメニュー/ }).click();
    const leave = page.getByRole('button', { name: 'サインアウト' });
    await leave.scrollIntoViewIfNeeded();
    const { y, height } = await leave.boundingBox();
    assert.ok(y + height <= 768, `it ends at ${y + height}`);
    await picture(page, 'console-menu-manager');
    await page.context().close();

    const phone = await consoleOf('ueda', { viewport: { width: 390, height: 844 } });
    assert.ok(await phone.getByText('右上のメニューから「監査の記録」を開けます').isVisible());
    await phone.context().close();
});

test('a session that ended says so in the title, and that duty has to be looked at', async () => {
    const page = await consoleOf('sato');
    await page.context().clearCookies();
    await page.getByRole('switch').first().click({ force: true, timeout: 5_000 }).catch(() => {}); // something else may have asked first, and the page be gone
    await page.getByText('「勤務中」になっているか確かめてください').waitFor();
    assert.equal(await page.title(), 'サインインが切れました');
    await page.context().close();
});
