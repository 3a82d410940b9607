// A dialog in which a counselor has chosen and written, and a server, a proxy or a network that says no: what she reads, what is kept, how she gets out.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser, openConsole, picture, talkWith, violationsOf } from './browser.mjs';
import { Town, until } from './support.mjs';

let town;
let browser;
let yamada;
before(async () => {
    town = await Town.start();
    browser = await openBrowser();
    yamada = await town.onDuty('yamada');
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

const talk = (name, viewport) => talkWith(browser, town, yamada, name, viewport);
const isFocused = (locator) => until('it has the focus', () => locator.evaluate((element) => element === document.activeElement), 3_000);

const ours = (status, code, title) => ({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', status, code, title }) });
const proxys = (status) => ({ status, contentType: 'text/html', body: '<h1>Blocked</h1>' });
const later = /少し待ってから、もう一度押してください/;
const onTheWay = /途中の機器に断られました.*二重にはなりません.*ネットワークの担当者/;

// The server's own words are those of config/messages/api.yaml; here they only have to arrive.
const refusals = [
    ['403 of ours', ours(403, 'not_holder', 'この相談は、いまあなたの担当ではありません。'), /あなたの担当ではありません/],
    ['403 of a proxy', proxys(403), onTheWay],
    ['404 of ours', ours(404, 'not_found', '見つかりません。'), /見つかりません/],
    ['409 of ours', ours(409, 'written_since', '先に読んで、もう一度決めてください。'), /もう一度決めて/],
    ['413 of our own', ours(413, 'body_too_large', 'Content Too Large'), /何も変えていません。書いたものは残っています。短くするか分けて/],
    ['413 of a proxy', proxys(413), onTheWay],
    ['429 of a proxy', proxys(429), later],
    ['500 of ours', ours(500, 'internal', 'こちらの不具合で完了できませんでした。'), /不具合で完了できません/],
    ['503 of ours', ours(503, 'unavailable', 'いま保存できません。'), /いま保存できません/],
    ['503 of a proxy', proxys(503), later],
    ['no network', null, /通信できませんでした。もう一度押して/],
];

const reason = (dialog) => dialog.getByLabel(/理由/);
const dialogs = [
    { opens: '引き継ぐ', submits: '引き継ぐ', path: 'transfer', fill: async (dialog) => { await dialog.getByRole('radio').first().check({ force: true }); await reason(dialog).fill('交代'); }, written: reason, words: '交代' },
    { opens: 'ボットに戻す', submits: 'ボットに戻す', path: 'return' },
    { opens: '終了する', submits: '終了する', path: 'close',
        fill: async (dialog) => { await dialog.getByRole('radio').first().check({ force: true }); await dialog.getByText('R1　つらさがある').click(); await reason(dialog).fill('落ち着いた'); }, written: reason, words: '落ち着いた' },
    { opens: '危険度を変える', submits: '変える', path: 'risk', fill: (dialog) => reason(dialog).fill('電話で確かめた'), written: reason, words: '電話で確かめた' },
    { opens: 'しるしを取り下げる', submits: '取り下げる', path: 'risk/dismiss', fill: (dialog) => reason(dialog).fill('歌の題'), written: reason, words: '歌の題' },
    { opens: '安全な連絡を書く', submits: '残す', path: 'safe-contact', fill: (dialog) => dialog.getByLabel('日と時間についてのメモ').fill('平日の昼'), written: (dialog) => dialog.getByLabel('日と時間についてのメモ'), words: '平日の昼' },
    { opens: '目隠しを終える', submits: '終える', path: 'disguise/end', fill: (dialog) => reason(dialog).fill('本人の声'), written: reason, words: '本人の声' },
];

/** The pauses between two tries are a tenth as long. */
const hurry = (page) => page.evaluate(() => {
    const real = window.setTimeout;
    window.setTimeout = (run, ms, ...more) => real(run, ms >= 450 && ms <= 2_000 ? ms / 10 : ms, ...more);
});

test('whatever refuses what a dialog decides, she is told in words, nothing she wrote is lost, and Escape leads out', async () => {
    const { mother, id, page, dialog, now } = await talk('みさき');
    await town.say(mother, '夫に殴られました');
    await until('danger is seen', async () => (await now()).risk_level >= 2);
    assert.equal((await yamada.call('PUT', `/conversations/${id}/safe-contact`, { ...(await now()).safe_contact, safe_word: '青い傘' })).status, 200);
    await town.say(mother, '青い傘');
    await page.getByLabel('やりとり').getByText('青い傘', { exact: true }).first().waitFor();
    await hurry(page);
    for (const { opens, submits, path, fill, written, words } of dialogs) {
        await page.getByRole('button', { name: opens, exact: true }).first().click();
        await dialog.getByRole('button', { name: submits, exact: true }).waitFor();
        await fill?.(dialog);
        for (const [name, answer, said] of refusals) {
            const route = (url) => url.pathname.startsWith('/api/v1/') && url.pathname.endsWith(`/${path}`);
            await page.route(route, (asked) => (answer ? asked.fulfill(answer) : asked.abort()));
            await dialog.getByRole('button', { name: submits, exact: true }).click();
            await dialog.locator('[data-failure]').getByText(said).waitFor({ timeout: 10_000 }).catch(() => assert.fail(`${opens}, ${name}: no words`));
            if (written) assert.equal(await written(dialog).inputValue(), words, `${opens}, ${name}: what was written is gone`);
            assert.equal(await dialog.getByRole('button', { name: submits, exact: true }).isEnabled(), true);
            await page.unroute(route);
        }
        if (path === 'risk') {
            assert.deepEqual(await violationsOf(page), []);
            await picture(page, 'console-dialog-refused');
            await page.setViewportSize({ width: 360, height: 640 });
            await dialog.evaluate((element) => element.scrollTo(0, 0));
            await page.route('**/risk', (asked) => asked.fulfill(refusals[0][1]));
            await dialog.getByRole('button', { name: submits, exact: true }).press('Enter');
            await dialog.locator('[data-failure]').getByText(refusals[0][2]).waitFor();
            await until('words and button are on the screen', () => dialog.evaluate((element) => {
                const inside = (one) => one.getBoundingClientRect().bottom <= window.innerHeight && one.getBoundingClientRect().top >= 0;
                return inside(element.querySelector('[data-failure]')) && [...element.querySelectorAll('button')].every(inside);
            }), 3_000);
            await page.unroute('**/risk');
            await picture(page, 'console-dialog-refused-phone');
            await page.setViewportSize({ width: 1366, height: 768 });
        }
        await page.keyboard.press('Escape');
        await until(`${opens}: Escape leads out`, async () => await dialog.count() === 0, 3_000);
    }
    // The session's end: there is nothing left to decide, and the page for signing in says what happened.
    await page.getByRole('button', { name: '引き継ぐ', exact: true }).click();
    await dialog.getByRole('radio').first().check({ force: true });
    await reason(dialog).fill('交代');
    await page.route('**/transfer', (asked) => asked.fulfill(ours(401, 'session_expired', '')));
    await dialog.getByRole('button', { name: '引き継ぐ', exact: true }).click();
    await page.getByText('サインインし直してください').first().waitFor();
    assert.equal(await dialog.count(), 0);
    await page.context().close();
    assert.equal((await now()).holder.kind, 'counselor', 'nothing of all that was done');
    assert.equal((await yamada.call('POST', `/conversations/${id}/return`, { seen_seq: 1_000_000 })).status < 500, true);
});

test('an answer that comes after a dialog was given up does not close the one that stands in its place', async () => {
    const { page, dialog, end } = await talk('ゆうこ');
    const held = [];
    await page.route('**/safe-contact', (route) => held.push(route));
    await page.getByRole('button', { name: '安全な連絡を書く' }).click();
    await dialog.getByRole('button', { name: '残す' }).click();
    await until('it is asked', () => held.length > 0);
    await page.keyboard.press('Escape');
    await until('Escape works while it is asked', async () => await dialog.count() === 0, 3_000);
    await page.getByRole('button', { name: '安全な連絡を書く' }).click();
    await dialog.getByLabel('日と時間についてのメモ').fill('平日の昼');
    for (const route of held) await route.continue();
    await page.getByText('安全な連絡を残しました').waitFor();
    await page.waitForTimeout(500);
    assert.equal(await dialog.getByLabel('日と時間についてのメモ').inputValue(), '平日の昼');
    await page.keyboard.press('Escape');
    await end();
});

test('Escape closes a dialog whose focus is gone: into an alarm, a notice, or with what she pressed; the end of a word in Japanese does not', async () => {
    const { page, dialog, end } = await talk('あや');
    const closes = async (why) => {
        await page.keyboard.press('Escape');
        await until(`${why}: Escape closes it`, async () => await dialog.count() === 0, 3_000);
    };
    // what she pressed vanishes
    await page.route('**/api/v1/staff', (route) => route.fulfill(proxys(502)));
    await page.getByRole('button', { name: '引き継ぐ' }).click();
    const again = dialog.getByRole('button', { name: 'もう一度読み込む' });
    await again.waitFor({ timeout: 10_000 });
    await page.unroute('**/api/v1/staff');
    await again.focus();
    await page.keyboard.press('Enter');
    await again.waitFor({ state: 'detached' });
    await until('the focus stays in the dialog', () => dialog.evaluate((element) => element.contains(document.activeElement)), 3_000);
    await closes('what she pressed is gone');
    // an alarm above the dialog
    await page.getByRole('button', { name: 'ボットに戻す' }).click();
    await dialog.waitFor();
    await town.say(await town.person('まゆみ'), '今から死にます。もう薬を飲みました');
    await page.getByRole('button', { name: '音を鳴らす' }).focus();  // as a screen reader comes there
    await page.keyboard.press('Enter');
    await isFocused(page.getByRole('button', { name: '開いて対応する' }));
    await closes('the focus is in the alarm');
    // nowhere at all, and in the middle of a word
    await page.getByRole('button', { name: '引き継ぐ' }).click();
    await reason(dialog).fill('こうたい');
    await reason(dialog).evaluate((box) => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, isComposing: true })));
    await reason(dialog).evaluate((box) => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, keyCode: 229 }))); // Safari
    await page.waitForTimeout(200);
    assert.equal(await reason(dialog).inputValue(), 'こうたい');
    await page.evaluate(() => document.activeElement.blur());
    await closes('the focus is nowhere');
    await end();
});

test('a notice that ends after she has moved on leaves her where she is', async () => {
    const { page, end } = await talk('りさ');
    await page.getByRole('button', { name: '安全な連絡を書く' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '残す' }).click();
    const notice = page.getByText('安全な連絡を残しました');
    await notice.waitFor();
    await page.waitForTimeout(500); // the dialog has given the focus back
    const box = page.getByRole('textbox', { name: 'りささんへの返信' });
    await box.click();
    await page.getByRole('button', { name: '閉じる' }).focus();
    await page.evaluate(() => document.activeElement.blur()); // a click beside everything
    await notice.waitFor({ state: 'detached' });
    await page.waitForTimeout(200);
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
    await end();
});

test('a file that nobody would take is not sent at all: its counselor reads how large it may be', async () => {
    const { page, end } = await talk('ちえ');
    let asked = false;
    page.on('dialog', (sure) => { asked = true; return sure.dismiss(); });
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'ファイル' }).click()]);
    await chooser.setFiles({ name: 'しおり.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc((10 << 20) + 1, '%PDF-1.4') });
    await page.getByText('10MBより大きいため、送っていません').first().waitFor();
    assert.equal(asked, false, 'she is not asked whether to send it');
    await end();
});

test('a file that a proxy refuses is told of in words, and chosen again it has the same key, for a first try may have got through', async () => {
    const { page, end } = await talk('なおこ');
    await hurry(page);
    page.on('dialog', (asked) => asked.accept());
    const keysSent = [];
    await page.route('**/media*', (asked) => {
        keysSent.push(asked.request().headers()['idempotency-key']);
        return asked.fulfill(proxys(413));
    });
    const folder = mkdtempSync(join(tmpdir(), 'tsunagi-file-'));
    const file = join(folder, 'あんない.pdf');
    writeFileSync(file, '%PDF-1.4\n%%EOF\n');
    const choose = async () => {
        const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'ファイル' }).click()]);
        await chooser.setFiles(file);
    };
    for (const times of [1, 2]) {
        await choose();
        await until('it was tried', async () => keysSent.length === times);
        await page.locator('[data-toast],[role=alert],[role=status]').getByText(onTheWay).first().waitFor();
    }
    assert.ok(keysSent[0]);
    assert.equal(keysSent[1], keysSent[0]);
    await picture(page, 'console-file-refused-on-the-way');
    rmSync(folder, { recursive: true });
    await end();
});
