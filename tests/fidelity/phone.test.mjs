// The phone page in Chromium, as whoever practises with it uses it.
import { messagingApi } from '@line/bot-sdk';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { accessToken, Bot, Sandbox } from './support.mjs';

let bot, sandbox, client, browser, context, problems;

before(async () => {
    bot = await Bot.start();
    sandbox = await Sandbox.start({ webhook: bot.url });
    client = new messagingApi.MessagingApiClient({ channelAccessToken: accessToken, baseURL: sandbox.base });
    browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
});
after(async () => {
    await browser?.close();
    await sandbox?.stop();
    await bot?.stop();
});
beforeEach(async () => {
    await sandbox.reset();
    bot.events.length = 0;
    problems = [];
    context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'ja-JP' });
    context.setDefaultTimeout(10_000);
});
afterEach(async () => {
    await context.close();
    assert.deepEqual(problems, [], 'the page complained, broke its CSP or asked somebody else');
});

async function open(query = '', at = context) {
    const page = await at.newPage();
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('request', (request) => {
        const own = [sandbox.base, sandbox.base.replace('http', 'ws'), 'data:', 'blob:'];
        if (!own.some((start) => request.url().startsWith(start))) problems.push(`asked ${request.url()}`);
    });
    await page.goto(`${sandbox.base}/phone/${query}`);
    return page;
}

const phoneOf = (page, person) => page.locator(`[data-phone="${person}"]`);
const field = (place) => place.getByLabel('メッセージを入力');
const text = (words, actions) => ({
    type: 'text', text: words,
    ...(actions && { quickReply: { items: actions.map((action) => ({ type: 'action', action })) } }),
});
const push = (person, ...messages) => client.pushMessage({ to: person, messages });
const said = (action) => ({ type: 'message', label: action, text: action });

/** A person with her phone open. */
async function opened(name = 'さくら') {
    const person = await sandbox.person(name);
    const page = await open(`?person=${person}`);
    const phone = phoneOf(page, person);
    await field(phone).waitFor();
    return { person, page, phone };
}

test('make a person: she follows, the page says it is not LINE, and a reload shows her again', async () => {
    const page = await open();
    await page.getByRole('heading', { name: 'LINEの代わり（練習用）' }).waitFor();
    await page.getByLabel('表示名').fill('さくら');
    await page.getByLabel('電話の言葉').selectOption('vi');
    await page.getByRole('button', { name: 'この人で友だち追加する' }).click();
    const [follow] = await bot.wait((event) => event.type === 'follow');
    const person = follow.source.userId;
    await field(phoneOf(page, person)).waitFor();
    assert.equal((await client.getProfile(person)).language, 'vi');
    await page.reload();
    await phoneOf(page, person).getByText('友だちに追加しました').waitFor();
});

test('who opens it for the first time only has to tap: a name nobody has is there', async () => {
    const sakura = await sandbox.person('さくら');
    const page = await open();
    const suggested = await page.getByLabel('表示名').inputValue();
    assert.notEqual(suggested, '');
    assert.notEqual(suggested, 'さくら');
    await page.getByRole('button', { name: 'この人で友だち追加する' }).click();
    const [follow] = await bot.wait((event) => event.type === 'follow' && event.source.userId !== sakura);
    const person = follow.source.userId;
    await field(phoneOf(page, person)).waitFor();
    assert.equal((await client.getProfile(person)).displayName, suggested);
});

describe('writing', () => {
    test('Enter sends, Shift+Enter breaks the line, nothing but spaces is not sent', async () => {
        const { page, phone } = await opened();
        await field(phone).pressSequentially('一行目');
        await page.keyboard.press('Shift+Enter');
        await page.keyboard.type('二行目');
        await page.keyboard.press('Enter');
        await bot.text('一行目\n二行目');
        await phone.locator('[data-from=person] .bubble').getByText('二行目').waitFor();
        assert.equal(await field(phone).inputValue(), '');
        await field(phone).fill('   ');
        await page.keyboard.press('Enter');
        await field(phone).fill('次');
        await page.keyboard.press('Enter');
        await bot.text('次');
        assert.equal(bot.events.filter((event) => event.type === 'message').length, 2);
    });

    test('the Enter that ends a conversion of the input method sends nothing', async () => {
        const { page, phone } = await opened();
        const devtools = await context.newCDPSession(page);
        await field(phone).focus();
        await devtools.send('Input.imeSetComposition', { text: 'そうだん', selectionStart: 4, selectionEnd: 4 });
        const heard = await page.evaluate(() => new Promise((done) => {
            const look = (event) => done({ key: event.key, composing: event.isComposing, prevented: event.defaultPrevented });
            document.addEventListener('keydown', look, { once: true });
            document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
        }));
        assert.deepEqual(heard, { key: 'Enter', composing: true, prevented: false });
        await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', windowsVirtualKeyCode: 229, code: 'Enter' });
        await devtools.send('Input.insertText', { text: '相談' });
        assert.equal(await field(phone).inputValue(), '相談');
        await page.keyboard.press('Enter');
        await bot.text('相談');
        assert.equal(bot.events.filter((event) => event.type === 'message').length, 1);
    });

    test('ten quick messages keep their order, also when the first is slow on its way', async () => {
        const { person, page, phone } = await opened();
        let held = false;
        await page.route('**/send', async (route) => {
            if (!held) await ((held = true), new Promise((next) => setTimeout(next, 300)));
            await route.continue();
        });
        await field(phone).focus();
        for (let i = 0; i < 10; ++i) {
            await page.keyboard.type(`${i}`);
            await page.keyboard.press('Enter');
        }
        await bot.text('9');
        const { entries } = await sandbox.transcript(person);
        assert.equal(entries.filter((entry) => entry.kind === 'message').map((entry) => entry.content.text).join(''), '0123456789');
    });
});

describe('quick replies', () => {
    test('a tap says the words, and they vanish', async () => {
        const { person, phone } = await opened();
        await push(person, text('どれですか', [said('お金のこと'), said('わからない')]));
        await phone.getByRole('button', { name: 'わからない' }).click();
        await bot.text('わからない');
        await phone.locator('.quick-reply').first().waitFor({ state: 'detached' });
        await phone.locator('[data-from=person] .bubble').getByText('わからない').waitFor();
    });

    test('they vanish with a newer message, also of the bot; only the last message has them', async () => {
        const { person, phone } = await opened();
        await push(person, text('一', [said('古い')]), text('二', [said('新しい')]));
        await phone.getByRole('button', { name: '新しい' }).waitFor();
        assert.equal(await phone.locator('.quick-reply').count(), 1);
        await push(person, text('三'));
        await phone.locator('.quick-reply').waitFor({ state: 'detached' });
    });

    test('a postback without words shows nothing and still vanishes; with words it shows them', async () => {
        const { person, phone } = await opened();
        await push(person, text('よいですか', [{ type: 'postback', label: 'はい', data: 'ok=1' }]));
        await phone.getByRole('button', { name: 'はい' }).click();
        const [silent] = await bot.wait((event) => event.postback?.data === 'ok=1');
        assert.equal(silent.message, undefined);
        await phone.locator('.quick-reply').waitFor({ state: 'detached' });
        await push(person, text('もう一度', [{ type: 'postback', label: 'はい', data: 'ok=2', displayText: 'はい、お願いします' }]));
        await phone.getByRole('button', { name: 'はい' }).click();
        await phone.locator('[data-from=person]').getByText('はい、お願いします').waitFor();
    });

    test('a date is picked and sent', async () => {
        const { person, page, phone } = await opened();
        await push(person, text('いつですか', [{ type: 'datetimepicker', label: '日を選ぶ', data: 'when', mode: 'date', min: '2026-11-01' }]));
        await phone.getByRole('button', { name: '日を選ぶ' }).click();
        await page.locator('dialog input').fill('2026-11-28');
        await page.getByRole('button', { name: '決定' }).click();
        const [{ postback }] = await bot.wait((event) => event.type === 'postback');
        assert.deepEqual(postback, { data: 'when', params: { date: '2026-11-28' } });
    });

    test('no call is made from here', async () => {
        const { person, page, phone } = await opened();
        await push(person, text('電話もできます', [{ type: 'uri', label: '電話する', uri: 'tel:0' }]));
        await phone.getByRole('button', { name: '電話する' }).click();
        await page.getByText('電話はかかりません').waitFor();
    });
});

test('the loading animation shows and ends with the next message', async () => {
    const { person, phone } = await opened();
    await client.showLoadingAnimation({ chatId: person, loadingSeconds: 60 });
    const loading = phone.getByLabel('相手が入力しています');
    await loading.waitFor();
    await push(person, text('お待たせしました'));
    await phone.getByText('お待たせしました').waitFor();
    await loading.waitFor({ state: 'hidden' });
});

test('a sticker carries its words, a picture its bytes, and the place is only a sample', async () => {
    const { phone } = await opened();
    await phone.getByRole('button', { name: 'スタンプ', exact: true }).click();
    await phone.getByRole('button', { name: 'スタンプ つらい' }).click();
    const [sticker] = await bot.wait((event) => event.message?.type === 'sticker');
    assert.ok(sticker.message.keywords.includes('つらい'));
    const picture = await phone.screenshot();
    await phone.locator('input[data-kind=image]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: picture });
    const [image] = await bot.wait((event) => event.message?.type === 'image');
    const content = await sandbox.platform('GET', `/v2/bot/message/${image.message.id}/content`);
    assert.deepEqual(Buffer.from(await content.arrayBuffer()), picture);
    await phone.locator('img.picture').waitFor();
    await phone.getByRole('button', { name: '画像や位置情報を送る' }).click();
    await phone.getByRole('button', { name: '位置情報（見本）' }).click();
    await bot.wait((event) => event.message?.type === 'location');
});

test('take back an own message: it is gone here and the bot is told', async () => {
    const { person, phone } = await opened();
    const { id } = await sandbox.say(person, 'やっぱりやめます');
    const row = phone.locator(`[data-message-id="${id}"]`);
    await row.hover();
    await row.getByLabel('このメッセージの操作').click();
    await row.getByRole('button', { name: '送信を取り消す' }).click();
    await bot.wait((event) => event.unsend?.messageId === id);
    await phone.getByText('メッセージの送信を取り消しました').waitFor();
    assert.equal(await phone.getByText('やっぱりやめます').count(), 0);
});

test('a reply to a message of the bot names it', async () => {
    const { person, page, phone } = await opened();
    const { sentMessages } = await push(person, text('どこでお困りですか'));
    const row = phone.locator(`[data-message-id="${sentMessages[0].id}"]`);
    await row.hover();
    await row.getByLabel('このメッセージの操作').click();
    await row.getByRole('button', { name: 'リプライ' }).click();
    await page.keyboard.type('ここです');
    await page.keyboard.press('Enter');
    assert.equal((await bot.text('ここです')).message.quotedMessageId, sentMessages[0].id);
    await phone.locator('[data-from=person] .quoted').getByText('どこでお困りですか').waitFor();
});

test('read marks appear when the bot sets them', async () => {
    const { person, phone } = await opened();
    await sandbox.say(person, '読んでください');
    const { message } = await bot.text('読んでください');
    assert.equal(await phone.getByText('既読').count(), 0);
    await client.markMessagesAsReadByToken({ markAsReadToken: message.markAsReadToken });
    await phone.getByText('既読').waitFor();
});

test('block: nothing more comes; unblock: it goes on', async () => {
    const { person, page, phone } = await opened();
    await phone.getByLabel('メニュー').click();
    await phone.getByRole('button', { name: 'ブロックする' }).click();
    await bot.wait((event) => event.type === 'unfollow');
    await field(phone).waitFor({ state: 'detached' });
    await push(person, text('見えません'));
    await phone.getByRole('button', { name: 'ブロックを解除する' }).click();
    await bot.wait((event) => event.follow?.isUnblocked);
    await push(person, text('おかえりなさい'));
    await phone.getByText('おかえりなさい').waitFor();
    assert.equal(await page.getByText('見えません').count(), 0);
});

test('several people side by side: each sees only her own chat', async () => {
    const [sakura, momo] = [await sandbox.person('さくら'), await sandbox.person('もも')];
    const wide = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await open(`?person=${sakura}&person=${momo}`, wide);
    await push(sakura, text('さくらさんへ'));
    await push(momo, text('ももさんへ'));
    await phoneOf(page, sakura).getByText('さくらさんへ').waitFor();
    await phoneOf(page, momo).getByText('ももさんへ').waitFor();
    assert.equal(await page.getByText('さくらさんへ').count(), 1);
    assert.equal(await page.getByText('ももさんへ').count(), 1);
    await page.getByRole('button', { name: '電話をふやす' }).click();
    await page.getByRole('button', { name: /さくら/ }).waitFor();
    assert.equal(await page.locator('.phone').count(), 3);
    await wide.close();
});

test('buttons, a carousel and a flex message can be read and tapped', async () => {
    const { person, phone } = await opened();
    const act = (label) => ({ type: 'postback', label, data: label, displayText: label });
    await push(person,
        { type: 'template', altText: 'a', template: { type: 'confirm', text: '続けますか', actions: [act('続ける'), act('やめる')] } },
        { type: 'template', altText: 'b', template: { type: 'carousel', columns: [{ text: '交流会', actions: [act('申し込む')] }, { text: '講座', actions: [act('見る')] }] } },
        { type: 'flex', altText: 'c', contents: { type: 'bubble', body: { type: 'box', layout: 'vertical', contents: [{ type: 'text', text: '手当のご案内', wrap: true }, { type: 'button', action: act('聞く') }] } } });
    for (const label of ['続ける', '申し込む', '聞く']) {
        await phone.getByRole('button', { name: label }).click();
        await bot.wait((event) => event.postback?.data === label);
    }
    await phone.getByText('手当のご案内').waitFor();
});

test('a rich menu: places to tap, another menu by its alias', async () => {
    const { person, phone } = await opened();
    const area = (action) => ({ bounds: { x: 0, y: 0, width: 2500, height: 843 }, action });
    const make = async (name, action) => {
        const { richMenuId } = await client.createRichMenu({ size: { width: 2500, height: 843 }, selected: true, name, chatBarText: name, areas: [area(action)] });
        const image = await phone.page().screenshot({ clip: { x: 0, y: 0, width: 400, height: 135 } });  // any picture will do
        await sandbox.platform('POST', `/v2/bot/richmenu/${richMenuId}/content`, { body: image, headers: { 'content-type': 'image/png' } });
        return richMenuId;
    };
    const first = await make('はじめ', { type: 'richmenuswitch', label: 'つぎへ', richMenuAliasId: 'second', data: 'to=second' });
    const second = await make('つぎ', { type: 'message', label: '相談する', text: '相談したいです' });
    await client.createRichMenuAlias({ richMenuAliasId: 'second', richMenuId: second });
    await client.linkRichMenuIdToUser(person, first);
    await phone.getByRole('button', { name: 'つぎへ' }).click();
    const [{ postback }] = await bot.wait((event) => event.type === 'postback');
    assert.deepEqual(postback.params, { status: 'SUCCESS', newRichMenuAliasId: 'second' });
    await phone.getByRole('button', { name: '相談する' }).click();
    await bot.text('相談したいです');
});

test('text of a stranger is text: no markup, no script', async () => {
    const { person, phone } = await opened('<b onclick=x>太字</b>');
    await push(person, text('<img src=x onerror=alert(1)><script>alert(1)</script>'));
    await phone.getByText('<img src=x onerror=alert(1)>').waitFor();
    assert.equal(await phone.locator('.bubble img, .bubble script').count(), 0);
});

test('the sandbox goes and comes back: the page says so, catches up and goes on', async () => {
    const page_of_restart = await Sandbox.start({ webhook: bot.url });
    const page = await context.newPage();
    try {
        const data = ['--data', join(page_of_restart.folder, 'journal.jsonl')];
        await page_of_restart.end();
        await page_of_restart.run(data);
        const { port } = new URL(page_of_restart.base);
        const person = await page_of_restart.person('さくら');
        await page.goto(`${page_of_restart.base}/phone/?person=${person}`);
        await field(phoneOf(page, person)).waitFor();
        await page_of_restart.end();
        await page.getByText('つながっていません').waitFor();
        await page_of_restart.run([...data, '--listen', `127.0.0.1:${port}`]);
        await page_of_restart.say(person, 'ただいま');
        await phoneOf(page, person).getByText('ただいま').waitFor();
        await page.getByText('つながっていません').waitFor({ state: 'hidden' });
    } finally {
        await page.close();
        await page_of_restart.stop();
    }
});
