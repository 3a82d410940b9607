// LINE's official SDK drives the sandbox: whoever can talk to one can talk to the other.
import { channelAccessToken, HTTPFetchError, messagingApi } from '@line/bot-sdk';
import assert from 'node:assert/strict';
import { randomUUID, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { accessToken, Bot, channelId, channelSecret, Sandbox } from './support.mjs';

let bot, sandbox, client, blobs;

before(async () => {
    bot = await Bot.start();
    sandbox = await Sandbox.start({ webhook: bot.url });
    client = new messagingApi.MessagingApiClient({ channelAccessToken: accessToken, baseURL: sandbox.base });
    blobs = new messagingApi.MessagingApiBlobClient({ channelAccessToken: accessToken, baseURL: sandbox.base });
});
after(async () => {
    await sandbox?.stop();
    await bot?.stop();
});
beforeEach(async () => {
    await sandbox.reset();
    bot.events.length = 0;
});

const text = (words, more = {}) => ({ type: 'text', text: words, ...more });

/** The SDK's error for an answer that is no 2xx. */
async function refusal(promise) {
    const error = await promise.then(() => assert.fail('it was accepted'), (problem) => problem);
    assert.ok(error instanceof HTTPFetchError, String(error));
    assert.match(error.headers.get('x-line-request-id'), /^[0-9a-f-]{36}$/);
    return { status: error.status, headers: error.headers, body: JSON.parse(error.body) };
}

async function tokenOf(person, words) {
    await sandbox.say(person, words);
    return (await bot.text(words)).replyToken;
}

describe('reply', () => {
    test('reaches the person, in order, with ids beyond 2^53 and quote tokens', async () => {
        const person = await sandbox.person();
        const replyToken = await tokenOf(person, 'こんにちは');
        const { sentMessages } = await client.replyMessage({ replyToken, messages: [text('一'), text('二')] });
        assert.equal(sentMessages.length, 2);
        for (const sent of sentMessages) {
            assert.match(sent.id, /^\d{18}$/);
            assert.ok(sent.quoteToken.length > 20);
        }
        assert.deepEqual(await sandbox.shown(person), [text('一'), text('二')]);
    });

    test('a token is good once', async () => {
        const person = await sandbox.person();
        const replyToken = await tokenOf(person, 'ひとつ');
        await client.replyMessage({ replyToken, messages: [text('はい')] });
        const refused = await refusal(client.replyMessage({ replyToken, messages: [text('もう一度')] }));
        assert.equal(refused.status, 400);
        assert.equal(refused.body.message, 'Invalid reply token');
        assert.equal((await sandbox.shown(person)).length, 1);
    });

    test('a token is good for its time only', async () => {
        const person = await sandbox.person();
        await sandbox.post('settings', { reply_token_life_ms: 0 });
        const replyToken = await tokenOf(person, 'おそい');
        await new Promise((next) => setTimeout(next, 2)); // the clock of the sandbox must move on by one
        const refused = await refusal(client.replyMessage({ replyToken, messages: [text('遅れて')] }));
        assert.equal(refused.body.message, 'Invalid reply token');
    });

    test('a wrong message does not spend the token', async () => {
        const person = await sandbox.person();
        const replyToken = await tokenOf(person, 'ためし');
        assert.equal((await refusal(client.replyMessage({ replyToken, messages: [text('')] }))).status, 400);
        await client.replyMessage({ replyToken, messages: [text('正しい')] });
    });

    test('takes no retry key', async () => {
        const person = await sandbox.person();
        const replyToken = await tokenOf(person, 'かぎ');
        const answer = await sandbox.platform('POST', '/v2/bot/message/reply', {
            body: { replyToken, messages: [text('a')] },
            headers: { 'x-line-retry-key': randomUUID() },
        });
        assert.equal(answer.status, 400);
        assert.deepEqual(await sandbox.shown(person), []);
    });
});

describe('push', () => {
    test('the same retry key twice: shown once, 409 with the first request id and the first messages', async () => {
        const person = await sandbox.person();
        const key = randomUUID();
        const request = { to: person, messages: [text('大事なお知らせ')] };
        const first = await client.pushMessageWithHttpInfo(request, key);
        const second = await refusal(client.pushMessage(request, key));
        assert.equal(second.status, 409);
        assert.equal(second.body.message, 'The retry key is already accepted');
        assert.equal(second.headers.get('x-line-accepted-request-id'), first.httpResponse.headers.get('x-line-request-id'));
        assert.deepEqual(second.body.sentMessages, first.body.sentMessages);
        assert.equal((await sandbox.shown(person)).length, 1);
    });

    test('a retry key with another body is noted for the tester', async () => {
        const person = await sandbox.person();
        const key = randomUUID();
        await client.pushMessage({ to: person, messages: [text('a')] }, key);
        await refusal(client.pushMessage({ to: person, messages: [text('b')] }, key));
        assert.deepEqual((await sandbox.requests()).at(-1).notes, ['the retry key came with another body before']);
    });

    test('a key that is refused is not used up', async () => {
        const person = await sandbox.person();
        const key = randomUUID();
        await refusal(client.pushMessage({ to: person, messages: [] }, key));
        await client.pushMessage({ to: person, messages: [text('今度は正しい')] }, key);
    });

    test('who has blocked sees nothing, and the answer is 200 all the same', async () => {
        const person = await sandbox.person();
        await sandbox.post(`people/${person}/unfollow`);
        const { sentMessages } = await client.pushMessage({ to: person, messages: [text('見えない')] });
        assert.equal(sentMessages.length, 1);
        assert.deepEqual(await sandbox.shown(person), []);
        assert.equal((await client.getMessageQuotaConsumption()).totalUsage, 0);
    });

    test('unknown and malformed ids are told apart', async () => {
        const unknown = await refusal(client.pushMessage({ to: 'U' + '0'.repeat(32), messages: [text('a')] }));
        assert.deepEqual([unknown.status, unknown.body.message], [400, 'Failed to send messages']);
        const malformed = await refusal(client.pushMessage({ to: 'somebody', messages: [text('a')] }));
        assert.equal(malformed.body.message, "The property, 'to', in the request body is invalid (line: -, column: -)");
    });

    test('a quote works in its own chat only', async () => {
        const [one, other] = [await sandbox.person('一'), await sandbox.person('二')];
        await sandbox.say(one, '引用してください');
        const { message } = await bot.text('引用してください');
        const quoting = text('これですね', { quoteToken: message.quoteToken });
        await client.pushMessage({ to: one, messages: [quoting] });
        assert.equal((await refusal(client.pushMessage({ to: other, messages: [quoting] }))).status, 400);
    });
});

describe('multicast and broadcast', () => {
    test('multicast reaches each, skips who blocked, and one malformed id spoils all', async () => {
        const people = [await sandbox.person('一'), await sandbox.person('二'), await sandbox.person('三')];
        await sandbox.post(`people/${people[2]}/unfollow`);
        await client.multicast({ to: people, messages: [text('催しのご案内')] });
        const refused = await refusal(client.multicast({ to: [people[0], 'Uxyz'], messages: [text('b')] }));
        assert.equal(refused.body.message, "The property, 'to[1]', in the request body is invalid (line: -, column: -)");
        const seen = await Promise.all(people.map((person) => sandbox.shown(person)));
        assert.deepEqual(seen.map((messages) => messages.length), [1, 1, 0]);
    });

    test('multicast with a key used before is accepted once', async () => {
        const person = await sandbox.person();
        const key = randomUUID();
        await client.multicast({ to: [person], messages: [text('a')] }, key);
        assert.equal((await refusal(client.multicast({ to: [person], messages: [text('a')] }, key))).status, 409);
        assert.equal((await sandbox.shown(person)).length, 1);
    });

    test('broadcast reaches all friends', async () => {
        const friend = await sandbox.person('友だち');
        const stranger = await sandbox.person('まだ', { follow: false });
        await client.broadcast({ messages: [text('みなさまへ')] });
        assert.equal((await sandbox.shown(friend)).length, 1);
        assert.equal((await sandbox.shown(stranger)).length, 0);
    });
});

describe('what a message may be', () => {
    const tap = (more = {}) => ({ type: 'action', action: { type: 'message', label: 'はい', text: 'はい', ...more } });
    const buttons = (more) => ({
        type: 'template', altText: '選んでください',
        template: { type: 'buttons', text: 'どれですか', actions: [tap().action], ...more },
    });
    const right = {
        'text of 5,000 UTF-16 units': text('あ'.repeat(5000)),
        'thirteen quick replies': text('選んで', { quickReply: { items: Array.from({ length: 13 }, () => tap()) } }),
        'a label of 20 family emoji': text('絵', { quickReply: { items: [tap({ label: '👨‍👩‍👧'.repeat(20) })] } }),
        'a date picker': text('いつ', { quickReply: { items: [{ type: 'action', action: { type: 'datetimepicker', label: '日付', data: 'd', mode: 'date', initial: '2026-11-22' } }] } }),
        'a date and time with a small t': text('いつ', { quickReply: { items: [{ type: 'action', action: { type: 'datetimepicker', label: '日時', data: 'd', mode: 'datetime', max: '2026-11-22t10:00' } }] } }),
        'buttons': buttons(),
        'a confirm': { type: 'template', altText: '確認', template: { type: 'confirm', text: 'よいですか', actions: [tap().action, tap().action] } },
        'a flex bubble': { type: 'flex', altText: 'お知らせ', contents: { type: 'bubble', body: { type: 'box', layout: 'vertical', contents: [{ type: 'text', text: 'こんにちは' }] } } },
        'an image': { type: 'image', originalContentUrl: 'https://example.com/a.png', previewImageUrl: 'https://example.com/b.png' },
        'a sticker': { type: 'sticker', packageId: '446', stickerId: '1988' },
        'a location': { type: 'location', title: '市役所', address: 'みらい市1-1', latitude: 35, longitude: 139 },
        'a sender': text('相談員です', { sender: { name: '相談員' } }),
        'textV2': { type: 'textV2', text: '{{こんにちは}}' },
    };
    const wrong = {
        'no messages': [[], 'messages'],
        'six messages': [Array.from({ length: 6 }, () => text('a')), 'messages'],
        'an empty text': [[text('')], 'messages[0].text'],
        'a text of spaces': [[text('　 \n')], 'messages[0].text'],
        'a text of 5,001 units': [[text('a'.repeat(5001))], 'messages[0].text'],
        'a text of 2,501 surrogate pairs': [[text('😀'.repeat(2501))], 'messages[0].text'],
        'an unknown type': [[{ type: 'hologram' }], 'messages[0].type'],
        'fourteen quick replies': [[text('a', { quickReply: { items: Array.from({ length: 14 }, () => tap()) } })], 'messages[0].quickReply.items'],
        'a label of 21': [[text('a', { quickReply: { items: [tap({ label: 'あ'.repeat(21) })] } })], 'messages[0].quickReply.items[0].action.label'],
        'no label': [[text('a', { quickReply: { items: [tap({ label: undefined })] } })], 'messages[0].quickReply.items[0].action.label'],
        'postback data of 301': [[text('a', { quickReply: { items: [{ type: 'action', action: { type: 'postback', label: 'a', data: 'x'.repeat(301) } }] } })], 'messages[0].quickReply.items[0].action.data'],
        'an alt text of 1,501': [[{ ...buttons(), altText: 'a'.repeat(1501) }], 'messages[0].altText'],
        'buttons with five actions': [[buttons({ actions: Array.from({ length: 5 }, () => tap().action) })], 'messages[0].template.actions'],
        'buttons of 61 letters under a title': [[buttons({ title: '題', text: 'あ'.repeat(61) })], 'messages[0].template.text'],
        'a camera outside of quick replies': [[buttons({ actions: [{ type: 'camera', label: '撮る' }] })], 'messages[0].template.actions[0].type'],
        'a picture over http': [[{ type: 'image', originalContentUrl: 'http://example.com/a.png', previewImageUrl: 'https://example.com/b.png' }], 'messages[0].originalContentUrl'],
        'a link with a strange scheme': [[buttons({ actions: [{ type: 'uri', label: 'a', uri: 'javascript:alert(1)' }] })], 'messages[0].template.actions[0].uri'],
        'a bubble over 30 KB': [[{ type: 'flex', altText: 'a', contents: { type: 'bubble', body: { type: 'box', layout: 'vertical', contents: [{ type: 'text', text: 'あ'.repeat(11_000) }] } } }], 'messages[0].contents'],
        'a date in another shape': [[text('a', { quickReply: { items: [{ type: 'action', action: { type: 'datetimepicker', label: 'a', data: 'd', mode: 'datetime', initial: '2026-11-22' } }] } })], 'messages[0].quickReply.items[0].action.initial'],
        'a sender name of 21': [[text('a', { sender: { name: 'あ'.repeat(21) } })], 'messages[0].sender.name'],
    };

    for (const [name, message] of Object.entries(right)) {
        test(`${name} passes`, async () => {
            await client.validatePush({ messages: [message] });
            const person = await sandbox.person();
            await client.pushMessage({ to: person, messages: [message] });
        });
    }
    for (const [name, [messages, property]] of Object.entries(wrong)) {
        test(`${name} is refused at ${property}`, async () => {
            const refused = await refusal(client.validateReply({ messages }));
            assert.equal(refused.status, 400);
            assert.equal(refused.body.message, 'The request body has 1 error(s)');
            assert.equal(refused.body.details.length, 1);
            assert.equal(refused.body.details[0].property, property);
            assert.ok(refused.body.details[0].message.length > 0);
        });
    }

    test('a property of the wrong type names just that property', async () => {
        const refused = await refusal(client.validatePush({ messages: [{ type: 'text', text: 5 }] }));
        assert.equal(refused.body.message, "The property, 'messages[0].text', in the request body is invalid (line: -, column: -)");
    });

    test('nonsense instead of JSON, another media type, and more than 2 MB', async () => {
        const at = (body, headers) => sandbox.platform('POST', '/v2/bot/message/validate/push', { body, headers });
        assert.equal((await at('{"messages":')).status, 400);
        assert.equal((await at('['.repeat(200_000))).status, 400);
        assert.equal((await at('{}', { 'content-type': 'text/plain' })).status, 415);
        assert.equal((await at(JSON.stringify({ messages: [text('a')], padding: 'x'.repeat(2 << 20) }))).status, 413);
    });
});

describe('the account', () => {
    test('a token that is wrong, absent or of another scheme is refused with 401', async () => {
        const stranger = new messagingApi.MessagingApiClient({ channelAccessToken: 'wrong', baseURL: sandbox.base });
        assert.equal((await refusal(stranger.getBotInfo())).status, 401);
        assert.equal((await sandbox.platform('GET', '/v2/bot/info', { token: null })).status, 401);
        const basic = { authorization: `Basic ${accessToken}` };
        assert.equal((await sandbox.platform('GET', '/v2/bot/info', { token: null, headers: basic })).status, 401);
    });

    test('bot info names the destination of its webhooks', async () => {
        const info = await client.getBotInfo();
        const person = await sandbox.person();
        await sandbox.say(person, '宛先');
        await bot.text('宛先');
        assert.equal(bot.bodies.at(-1).body.destination, info.userId);
        assert.deepEqual([info.chatMode, info.markAsReadMode], ['chat', 'manual']);
    });

    test('profile of a friend; 404 when unknown or blocked, 400 when malformed', async () => {
        const person = await sandbox.person('もも', { language: 'en' });
        assert.deepEqual(await client.getProfile(person), { userId: person, displayName: 'もも', language: 'en' });
        await sandbox.post(`people/${person}/unfollow`);
        const blocked = await refusal(client.getProfile(person));
        assert.deepEqual([blocked.status, blocked.body.message], [404, 'Not found']);
        assert.equal((await refusal(client.getProfile('U' + 'f'.repeat(32)))).status, 404);
        assert.equal((await refusal(client.getProfile('me'))).body.message, "The value for the 'userId' parameter is invalid");
    });

    test('followers are listed in pages', async () => {
        const people = [];
        for (const name of ['一', '二', '三']) people.push(await sandbox.person(name));
        const first = await client.getFollowers(undefined, 2);
        const second = await client.getFollowers(first.next, 2);
        assert.deepEqual([...first.userIds, ...second.userIds].sort(), people.sort());
        assert.equal(second.next, undefined);
    });

    test('the month ends: quota, consumption and the 429 in LINE\'s words', async () => {
        const person = await sandbox.person();
        await sandbox.post('settings', { quota: { limited: true, value: 1 } });
        assert.deepEqual(await client.getMessageQuota(), { type: 'limited', value: 1 });
        await client.pushMessage({ to: person, messages: [text('一'), text('二')] }); // counts people, not bubbles
        assert.deepEqual(await client.getMessageQuotaConsumption(), { totalUsage: 1 });
        const refused = await refusal(client.pushMessage({ to: person, messages: [text('三')] }));
        assert.deepEqual([refused.status, refused.body.message], [429, 'You have reached your monthly limit.']);
        const replyToken = await tokenOf(person, '返信は無料');
        await client.replyMessage({ replyToken, messages: [text('はい')] });
    });

    test('the loading animation is accepted with 202 and ends with the next message', async () => {
        const person = await sandbox.person();
        const { httpResponse } = await client.showLoadingAnimationWithHttpInfo({ chatId: person, loadingSeconds: 10 });
        assert.equal(httpResponse.status, 202);
        assert.ok((await sandbox.transcript(person)).loading_until_ms > Date.now());
        await client.pushMessage({ to: person, messages: [text('お待たせしました')] });
        assert.equal((await sandbox.transcript(person)).loading_until_ms, 0);
        for (const loadingSeconds of [3, 12, 65])
            assert.equal((await refusal(client.showLoadingAnimation({ chatId: person, loadingSeconds }))).status, 400);
        assert.equal((await refusal(client.showLoadingAnimation({ chatId: 'C' + '0'.repeat(32) }))).status, 400);
    });

    test('mark as read marks that message and all before it', async () => {
        const person = await sandbox.person();
        await sandbox.say(person, '一');
        await sandbox.say(person, '二');
        await sandbox.say(person, '三');
        const second = await bot.text('二');
        await client.markMessagesAsReadByToken({ markAsReadToken: second.message.markAsReadToken });
        const said = (await sandbox.transcript(person)).entries.filter((entry) => entry.kind === 'message');
        assert.deepEqual(said.map((entry) => Boolean(entry.read)), [true, true, false]);
        assert.equal((await refusal(client.markMessagesAsReadByToken({ markAsReadToken: 'nonsense' }))).status, 400);
    });

    test('the webhook address can be read, set and tested', async () => {
        assert.deepEqual(await client.getWebhookEndpoint(), { endpoint: bot.url, active: true });
        const tested = await client.testWebhookEndpoint({});
        assert.deepEqual([tested.success, tested.statusCode, tested.reason], [true, 200, 'OK']);
        await client.setWebhookEndpoint({ endpoint: 'http://127.0.0.1:9/nobody' });
        const failed = await client.testWebhookEndpoint({});
        assert.deepEqual([failed.success, failed.reason], [false, 'COULD_NOT_CONNECT']);
        await client.setWebhookEndpoint({ endpoint: bot.url });
        const other = await sandbox.platform('PUT', '/v2/bot/channel/webhook/endpoint', { body: { endpoint: 'ftp://x' } });
        assert.equal(other.status, 400);
    });
});

describe('content', () => {
    const picture = Buffer.from('not really a picture, but bytes are bytes: \u0000\u00ff', 'latin1');

    async function download(messageId) {
        const stream = await blobs.getMessageContent(messageId);
        return Buffer.concat(await stream.toArray());
    }

    test('what a person sent can be fetched byte for byte, until she takes it back', async () => {
        const person = await sandbox.person();
        const sent = await sandbox.post(`people/${person}/send`, {
            type: 'image', content_base64: picture.toString('base64'), content_type: 'image/jpeg',
        });
        const { httpResponse } = await blobs.getMessageContentWithHttpInfo(sent.id);
        assert.equal(httpResponse.headers.get('content-type'), 'image/jpeg');
        assert.deepEqual(await download(sent.id), picture);
        await sandbox.post(`people/${person}/unsend`, { messageId: sent.id });
        assert.equal((await sandbox.platform('GET', `/v2/bot/message/${sent.id}/content`)).status, 410);
        assert.equal((await sandbox.platform('GET', '/v2/bot/message/1/content')).status, 404);
    });

    test('a video is prepared first: 202, then the bytes', async () => {
        const person = await sandbox.person();
        const video = { type: 'video', content_base64: picture.toString('base64'), duration: 1200 };
        const slow = await sandbox.post(`people/${person}/send`, { ...video, processing_ms: 60_000 });
        const { httpResponse } = await blobs.getMessageContentWithHttpInfo(slow.id);
        assert.equal(httpResponse.status, 202);
        assert.deepEqual(await blobs.getMessageContentTranscodingByMessageId(slow.id), { status: 'processing' });
        const ready = await sandbox.post(`people/${person}/send`, video);
        assert.deepEqual(await blobs.getMessageContentTranscodingByMessageId(ready.id), { status: 'succeeded' });
        assert.deepEqual(await download(ready.id), picture);
    });

    test('the phone page uploads a file with its name', async () => {
        const person = await sandbox.person();
        const answer = await fetch(`${sandbox.base}/_sandbox/people/${person}/media?type=file&name=${encodeURIComponent('書類.pdf')}`, {
            method: 'POST', headers: { 'content-type': 'application/pdf' }, body: picture,
        });
        assert.equal(answer.status, 200);
        const [event] = await bot.wait((one) => one.message?.type === 'file');
        assert.deepEqual([event.message.fileName, event.message.fileSize], ['書類.pdf', picture.length]);
        assert.deepEqual(await download(event.message.id), picture);
    });
});

describe('rich menus', () => {
    const area = { bounds: { x: 0, y: 0, width: 1250, height: 843 }, action: { type: 'message', text: '相談する' } };
    const menu = { size: { width: 2500, height: 843 }, selected: true, name: 'bot', chatBarText: 'メニュー', areas: [area] };
    const image = () => new Blob([Buffer.from('png')], { type: 'image/png' });

    async function ready() {
        const { richMenuId } = await client.createRichMenu(menu);
        await blobs.setRichMenuImage(richMenuId, image());
        return richMenuId;
    }

    test('create, read, list, picture, delete', async () => {
        const { richMenuId } = await client.createRichMenu(menu);
        assert.equal((await client.getRichMenu(richMenuId)).name, 'bot');
        assert.equal((await client.getRichMenuList()).richmenus.length, 1);
        assert.match((await refusal(client.setDefaultRichMenu(richMenuId))).body.message, /must upload richmenu image/);
        await blobs.setRichMenuImage(richMenuId, image());
        assert.equal((await refusal(blobs.setRichMenuImage(richMenuId, image()))).status, 400);
        const picture = Buffer.concat(await (await blobs.getRichMenuImage(richMenuId)).toArray());
        assert.equal(picture.toString(), 'png');
        await client.deleteRichMenu(richMenuId);
        assert.equal((await refusal(client.getRichMenu(richMenuId))).status, 404);
        assert.equal((await refusal(client.createRichMenu({ ...menu, chatBarText: 'あ'.repeat(15) }))).status, 400);
    });

    test('the default for all, a menu for one, and an alias', async () => {
        const person = await sandbox.person();
        const [everyday, waiting] = [await ready(), await ready()];
        assert.equal((await refusal(client.getDefaultRichMenuId())).body.message, 'no default richmenu');
        await client.setDefaultRichMenu(everyday);
        assert.equal((await client.getDefaultRichMenuId()).richMenuId, everyday);
        assert.equal((await sandbox.transcript(person)).rich_menu, everyday);

        assert.equal((await refusal(client.getRichMenuIdOfUser(person))).body.message, 'the user has no richmenu');
        await client.linkRichMenuIdToUser(person, waiting);
        assert.equal((await client.getRichMenuIdOfUser(person)).richMenuId, waiting);
        assert.equal((await sandbox.transcript(person)).rich_menu, waiting);
        await client.unlinkRichMenuIdFromUser(person);
        assert.equal((await sandbox.transcript(person)).rich_menu, everyday);

        await client.createRichMenuAlias({ richMenuAliasId: 'waiting', richMenuId: waiting });
        const again = await refusal(client.createRichMenuAlias({ richMenuAliasId: 'waiting', richMenuId: waiting }));
        assert.equal(again.body.message, 'conflict richmenu alias id');
        await client.updateRichMenuAlias('waiting', { richMenuId: everyday });
        assert.equal((await client.getRichMenuAlias('waiting')).richMenuId, everyday);
        assert.equal((await client.getRichMenuAliasList()).aliases.length, 1);
        await client.deleteRichMenuAlias('waiting');
        assert.equal((await refusal(client.getRichMenuAlias('waiting'))).body.message, 'richmenu alias not found');
    });

    test('bulk link is accepted with 202; who blocked is left out silently', async () => {
        const [one, other] = [await sandbox.person('一'), await sandbox.person('二')];
        await sandbox.post(`people/${other}/unfollow`);
        const richMenuId = await ready();
        const linked = await client.linkRichMenuIdToUsersWithHttpInfo({ richMenuId, userIds: [one, other] });
        assert.equal(linked.httpResponse.status, 202);
        assert.equal((await client.getRichMenuIdOfUser(one)).richMenuId, richMenuId);
        assert.equal((await refusal(client.getRichMenuIdOfUser(other))).status, 404);
        await client.unlinkRichMenuIdFromUsers({ userIds: [one] });
        assert.equal((await refusal(client.getRichMenuIdOfUser(one))).status, 404);
    });
});

describe('channel access tokens', () => {
    const oauth = () => new channelAccessToken.ChannelAccessTokenClient({ baseURL: sandbox.base });
    const works = async (token) =>
        (await sandbox.platform('GET', '/v2/bot/info', { token })).status === 200;

    test('stateless by id and secret: fifteen minutes, no more than that', async () => {
        const issued = await oauth().issueStatelessChannelTokenByClientSecret(channelId, channelSecret);
        assert.equal(issued.token_type, 'Bearer');
        assert.ok(issued.expires_in <= 900 && issued.expires_in > 890);
        assert.ok(await works(issued.access_token));
        const refused = await refusal(oauth().issueStatelessChannelTokenByClientSecret(channelId, 'wrong'));
        assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_client']);
    });

    test('by a JWT assertion: stateless and v2.1, with a key id, and its claims are checked', async () => {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
        const assertion = (claims = {}) => {
            const exp = Math.floor(Date.now() / 1000) + 600;
            const head = part({ alg: 'RS256', typ: 'JWT', kid: 'key-of-the-test' });
            const body = part({ iss: channelId, sub: channelId, aud: 'https://api.line.me/', exp, token_exp: 86_400, ...claims });
            return `${head}.${body}.${sign('sha256', Buffer.from(`${head}.${body}`), privateKey).toString('base64url')}`;
        };
        assert.ok(await works((await oauth().issueStatelessChannelTokenByJWTAssertion(assertion())).access_token));
        const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
        const issue = (jwt) => oauth().issueChannelTokenByJWT('client_credentials', type, jwt);
        const issued = await issue(assertion());
        assert.equal(issued.expires_in, 86_400);
        assert.ok(await works(issued.access_token));
        assert.deepEqual((await oauth().getsAllValidChannelAccessTokenKeyIds(type, assertion())).kids, [issued.key_id]);
        assert.equal((await oauth().verifyChannelTokenByJWT(issued.access_token)).client_id, channelId);
        await oauth().revokeChannelTokenByJWT(channelId, channelSecret, issued.access_token);
        assert.equal(await works(issued.access_token), false);
        for (const claims of [{ exp: 1 }, { exp: Math.floor(Date.now() / 1000) + 7200 }, { aud: 'x' }, { iss: '1' }, { token_exp: 31 * 86_400 }])
            assert.equal((await refusal(issue(assertion(claims)))).status, 400, JSON.stringify(claims));
    });

    test('secrets and tokens stay out of the log', async () => {
        const issued = await oauth().issueStatelessChannelTokenByClientSecret(channelId, channelSecret);
        await works(issued.access_token);
        const log = JSON.stringify(await sandbox.get('requests'));
        for (const secret of [channelSecret, accessToken, issued.access_token]) assert.ok(!log.includes(secret));
    });
});

test('a path that LINE does not have is a 404, and the log says so', async () => {
    assert.equal((await sandbox.platform('POST', '/v2/bot/message/pusch', { body: {} })).status, 404);
    assert.deepEqual((await sandbox.requests()).at(-1).notes, ['the sandbox does not know this path']);
});

test('the signature is what the documentation says it is', async () => {
    const person = await sandbox.person();
    await sandbox.say(person, '署名');
    await bot.text('署名');
    const { headers, body } = bot.bodies.at(-1);
    assert.equal(headers['x-line-signature'], createHmac('sha256', channelSecret).update(JSON.stringify(body)).digest('base64'));
});
