// The second door where the network is bad: in a tunnel, behind a proxy without WebSocket, with a page whose words come late.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, picture } from './browser.mjs';
import { bubbles, chatPhone, write } from './chat-page.mjs';
import { everyConversation, Town, until, wholeLog } from './support.mjs';

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
const phone = (how = {}) => chatPhone(browser, how);

test('what she taps before the words of the page are there is answered when they come', async () => {
    const page = await phone();
    let arrive;
    const held = new Promise((resolve) => { arrive = resolve; });
    await page.route('**/words?*', async (route) => { await held; return route.continue(); });
    await page.goto(`${town.base}/chat/mirai`);
    await page.getByRole('button', { name: '続きを話すためのコード' }).click();
    assert.equal(await page.locator('#problem').isVisible(), false);
    arrive();
    await page.getByText('ひとこと書いたあとに').waitFor();
    assert.deepEqual(page.wrong, []);
    await page.context().close();
});

test('words that cannot be had are told of, asked for again, and not waited for', async () => {
    const page = await phone();
    let refused = 0;
    await page.route('**/words?*', (route) => (refused += 1) < 3 ? route.abort() : route.continue());
    await page.goto(`${town.base}/chat/mirai`);
    await page.locator('#problem').waitFor();
    assert.match(await page.locator('#problem').innerText(), /つなが/);
    await picture(page, 'webchat-no-words');
    await write(page, '家賃が払えません');
    await until('the bot answers all the same', async () => (await bubbles(page, 'bot')).length > 0);
    await page.getByText('受け取りました').first().waitFor();  // said in words that have come meanwhile
    assert.equal(refused, 3);
    assert.equal(await page.locator('#problem').isVisible(), false);
    await page.context().close();
});

test('a language chosen in a tunnel is told to the bot, too, and one chosen while her first words are on their way', async () => {
    const yamada = await town.onDuty('yamada');
    const page = await phone();
    await page.goto(`${town.base}/chat/mirai`);
    let goOn;
    const isFree = new Promise((tell) => { goOn = tell; });
    await page.route('**/messages', async (route) => { await isFree; return route.continue(); });
    await write(page, 'はじめまして');
    await until('her first words are on their way', () => page.locator('#language option').count());
    await page.locator('#language').selectOption('en');
    await page.getByRole('button', { name: 'Send' }).waitFor();
    const known = new Set((await everyConversation(yamada)).map(({ id }) => id));
    goOn();
    const row = await until('the bot speaks English', async () => (await everyConversation(yamada)).find(({ id, language }) => !known.has(id) && language === 'en'));
    await page.unrouteAll({ behavior: 'ignoreErrors' });

    let torn = 0;
    await page.route('**/messages', (route) => { torn += 1; return torn < 2 ? route.abort() : route.continue(); });
    await page.locator('#language').selectOption('vi');
    await until('the bot speaks Vietnamese', async () => (await yamada.call('GET', `/conversations/${row.id}`)).body.language === 'vi');
    const log = await wholeLog(yamada, row.id);
    assert.equal(log.filter(({ kind, text }) => kind === 'inbound' && text === 'Tiếng Việt').length, 1);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
});

test('what is still on its way when she leaves in a hurry arrives with her leaving, once', async () => {
    const page = await phone();
    await page.goto(`${town.base}/chat/mirai`);
    await write(page, '家賃が払えません');
    await until('the bot answers', async () => (await bubbles(page, 'bot')).length > 0);
    await page.route('**/messages', () => {});  // swallowed: it never comes to an answer
    await write(page, '夫が帰ってきました');
    await write(page, 'また書きます');
    await page.getByRole('button', { name: 'すぐに閉じる' }).click();
    await page.waitForURL((url) => !url.href.startsWith(town.base));
    const staff = await town.signIn('yamada');
    const hers = async () => {
        for (const { id } of await everyConversation(staff)) {
            const said = (await wholeLog(staff, id)).filter((entry) => entry.kind === 'inbound').map((entry) => entry.text);
            if (said.includes('夫が帰ってきました')) return said;
        }
        return null;
    };
    await until('both are in the record', async () => (await hers())?.includes('また書きます'));
    assert.deepEqual((await hers()).slice(-2), ['夫が帰ってきました', 'また書きます']);
    await page.context().close();
});

test('what is on its way when the page hides itself still arrives, and she is told when', async () => {
    const page = await phone();
    await page.clock.install();
    await page.goto(`${town.base}/chat/mirai`);
    await write(page, '家賃が払えません');
    await until('the bot answers', async () => (await bubbles(page, 'bot')).length > 0);
    await page.context().setOffline(true);
    await write(page, 'トンネルの中で書きました');
    await page.locator('#talk').getByText('まだ送れていません').waitFor();
    await page.clock.fastForward('25:00');
    await page.getByText('最後に書いた言葉は、まだ届いていません').waitFor();
    assert.equal(await page.locator('#talk').innerText(), '', 'nothing of the talk is left to read');
    await picture(page, 'webchat-locked-unsent');
    await page.context().setOffline(false);
    await until('the line is gone', async () => {
        await page.clock.runFor(5_000);  // the page's own clock, for its next try
        return !(await page.locator('#locked-unsent').isVisible());
    });
    const staff = await town.onDuty('yamada');
    await until('it is in the record, once', async () => {
        const { items } = (await staff.call('GET', '/conversations?holder=bot&limit=100')).body;
        return items.filter((item) => item.last_message?.text === 'トンネルの中で書きました').length === 1;
    });
    await page.context().close();
});

test('what waited in a tunnel goes when the network is back, not at its next try', async () => {
    const page = await phone();
    await page.goto(`${town.base}/chat/mirai`);
    await write(page, '家賃が払えません');
    await until('the bot answers', async () => (await bubbles(page, 'bot')).length > 0);
    await page.context().setOffline(true);
    await write(page, '長いトンネルの中です');
    await page.locator('#talk').getByText('まだ送れていません').waitFor();
    await page.evaluate(() => { for (let id = setTimeout(() => {}, 0); id > 0; id -= 1) clearTimeout(id); });  // no next try comes
    await page.context().setOffline(false);
    const staff = await town.onDuty('yamada');
    await until('it is in the record', async () => {
        const { items } = (await staff.call('GET', '/conversations?holder=bot&limit=100')).body;
        return items.some((item) => item.last_message?.text === '長いトンネルの中です');
    });
    await page.context().close();
});

test('without WebSocket it asks again and again; a message lost on the way is sent once', async () => {
    const page = await phone();
    await page.addInitScript(() => { delete globalThis.WebSocket; });
    await page.goto(`${town.base}/chat/mirai`);
    let lost = 0;
    await page.route('**/messages', async (route) => {
        if (lost > 0) return route.continue();
        lost += 1;
        await route.fetch();  // it arrives, and the answer is lost
        return route.abort();
    });
    await write(page, '電波がわるいです');
    await page.getByText('まだ送れていません。書いたものはこの画面に残っています').waitFor();
    await page.getByText('受け取りました').first().waitFor();
    await until('the bot answers', async () => (await bubbles(page, 'bot')).length > 0);
    assert.deepEqual(await bubbles(page, 'me'), ['電波がわるいです']);
    assert.equal(lost, 1);
    await write(page, '人と話したい');
    await page.getByText('相談員の順番待ちです').waitFor();
    assert.equal((await bubbles(page, 'me')).length, 2);
    const staff = await town.onDuty('sato');
    const rows = (await staff.call('GET', '/conversations?holder=queue')).body.items;
    const id = await until('her row', async () => {
        for (const row of rows) {
            const log = (await staff.call('GET', `/conversations/${row.id}/messages`)).body.items;
            const said = log.filter((entry) => entry.text === '電波がわるいです').length;
            if (said) { assert.equal(said, 1); return row.id; }
        }
        return null;
    });
    await staff.call('POST', `/conversations/${id}/claim`, {});
    await staff.call('POST', `/conversations/${id}/messages`, { text: '佐藤です。届いています。' });
    await page.getByText('佐藤です。届いています。').waitFor();
    await page.context().close();
});

test('a line that died without a word is opened anew, and the answer comes', async () => {
    const page = await phone();
    let opened = 0;
    let isFirstDead = false;
    await page.routeWebSocket('**/live', (here) => {
        const there = here.connectToServer();
        opened += 1;
        const mine = opened;
        here.onMessage((message) => there.send(message));
        there.onMessage((message) => { if (mine > 1 || !isFirstDead) here.send(message); });
    });
    await page.clock.install();
    await page.goto(`${town.base}/chat/mirai`);
    await write(page, '人と話したい');
    await page.getByText('相談員の順番待ちです').waitFor();
    isFirstDead = true;
    const staff = await town.onDuty('yamada');
    const { id } = await until('she waits', async () =>
        (await staff.call('GET', '/conversations?holder=queue&limit=100')).body.items.find((item) => item.last_message?.text === '人と話したい'));
    await staff.call('POST', `/conversations/${id}/claim`, {});
    await staff.call('POST', `/conversations/${id}/messages`, { text: '届きましたか、山田です' });
    assert.equal(opened, 1);
    await page.clock.fastForward('01:00');
    await page.getByText('届きましたか、山田です').waitFor();
    assert.equal(opened, 2);
    await page.context().close();
});

test('where something on the way swallows the line, she waits for the answer no longer than it takes to notice', async () => {
    const page = await phone();
    await page.routeWebSocket('**/live', () => {});  // opens, and nobody ever speaks
    await page.clock.install();
    await page.goto(`${town.base}/chat/mirai`);
    await write(page, '家賃が払えません');
    await page.getByText('受け取りました').first().waitFor();
    await page.clock.fastForward('00:08');
    await until('the bot answers', async () => (await bubbles(page, 'bot')).length > 0, 5_000);
    await page.context().close();
});
