import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Change, NoAnswer, Problem } from '../src/api/client';
import type { Changed } from '../src/api/types';
import { clearDrafts, drafts, hasDrafts, openDrafts, putBack, writeDraft } from '../src/conversation/drafts';
import { Outbox, refusedElsewhere } from '../src/conversation/outbox';

const changed = { conversation: {}, entries: [] } as unknown as Changed;
const done = () => Promise.resolve(changed);
const problem = (status: number, code: string) => new Problem({ status, code, title: code });

/** A server that answers as the list tells, then well; it keeps what it was sent. */
function server(...answers: (() => Promise<Changed>)[]) {
  const sent: { text: string; seen_seq?: number; key: string }[] = [];
  const send = async (_id: string, change: Change, key: string) => {
    sent.push({ ...(change.body as { text: string; seen_seq?: number }), key });
    return (answers.shift() ?? done)();
  };
  return { sent, send };
}
const lost = () => Promise.reject(new NoAnswer());
const quiet = () => {};
const atOnce = () => Promise.resolve();
const settled = (outbox: Outbox, count: number) => vi.waitFor(() => expect(outbox.pending.get()).toHaveLength(count));

function fakeStorage(): Storage {
  const items = new Map<string, string>();
  return { getItem: (name: string) => items.get(name) ?? null, setItem: (name: string, text: string) => void items.set(name, text), removeItem: (name: string) => void items.delete(name) } as Storage;
}

beforeEach(() => {
  vi.stubGlobal('window', { sessionStorage: fakeStorage(), localStorage: fakeStorage() });
});

describe('outbox', () => {
  test('a lost answer is asked for again with the same key', async () => {
    const { sent, send } = server(lost, lost);
    const outbox = new Outbox(send, quiet, atOnce);
    outbox.resume();
    outbox.add('a', 'messages', 'はい', 0);
    await settled(outbox, 0);
    expect(sent.map(({ text }) => text)).toEqual(['はい', 'はい', 'はい']);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });
  test('what was on the screen goes with her words, so that none of before her safe word are sent; a note is not for her', async () => {
    const { sent, send } = server(lost);
    const outbox = new Outbox(send, quiet, atOnce);
    outbox.resume();
    outbox.add('a', 'messages', '1', 7);
    outbox.add('a', 'notes', '2', 8);
    await settled(outbox, 0);
    expect(sent.map(({ text, seen_seq }) => [text, seen_seq])).toEqual([['1', 7], ['1', 7], ['2', undefined]]);
  });
  test('words of one conversation keep their order, also past a lost answer', async () => {
    const { sent, send } = server(lost);
    const outbox = new Outbox(send, quiet, atOnce);
    outbox.resume();
    for (const text of ['1', '2', '3']) outbox.add('a', 'messages', text, 0);
    await settled(outbox, 0);
    expect(sent.map(({ text }) => text)).toEqual(['1', '1', '2', '3']);
  });
  test('a definite no stays on the screen with its reason, and the next goes on', async () => {
    const { sent, send } = server(() => Promise.reject(problem(403, 'not_holder')));
    const outbox = new Outbox(send, quiet, atOnce);
    outbox.resume();
    outbox.add('a', 'messages', '1', 0);
    outbox.add('a', 'notes', '2', 0);
    await settled(outbox, 1);
    expect(outbox.pending.get()[0]).toMatchObject({ text: '1', state: 'refused', problem: 'not_holder' });
    expect(sent).toHaveLength(2);
    expect(refusedElsewhere(outbox.pending.get(), 'b')).toHaveLength(1);  // its writer has gone on to another conversation
    expect(refusedElsewhere(outbox.pending.get(), 'a')).toEqual([]);      // there it stands in the log
  });
  test('an ended session halts it; signing in again sends what was left, once', async () => {
    const { sent, send } = server(() => Promise.reject(problem(401, 'session_expired')));
    const outbox = new Outbox(send, quiet, atOnce);
    outbox.resume();
    outbox.add('a', 'messages', 'はい', 0);
    await vi.waitFor(() => expect(outbox.isHalted).toBe(true));
    expect(outbox.pending.get()).toHaveLength(1);
    outbox.resume();
    await settled(outbox, 0);
    expect(sent.map(({ key }) => key)[1]).toBe(sent[0]?.key);
  });
  test('a reload loses nothing', async () => {
    const never = () => new Promise<Changed>(() => {});
    const before = new Outbox(server(never).send, quiet, atOnce);
    before.resume();
    before.add('a', 'messages', 'はい', 0);
    const key = before.pending.get()[0]?.key;

    const { sent, send } = server();
    const after = new Outbox(send, quiet, atOnce);
    after.resume();
    await settled(after, 0);
    expect(sent).toEqual([{ text: 'はい', seen_seq: 0, key }]);
  });
  test('it goes onto the screen before it leaves the outbox', async () => {
    const pendingWhenShown: number[] = [];
    const outbox: Outbox = new Outbox(server().send, () => pendingWhenShown.push(outbox.pending.get().length), atOnce);
    outbox.resume();
    outbox.add('a', 'messages', 'はい', 0);
    await settled(outbox, 0);
    expect(pendingWhenShown).toEqual([1]);
  });
  test('clearing leaves nothing for the next one at this machine', async () => {
    const outbox = new Outbox(server(lost).send, quiet, () => new Promise(() => {}));
    outbox.resume();
    outbox.add('a', 'messages', 'はい', 0);
    outbox.clear();
    expect(outbox.pending.get()).toEqual([]);
    expect(window.sessionStorage.getItem('tsunagi.outbox')).toBeNull();
  });
});

describe('drafts', () => {
  test('one for each conversation; reply and note never mix; a reload keeps them', () => {
    writeDraft('a', { reply: 'へんじ' });
    writeDraft('b', { mode: 'note', note: 'めも' });
    drafts.set({});
    openDrafts();
    expect(drafts.get()).toEqual({ a: { mode: 'reply', reply: 'へんじ', note: '' }, b: { mode: 'note', reply: '', note: 'めも' } });
  });
  test('what is put back stands before what is being written', () => {
    clearDrafts();
    writeDraft('a', { reply: '続き' });
    putBack('a', 'reply', '前の文');
    expect(drafts.get()['a']?.reply).toBe('前の文\n続き');
  });
  test('signing out clears them, on the screen and in the tab', () => {
    writeDraft('a', { reply: 'へんじ' });
    expect(hasDrafts()).toBe(true);
    clearDrafts();
    openDrafts();
    expect(hasDrafts()).toBe(false);
  });
});
