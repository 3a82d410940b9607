// Everything that can be told to go wrong: a bad day of the line, a bad day of the platform.
import { HTTPFetchError, validateSignature } from '@line/bot-sdk';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { bot, client, idle, quick, sandbox } from './stage.mjs';
import { accessToken, channelSecret, text } from './support.mjs';

const statusOf = (promise) =>
    promise.then(() => 200, (error) => (error instanceof HTTPFetchError ? error.status : 'no answer'));

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
