// The check of requests against LINE's description finds what is wrong and lets pass what is right.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Description } from './openapi.mjs';
import { repository, Sandbox } from './support.mjs';

const described = resolve(repository, '../shared/line/openapi/messaging-api.yml');
const text = (words) => ({ type: 'text', text: words });
const push = (body, headers) => ({ method: 'POST', path: '/v2/bot/message/push', body, headers, bytes: 1 });

/** A description of one endpoint in the shapes LINE's has: a base with a discriminator, inheritance, limits. */
const small = `
paths:
  /v2/bot/message/push:
    post:
      parameters: [{name: X-Line-Retry-Key, in: header, schema: {type: string, format: uuid}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Push'}}}}
  /v2/bot/profile/{userId}: {get: {}}
  /v2/bot/profile/all: {get: {parameters: [{name: limit, in: query, required: true, schema: {type: string}}]}}
components:
  schemas:
    Push: {type: object, required: [to, messages], properties: {to: {type: string}, messages: {type: array, maxItems: 2, items: {$ref: '#/components/schemas/Message'}}}}
    Message: {type: object, required: [type], properties: {type: {type: string}, sender: {$ref: '#/components/schemas/Sender'}}, discriminator: {propertyName: type, mapping: {text: '#/components/schemas/Text'}}}
    Sender: {type: object, properties: {name: {type: string, maxLength: 5}}}
    Text: {type: object, required: [text], allOf: [{$ref: '#/components/schemas/Message'}, {type: object, properties: {text: {type: string}}}]}
`;

describe('a description', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsunagi-openapi-'));
    const file = join(folder, 'small.yml');
    writeFileSync(file, small);
    const description = new Description(file);
    rmSync(folder, { recursive: true });
    const one = (message) => push({ to: 'U', messages: [message] });

    const cases = [
        ['right', one(text('a')), []],
        ['right with what is inherited', one({ ...text('a'), sender: { name: 'あ' } }), []],
        ['a path of nowhere', { method: 'POST', path: '/v2/bot/message/pusch' }, ['LINE has no such endpoint']],
        ['a method of nowhere', { method: 'GET', path: '/v2/bot/message/push' }, ['LINE has no such endpoint']],
        ['a missing field', push({ messages: [] }), ["the body must have required property 'to'"]],
        ['too many', push({ to: 'U', messages: [text('a'), text('b'), text('c')] }), ['/messages must NOT have more than 2 items']],
        ['an unknown kind', one({ type: 'hologram' }), ['/messages/0/type must be equal to one of the allowed values']],
        ['a field missing in a kind', one({ type: 'text' }), ["/messages/0 must have required property 'text'"]],
        ['a field nobody knows', one({ ...text('a'), colour: 'red' }), ['/messages/0 must NOT have additional properties: colour']],
        ['deep inside', one({ ...text('a'), sender: { name: '長すぎる名前' } }), ['/messages/0/sender/name must NOT have more than 5 characters']],
        ['a key that is no UUID', push({ to: 'U', messages: [] }, { 'x-line-retry-key': 'x' }), ['X-Line-Retry-Key is no UUID']],
        ['no body', { ...push(), bytes: 0 }, ['the body is missing']],
        ['no JSON', push(undefined), ['the body is no JSON']],
        ['a body too much', { method: 'GET', path: '/v2/bot/profile/U1', bytes: 2 }, ['a body where none is wanted']],
        ['the literal path before the pattern', { method: 'GET', path: '/v2/bot/profile/all' }, ['the query lacks limit']],
    ];
    for (const [name, row, problems] of cases)
        test(name, () => assert.deepEqual(description.problems(row), problems));
});

describe('the command', () => {
    let sandbox;
    before(async () => (sandbox = await Sandbox.start()));
    after(() => sandbox?.stop());
    const run = (...args) => spawnSync(process.execPath, ['validate-requests.mjs', sandbox.base, ...args], { cwd: import.meta.dirname, encoding: 'utf8' });

    test('says so when the description is not there', () => {
        const { status, stdout } = run('/nowhere/messaging-api.yml');
        assert.equal(status, 0);
        assert.match(stdout, /nothing was checked/);
    });

    test('passes right requests and lists wrong ones', { skip: !existsSync(described) && 'LINE\'s description is not on this machine' }, async () => {
        const person = await sandbox.person();
        const send = (path, body, headers) => sandbox.platform('POST', path, { body, headers });
        await send('/v2/bot/message/push', { to: person, messages: [{ ...text('a'), quickReply: { items: [{ type: 'action', action: { type: 'message', label: 'はい', text: 'はい' } }] } }] }, { 'x-line-retry-key': randomUUID() });
        await send('/v2/bot/chat/loading/start', { chatId: person, loadingSeconds: 5 });
        await sandbox.platform('GET', `/v2/bot/profile/${person}`);
        const right = run(described);
        assert.equal(right.status, 0, right.stderr);
        assert.match(right.stdout, /^3 requests .*: 0 wrong/m);

        await send('/v2/bot/message/push', { to: person, messages: [{ type: 'text', txt: 'a' }] });
        await send('/v2/bot/message/pusch', {});
        const wrong = run(described);
        assert.equal(wrong.status, 1);
        assert.match(wrong.stderr, /request 4: .*additional properties: txt/);
        assert.match(wrong.stderr, /request 5: .*no such endpoint/);
        assert.ok(!wrong.stderr.includes('はい'));
    });
});
