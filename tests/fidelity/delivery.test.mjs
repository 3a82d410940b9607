// Webhooks as the bot's server gets them, checked by the SDK's own middleware; and everything that can be told to go wrong.
import { HTTPFetchError, messagingApi, validateSignature } from '@line/bot-sdk';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { accessToken, Bot, channelSecret, Sandbox } from './support.mjs';

let bot, sandbox, client;

before(async () => {
    bot = await Bot.start();
    sandbox = await Sandbox.start({ webhook: bot.url });
    client = new messagingApi.MessagingApiClient({ channelAccessToken: accessToken, baseURL: sandbox.base });
});
after(async () => {
    await sandbox?.stop();
    await bot?.stop();
});
beforeEach(async () => {
    await sandbox.reset();
    bot.events.length = 0;
    bot.bodies.length = 0;
    bot.refused = 0;
    bot.answers = [];
});

const text = (words) => ({ type: 'text', text: words });
const quick = { first_wait_ms: 5, wait_max_ms: 20 };
const idle = async () => assert.ok((await sandbox.get('idle?wait_ms=15000')).idle);
const statusOf = (promise) =>
    promise.then(() => 200, (error) => (error instanceof HTTPFetchError ? error.status : 'no answer'));

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

describe('a bad day of the line', () => {
    test('a quiet day first: one person\'s words arrive in order', async () => {
        const person = await sandbox.person();
        const words = Array.from({ length: 30 }, (_, i) => `${i}番`);
        for (const word of words) await sandbox.say(person, word);
        const events = await bot.wait((event) => event.type === 'message', 30);
        assert.deepEqual(events.map((event) => event.message.text), words);
    });

    test('copies: every event one to four times, the later ones flagged', async () => {
        await sandbox.faults({ webhooks: { copies_min: 4, copies_max: 4 } });
        await sandbox.person();
        const events = await bot.wait((event) => event.type === 'follow', 4);
        assert.deepEqual(events.map((event) => event.deliveryContext.isRedelivery), [false, true, true, true]);
        assert.equal(new Set(events.map((event) => event.webhookEventId)).size, 1);
    });

    test('a flag that lies', async () => {
        await sandbox.faults({ webhooks: { copies_min: 2, copies_max: 2, flag: 'always_false' } });
        await sandbox.person();
        const events = await bot.wait((event) => event.type === 'follow', 2);
        assert.deepEqual(events.map((event) => event.deliveryContext.isRedelivery), [false, false]);
    });

    test('shuffled: all arrive, each once, in another order', async () => {
        const person = await sandbox.person();
        await idle();
        await sandbox.faults({ webhooks: { shuffle_ms: 150 } });
        const words = Array.from({ length: 40 }, (_, i) => `${i}番`);
        for (const word of words) await sandbox.say(person, word);
        const arrived = (await bot.wait((event) => event.type === 'message', 40)).map((event) => event.message.text);
        assert.notDeepEqual(arrived, words); // 1 in 40! says otherwise
        assert.deepEqual([...arrived].sort(), [...words].sort());
    });

    test('several people in one body', async () => {
        await sandbox.faults({ webhooks: { batch_ms: 200 } });
        await Promise.all(['一', '二', '三'].map((name) => sandbox.person(name)));
        await bot.wait((event) => event.type === 'follow', 3);
        assert.equal(bot.bodies.length, 1);
    });

    test('escaped letters: the signature is over the bytes, not over the meaning', async () => {
        const person = await sandbox.person();
        await idle();
        await sandbox.faults({ webhooks: { escape_unicode: true } });
        await sandbox.say(person, '絵文字🤨');
        await bot.text('絵文字🤨');
        const { headers, body } = bot.bodies.at(-1);
        assert.equal(validateSignature(JSON.stringify(body), channelSecret, headers['x-line-signature']), false);
    });

    test('a wrong signature is refused by the SDK, and the right one comes after it', async () => {
        const person = await sandbox.person();
        await idle();
        await sandbox.faults({ webhooks: { ...quick, wrong_signature_next: 1 } });
        await sandbox.say(person, '本物');
        await bot.text('本物');
        assert.equal(bot.refused, 1);
    });
});

describe('a bad day of the platform', () => {
    const push = (person, words, key) => statusOf(client.pushMessage({ to: person, messages: [text(words)] }, key));
    const rule = (effect, more = {}) => sandbox.faults({ requests: [{ path: '/v2/bot/message/push', effect, ...more }] });

    test('the next three fail with what was told, the fourth goes through', async () => {
        const person = await sandbox.person();
        await rule('status', { status: 503, count: 3 });
        const statuses = [];
        for (let i = 0; i < 4; ++i) statuses.push(await push(person, `${i}`));
        assert.deepEqual(statuses, [503, 503, 503, 200]);
        assert.deepEqual(await sandbox.shown(person), [text('3')]);
    });

    for (const effect of ['status', 'html', 'close']) {
        test(`${effect} after accepting: shown once, and the same key then gives 409`, async () => {
            const person = await sandbox.person();
            const key = randomUUID();
            await rule(effect, { moment: 'after', status: 502 });
            assert.equal(await push(person, '一度だけ', key), effect === 'close' ? 'no answer' : 502);
            assert.equal(await push(person, '一度だけ', key), 409);
            assert.equal((await sandbox.shown(person)).length, 1);
        });
    }

    test('hangs after accepting: who gives up and asks again gets 409', async () => {
        const person = await sandbox.person();
        const headers = { 'x-line-retry-key': randomUUID(), authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
        const ask = (signal) => fetch(sandbox.base + '/v2/bot/message/push', {
            method: 'POST', headers, body: JSON.stringify({ to: person, messages: [text('一度だけ')] }), signal,
        });
        await rule('hang', { moment: 'after' });
        await assert.rejects(ask(AbortSignal.timeout(300)), { name: 'TimeoutError' });
        assert.equal((await ask()).status, 409);
        assert.equal((await sandbox.shown(person)).length, 1);
    });

    test('closed before accepting: nothing is shown, and the same key is still free', async () => {
        const person = await sandbox.person();
        const key = randomUUID();
        await rule('close');
        assert.equal(await push(person, 'a', key), 'no answer');
        assert.equal((await sandbox.shown(person)).length, 0);
        assert.equal(await push(person, 'a', key), 200);
    });

    test('a reply whose answer is lost has spent its token', async () => {
        const person = await sandbox.person();
        await sandbox.say(person, 'もしもし');
        const { replyToken } = await bot.text('もしもし');
        await sandbox.faults({ requests: [{ path: '/v2/bot/message/reply', effect: 'close', moment: 'after' }] });
        assert.equal(await statusOf(client.replyMessage({ replyToken, messages: [text('はい')] })), 'no answer');
        assert.equal(await statusOf(client.replyMessage({ replyToken, messages: [text('はい')] })), 400);
        assert.equal((await sandbox.shown(person)).length, 1);
    });

    test('the kinds of 429 in their words', async () => {
        const person = await sandbox.person();
        const words = { rate_limit: 'The API rate limit has been exceeded. Try again later.', monthly_limit: 'You have reached your monthly limit.' };
        for (const [effect, message] of Object.entries(words)) {
            await rule(effect);
            const error = await client.pushMessage({ to: person, messages: [text('a')] }).catch((problem) => problem);
            assert.deepEqual([error.status, JSON.parse(error.body).message], [429, message]);
        }
        for (const effect of ['too_many_to_user', 'too_many_operations']) {
            await rule(effect);
            assert.equal(await push(person, 'a'), 429);
        }
    });

    test('issued tokens are revoked: 401, the long-lived one goes on', async () => {
        const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: '2000000001', client_secret: channelSecret });
        const issued = await (await fetch(sandbox.base + '/oauth2/v3/token', { method: 'POST', body: form })).json();
        const ask = async (token) => (await sandbox.platform('GET', '/v2/bot/info', { token })).status;
        assert.equal(await ask(issued.access_token), 200);
        await sandbox.faults({ requests: [{ path: '/v2/bot/info', effect: 'revoke_tokens' }] });
        assert.equal(await ask(issued.access_token), 401);
        assert.equal(await ask(accessToken), 200);
    });

    test('slow: the answer takes at least as long as was told', async () => {
        await sandbox.faults({ latency_ms: [80, 120] });
        const begun = performance.now();
        await client.getBotInfo();
        assert.ok(performance.now() - begun >= 79);
    });

    test('a rule that makes no sense is refused and changes nothing', async () => {
        for (const wrong of [{ requests: [{ effect: 'earthquake' }] }, { webhooks: { copies_min: 0 } }, { webhooks: { typo: 1 } }, { what: 1 }])
            assert.equal((await sandbox.call('POST', 'faults', wrong)).status, 400, JSON.stringify(wrong));
        assert.deepEqual((await sandbox.get('faults')).requests, []);
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
