// The main job: a mother writes on the phone, the bot listens, a counselor takes over in a browser, talks, and gives back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openConsole, openPhone, picture } from './browser.mjs';
import { Town, password, repository, until } from './support.mjs';

let town;
let browser;
before(async () => {
    town = await Town.start();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

/** The README's picture: the phone beside the console. */
async function sideBySide(shots) {
    const page = await browser.newPage({ viewport: { width: 1700, height: 820 } });
    const [left, right] = shots.map((shot) => `data:image/png;base64,${shot.toString('base64')}`);
    await page.setContent(`<body style="margin:20px;display:flex;gap:20px;background:#e8eaee;align-items:flex-start">
        <img src="${left}" style="height:768px;border-radius:12px"><img src="${right}" style="height:718px;border-radius:12px"></body>`);
    await picture(page, 'side-by-side');
    await page.close();
}

test('from the first word to a counselor and back to the bot', async () => {
    const mother = await town.person('はな');
    const phone = await openPhone(browser, town, 'はな');

    // The bot answers, and listens first.
    await town.say(mother, '家賃が払えなくて困っています');
    await until('the bot answers', async () => (await town.shown(mother)).length > 0);
    const greeting = (await town.shown(mother)).join('\n');
    assert.match(greeting, /無料/);
    await town.say(mother, '人と話したい');
    await until('she is told her place', async () => (await town.shown(mother)).length >= 2);

    // A counselor signs in, goes on duty, sees her in the queue and takes over.
    const console_ = await openConsole(browser, town, 'yamada');
    await console_.getByText('離席').first().waitFor();
    await console_.getByRole('switch').first().click({ force: true });
    await console_.getByText('人と話したい').first().waitFor();
    await picture(console_, 'console-queue');
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
    await picture(console_, 'console-conversation');
    await sideBySide([await phone.screenshot(), await console_.screenshot()]);
    await console_.setViewportSize({ width: 390, height: 844 });
    await picture(console_, 'console-phone');
    await console_.setViewportSize({ width: 1366, height: 768 });

    // Back to the bot, which says so and listens.
    await console_.getByRole('button', { name: 'ボットに戻す' }).click();
    await console_.getByRole('dialog').getByRole('button', { name: 'ボットに戻す' }).click();
    await until('the bot says that it is back', async () => (await town.shown(mother)).length > before_);
    const answered = (await town.shown(mother)).length;
    await town.say(mother, 'もうひとつ聞きたいことがあります');
    await until('the bot listens again', async () => (await town.shown(mother)).length > answered);

    await phone.getByText('もうひとつ聞きたいことがあります').first().waitFor();
    await picture(phone, 'phone');
    assert.deepEqual([...phone.violations, ...console_.violations], []);
    const requests = town.validateRequests();
    assert.ok(requests.ok, requests.text);
    console.log(requests.text.trim());
});
