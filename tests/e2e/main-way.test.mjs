// The main job: a mother writes on the phone, the bot listens, a counselor takes over in a browser, talks, and gives back.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Town, password, repository, until } from './support.mjs';

const pictures = join(repository, 'build/screenshots');
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];

let town;
let browser;
before(async () => {
    mkdirSync(pictures, { recursive: true });
    town = await Town.start();
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet });
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

async function signIn(page, login) {
    await page.goto(`${town.base}/console/?desk=mirai`);
    await page.getByLabel('窓口ID').fill('mirai');
    await page.getByLabel('ログインID').fill(login);
    await page.getByLabel('パスワード').fill(password);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByText('待っている人').first().waitFor();
}

/** The README's picture: the phone beside the console. */
async function sideBySide(shots) {
    const page = await browser.newPage({ viewport: { width: 1700, height: 820 } });
    const [left, right] = shots.map((shot) => `data:image/png;base64,${shot.toString('base64')}`);
    await page.setContent(`<body style="margin:20px;display:flex;gap:20px;background:#e8eaee;align-items:flex-start">
        <img src="${left}" style="height:768px;border-radius:12px"><img src="${right}" style="height:718px;border-radius:12px"></body>`);
    await page.screenshot({ path: join(pictures, 'side-by-side.png') });
    await page.close();
}

test('from the first word to a counselor and back to the bot', async () => {
    const phone = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'ja-JP' });
    const violations = [];
    for (const page of [phone]) page.on('console', (line) => line.text().includes('Content Security Policy') && violations.push(line.text()));
    const mother = await town.person('はな');
    await phone.goto(`${town.line}/phone/`);
    await phone.getByText('はな').first().click();

    // The bot answers, and listens first.
    await town.say(mother, '家賃が払えなくて困っています');
    await until('the bot answers', async () => (await town.shown(mother)).length > 0);
    const greeting = (await town.shown(mother)).join('\n');
    assert.match(greeting, /無料/);
    await town.say(mother, '人と話したい');
    await until('she is told her place', async () => (await town.shown(mother)).length >= 2);

    // A counselor signs in, goes on duty, sees her in the queue and takes over.
    const desk = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'ja-JP' });
    const console_ = await desk.newPage();
    console_.on('console', (line) => line.text().includes('Content Security Policy') && violations.push(line.text()));
    await signIn(console_, 'yamada');
    await console_.getByText('離席').first().waitFor();
    await console_.getByRole('switch').first().click({ force: true });
    await console_.getByText('人と話したい').first().waitFor();
    await console_.screenshot({ path: join(pictures, 'console-queue.png') });
    await console_.locator('[data-conversation]').first().click();
    await console_.getByRole('button', { name: '対応する' }).click();
    await console_.getByText('あなたが担当').first().waitFor();
    await console_.getByText('家賃が払えなくて困っています').first().waitFor();

    // Enter makes a line break, confirming kanji never sends, Ctrl+Enter sends.
    const box = console_.getByRole('textbox', { name: /返信/ });
    await box.fill('こんにちは。山田です。');
    await box.press('Enter');
    await box.pressSequentially('お話を聞かせてください。');
    assert.equal(await box.inputValue(), 'こんにちは。山田です。\nお話を聞かせてください。');
    await box.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, ctrlKey: true, isComposing: true, bubbles: true });
    assert.notEqual(await box.inputValue(), '');
    await box.press('Control+Enter');
    await until('her phone shows the counselor', async () => (await town.shown(mother)).some((text) => text.includes('お話を聞かせてください')));
    assert.equal(await box.inputValue(), '');

    // She answers; the counselor sees it without reloading, and the bot stays silent.
    const before_ = (await town.shown(mother)).length;
    await town.say(mother, 'ありがとうございます。子どもが二人います');
    await console_.getByText('ありがとうございます。子どもが二人います').first().waitFor();
    assert.equal((await town.shown(mother)).length, before_);
    await console_.screenshot({ path: join(pictures, 'console-conversation.png') });
    await sideBySide([await phone.screenshot(), await console_.screenshot()]);
    await console_.setViewportSize({ width: 390, height: 844 });
    await console_.screenshot({ path: join(pictures, 'console-phone.png') });
    await console_.setViewportSize({ width: 1366, height: 768 });

    // Back to the bot, which says so and listens.
    await console_.getByRole('button', { name: 'ボットに戻す' }).click();
    await console_.getByRole('dialog').getByRole('button', { name: 'ボットに戻す' }).click();
    await until('the bot says that it is back', async () => (await town.shown(mother)).length > before_);
    const answered = (await town.shown(mother)).length;
    await town.say(mother, 'もうひとつ聞きたいことがあります');
    await until('the bot listens again', async () => (await town.shown(mother)).length > answered);

    await phone.getByText('もうひとつ聞きたいことがあります').first().waitFor();
    await phone.screenshot({ path: join(pictures, 'phone.png') });
    assert.deepEqual(violations, []);
    const requests = town.validateRequests();
    assert.ok(requests.ok, requests.text);
    console.log(requests.text.trim());
});
