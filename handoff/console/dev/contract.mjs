#!/usr/bin/env node
// Holds a server's answers against server/api/openapi.yaml: node dev/contract.mjs http://127.0.0.1:8080 DESK LOGIN PASSWORD
// Reads everything that LOGIN may see; with somebody in the queue it also claims, writes, notes and gives back. test/contract.test.mjs runs it against
// the development server, so that the console is never built on a shape that the description does not have.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import { WebSocket } from 'ws';
import { parse } from 'yaml';

const description = parse(readFileSync(new URL('../../../server/api/openapi.yaml', import.meta.url), 'utf8'));
const timeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/;

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': timeShape } });
ajv.addSchema(description, 'openapi');

/** What is wrong with `value` as `pointer` of the description says it should be; empty when nothing is. */
function faultsOf(pointer, value) {
  const check = ajv.getSchema(`openapi#${pointer}`) ?? ajv.compile({ $ref: `openapi#${pointer}` });
  if (check(value)) return [];
  return check.errors.map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
}

const escape = (part) => part.replaceAll('~', '~0').replaceAll('/', '~1');
let keys = 0;
const newKey = () => `01JD${(Date.now() + (keys += 1)).toString().padStart(22, '0').slice(-22)}`;

export async function checkContract(origin, desk, login, password) {
  const faults = [];
  const headers = { 'Content-Type': 'application/json', 'Accept-Language': 'ja', Origin: origin };
  const note = (where, found) => faults.push(...found.map((fault) => `${where}: ${fault}`));

  async function call(method, template, { id = '', query = '', body, key } = {}, expected = 200) {
    const where = `${method} ${template}${query} -> ${expected}`;
    const answer = await fetch(`${origin}/api/v1${template.replace('{id}', id)}${query}`, {
      method, headers: { ...headers, ...(key ? { 'Idempotency-Key': key } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    const value = text ? JSON.parse(text) : null;
    if (answer.status !== expected) note(where, [`answered ${answer.status} ${value?.code ?? ''}`]);
    if (answer.status >= 400) note(where, faultsOf('/components/schemas/Problem', value));
    else if (value) note(where, faultsOf(schemaOf(method, template), value));
    if (value && answer.headers.get('cache-control') !== 'no-store' && answer.ok) note(where, ['Cache-Control is not no-store']);
    return { value, answer };
  }

  await call('GET', '/me', {}, 401);
  await call('POST', '/session', { body: { desk, login, password: `${password}x` } }, 401);
  const { value: me, answer } = await call('POST', '/session', { body: { desk, login, password } });
  headers.Cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0];
  headers['X-Tsunagi-CSRF'] = me?.csrf ?? '';
  await call('GET', '/me');
  await call('PUT', '/me/duty', { body: { on_duty: true }, key: newKey() });
  await call('GET', '/desk');
  await call('GET', '/staff');
  await call('GET', '/line', {}, me.permissions.may_see_line ? 200 : 403);
  await call('GET', '/audit', {}, me.permissions.may_audit ? 200 : 403);

  const rows = [];
  for (const holder of me.permissions.lists) {
    const { value } = await call('GET', '/conversations', { query: `?holder=${holder}` });
    rows.push(...(value?.items ?? []));
  }
  for (const { id } of rows.slice(0, 20)) {
    await call('GET', '/conversations/{id}', { id });
    await call('GET', '/conversations/{id}/messages', { id });
  }
  await call('GET', '/conversations/{id}', { id: '01JD00000000000000000000ZZ' }, 404);

  const waiting = rows.find((row) => row.holder.kind === 'queue');
  if (waiting) await changes(call, note, waiting.id, headers);
  note('GET /live', await liveFaults(origin, headers.Cookie));
  await call('DELETE', '/session', {}, 204);
  await call('GET', '/me', {}, 401);
  return faults;
}

/** The schema of a 2xx JSON answer. */
function schemaOf(method, template) {
  const operation = `/paths/${escape(template)}/${method.toLowerCase()}`;
  const answer = description.paths[template][method.toLowerCase()].responses['200'];
  if (answer.$ref) return `${answer.$ref.slice(1)}/content/application~1json/schema`;
  return `${operation}/responses/200/content/application~1json/schema`;
}

async function changes(call, note, id, headers) {
  const key = newKey();
  await call('POST', '/conversations/{id}/messages', { id, body: { text: 'まだ担当ではない' }, key: newKey() }, 403);
  const csrf = headers['X-Tsunagi-CSRF'];
  headers['X-Tsunagi-CSRF'] = 'wrong';
  await call('POST', '/conversations/{id}/claim', { id, body: {}, key: newKey() }, 403);
  headers['X-Tsunagi-CSRF'] = csrf;
  await call('POST', '/conversations/{id}/claim', { id, body: {} }, 400);
  await call('POST', '/conversations/{id}/claim', { id, body: {}, key: newKey() });
  const first = await call('POST', '/conversations/{id}/messages', { id, body: { text: 'こんにちは' }, key });
  const second = await call('POST', '/conversations/{id}/messages', { id, body: { text: 'こんにちは' }, key });
  const { value: log } = await call('GET', '/conversations/{id}/messages', { id });
  const same = log.items.filter((entry) => entry.key === key || (entry.text === 'こんにちは' && entry.kind === 'outbound'));
  if (same.length !== 1) note('the same Idempotency-Key twice', [`${same.length} entries, answered ${first.answer.status} and ${second.answer.status}`]);
  await call('POST', '/conversations/{id}/messages', { id, body: { text: ' ' }, key: newKey() }, 422);
  await call('POST', '/conversations/{id}/messages', { id, body: { text: 'あ'.repeat(5_001) }, key: newKey() }, 422);
  await call('POST', '/conversations/{id}/notes', { id, body: { text: '契約の確認' }, key: newKey() });
  await call('POST', '/conversations/{id}/transfer', { id, body: { to: null, reason: '' }, key: newKey() }, 422);
  const { value: talk } = await call('GET', '/conversations/{id}', { id });
  await call('POST', '/conversations/{id}/close', { id, body: { outcome: 'listened', say_goodbye: false }, key: newKey() }, 400);
  await call('POST', '/conversations/{id}/close', { id, body: { outcome: 'listened', say_goodbye: false, seen_seq: talk.heard_seq - 1 }, key: newKey() }, 409);
  await call('POST', '/conversations/{id}/return', { id, body: { seen_seq: talk.heard_seq - 1 }, key: newKey() }, 409);
  await call('POST', '/conversations/{id}/close', { id, body: { outcome: 'no_such_outcome', say_goodbye: false, seen_seq: talk.heard_seq }, key: newKey() }, 422);
  await call('POST', '/conversations/{id}/risk', { id, body: { level: 9, reason: '確認', seen_seq: talk.heard_seq }, key: newKey() }, 400);
  await call('POST', '/conversations/{id}/risk', { id, body: { level: 1, reason: ' ', seen_seq: talk.heard_seq }, key: newKey() }, 422);
  await call('POST', '/conversations/{id}/risk', { id, body: { level: 0, reason: '契約の確認', seen_seq: talk.heard_seq }, key: newKey() });
  const contact = { may_push: false, channel: 'line', when: '平日の昼', safe_word: 'りんご', if_other_answers: '', hours: [{ weekdays: ['mon', 'sat'], from: '22:00', to: '01:00' }] };
  await call('PUT', '/conversations/{id}/safe-contact', { id, body: { ...contact, channel: 'smoke' }, key: newKey() }, 400);
  await call('PUT', '/conversations/{id}/safe-contact', { id, body: { ...contact, hours: [{ weekdays: [], from: '10:00', to: '14:00' }] }, key: newKey() }, 422);
  await call('PUT', '/conversations/{id}/safe-contact', { id, body: contact, key: newKey() });
  const { value: kept } = await call('GET', '/conversations/{id}', { id });
  if (kept?.safe_contact?.safe_word !== 'りんご') note('PUT safe-contact', ['what was kept is not shown']);
  await call('POST', '/conversations/{id}/transfer', { id, body: { to: null, reason: '確認のため' }, key: newKey() });
}

function liveFaults(origin, cookie) {
  return new Promise((done) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/live`, { headers: { Cookie: cookie, Origin: origin } });
    const timer = setTimeout(() => finish(['no hello within 5 s']), 5_000);
    const finish = (faults) => {
      clearTimeout(timer);
      socket.terminate();
      done(faults);
    };
    socket.on('message', (frame) => {
      const message = JSON.parse(String(frame));
      finish([...faultsOf('/components/schemas/LiveMessage', message), ...(message.kind === 'hello' ? [] : ['the first message is no hello'])]);
    });
    socket.on('error', (error) => finish([String(error)]));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = await checkContract(...process.argv.slice(2));
  for (const fault of faults) console.log(fault);
  console.log(`${faults.length} faults`);
  process.exit(faults.length > 0 ? 1 : 0);
}
