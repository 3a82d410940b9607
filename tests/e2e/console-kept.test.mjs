// Words typed in a dialog when the dialog is taken away: the session ends, a colleague is quicker. They are hers until she sends or drops them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, picture, talkWith, violationsOf } from './browser.mjs';
import { newestSeq, password, Town, until } from './support.mjs';

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
const signInAgain = async (page, login) => {
    await page.getByLabel('ログインID').fill(login);
    await page.getByLabel('パスワード').fill(password);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByText('待っている人').first().waitFor();
};
const onTheMachine = (page) => page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));

test('the session ends while a hand-over is written: the words are there again after signing in, and gone once it is done or given up', async () => {
    const { id, page, dialog, now, end } = await talk('みさき');
    const words = '夜の係の方へ。お子さんが寝たあとに話したいそうです';
    const open = (button) => page.getByRole('button', { name: button, exact: true }).click();
    const reason = dialog.getByLabel(/理由/);
    await open('引き継ぐ');
    await dialog.getByRole('radio').first().check({ force: true });
    await reason.fill(words);
    await page.context().clearCookies();
    await dialog.getByRole('button', { name: '引き継ぐ', exact: true }).click();
    await page.getByText('サインインし直してください').first().waitFor();
    await page.getByText('理由などは残っています').waitFor();
    assert.equal(await page.getByText(words).count(), 0, 'nobody reads it behind the sign-in page');

    await signInAgain(page, 'yamada');
    const kept = page.locator('[data-kept-words="transfer"]');
    await kept.getByText(words).waitFor();
    await kept.getByText('「引き継ぐ」に書きかけたものは残っています').waitFor();
    await kept.getByText('もう一度「引き継ぐ」を押すと').waitFor();
    assert.deepEqual(await violationsOf(page), []);
    await picture(page, 'console-kept-words');
    await open('引き継ぐ');
    await dialog.locator('[data-restored]').waitFor();
    assert.equal(await reason.inputValue(), words);
    assert.equal(await dialog.getByRole('radio').first().isChecked(), true);
    assert.deepEqual(await violationsOf(page), []);
    await picture(page, 'console-kept-words-in-the-dialog');
    await dialog.getByRole('button', { name: 'やめる' }).click();
    assert.equal(await kept.count(), 0);
    assert.equal((await onTheMachine(page)).includes('夜の係'), false, 'given up: gone');

    await open('危険度を変える');
    await dialog.getByRole('radio', { name: /R2/ }).check({ force: true });
    await dialog.getByLabel('理由').fill('声が震えていた');
    await page.reload();
    await page.locator('[data-kept-words="risk"]').getByText('声が震えていた').waitFor();
    await open('危険度を変える');
    await dialog.getByRole('radio', { name: /R2/ }).check({ force: true });
    await dialog.getByRole('button', { name: '変える', exact: true }).click();
    await page.getByText('危険度を変えました').waitFor();
    assert.equal((await now()).risk_level, 2);
    assert.equal((await onTheMachine(page)).includes('震えて'), false, 'done: gone');
    assert.equal((await yamada.call('GET', `/conversations/${id}`)).status, 200);
    await end();
});

test('another counselor who signs in at the same machine finds nothing of it', async () => {
    const { page, dialog, end } = await talk('ゆうこ');
    await page.getByRole('button', { name: '危険度を変える' }).click();
    await dialog.getByLabel('理由').fill('夫は元警察官');
    await page.context().clearCookies();
    await dialog.getByRole('button', { name: '変える', exact: true }).click();
    await page.getByText('サインインし直してください').first().waitFor();
    await signInAgain(page, 'suzuki');
    assert.equal(await page.getByText('夫は元警察官').count(), 0);
    assert.equal((await onTheMachine(page)).includes('元警察官'), false);
    await end();
});

test('a colleague takes the talk over and ends it while a dialog is open: its words stay on the screen and can become a note', async () => {
    const { id, page, dialog, now } = await talk('えみ');
    const suzuki = await town.onDuty('suzuki');
    const words = '保育園の申し込みを手伝うと約束した';
    await page.getByRole('button', { name: '引き継ぐ', exact: true }).click();
    await dialog.getByLabel(/理由/).fill(words);
    assert.equal((await suzuki.call('POST', `/conversations/${id}/transfer`, { to: suzuki.counselor.id, reason: '交代' })).status, 200);
    await page.locator('[data-kept-words="transfer"], [data-over]').first().waitFor(); // a counselor no longer sees what a colleague holds
    await picture(page, 'console-taken-over-while-a-dialog-is-open');
    assert.equal((await suzuki.call('POST', `/conversations/${id}/close`, { outcome: 'listened', say_goodbye: false, seen_seq: await newestSeq(suzuki, id) })).status, 200);
    await until('it is closed', async () => (await now()).holder?.kind === 'closed');
    const leave = dialog.getByRole('button', { name: '残して閉じる' });
    if (await leave.count() > 0) await leave.click();
    const kept = page.locator('[data-kept-words="transfer"]');
    await kept.getByText(words).waitFor();
    await kept.getByRole('button', { name: 'メモの欄に移す' }).waitFor();
    assert.equal(await kept.getByText('もう一度').count(), 0, 'no button is promised that is not there');
    assert.deepEqual(await violationsOf(page), []);
    await picture(page, 'console-kept-words-ended');
    await kept.getByRole('button', { name: 'メモの欄に移す' }).click();
    await kept.waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('textbox', { name: /メモ/ }).inputValue(), words);
    await page.context().close();
});

test('her counselor ends it at another screen: the dialog says that it is over and lets the words be kept', async () => {
    const { id, page, dialog } = await talk('りさ');
    await page.getByRole('button', { name: '終了する' }).click();
    await dialog.getByRole('radio').first().check({ force: true });
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '引き継ぐ', exact: true }).click();
    await dialog.getByLabel(/理由/).fill('あしたの朝に電話');
    assert.equal((await yamada.call('POST', `/conversations/${id}/close`, { outcome: 'listened', say_goodbye: false, seen_seq: await newestSeq(yamada, id) })).status, 200);
    await dialog.locator('[data-over]').waitFor();
    assert.equal(await dialog.getByLabel(/理由/).inputValue(), 'あしたの朝に電話');
    assert.deepEqual(await violationsOf(page), []);
    await picture(page, 'console-over-behind-a-dialog');
    await dialog.getByRole('button', { name: '残して閉じる' }).click();
    const kept = page.locator('[data-kept-words="transfer"]');
    await kept.getByText('あしたの朝に電話').waitFor();
    await kept.getByRole('button', { name: '消す' }).click();
    await kept.waitFor({ state: 'detached' });
    assert.equal((await onTheMachine(page)).includes('あしたの朝'), false);
    await page.context().close();
});

test('she is handed on and no longer to be seen, or a colleague does the same thing first: the words of the dialog that goes are still there', async () => {
    const { mother, id, page, dialog, now, end } = await talk('あや');
    const suzuki = await town.onDuty('suzuki');
    const { safe_contact } = await now();
    assert.equal((await yamada.call('PUT', `/conversations/${id}/safe-contact`, { ...safe_contact, safe_word: '青い傘' })).status, 200);
    await town.say(mother, '青い傘');
    await page.getByRole('button', { name: '目隠しを終える' }).click();
    await dialog.getByLabel('理由').fill('電話で本人の声を確かめた');
    assert.equal((await suzuki.call('POST', `/conversations/${id}/disguise/end`, { reason: '本人', seen_seq: await newestSeq(suzuki, id) })).status, 200);
    const kept = page.locator('[data-kept-words="disguise/end"]');
    await kept.getByText('電話で本人の声を確かめた').waitFor();
    assert.equal(await dialog.count(), 0, 'what was to be ended is over');
    await kept.getByRole('button', { name: '消す' }).click();

    await page.getByRole('button', { name: '安全な連絡を書く' }).click();
    await dialog.getByLabel('日と時間についてのメモ').fill('火曜の朝');
    const reads = `**/api/v1/conversations/${id}`;
    await page.route(reads, (asked) => asked.fulfill({ status: 404, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', status: 404, code: 'not_found', title: '見つかりません。' }) }));
    await town.say(mother, 'もしもし'); // news of her: the page asks again
    await page.getByText('この相談は見られません').waitFor();
    await page.locator('[data-kept-words="safe-contact"]').getByText('火曜の朝').waitFor();
    assert.deepEqual(await violationsOf(page), []);
    await picture(page, 'console-kept-words-not-seen');
    await page.unroute(reads);
    await page.reload();
    await page.getByRole('button', { name: '安全な連絡を書く' }).click();
    assert.equal(await dialog.getByLabel('日と時間についてのメモ').inputValue(), '火曜の朝');
    await dialog.getByRole('button', { name: '残す', exact: true }).click();
    await page.getByText('安全な連絡を残しました').waitFor();
    assert.equal((await now()).safe_contact.when, '火曜の朝');
    assert.equal((await onTheMachine(page)).includes('火曜の朝'), false);
    await end();
});
