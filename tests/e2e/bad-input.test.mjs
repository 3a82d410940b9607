// What strangers send: a clear status, bounded memory, and the service goes on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { Town, textEvent } from './support.mjs';

let town;
before(async () => { town = await Town.start(); });
after(() => town?.stop());

const body = JSON.stringify({ destination: '', events: [] });

/** Sends raw bytes and gives the status of the first answer; null when the connection ends without one. */
function raw(bytes, limit = 20_000) {
    return new Promise((done, fail) => {
        const socket = connect(town.port, '127.0.0.1');
        let text = '';
        const finish = () => { socket.destroy(); done(text ? Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]) : null); };
        const timer = setTimeout(() => { socket.destroy(); fail(new Error('no answer')); }, limit);
        socket.on('data', (chunk) => { text += chunk; if (text.includes('\r\n')) { clearTimeout(timer); finish(); } });
        socket.on('end', () => { clearTimeout(timer); finish(); });
        socket.on('error', () => { clearTimeout(timer); finish(); });
        for (const part of [bytes].flat()) socket.write(part);
    });
}
const head = (lines) => ['POST /line/mirai/webhook HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n');
const residentMegabytes = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${town.serverProcess.pid}/status`, 'utf8'))[1]) / 1024;
const alive = async () => assert.equal((await town.webhook(body)).status, 200);

test('an empty webhook is 200, as LINE\'s console verifies it', alive);

test('signatures: missing, empty, wrong and of another body are 401 and counted', async () => {
    for (const signature of [undefined, '', 'AAAA', town.sign('another body'), town.sign(body).slice(1)]) {
        const answer = await fetch(`${town.base}/line/mirai/webhook`, {
            method: 'POST', body, headers: signature === undefined ? {} : { 'x-line-signature': signature },
        });
        assert.equal(answer.status, 401);
    }
    const metrics = await (await fetch(`${town.admin}/metrics`)).text();
    assert.match(metrics, /tsunagi_webhook_signature_refused_total\{desk="mirai"\} 5/);
    await alive();
});

test('a desk that does not exist is 404, another method 405, no webhook 400', async () => {
    assert.equal((await fetch(`${town.base}/line/nowhere/webhook`, { method: 'POST', body })).status, 404);
    assert.equal((await fetch(`${town.base}/line/mirai/webhook`)).status, 405);
    for (const broken of ['', '{', 'null', '[]', '{"events":{}}', '[[[[', '{"events":[' + '['.repeat(5000) + ']'.repeat(5000) + ']}'])
        assert.equal((await town.webhook(broken)).status, 400, broken.slice(0, 20));
    await alive();
});

test('unknown events, events of nobody and of groups are answered 200', async () => {
    const events = [{ type: 'telepathy', source: { type: 'user', userId: 'U' + '1'.repeat(32) } }, { type: 'accountLink' }, 7, null,
        { type: 'message', source: { type: 'group', groupId: 'C1' }, message: { type: 'text', id: '1', text: 'x' } }];
    assert.equal((await town.webhook(JSON.stringify({ events }))).status, 200);
});

test('invalid UTF-8 inside a signed text is kept readable', async () => {
    const event = JSON.stringify({ events: [textEvent('U' + '2'.repeat(32), '77', 'abc')] });
    const bytes = Buffer.from(event);
    bytes[bytes.indexOf('abc')] = 0xff;
    assert.equal((await town.webhook(bytes)).status, 200);
});

test('too much: 10 MiB of body is 413, of header 431, and memory stays bounded', async () => {
    const before_ = residentMegabytes();
    assert.equal((await town.webhook('x'.repeat((1 << 20) + 1)).catch(() => ({ status: 413 }))).status, 413);
    for (let i = 0; i < 10; i += 1) {
        assert.equal(await raw([head([`Content-Length: ${10 << 20}`]), Buffer.alloc(1 << 20)]), 413);
        assert.equal(await raw(['POST /line/mirai/webhook HTTP/1.1\r\nHost: x\r\n', 'x-filler: ' + 'y'.repeat(1 << 20)]), 431);
    }
    assert.ok(residentMegabytes() - before_ < 64, `grew by ${residentMegabytes() - before_} MB`);
    await alive();
});

test('chunked bodies are read like any other; broken chunks are 400', async () => {
    const chunked = (chunks) => [head([`x-line-signature: ${town.sign(body)}`, 'Transfer-Encoding: chunked']), ...chunks];
    assert.equal(await raw(chunked([`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`])), 200);
    assert.equal(await raw(chunked(['zz\r\nmore\r\n'])), 400);
    await alive();
});

test('smuggling shapes are refused', async () => {
    assert.equal(await raw(head(['Content-Length: 2', 'Transfer-Encoding: chunked']) + '0\r\n\r\n'), 400);
    assert.equal(await raw(head(['Content-Length: 2', 'Content-Length: 3']) + '{}'), 400);
    assert.equal(await raw(head(['Content-Length: +2']) + '{}'), 400);
    assert.ok([400, 501].includes(await raw(head(['Transfer-Encoding: gzip, chunked']) + '0\r\n\r\n')));
    assert.equal(await raw('GARBAGE\r\n\r\n'), 400);
    await alive();
});

test('a header that drips in is cut off with 408, while others are served', { timeout: 60_000 }, async () => {
    const slow = raw('POST /line/mirai/webhook HTTP/1.1\r\nHost: x\r\n', 40_000);
    for (let i = 0; i < 20; i += 1) await alive();
    assert.ok([408, null].includes(await slow));
    await alive();
});
