#!/usr/bin/env node
// A stand-in for the server while the console is built: dist/ under /console/ with the product's Content-Security-Policy, and openapi.yaml in
// memory under /api/v1. Loopback only. Sign in: desk mirai, login sato or suzuki (or tanaka, supervisor, code 123456), password demo.
// POST /dev/{inbound|lose|drop|live|expire} lets a test speak as a person and break the line on purpose.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { Desk, Refused } from './fake/desk.mjs';
import { staff } from './fake/people.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
export const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
  + "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const bodyLimit = 64 * 1024;

/** One desk, its people and its line, on a port of loopback. `close` ends it. */
export function startFakeApi(port) {
  const sessions = new Map(); // cookie -> person
  const line = { seq: 0, epoch: `e${Date.now()}`, live: true, lose: 0, drop: false };
  const sockets = new WebSocketServer({ noServer: true });
  const say = (message) => { for (const socket of sockets.clients) socket.send(JSON.stringify(message)); };
  const desk = new Desk((kind, one) => say({ seq: (line.seq += 1), kind, conversation: one.id, version: one.revision }));

  const cookieOf = (request) => /tsunagi_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  const csrfOf = (cookie) => `csrf-${cookie}`;
  const personOf = (request) => {
    const person = sessions.get(cookieOf(request));
    if (!person) throw new Refused(401, 'not_signed_in', 'サインインしてください。');
    return person;
  };

  function signIn({ desk: deskId, login, password, otp }) {
    const person = staff.find((one) => one.login === login && one.password === password);
    if (!person || deskId !== 'mirai') throw new Refused(401, 'login_failed', '窓口ID、ログインID、パスワードのどれかが違います。');
    if (person.otp && !otp) throw new Refused(401, 'otp_required', '確認コードを入力してください。');
    if (person.otp && otp !== person.otp) throw new Refused(401, 'otp_wrong', '確認コードが違います。');
    const cookie = `s${Math.random().toString(36).slice(2)}`;
    sessions.set(cookie, person);
    return { body: desk.me(person, csrfOf(cookie)), cookie };
  }

  function act(request, path, query, body) {
    const method = request.method;
    if (path === '/session' && method === 'POST') return signIn(body);
    if (path === '/session') { sessions.delete(cookieOf(request)); return { status: 204 }; }
    const person = personOf(request);
    if (method !== 'GET' && request.headers['x-tsunagi-csrf'] !== csrfOf(cookieOf(request))) throw new Refused(403, 'csrf_wrong', '画面を読み込み直してください。');
    if (path === '/me') return { body: desk.me(person, csrfOf(cookieOf(request))) };
    if (path === '/me/duty') { person.on_duty = body.on_duty; say({ seq: (line.seq += 1), kind: 'staff' }); return { body: desk.me(person, csrfOf(cookieOf(request))) }; }
    if (path === '/desk') return { body: desk.desk() };
    if (path === '/line' && person.role !== 'supervisor') throw new Refused(403, 'forbidden', 'この役割ではできません。');
    if (path === '/line') return { body: { channels: [desk.line] } };
    if (path === '/audit') throw new Refused(403, 'forbidden', 'この役割ではできません。');
    if (path === '/staff') return { body: { items: staff.map((one) => desk.colleague(one)) } };
    if (path === '/conversations') return { body: desk.list(query.get('holder'), person) };
    const [, id, verb] = /^\/conversations\/(\w+)(?:\/([\w/-]+))?$/.exec(path) ?? [];
    if (method === 'POST' && path === '/risk/try') return { body: { level: 2, categories: ['suicide'], spans: [{ from: 0, to: 1, rule: 'vanish-wish', reason: '消えたい気持ちが書かれています' }], dismissed: null } };
    if (id && method === 'GET' && !verb) return { body: desk.detail(desk.find(id), person) };
    if (id && method === 'GET' && verb === 'messages') return { body: desk.log(desk.find(id), query.has('before') ? Number(query.get('before')) : null) };
    if (id && (verb === 'on-screen' || verb === 'typing')) return { status: 204 };
    if (id && (method === 'POST' || (method === 'PUT' && verb === 'safe-contact'))) return { body: desk.change(id, verb, body, person, request.headers['idempotency-key']) };
    throw new Refused(404, 'not_found', '見つかりません。');
  }

  /** What a test does to the line, or says in a person's place. */
  function dev(what, body) {
    if (what === 'inbound') desk.inbound(desk.conversations.find((one) => one.nickname === body.nickname), body.text);
    if (what === 'unsend') desk.unsend(desk.conversations.find((one) => one.nickname === body.nickname), body.text);
    if (what === 'queue') Object.assign(desk.conversations.find((one) => one.nickname === body.nickname),
      { holder: { kind: 'queue', since: new Date().toISOString() }, handoff: { reason: 'wish', reason_text: 'ご本人の希望', skills: [], requested_at: new Date().toISOString() } });
    if (what === 'claim') desk.change(desk.conversations.find((one) => one.nickname === body.nickname).id, 'claim', {}, staff.find((one) => one.login === body.login), body.key);
    if (what === 'quota') Object.assign(desk.line, body);
    if (what === 'lose') line.lose = body.answers;       // that many changes are done, but their answers are lost
    if (what === 'drop') line.drop = body.on;            // nothing is reached at all
    if (what === 'live') line.live = body.on;            // WebSockets are blocked
    if (what === 'skip') line.seq += 1;                  // a live message is lost
    if (what === 'expire') sessions.clear();
    if (what === 'live' || what === 'drop' || what === 'expire') for (const socket of sockets.clients) socket.close(what === 'expire' ? 4401 : 1001);
    return { body: { conversations: desk.conversations.map(({ nickname, id, entries, holder }) => ({ nickname, id, holder, texts: entries.map((entry) => entry.text) })) } };
  }

  async function bodyOf(request) {
    let text = '';
    for await (const piece of request) {
      text += piece;
      if (text.length > bodyLimit) throw new Refused(413, 'body_too_large', 'Content Too Large');
    }
    return text ? JSON.parse(text) : {};
  }

  function page(path, response) {
    const file = path === '/console/' ? 'index.html' : normalize(path.slice('/console/'.length));
    const full = join(dist, file);
    if (file.startsWith('..') || !existsSync(full)) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': types[extname(full)] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' });
    return createReadStream(full).pipe(response);
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    try {
      if (url.pathname.startsWith('/console/')) return page(url.pathname, response);
      const body = await bodyOf(request);
      if (url.pathname.startsWith('/dev/')) return response.end(JSON.stringify(dev(url.pathname.slice(5), body).body));
      if (line.drop) return request.socket.destroy();
      const { status = 200, body: answer, cookie } = act(request, url.pathname.replace('/api/v1', ''), url.searchParams, body);
      if (line.lose > 0 && request.method === 'POST') {
        line.lose -= 1;
        return request.socket.destroy();
      }
      if (cookie) response.setHeader('Set-Cookie', `tsunagi_session=${cookie}; HttpOnly; SameSite=Strict; Path=/`);
      response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
      return response.end(answer === undefined ? undefined : JSON.stringify(answer));
    } catch (failure) {
      const refusal = failure instanceof Refused ? failure.body : { status: 500, code: 'internal', title: '' };
      if (!(failure instanceof Refused)) console.error(failure);
      response.writeHead(refusal.status, { 'Content-Type': 'application/problem+json; charset=utf-8' });
      return response.end(JSON.stringify(refusal));
    }
  });
  server.on('upgrade', (request, socket, head) => {
    if (!line.live || line.drop || !sessions.has(cookieOf(request))) return socket.destroy();
    return sockets.handleUpgrade(request, socket, head, (live) => live.send(JSON.stringify({ kind: 'hello', seq: line.seq, epoch: line.epoch })));
  });
  const beat = setInterval(() => say({ kind: 'beat', seq: line.seq }), 20_000);
  return new Promise((ready) => {
    server.listen(port, '127.0.0.1', () => ready({
      port: server.address().port,
      close: () => { clearInterval(beat); for (const socket of sockets.clients) socket.terminate(); server.closeAllConnections(); server.close(); },
    }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { port } = await startFakeApi(Number(process.env.PORT ?? 21110));
  console.log(`http://127.0.0.1:${port}/console/?desk=mirai   sato / demo`);
}
