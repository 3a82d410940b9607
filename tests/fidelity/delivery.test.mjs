// Webhooks as the bot's server gets them, checked by the SDK's own middleware.
import { messagingApi } from '@line/bot-sdk';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { bot, client, idle, quick, sandbox } from './stage.mjs';
import { accessToken, Bot, Sandbox, text } from './support.mjs';

describe('every event', () => {
    test('has what the documentation promises', async () => {
        const person = await sandbox.person();
        await sandbox.say(person, '形');
        const event = await bot.text('形');
        assert.match(event.webhookEventId, /^[0-9A-HJKMNP-TV-Z]{26}$/);
        assert.match(event.replyToken, /^[0-9a-f]{32}$/);
        assert.match(event.message.id, /^\d{18}$/);
        assert.ok(event.message.quoteToken && event.message.markAsReadToken);
        assert.ok(Math.abs(Date.now() - event.timestamp) < 60_000);
        assert.deepEqual(event.source, { type: 'user', userId: person });
        assert.deepEqual([event.mode, event.deliveryContext.isRedelivery], ['active', false]);
        assert.equal(bot.refused, 0);
    });

    test('follow, unfollow and coming back', async () => {
        const person = await sandbox.person();
        await sandbox.post(`people/${person}/unfollow`);
        await sandbox.post(`people/${person}/follow`);
        const [follow, unfollow, back] = await bot.wait((event) => /follow/.test(event.type), 3);
        assert.deepEqual([follow.type, follow.follow], ['follow', { isUnblocked: false }]);
        assert.deepEqual([unfollow.type, unfollow.replyToken], ['unfollow', undefined]);
        assert.deepEqual([back.type, back.follow], ['follow', { isUnblocked: true }]);
        assert.ok(follow.replyToken && back.replyToken);
    });

    test('who has blocked can send nothing', async () => {
        const person = await sandbox.person();
        await sandbox.post(`people/${person}/unfollow`);
        assert.equal((await sandbox.call('POST', `people/${person}/send`, text('a'))).status, 409);
    });

    const media = { contentProvider: { type: 'line' } };
    const kinds = [
        [{ type: 'sticker', packageId: '1', stickerId: '2', keywords: ['ありがとう'] }, { packageId: '1', stickerId: '2', keywords: ['ありがとう'], stickerResourceType: 'STATIC' }],
        [{ type: 'location', title: '市役所', latitude: 35.5, longitude: 139.5 }, { title: '市役所', latitude: 35.5, longitude: 139.5 }],
        [{ type: 'image', imageSet: { id: 'S', index: 1, total: 2 } }, { ...media, imageSet: { id: 'S', index: 1, total: 2 } }],
        [{ type: 'video', duration: 900 }, { ...media, duration: 900 }],
        [{ type: 'audio', duration: 900 }, { ...media, duration: 900 }],
        [{ type: 'file', fileName: '診断書.pdf' }, { fileName: '診断書.pdf' }],
        [{ type: 'text', text: 'そう', quotedMessageId: '123' }, { text: 'そう', quotedMessageId: '123' }],
    ];
    for (const [said, carried] of kinds) {
        test(`a message of type ${said.type}`, async () => {
            const person = await sandbox.person();
            const { id } = await sandbox.post(`people/${person}/send`, said);
            const [{ message }] = await bot.wait((event) => event.message?.id === id);
            assert.deepEqual({ ...message, ...carried }, message);
        });
    }

    test('a tap: data, the date that was picked, and what the chat shows', async () => {
        const person = await sandbox.person();
        const tap = { type: 'postback', data: 'when=1', params: { date: '2026-11-22' }, displayText: '11月22日' };
        await sandbox.post(`people/${person}/send`, tap);
        const [{ postback, replyToken }] = await bot.wait((event) => event.type === 'postback');
        assert.deepEqual(postback, { data: 'when=1', params: { date: '2026-11-22' } });
        assert.ok(replyToken);
        assert.equal((await sandbox.transcript(person)).entries.at(-1).content.displayText, '11月22日');
    });

    test('unsend names the message, and the words are gone', async () => {
        const person = await sandbox.person();
        const { id } = await sandbox.say(person, 'やっぱりやめます');
        await sandbox.post(`people/${person}/unsend`, { messageId: id });
        const [{ unsend, replyToken }] = await bot.wait((event) => event.type === 'unsend');
        assert.deepEqual([unsend, replyToken], [{ messageId: id }, undefined]);
        const chat = JSON.stringify(await sandbox.transcript(person));
        assert.ok(!chat.includes('やっぱりやめます'));
        assert.equal((await sandbox.call('POST', `people/${person}/unsend`, { messageId: id })).status, 409);
    });

    test('any event there is or will be, with what it lacks filled in', async () => {
        const group = 'C' + 'a'.repeat(32);
        await sandbox.post('events', {
            events: [
                { type: 'join', source: { type: 'group', groupId: group } },
                { type: 'memberLeft', source: { type: 'group', groupId: group }, left: { members: [] } },
                { type: 'message', mode: 'standby', source: { type: 'user', userId: 'U' + 'b'.repeat(32) }, message: { type: 'hologram', id: '1' } },
                { type: 'somethingNew' },
            ],
        });
        const find = async (type) => (await bot.wait((event) => event.type === type))[0];
        const [join, left, standby, unknown] = [await find('join'), await find('memberLeft'), await find('message'), await find('somethingNew')];
        assert.ok(join.replyToken && join.webhookEventId && join.timestamp);
        assert.deepEqual([left.replyToken, standby.replyToken, unknown.replyToken], [undefined, undefined, undefined]);
        await client.replyMessage({ replyToken: join.replyToken, messages: [text('ここでは相談できません')] });
        await client.leaveGroup(group);
    });

    test('raw bytes with any signature, for what must be refused', async () => {
        const send = (raw_body, signature) => sandbox.post('events', { raw_body, ...(signature !== undefined && { signature }) });
        assert.equal((await send('{"destination":"U","events":[]}')).status, 200);
        assert.equal((await send('{"destination":"U","events":[]}', 'wrong')).status, 401);
        assert.equal((await send('not json')).status, 400);
        assert.equal((await send('{"events":[]}', '')).status, 401); // no signature field at all
    });
});

describe('redelivery', () => {
    test('until a 2xx comes: same id and reply token, isRedelivery true', async () => {
        await sandbox.faults({ webhooks: quick });
        bot.answers = [500, 0, 200];
        const person = await sandbox.person();
        const events = await bot.wait((event) => event.type === 'follow', 3);
        assert.deepEqual(events.map((event) => event.deliveryContext.isRedelivery), [false, true, true]);
        assert.equal(new Set(events.map((event) => event.webhookEventId)).size, 1);
        assert.equal(new Set(events.map((event) => event.replyToken)).size, 1);
        assert.equal(new Set(events.map((event) => event.timestamp)).size, 1);
        assert.equal(events[0].source.userId, person);
        await idle();
        const { rows } = await sandbox.get('webhooks');
        assert.deepEqual(rows.map((row) => [row.attempt, row.status]), [[1, 500], [2, 0], [3, 200]]);
    });

    test('switched off: lost is lost', async () => {
        await sandbox.faults({ webhooks: { redelivery: false } });
        bot.answers = [500];
        await sandbox.person();
        await idle();
        assert.equal(bot.events.length, 1);
    });

    test('it ends after the attempts it may have', async () => {
        await sandbox.faults({ webhooks: { ...quick, attempts_max: 3 } });
        bot.answers = [500, 500, 500, 200];
        await sandbox.person();
        await idle();
        assert.equal(bot.events.length, 3);
    });

    test('a lost webhook arrives on its next attempt', async () => {
        const person = await sandbox.person();
        await idle();
        await sandbox.faults({ webhooks: { ...quick, lose_next: 2 } });
        await sandbox.say(person, '届いてください');
        assert.equal((await bot.text('届いてください')).deliveryContext.isRedelivery, true);
    });

    test('a reply token that the redelivery brings is good for a new minute', async () => {
        const person = await sandbox.person();
        await idle();
        await sandbox.post('settings', { reply_token_life_ms: 200 });
        await sandbox.faults({ webhooks: { first_wait_ms: 400, wait_max_ms: 400 } });
        bot.answers = [500];
        await sandbox.say(person, '二度目');
        const [, again] = await bot.text('二度目', 2);
        await client.replyMessage({ replyToken: again.replyToken, messages: [text('間に合いました')] });
    });

    test('the server answers too late: it counts as failed', async () => {
        await sandbox.faults({ webhooks: { ...quick, timeout_ms: 50, attempts_max: 1 } });
        const silent = await Bot.start();
        silent.server.removeAllListeners('request');
        silent.server.on('request', () => {});
        await sandbox.post('settings', { webhook_url: silent.url });
        await sandbox.person();
        await idle();
        assert.equal((await sandbox.get('webhooks')).rows.at(-1).failure, 'timeout');
        await sandbox.post('settings', { webhook_url: bot.url });
        await silent.stop();
    });
});

describe('the control API', () => {
    const url = (path) => `${sandbox.base}/_sandbox/${path}`;

    test('is not for other web pages', async () => {
        const other = await fetch(url('reset'), { method: 'POST', headers: { origin: 'https://example.com' } });
        assert.equal(other.status, 403);
        const own = await fetch(url('reset'), { method: 'POST', headers: { origin: sandbox.base } });
        assert.equal(own.status, 200);
    });

    test('waits for what is to come and answers as soon as it is there', async () => {
        const person = await sandbox.person();
        const { last_seq } = await sandbox.transcript(person);
        const waiting = sandbox.transcript(person, { after: last_seq, count: 2 });
        await client.pushMessage({ to: person, messages: [text('一')] });
        await client.pushMessage({ to: person, messages: [text('二')] });
        const { entries } = await waiting;
        assert.deepEqual(entries.map((entry) => [entry.content.text, entry.via]), [['一', 'push'], ['二', 'push']]);
    });

    test('the log of requests: order, body, headers without the token, ids of what was sent', async () => {
        const person = await sandbox.person();
        const key = randomUUID();
        const { sentMessages } = await client.pushMessage({ to: person, messages: [text('記録')] }, key);
        const [row] = (await sandbox.get('requests?path=/v2/bot/message/push&count=1&wait_ms=5000')).rows;
        assert.deepEqual([row.method, row.path, row.status], ['POST', '/v2/bot/message/push', 200]);
        assert.deepEqual(row.body, { to: person, messages: [text('記録')] });
        assert.equal(row.headers['x-line-retry-key'], key);
        assert.equal(row.headers.authorization, undefined);
        assert.deepEqual(row.answer.sentMessages, sentMessages);
        assert.equal((await sandbox.transcript(person)).entries.at(-1).id, sentMessages[0].id);
    });

    test('the live feed tells a page what happens', async () => {
        const records = [];
        const socket = new WebSocket(url('live').replace('http', 'ws'));
        const heard = new Promise((done, fail) => {
            socket.onerror = fail;
            socket.onmessage = ({ data }) => {
                records.push(JSON.parse(data));
                if (records.at(-1).entry?.content?.text === '生放送') done();
            };
        });
        await new Promise((open) => (socket.onopen = open));
        const person = await sandbox.person('ライブ');
        await client.pushMessage({ to: person, messages: [text('生放送')] });
        await heard;
        socket.close();
        assert.deepEqual([...new Set(records.map((record) => record.record))], ['person', 'friend', 'entry']);
        assert.ok(records.every((record) => record.record === 'person' || record.person === person));
    });
});

test('two accounts side by side: each with its own secret, token and chats', async () => {
    const otherSecret = 'f'.repeat(32);
    const other = await Bot.start(otherSecret);
    const folder = mkdtempSync(join(tmpdir(), 'tsunagi-channel-'));
    writeFileSync(join(folder, 'secret'), otherSecret);
    writeFileSync(join(folder, 'token'), 'token-of-the-other');
    const both = await Sandbox.start({
        webhook: bot.url,
        args: ['--channel', `id=2000000002,webhook=${other.url},secret-file=${join(folder, 'secret')},token-file=${join(folder, 'token')}`],
    });
    try {
        const person = await both.person();
        await both.post(`people/${person}/follow?channel=2000000002`);
        await both.post(`people/${person}/send?channel=2000000002`, text('もう一つの窓口へ'));
        const { replyToken } = await other.text('もう一つの窓口へ');
        assert.equal(other.refused, 0);
        const reply = (token) => both.platform('POST', '/v2/bot/message/reply', { token, body: { replyToken, messages: [text('はい')] } });
        assert.equal((await reply(accessToken)).status, 400);
        assert.equal((await reply('token-of-the-other')).status, 200);
        assert.deepEqual(await both.shown(person), []);
        const { entries } = await both.get(`people/${person}/transcript?channel=2000000002`);
        assert.deepEqual(entries.map((entry) => entry.kind), ['follow', 'message', 'message']);
        const destinations = [bot, other].map((one) => one.bodies.at(-1).body.destination);
        assert.notEqual(destinations[0], destinations[1]);
    } finally {
        await both.stop();
        await other.stop();
        rmSync(folder, { recursive: true });
    }
});

test('people, chats, blocks, menus and used retry keys outlive a restart', async () => {
    const kept = await Sandbox.start();
    try {
        const data = ['--data', join(kept.folder, 'journal.jsonl')];
        await kept.end();
        await kept.run(data);
        let api = new messagingApi.MessagingApiClient({ channelAccessToken: accessToken, baseURL: kept.base });
        const [person, gone] = [await kept.person('残る'), await kept.person('去る')];
        const key = randomUUID();
        const first = await api.pushMessage({ to: person, messages: [text('残ります')] }, key);
        const { id } = await kept.say(person, '消します');
        await kept.post(`people/${person}/unsend`, { messageId: id });
        await kept.post(`people/${gone}/unfollow`);
        const { richMenuId } = await api.createRichMenu({ size: { width: 2500, height: 843 }, selected: true, name: 'a', chatBarText: 'b', areas: [] });
        const before_it = await kept.transcript(person);

        await kept.end();
        await kept.run(data);
        api = new messagingApi.MessagingApiClient({ channelAccessToken: accessToken, baseURL: kept.base });
        assert.deepEqual(await kept.transcript(person), before_it);
        assert.deepEqual((await kept.get('people')).map((row) => row.blocked).sort(), [false, true]);
        assert.deepEqual((await api.getRichMenuList()).richmenus.map((menu) => menu.richMenuId), [richMenuId]);
        const conflict = await api.pushMessage({ to: person, messages: [text('残ります')] }, key).catch((error) => error);
        assert.deepEqual([conflict.status, JSON.parse(conflict.body).sentMessages], [409, first.sentMessages]);
        const next = await kept.say(person, '続き');
        assert.ok(BigInt(next.id) > BigInt(id) && next.seq > before_it.last_seq);
    } finally {
        await kept.stop();
    }
});
