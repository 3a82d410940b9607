// LINE's official SDK drives the sandbox: whoever can talk to one can talk to the other. What is sent, and how.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { bot, client, quick, sandbox, tokenOf } from './stage.mjs';
import { refusal, text } from './support.mjs';

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
