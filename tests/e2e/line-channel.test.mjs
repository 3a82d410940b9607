// What the LINE channel does beside words: media in, groups, tokens, standby, withdrawn messages. Real server, stand-in for LINE.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Town, textEvent, ulid, until } from './support.mjs';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64');

let town;
let staff;
before(async () => {
    town = await Town.start({ sandboxArgs: ['--accept-loopback-http'] });
    staff = await town.onDuty('suzuki');
});
after(async () => { await town?.stop(); });

const send = (person, what) => town.sandbox('POST', `people/${person}/send`, what);

/** The conversation of a person who has just written `words`. */
async function conversationOf(person, words) {
    await town.say(person, words);
    return until('her conversation is listed', async () => {
        const { body } = await staff.call('GET', '/conversations?holder=bot&limit=100');
        for (const row of body.items) {
            const log = await staff.call('GET', `/conversations/${row.id}/messages?limit=100`);
            if (log.body.items.some((entry) => entry.text === words)) return row.id;
        }
        return null;
    });
}
const log = async (id) => (await staff.call('GET', `/conversations/${id}/messages?limit=100`)).body.items;
const mediaEntry = (id, check) => until('the media entry', async () => (await log(id)).find((entry) => entry.content?.media && check(entry.content.media)));
const get = (path, headers = { cookie: staff.cookie }) => fetch(`${town.base}${path}`, { headers });

test('a picture is fetched, shown to staff alone, and gone when she withdraws it', async () => {
    const person = await town.person('しゃしん');
    const id = await conversationOf(person, '写真を送ります');
    await send(person, { type: 'image', content_base64: png.toString('base64') });
    const { entries } = await town.sandbox('GET', `people/${person}/transcript`);
    const messageId = entries.filter((row) => row.from === 'person').at(-1).id;
    const entry = await mediaEntry(id, (media) => media.state === 'ready');
    const { url, mime, inline } = entry.content.media;
    assert.deepEqual([mime, inline], ['image/png', true]);
    const answer = await get(url);
    assert.equal(answer.status, 200);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), png);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.match(answer.headers.get('content-security-policy'), /sandbox/);
    assert.equal((await get(url, {})).status, 401);
    await town.sandbox('POST', `people/${person}/unsend`, { messageId });
    await until('it is gone', async () => (await get(url)).status === 404);
    assert.ok((await log(id)).some((line) => line.content?.type === 'unsent'));
});

test('a video that LINE still prepares is waited for; what cannot be shown safely is told in words', async () => {
    const person = await town.person('どうが');
    const id = await conversationOf(person, '動画です');
    const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 0x18]), Buffer.from('ftypmp42'), Buffer.from([0, 0, 0, 0]), Buffer.from('isommp42'), Buffer.alloc(100)]);
    await send(person, { type: 'video', content_base64: mp4.toString('base64'), processing_ms: 1500 });
    const entry = await mediaEntry(id, (media) => media.state === 'ready');
    assert.deepEqual([entry.content.media.mime, entry.content.media.inline], ['video/mp4', false]);
    await send(person, { type: 'file', content_base64: Buffer.from('<html><script>x()</script>').toString('base64'), fileName: 'x.png' });
    const refused = await mediaEntry(id, (media) => media.state === 'failed');
    assert.match(refused.content.media.text, /安全に/);
});

test('a video beyond our limit is told as that, at once', async () => {
    const person = await town.person('ながい');
    const id = await conversationOf(person, '長い動画です');
    const sent = await fetch(`${town.line}/_sandbox/people/${person}/media?type=video&name=long.mp4`, { method: 'POST', headers: { 'content-type': 'video/mp4' }, body: Buffer.alloc(21 << 20, 'x') });
    assert.equal(sent.status, 200);
    const refused = await mediaEntry(id, (media) => media.state === 'failed');
    assert.match(refused.content.media.text, /大きすぎる/);
});

test('while LINE refuses us, who wrote is told why her words wait; then they go out', async () => {
    const person = await town.person('まつ');
    const id = await conversationOf(person, '待っています');
    assert.equal((await staff.call('POST', `/conversations/${id}/claim`, {})).status, 200);
    const settled = (entry) => entry.kind !== 'outbound' || entry.state === 'accepted';
    await until('all before has gone out', async () => (await log(id)).every(settled));
    await town.sandbox('POST', 'faults', { requests: [{ path: '/v2/bot/message/push', method: 'POST', effect: 'status', status: 401, count: 2 }] });
    const words = 'いま読みました';
    assert.equal((await staff.call('POST', `/conversations/${id}/messages`, { text: words })).status, 200);
    const line = async (check) => (await log(id)).find((entry) => entry.text === words && check(entry));
    const waiting = await until('the reason is told', () => line((entry) => entry.failure));
    assert.deepEqual([waiting.state, waiting.failure.code], ['queued', 'unauthorized']);
    const sent = await until('it went out', () => line((entry) => entry.state === 'accepted'));
    assert.equal(sent.failure, null);
});

test('killed while a picture waits at a host that does not answer: fetched after the restart', async () => {
    const person = await town.person('でんげん');
    const id = await conversationOf(person, 'もう一枚');
    await town.sandbox('POST', 'faults', { requests: [{ path: '/v2/bot/message/', method: 'GET', effect: 'hang', count: 1 }] });
    await send(person, { type: 'image' });
    await mediaEntry(id, (media) => media.state === 'waiting');
    await town.kill();
    await town.sandbox('DELETE', 'faults');
    await town.startServer();
    await mediaEntry(id, (media) => media.state === 'ready');
});

test('a group is told once and left; nothing of it is kept', async () => {
    const group = `C${'a1'.repeat(16)}`;
    const join_ = { type: 'join', mode: 'active', timestamp: Date.now(), source: { type: 'group', groupId: group }, webhookEventId: ulid(), deliveryContext: { isRedelivery: false }, replyToken: '0'.repeat(31) + '1' };
    const said = { ...textEvent('U' + '1'.repeat(32), '900000000000000001', 'グループのひみつ'), source: { type: 'group', groupId: group, userId: 'U' + '1'.repeat(32) } };
    assert.equal((await town.webhook(JSON.stringify({ destination: '', events: [join_] }))).status, 200);
    await until('it leaves', async () => (await town.sandbox('GET', `requests?path=/v2/bot/group/${group}/leave`)).rows.length === 1);
    const { rows } = await town.sandbox('GET', 'requests?path=/v2/bot/message/reply&limit=200');
    assert.ok(rows.some((row) => JSON.stringify(row.body).includes('退出します')));
    assert.equal((await town.webhook(JSON.stringify({ destination: '', events: [said] }))).status, 200);
    await until('it leaves again', async () => (await town.sandbox('GET', `requests?path=/v2/bot/group/${group}/leave`)).rows.length === 2);
    const metrics = await (await fetch(`${town.admin}/metrics`)).text();
    assert.match(metrics, /tsunagi_events_set_aside_total\{reason="group"\} 2/);
});

test('a name is learnt after her words; "read" shows only once who answers has them on screen; a picture goes out', async () => {
    const person = await town.person('さくら');
    const id = await conversationOf(person, 'はじめて書きます');
    await until('her name is known', async () => (await staff.call('GET', `/conversations/${id}`)).body.nickname === 'さくら');
    const marks = async () => (await town.sandbox('GET', 'requests?path=/v2/bot/chat/markAsRead')).rows.length;
    await staff.call('POST', `/conversations/${id}/on-screen`);
    assert.equal(await marks(), 0);  // the bot holds it: nobody answers her yet
    assert.equal((await staff.call('POST', `/conversations/${id}/claim`, {})).status, 200);
    assert.equal((await staff.call('POST', `/conversations/${id}/on-screen`)).status, 204);
    await until('she is shown "read"', async () => (await marks()) === 1);

    const upload = (bytes, key = ulid()) => fetch(`${town.base}/api/v1/conversations/${id}/media?name=${encodeURIComponent('地図.png')}`, {
        method: 'POST', body: bytes,
        headers: { 'content-type': 'application/octet-stream', cookie: staff.cookie, 'x-tsunagi-csrf': staff.csrf, 'idempotency-key': key },
    });
    assert.equal((await upload(Buffer.from('<svg/>'))).status, 422);
    const key = ulid();
    assert.equal((await upload(png, key)).status, 200);
    assert.equal((await upload(png, key)).status, 200);
    const pushes = async () => (await town.sandbox('GET', 'requests?path=/v2/bot/message/push&limit=200')).rows.filter((row) => JSON.stringify(row.body).includes('/media/'));
    const [push] = await until('it is pushed', async () => ((await pushes()).length > 0 ? pushes() : null));
    const body = typeof push.body === 'string' ? JSON.parse(push.body) : push.body;
    const address = body.messages[0].originalContentUrl;
    const seen = await fetch(address);  // as LINE does: without a session
    assert.equal(seen.status, 200);
    assert.deepEqual(Buffer.from(await seen.arrayBuffer()), png);
    assert.equal((await fetch(address.slice(0, -1) + (address.endsWith('0') ? '1' : '0'))).status, 404);
});

test('quota and what an operator should mend are shown', async () => {
    await until('quota is read', async () => /tsunagi_line_quota_used\{[^}]*\}/.test(await (await fetch(`${town.admin}/metrics`)).text()));
    const { status, body } = await staff.call('GET', '/line');
    assert.equal(status, 200);
    assert.equal(body.channels[0].name, 'line-main');
    assert.ok(Array.isArray((await (await fetch(`${town.admin}/readyz`)).json()).remarks));
});
