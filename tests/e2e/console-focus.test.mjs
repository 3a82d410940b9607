// Who works with the keyboard or a screen reader stays where she is, though what she pressed vanishes or is busy: a focus lost to the page begins anew at its top.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openConsole, talkWith } from './browser.mjs';
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

test('the switch of duty keeps the focus while the server is asked', async () => {
    const page = await openConsole(browser, town, 'sato');
    const duty = page.getByRole('switch').first();
    await duty.focus();
    for (const word of ['勤務中', '離席']) {
        await page.keyboard.press('Space');
        await page.getByText(word, { exact: true }).first().waitFor();
        await until('the server has answered', async () => await duty.getAttribute('aria-readonly') !== 'true');
        assert.equal(await duty.evaluate((element) => element === document.activeElement), true);
    }
    await page.context().close();
});

test('who dismisses a notice while writing goes on writing', async () => {
    const { page, end } = await talk('みさき');
    await page.getByRole('button', { name: '安全な連絡を書く' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '残す' }).click();
    await page.getByText('安全な連絡を残しました').waitFor();
    const box = page.getByRole('textbox', { name: 'みさきさんへの返信' });
    await box.click();
    await page.getByRole('button', { name: '閉じる' }).click();
    await isFocused(box);
    await end();
});

test('a button that turns the sound on leads to what rings; a decision that takes its button away leads to the conversation', async () => {
    const { page } = await talk('ゆうこ');
    await town.say(await town.person('まゆみ'), '今から死にます。もう薬を飲みました');
    await page.getByRole('button', { name: '音を鳴らす' }).focus();
    await page.keyboard.press('Enter');
    await isFocused(page.getByRole('button', { name: '開いて対応する' }));
    await page.getByRole('button', { name: 'ボットに戻す' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'ボットに戻す' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('ボットが対応中').first().waitFor();
    await until('the focus is in the conversation', () => page.evaluate(() => document.activeElement?.closest('#conversation-pane') !== null), 3_000);
    await page.context().close();  // the bot has her again
});

test('on a phone, going back leads to her row, and to the list where she is not in it', async () => {
    const { page, id, end } = await talk('かおり', { width: 390, height: 844 });
    await page.getByRole('button', { name: '一覧にもどる' }).click();
    await isFocused(page.locator(`[data-conversation="${id}"]`));
    await page.evaluate((hash) => { window.location.hash = hash; }, `#/bot/${id}`);
    await page.getByRole('button', { name: '一覧にもどる' }).click();
    await isFocused(page.getByRole('tab', { name: /ボット/ }));
    await end();
});
