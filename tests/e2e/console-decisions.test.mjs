// What a counselor decides in a dialog while something else happens behind it: she writes on, a colleague is quicker.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, picture, talkWith, violationsOf } from './browser.mjs';
import { Town, ulid, until } from './support.mjs';

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

test('who is about to end a talk, or to give it back, reads first what has come meanwhile', async () => {
    const { mother, page, dialog, now, end } = await talk('みさき');
    for (const [button, words] of [['終了する', '今から死にます。ベランダにいます'], ['ボットに戻す', 'もう飛びます']]) {
        await page.getByRole('button', { name: button }).click();
        if (button === '終了する') await dialog.getByRole('radio').first().check({ force: true });
        await town.say(mother, words);
        await dialog.locator('[data-new-words]').waitFor();
        assert.equal(await dialog.getByRole('button', { name: button }).count(), 0);
        assert.deepEqual(await violationsOf(page), []);
        await picture(page, 'console-new-words-behind-a-dialog');
        await dialog.getByRole('button', { name: 'もどって読む' }).click();
        await page.getByLabel('やりとり').getByText(words).waitFor();
        assert.equal((await now()).holder.kind, 'counselor');
    }
    await page.getByRole('button', { name: 'ボットに戻す' }).click();
    await dialog.getByRole('button', { name: 'ボットに戻す' }).waitFor();
    await page.keyboard.press('Escape');
    await end();
});

test('a level is not lowered past words that came while the reason was written; it can be raised all the same', async () => {
    const { mother, page, dialog, now, end } = await talk('ゆうこ');
    await town.say(mother, '夫に殴られました');
    await until('danger is seen', async () => (await now()).risk_level >= 2);
    await page.getByLabel('やりとり').getByText('夫に殴られました').waitFor();
    await page.getByRole('button', { name: '危険度を変える' }).click();
    await dialog.getByRole('radio', { name: /R1/ }).check({ force: true });
    await dialog.getByLabel('理由').fill('落ち着いた');
    await town.say(mother, '買いものに行きます');
    await dialog.locator('[data-new-words]').waitFor();
    assert.equal(await dialog.getByRole('button', { name: '変える' }).count(), 0);
    await dialog.getByRole('radio', { name: /R4/ }).check({ force: true });
    await dialog.getByRole('button', { name: '変える' }).click();
    await until('it is raised', async () => (await now()).risk_level === 4);
    await end();
});

test('what hides the talk is not taken away past words that came while the reason was written: they may be her safe word again', async () => {
    const { mother, id, page, dialog, now, end } = await talk('あや');
    const { safe_contact } = await now();
    assert.equal((await yamada.call('PUT', `/conversations/${id}/safe-contact`, { ...safe_contact, safe_word: '青い傘' })).status, 200);
    await town.say(mother, '青い傘');
    await page.getByRole('button', { name: '目隠しを終える' }).click();
    await dialog.getByLabel('理由').fill('電話で確かめた');
    await town.say(mother, '青い傘');
    await dialog.locator('[data-new-words]').waitFor();
    await dialog.getByRole('button', { name: 'もどって読む' }).click();
    assert.equal((await now()).disguised, true);
    await until('it is on the screen', async () => await page.getByLabel('やりとり').getByText('青い傘', { exact: true }).count() === 2);
    await page.getByRole('button', { name: '目隠しを終える' }).click();
    assert.equal(await dialog.getByLabel('理由').inputValue(), '電話で確かめた', 'what was written is still there');
    await dialog.getByRole('button', { name: '終える' }).click();
    await until('it is over', async () => !(await now()).disguised);
    await end();
});

test('what a screen behind a bad line decides is refused by the server, which says so; then her words are read first', async () => {
    const { mother, id, page, dialog, now, end } = await talk('りさ');
    await page.getByRole('button', { name: '終了する' }).click();
    await dialog.getByRole('radio').first().check({ force: true });
    const reads = `**/api/v1/conversations/${id}**`;
    await page.route(reads, (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
    await town.say(mother, '今から死にます。ベランダにいます');
    await until('she is heard', async () => (await now()).risk_level === 4);
    await dialog.getByRole('button', { name: '終了する' }).click();
    await page.getByText('何も変えていません').first().waitFor();
    assert.equal((await now()).holder.kind, 'counselor');
    await page.unroute(reads);
    await dialog.locator('[data-new-words]').waitFor();
    await dialog.getByRole('button', { name: 'もどって読む' }).click();
    await page.getByLabel('やりとり').getByText('今から死にます').first().waitFor();
    await end();
});

test('who ends a talk about danger says with which level, and why another than before', async () => {
    const { mother, page, dialog, now } = await talk('えみ');
    await town.say(mother, '今から死にます。もう薬を飲みました');
    await until('danger is seen', async () => (await now()).risk_level === 4);
    await page.getByLabel('やりとり').getByText('もう薬を飲みました').first().waitFor();
    await page.getByRole('button', { name: '終了する' }).click();
    await dialog.getByRole('radio').first().check({ force: true });
    await dialog.getByRole('button', { name: '終了する' }).click();
    await dialog.getByText('危険度を選んでください').waitFor();
    await dialog.getByText('R1　つらさがある').click();
    await dialog.getByRole('button', { name: '終了する' }).click();
    await dialog.getByText('理由を書いてください').waitFor();
    assert.deepEqual(await violationsOf(page), []);
    await picture(page, 'console-close-with-level');
    await dialog.getByLabel('理由').fill('入院して、落ち着いた');
    await dialog.getByRole('button', { name: '終了する' }).click();
    await until('it is closed', async () => (await now()).holder.kind === 'closed');
    assert.equal((await now()).risk_level, 1);
    await page.context().close();
});

test('no reply goes out before the talk it answers is on the screen; what was written waits', async () => {
    const { id, page, now, end } = await talk('なお');
    const held = [];
    await page.route(`**/api/v1/conversations/${id}/messages`, (route) => {
        if (route.request().method() === 'GET') held.push(route);
        else void route.continue();
    });
    await page.reload();
    const box = page.getByRole('textbox', { name: /への返信/ });
    await box.fill('きこえていますよ');
    await page.locator('[data-waits-for-log]').waitFor();
    assert.equal(await page.getByRole('button', { name: '送信', exact: true }).isDisabled(), true);
    await box.press('Control+Enter');
    assert.equal((await now()).times.first_reply_at, null);
    await page.unroute(`**/api/v1/conversations/${id}/messages`);
    for (const route of held) await route.continue().catch(() => {}); // one that the page asked for before its reload is gone
    await page.locator('[data-waits-for-log]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '送信', exact: true }).click();
    await until('it is sent', async () => (await now()).times.first_reply_at !== null);
    await end();
});

test('a message she changes is shown with her new words, the earlier ones behind them, and with neither once she withdraws it', async () => {
    const { mother, id, page, end } = await talk('ちか');
    const at = Date.now();
    const source = { type: 'user', userId: mother };
    const event = (type, more, ms) => JSON.stringify({ destination: '', events: [{ type, mode: 'active', timestamp: at + ms, webhookEventId: ulid(at + ms), deliveryContext: { isRedelivery: false }, source, ...more }] });
    await town.webhook(event('message', { message: { id: '990000', type: 'text', text: 'いつ家を出るか迷っています' } }, -1000));
    await town.webhook(event('message', { message: { id: '990001', type: 'text', text: 'あした出ます', quotedMessageId: '990000' } }, 0));
    await town.webhook(event('messageEdited', { message: { id: '990001', type: 'text', text: '夫に殴られたので今夜出ます' } }, 1000));
    const log = page.getByLabel('やりとり');
    const first = log.locator('li', { has: page.locator('[data-edited]') });
    await first.getByText('今夜出ます').first().waitFor();
    await first.getByText('書き直す前の言葉').click();
    await first.getByText('あした出ます').waitFor();
    await first.locator('[data-before-edit] blockquote').getByText('いつ家を出るか').waitFor();
    await until('danger in the new words is heard', async () => (await yamada.call('GET', `/conversations/${id}`)).body.risk_level >= 2);
    assert.deepEqual(await violationsOf(page), []);
    await picture(page, 'console-edited');
    await town.webhook(event('unsend', { unsend: { messageId: '990001' } }, 2000));
    await first.waitFor({ state: 'detached' });
    for (const words of ['今夜出ます', 'あした出ます']) assert.equal(await log.getByText(words).count(), 0, words);
    await end();
});

test('a safe word that a colleague writes down meanwhile is not wiped out by an older form', async () => {
    const { id, page, dialog, now, end } = await talk('かおり');
    const suzuki = await town.onDuty('suzuki');
    await page.getByRole('button', { name: '安全な連絡を書く' }).click();
    await dialog.getByLabel('日と時間についてのメモ').fill('平日の昼');
    const agreed = { ...(await now()).safe_contact, safe_word: 'きょうの天気は' };
    assert.equal((await suzuki.call('PUT', `/conversations/${id}/safe-contact`, agreed)).status, 200);
    await until('the form has it', async () => await dialog.getByLabel('合言葉').inputValue() === 'きょうの天気は');
    await dialog.getByRole('button', { name: '残す' }).click();
    await page.getByText('安全な連絡を残しました').waitFor();
    const { safe_word, when } = (await now()).safe_contact;
    assert.deepEqual([safe_word, when], ['きょうの天気は', '平日の昼']);
    await end();
});

test('an alarm is heard by a screen reader while a dialog is open', async () => {
    const { page, dialog, end } = await talk('さち');
    await page.getByRole('button', { name: '引き継ぐ' }).click();
    await dialog.getByLabel(/理由/).fill('交代');
    await town.say(await town.person('まゆみ'), '今から死にます。もう薬を飲みました');
    await page.locator('[data-alarm]').waitFor();
    assert.equal(await page.locator('[inert] [data-alarm], [aria-hidden="true"] [data-alarm]').count(), 0);
    assert.ok(await page.getByRole('alert').filter({ hasText: 'まゆみ' }).count() > 0);
    assert.deepEqual(await violationsOf(page), []);
    assert.equal(await dialog.getByLabel(/理由/).inputValue(), '交代');
    await end();
});
