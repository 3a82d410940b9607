// The second door when somebody else gets hold of the screen: her safe word on the page, and a phone that slept.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, picture, violationsOf } from './browser.mjs';
import { bubbles, chatPhone, write } from './chat-page.mjs';
import { Town, newestSeq, until } from './support.mjs';

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

test('her safe word takes the talk off the page, and nothing there leads back to it until staff end that', async () => {
    const page = await chatPhone(browser);
    await page.goto(`${town.base}/chat/mirai`);
    await write(page, '夫から逃げたいです');
    await until('the bot answers', async () => (await bubbles(page, 'bot')).length > 0);
    await write(page, '人と話したい');
    const staff = await town.onDuty('yamada');
    const { id } = await until('she waits', async () =>
        (await staff.call('GET', '/conversations?holder=queue&limit=100')).body.items.find((item) => item.last_message?.text === '人と話したい'));
    await staff.call('POST', `/conversations/${id}/claim`, {});
    await staff.call('PUT', `/conversations/${id}/safe-contact`, { may_push: false, channel: '', when: '', safe_word: '青い傘', if_other_answers: '', hours: [] });
    await staff.call('POST', `/conversations/${id}/messages`, { text: '今夜の行き先を一緒に考えましょう' });
    await page.locator('#talk').getByText('今夜の行き先').waitFor();

    await write(page, '青い傘');
    await page.locator('#talk').getByText('くらしのお知らせ').waitFor();
    await until('only the harmless words are left', async () => (await page.locator('#talk .bubble').allInnerTexts()).length === 1);
    const shown = await page.locator('body').innerText();
    for (const word of ['夫', '逃げ', '行き先', '青い傘', '山田', '相談', 'コード']) assert.ok(!shown.includes(word), `${word} is still on the screen`);
    await picture(page, 'webchat-safe-word');
    assert.deepEqual(await violationsOf(page), []);
    await write(page, 'だれと話してるの');
    await page.locator('#talk').getByText('だれと話してるの').waitFor();

    await staff.call('POST', `/conversations/${id}/disguise/end`, { reason: '電話で確かめた', seen_seq: await newestSeq(staff, id) });
    await staff.call('POST', `/conversations/${id}/messages`, { text: 'おかえりなさい' });
    await page.locator('#talk').getByText('おかえりなさい').waitFor();
    await page.getByRole('button', { name: '続きを話すためのコード' }).waitFor();
    assert.deepEqual(page.wrong, []);
    await page.context().close();
});

test('left alone after her safe word, the page asks nothing and tells of no code: it goes to the weather', async () => {
    const page = await chatPhone(browser);
    await page.clock.install();
    await page.goto(`${town.base}/chat/mirai`);
    await write(page, '人と話したい');
    const staff = await town.onDuty('sato');
    const { id } = await until('she waits', async () =>
        (await staff.call('GET', '/conversations?holder=queue&limit=100')).body.items.find((item) => item.last_message?.text === '人と話したい'));
    await staff.call('PUT', `/conversations/${id}/safe-contact`, { may_push: false, channel: '', when: '', safe_word: '青い傘', if_other_answers: '', hours: [] });
    await write(page, '青い傘');
    await page.locator('#talk').getByText('くらしのお知らせ').waitFor();
    await page.clock.fastForward('19:30');
    assert.equal(await page.locator('#idle-warning').isVisible(), false);
    const shown = await page.locator('body').innerText();
    for (const word of ['コード', '控え', 'やりとりをかくします']) assert.ok(!shown.includes(word), `${word} is on the screen`);
    await page.clock.fastForward('01:00');
    await page.waitForURL(/jma\.go\.jp/);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
});

test('a phone that slept shows the talk to nobody, however quickly it is touched', async () => {
    for (const touch of [(page) => page.locator('#main').dispatchEvent('touchstart'), (page) => page.keyboard.press('a')]) {
        const page = await chatPhone(browser);
        await page.clock.install();
        await page.goto(`${town.base}/chat/mirai`);
        await write(page, '家賃が払えません');
        await until('the bot answers', async () => (await bubbles(page, 'bot')).length > 0);
        await page.clock.pauseAt(new Date(Date.now() + 60_000));  // a phone asleep runs no timer
        await page.clock.setSystemTime(new Date(Date.now() + 3 * 3_600_000));
        await touch(page);
        await page.getByRole('button', { name: 'はじめの画面へ' }).waitFor();
        assert.equal(await page.locator('#talk .line').count(), 0);
        await page.context().close();
    }
});
