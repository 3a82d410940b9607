#!/usr/bin/env node
// Tries the console as a counselor on a bad day would, against the development server: node dev/try.mjs
// Lost answers, a dead line, a blocked WebSocket, an ended session, a lost race, kanji, the keyboard alone. The whole way with the real server is tests/e2e.
import assert from 'node:assert/strict';
import { openBrowser, row } from './browser.mjs';

const { open, signIn, dev, faults, close } = await openBrowser(Number(process.env.PORT ?? 21121));
const textsOf = async (nickname) => (await dev('look')).conversations.find((one) => one.nickname === nickname).texts;
const times = (texts, text) => texts.filter((one) => one === text).length;
const reply = (page, name) => page.getByLabel(`${name}さんへの返信`);
const bubbles = (page, text) => page.getByLabel('やりとり').getByText(text, { exact: true });

const stories = {
  async 'a lost answer: the words are sent once and stand on the screen once'(page) {
    await row(page, 'ゆき').click();
    await page.getByRole('button', { name: '対応する', exact: true }).click();
    await reply(page, 'ゆき').fill('答えが失われる文');
    await dev('lose', { answers: 2 });
    await page.keyboard.press('Control+Enter');
    await bubbles(page, '答えが失われる文').waitFor();
    await page.locator('[data-send-state=accepted]').last().waitFor();
    await page.getByText('まだ送れていません').waitFor({ state: 'detached' });
    assert.equal(await bubbles(page, '答えが失われる文').count(), 1);
    assert.equal(times(await textsOf('ゆき'), '答えが失われる文'), 1);
  },

  async 'Enter breaks the line, kanji confirmation does not send, Ctrl+Enter does'(page) {
    const box = reply(page, 'ゆき');
    await box.focus();
    const line = await page.context().newCDPSession(page);
    await line.send('Input.imeSetComposition', { text: 'そうだん', selectionStart: 4, selectionEnd: 4 });
    await line.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229, modifiers: 2 });
    await line.send('Input.insertText', { text: '相談' });
    assert.equal(await box.inputValue(), '相談');
    await page.keyboard.press('Enter');
    await page.keyboard.type('ok');
    assert.equal(await box.inputValue(), '相談\nok');
    await page.waitForTimeout(150); // longer than composer-keys' settleMs
    await page.keyboard.press('Control+Enter');
    assert.equal(await box.inputValue(), '');
    await page.locator('[data-send-state=accepted]').last().waitFor();
    assert.equal(times(await textsOf('ゆき'), '相談\nok'), 1);
  },

  async 'drafts stay with their conversation, and a note never becomes a reply'(page) {
    await reply(page, 'ゆき').fill('ゆきさんへの下書き');
    await page.getByRole('tab', { name: /自分の相談/ }).click();
    await row(page, 'みか').click();
    await reply(page, 'みか').waitFor();
    assert.equal(await reply(page, 'みか').inputValue(), '');
    await page.getByRole('radio', { name: '内部メモ' }).check({ force: true });
    assert.equal(await page.getByLabel('内部メモ（相').inputValue(), '');
    await row(page, 'ゆき').click();
    assert.equal(await reply(page, 'ゆき').inputValue(), 'ゆきさんへの下書き');
  },

  async 'older words come on top and the reader stays where she is'(page) {
    await row(page, 'みか').click();
    const log = page.getByLabel('やりとり');
    await page.getByText('これのことですか？').last().waitFor();
    await page.getByRole('button', { name: '前のやりとりを表示' }).scrollIntoViewIfNeeded();
    const before = await log.evaluate((box) => box.scrollHeight - box.scrollTop);
    await page.getByRole('button', { name: '前のやりとりを表示' }).click();
    await page.getByText('友だちに追加されました').waitFor();
    const after = await log.evaluate((box) => box.scrollHeight - box.scrollTop);
    assert.ok(Math.abs(after - before) < 60, `moved by ${after - before} px`);
    await dev('inbound', { nickname: 'みか', text: '上を読んでいる間の一言' });
    await page.getByRole('button', { name: '新しいメッセージがあります' }).click();
    await page.getByLabel('やりとり').getByText('上を読んでいる間の一言').waitFor();
  },

  async 'the line dies: it says so, keeps the words, and goes on'(page) {
    await row(page, 'ゆき').click();
    await dev('drop', { on: true });
    await page.getByText('接続が切れました').waitFor({ timeout: 20_000 });
    await reply(page, 'ゆき').fill('線が切れている間の文');
    await page.keyboard.press('Control+Enter');
    await page.getByText('まだ送れていません').waitFor();
    await dev('drop', { on: false });
    await page.getByText('接続が切れました').waitFor({ state: 'detached', timeout: 40_000 });
    await page.getByText('まだ送れていません').waitFor({ state: 'detached', timeout: 40_000 });
    assert.equal(times(await textsOf('ゆき'), '線が切れている間の文'), 1);
    assert.equal(await bubbles(page, '線が切れている間の文').count(), 1);
  },

  async 'a live message is lost: the gap is seen and everything fetched'(page) {
    await page.locator('[data-live=live]').waitFor({ timeout: 40_000 });
    await dev('skip');
    await dev('inbound', { nickname: 'ゆき', text: '隙間のあとの一言' });
    await page.getByLabel('やりとり').getByText('隙間のあとの一言').waitFor();
  },

  async 'WebSockets are blocked: it asks every few seconds instead'(page) {
    await dev('live', { on: false });
    await page.getByText('自動更新を10秒ごとに').waitFor({ timeout: 20_000 });
    await dev('inbound', { nickname: 'ゆき', text: '問い合わせで届く一言' });
    await page.getByLabel('やりとり').getByText('問い合わせで届く一言').waitFor({ timeout: 12_000 });
    await dev('live', { on: true });
    await page.locator('[data-live=live]').waitFor({ timeout: 40_000 });
  },

  async 'the session ends: back to sign-in, and the draft is there again'(page) {
    await reply(page, 'ゆき').fill('途中まで書いた文');
    await dev('expire');
    await page.getByText('サインインし直してください').waitFor({ timeout: 20_000 });
    assert.equal(await page.getByText('途中まで書いた文').count(), 0);
    await signIn(page, 'sato');
    await reply(page, 'ゆき').waitFor();
    assert.equal(await reply(page, 'ゆき').inputValue(), '途中まで書いた文');
  },

  async 'handing over needs whom and why; the colleague gets it'(page) {
    await page.getByRole('tab', { name: /自分の相談/ }).click();
    await row(page, 'みか').click();
    await page.getByRole('button', { name: '引き継ぐ' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '引き継ぐ' }).click();
    await dialog.getByText('理由を書いてください').waitFor();
    await dialog.getByText('田中').click();
    await dialog.getByLabel('引き継ぐ理由').fill('法律相談の経験がある人へ');
    await dialog.getByRole('button', { name: '引き継ぐ' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await dev('look')).conversations.find((one) => one.nickname === 'みか').holder.name, '田中');
    await page.getByText('返信できるのは担当者だけです').waitFor();
  },

  async 'closing asks how it ended, and with which level'(page) {
    await row(page, 'ゆき').click();
    await page.getByRole('button', { name: '終了する' }).click();
    await page.getByRole('dialog').getByText('お話を聴いた').click();
    await page.getByRole('dialog').getByRole('button', { name: '終了する' }).click();
    await page.getByRole('dialog').getByText('危険度を選んでください').waitFor();
    await page.getByRole('dialog').getByText(/^R2/).click();
    await page.getByRole('dialog').getByRole('button', { name: '終了する' }).click();
    await page.getByText('この相談は終了しています').waitFor();
  },

  async 'a colleague was first: the loser learns who'(page) {
    await page.getByRole('tab', { name: /待っている人/ }).click();
    await row(page, 'リン').click();
    await page.getByRole('button', { name: '対応する', exact: true }).waitFor();
    const news = '**/api/v1/conversations/**';
    await page.route(news, (route) => (route.request().method() === 'GET' ? route.abort() : route.continue())); // the button is still there when it is too late
    await dev('claim', { nickname: 'リン', login: 'suzuki', key: '01JD0000000000000000RACE00' });
    await page.getByRole('button', { name: '対応する', exact: true }).click();
    await page.getByText('鈴木さんが先に対応を始めました').waitFor();
    await page.unroute(news);
    await page.getByText('鈴木さんが担当しています').waitFor({ timeout: 20_000 });
  },

  async 'the title counts who waits, and names nobody'(page) {
    await dev('queue', { nickname: 'とも' });
    await dev('inbound', { nickname: 'とも', text: '人と話したいです' });
    await page.waitForFunction(() => /^\(\d+\) つなぎ/.test(document.title));
    assert.doesNotMatch(await page.title(), /とも|はな|リン/);
  },

  async 'off duty nothing can be claimed, and it says why'(page) {
    await page.getByRole('switch', { name: '勤務' }).press('Space');
    await page.getByText('離席', { exact: true }).waitFor();
    await page.getByRole('tab', { name: /待っている人/ }).click();
    await row(page, 'とも').click();
    await page.getByText('「勤務中」に切り替えると対応できます').waitFor();
    assert.equal(await page.getByRole('button', { name: '対応する', exact: true }).count(), 0);
    await page.getByRole('switch', { name: '勤務' }).press('Space');
    await page.getByRole('button', { name: '対応する', exact: true }).waitFor();
  },

  async 'a colleague signs in in another tab: nothing of mine goes out in her name'(page) {
    await page.getByRole('button', { name: '対応する', exact: true }).click();
    await reply(page, 'とも').fill('佐藤として書いた文');
    await dev('drop', { on: true });
    await page.keyboard.press('Control+Enter');
    await page.getByText('まだ送れていません').waitFor({ timeout: 20_000 });
    await dev('drop', { on: false });
    const tab = await page.context().newPage();
    await page.context().clearCookies();
    await tab.goto(page.url());
    await signIn(tab, 'suzuki');
    await page.getByRole('button', { name: '鈴木さんのメニュー' }).or(page.getByLabel('ログインID')).waitFor({ timeout: 40_000 });
    assert.equal(times(await textsOf('とも'), '佐藤として書いた文'), 0);
    await tab.close();
    await page.context().clearCookies();
    await page.reload();
    await signIn(page, 'sato');
  },

  async 'signing out leaves nothing of anybody behind'(page) {
    await row(page, 'とも').or(page.getByText('あなたが担当')).first().waitFor();
    await reply(page, 'とも').fill('消えるはずの文');
    await page.getByRole('button', { name: '佐藤さんのメニュー' }).click();
    await page.getByRole('button', { name: 'サインアウト' }).click();
    await page.getByRole('button', { name: '消してサインアウトする' }).click();
    await page.getByLabel('ログインID').waitFor();
    const left = await page.evaluate(() => JSON.stringify({ ...sessionStorage }) + JSON.stringify({ ...localStorage }) + document.body.textContent);
    assert.doesNotMatch(left, /消えるはず|とも|はな|ゆき/);
  },

  async 'the keyboard alone: sign in, choose, claim, write, send'() {
    const page = await open(1366, 768);
    await page.getByLabel('ログインID').focus();
    await page.keyboard.type('tanaka');
    await page.keyboard.press('Tab');
    await page.keyboard.type('demo');
    await page.keyboard.press('Enter');
    await page.getByLabel('確認コード').waitFor();
    await page.keyboard.type('123456');
    await page.keyboard.press('Enter');
    await row(page, 'はな').waitFor();
    const pressUntil = async (is) => {
      for (let presses = 0; presses < 40; presses += 1) {
        if (await page.evaluate(is)) return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`never reached ${is}`);
    };
    await pressUntil("document.activeElement?.matches('[data-conversation]') && document.activeElement.textContent.includes('はな')");
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '対応する', exact: true }).waitFor();
    await pressUntil("document.activeElement?.textContent === '対応する'");
    await page.keyboard.press('Enter');
    await reply(page, 'はな').waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    await page.keyboard.type('田中です。声を出さずに、ここで話せます。');
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-send-state=accepted]').last().waitFor();
    await page.context().close();
  },
};

let failed = 0;
const page = await signIn(await open(1366, 768), 'sato');
for (const [name, story] of Object.entries(stories)) {
  try {
    await story(page);
    console.log(`ok   ${name}`);
  } catch (failure) {
    failed += 1;
    console.log(`FAIL ${name}\n     ${String(failure.message).split('\n').slice(0, 6).join('\n     ')}`);
    await page.screenshot({ path: `/tmp/console-failed-${failed}.png` });
  }
}
await close();
for (const fault of new Set(faults)) console.log(`page: ${fault}`);
const total = Object.keys(stories).length;
console.log(`${total - failed} passed, ${failed + faults.length} failed`);
process.exit(failed + faults.length > 0 ? 1 : 0);
