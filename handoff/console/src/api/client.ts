import { presence } from './presence';
import type { AuditAct, Changed, Colleague, Conversation, ConversationPage, Desk, DismissedMark, EntryPage, LineChannel, ListName, Me, ProblemBody, RiskMark, Ulid } from './types';

/** The server understood and said no. `code` is for programs, `message` is for people and in their language. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly holderName: string | undefined;

  constructor(body: ProblemBody) {
    super(body.title);
    this.status = body.status;
    this.code = body.code;
    this.holderName = body.holder?.name;
  }

  /** Whether the same request, with the same key, may succeed later. */
  get passing(): boolean {
    return this.status >= 500 || this.code === 'busy' || this.status === 408 || this.status === 429;
  }
}

/** No answer: the network, a proxy, or the deadline. Whether the server acted is not known. */
export class NoAnswer extends Error {}

export const requestTimeoutMs = 15_000; // a municipal proxy answers in seconds or not at all
const uploadTimeoutMs = 300_000; // 10 MB over a slow line, as long as the server waits for it
const base = '/api/v1';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

let csrf = '';
let caller: Ulid | null = null;
let language = 'ja';
const listeners = { answered: (_reached: boolean) => {}, signedOut: () => {} };

export const connection = {
  /** Speaks for `me` from now on. */
  speakFor: (me: Me) => {
    csrf = me.csrf;
    caller = me.counselor.id;
  },
  useLanguage: (chosen: string) => { language = chosen; },
  /** Hears after each request whether the server was reached at all. */
  onAnswered: (heard: (reached: boolean) => void) => { listeners.answered = heard; },
  /** Hears that the session has ended. */
  onSignedOut: (heard: () => void) => { listeners.signedOut = heard; },
};

async function answerOf(method: Method, path: string, body: unknown, key: Ulid | undefined): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language };
  if (body !== undefined) headers['Content-Type'] = body instanceof Blob ? 'application/octet-stream' : 'application/json';
  if (method !== 'GET') headers['X-Tsunagi-CSRF'] = csrf;
  if (key) headers['Idempotency-Key'] = key;
  if (presence.isHere()) headers['X-Tsunagi-Present'] = '1';
  try {
    return await fetch(base + path, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(body instanceof Blob ? uploadTimeoutMs : requestTimeoutMs),
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    });
  } catch {
    throw new NoAnswer();
  }
}

/** What the server's outermost layer refuses before it knows who reads: its titles are HTTP's own English and no words for people. */
const withoutWords = new Set(['draining', 'too_many_connections', 'too_many_bodies', 'handler_timeout', 'internal_error', 'malformed_request', 'method_not_allowed', 'body_too_large']);

/** A proxy's own error page is no problem+json; it is told apart by its missing code. */
async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => null)) as Partial<ProblemBody> | null;
  const problem = { code: 'no_code', title: '', ...body, status: response.status };
  return new Problem(withoutWords.has(problem.code) ? { ...problem, title: '' } : problem);
}

/**
 * Another tab may have signed in since, so that the cookie has another word now. If it is the same counselor, the change goes on with that word;
 * if it is a colleague, it must not go out in the colleague's name: this tab is signed out.
 */
async function withFreshCsrf<T>(refused: Problem, again: () => Promise<T>): Promise<T> {
  const me = await request<Me>('GET', '/me');
  if (me.counselor.id !== caller) {
    listeners.signedOut();
    throw new Problem({ status: 401, code: 'session_expired', title: refused.message });
  }
  csrf = me.csrf;
  return again();
}

async function request<T>(method: Method, path: string, body?: unknown, key?: Ulid, tries = 2): Promise<T> {
  let response: Response;
  try {
    response = await answerOf(method, path, body, key);
  } catch (failure) {
    listeners.answered(false);
    throw failure;
  }
  listeners.answered(true);
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.code === 'csrf_wrong' && tries > 1) return withFreshCsrf(problem, () => request<T>(method, path, body, key, tries - 1));
    if (problem.status === 401 && problem.code !== 'login_failed' && !problem.code.startsWith('otp_')) listeners.signedOut();
    throw problem;
  }
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    throw new NoAnswer(); // cut off on the way
  }
}

export interface SignIn {
  desk: string;
  login: string;
  password: string;
  otp?: string;
}

/** A change of one conversation: the last part of its path, and the body. */
export interface Change {
  verb: 'claim' | 'transfer' | 'return' | 'close' | 'messages' | 'notes' | 'risk' | 'disguise/end' | 'safe-contact' | `entries/${number}/risk/dismiss`;
  body: object;
}

export const api = {
  signIn: (credentials: SignIn) => request<Me>('POST', '/session', credentials),
  signOut: () => request<void>('DELETE', '/session'),
  me: () => request<Me>('GET', '/me'),
  setDuty: (onDuty: boolean, key: Ulid) => request<Me>('PUT', '/me/duty', { on_duty: onDuty }, key),
  desk: () => request<Desk>('GET', '/desk'),
  line: () => request<{ channels: LineChannel[] }>('GET', '/line'),
  audit: (cursor: string | null) =>
    request<{ items: AuditAct[]; next: string | null }>('GET', `/audit${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`),
  dismissedMarks: () => request<{ items: DismissedMark[] }>('GET', '/risk/dismissed'),
  tryRules: (text: string) => request<RiskMark>('POST', '/risk/try', { text }),
  staff: () => request<{ items: Colleague[] }>('GET', '/staff'),
  list: (holder: ListName, cursor: string | null) =>
    request<ConversationPage>('GET', `/conversations?holder=${holder}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
  conversation: (id: Ulid) => request<Conversation>('GET', `/conversations/${id}`),
  log: (id: Ulid, before: number | null) =>
    request<EntryPage>('GET', `/conversations/${id}/messages${before === null ? '' : `?before=${before}`}`),
  onScreen: (id: Ulid, from: number, to: number) => request<void>('POST', `/conversations/${id}/on-screen`, { from, to }),
  typing: (id: Ulid) => request<void>('POST', `/conversations/${id}/typing`),
  sendMedia: (id: Ulid, file: Blob, name: string, seenSeq: number, key: Ulid) =>
    request<Changed>('POST', `/conversations/${id}/media?name=${encodeURIComponent(name)}&seen_seq=${seenSeq}`, file, key),
  change: (id: Ulid, change: Change, key: Ulid) =>
    request<Changed>(change.verb === 'safe-contact' ? 'PUT' : 'POST', `/conversations/${id}/${change.verb}`, change.body, key),
};
