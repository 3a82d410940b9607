import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { api, connection, NoAnswer, Problem } from '../src/api/client';
import { isPassing } from '../src/api/retry';
import type { Me } from '../src/api/types';

const meOf = (id: string, csrf: string) => ({ counselor: { id }, csrf }) as unknown as Me;
const json = (status: number, body: unknown) => () => Promise.resolve(new Response(JSON.stringify(body), { status }));
const csrfWrong = json(403, { status: 403, code: 'csrf_wrong', title: '' });

let asked: { path: string; headers: Record<string, string> }[] = [];
function answers(...list: (() => Promise<Response>)[]) {
  vi.stubGlobal('fetch', (path: string, { headers }: { headers: Record<string, string> }) => {
    asked.push({ path, headers });
    return (list.shift() ?? json(500, {}))();
  });
}

beforeEach(() => {
  asked = [];
  connection.speakFor(meOf('A', 'word-1'));
  connection.onSignedOut(() => {});
});
afterEach(() => vi.unstubAllGlobals());

const send = () => api.change('x', { verb: 'messages', body: { text: 'はい' } }, 'KEY');

describe('requests', () => {
  test('a change carries the key, the word against forgery and the language', async () => {
    connection.useLanguage('en');
    answers(json(200, {}));
    await send();
    expect(asked[0]?.headers).toMatchObject({ 'Idempotency-Key': 'KEY', 'X-Tsunagi-CSRF': 'word-1', 'Accept-Language': 'en' });
  });
  test('the same counselor in another tab: goes on with the new word and the same key', async () => {
    answers(csrfWrong, json(200, meOf('A', 'word-2')), json(200, {}));
    await send();
    expect(asked.map(({ headers }) => headers['X-Tsunagi-CSRF'])).toEqual(['word-1', undefined, 'word-2']);
    expect(asked[2]?.headers['Idempotency-Key']).toBe('KEY');
  });
  test("what is refused before anybody knows who reads has no words: HTTP's own English is none for a counselor", async () => {
    answers(json(503, { status: 503, code: 'draining', title: 'Service Unavailable' }), json(409, { status: 409, code: 'busy', title: '混み合っています' }));
    await expect(send()).rejects.toMatchObject({ code: 'draining', message: '' });
    await expect(send()).rejects.toMatchObject({ code: 'busy', message: '混み合っています' });
    answers(json(413, { status: 413, code: 'body_too_large', title: 'Content Too Large' }));
    await expect(send()).rejects.toMatchObject({ code: 'body_too_large', message: '' });
  });
  test("a colleague in another tab: nothing goes out in the colleague's name", async () => {
    const signedOut = vi.fn();
    connection.onSignedOut(signedOut);
    answers(csrfWrong, json(200, meOf('B', 'word-b')), json(200, {}));
    await expect(send()).rejects.toMatchObject({ status: 401 });
    expect(signedOut).toHaveBeenCalled();
    expect(asked).toHaveLength(2);
  });
  test('a word that stays wrong is asked for once, not for ever', async () => {
    answers(csrfWrong, json(200, meOf('A', 'word-2')), csrfWrong);
    await expect(send()).rejects.toMatchObject({ code: 'csrf_wrong' });
  });
  test('an ended session is told once; a wrong password is none', async () => {
    const signedOut = vi.fn();
    connection.onSignedOut(signedOut);
    answers(json(401, { status: 401, code: 'login_failed', title: '' }), json(401, { status: 401, code: 'session_expired', title: '' }));
    await expect(api.signIn({ desk: 'd', login: 'l', password: 'p' })).rejects.toBeInstanceOf(Problem);
    expect(signedOut).not.toHaveBeenCalled();
    await expect(api.me()).rejects.toBeInstanceOf(Problem);
    expect(signedOut).toHaveBeenCalledTimes(1);
  });
});

describe('what is sent again', () => {
  test('no answer, and an answer that was cut off', async () => {
    answers(() => Promise.reject(new TypeError('network')), () => Promise.resolve(new Response('{"conv', { status: 200 })));
    await expect(send()).rejects.toBeInstanceOf(NoAnswer);
    await expect(send()).rejects.toBeInstanceOf(NoAnswer);
    expect(isPassing(new NoAnswer())).toBe(true);
  });
  test("a proxy's own error page; a busy or closing server", () => {
    for (const [status, code] of [[502, 'no_code'], [503, 'unavailable'], [409, 'busy'], [429, 'too_many_attempts']] as const) {
      expect(isPassing(new Problem({ status, code, title: '' })), code).toBe(true);
    }
  });
  test('a definite no is not', () => {
    for (const [status, code] of [[409, 'already_held'], [403, 'not_holder'], [422, 'text_too_long'], [401, 'session_expired']] as const) {
      expect(isPassing(new Problem({ status, code, title: '' })), code).toBe(false);
    }
  });
});
