import { NoAnswer, Problem } from '../src/api/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backoffMs } from '../src/api/retry';
import type { LiveMessage } from '../src/api/types';
import { LiveConnection } from '../src/live/connection';
import { paced } from '../src/live/pace';
import { hear, heardNothing, readLive } from '../src/live/sequence';
import { staleConversations, staleLists } from '../src/live/stale';
import { askEvery, statusOf } from '../src/live/status';

const hello = (seq: number, epoch = 'a'): LiveMessage => ({ kind: 'hello', seq, epoch });
const change = (seq: number): LiveMessage => ({ kind: 'conversation', seq, conversation: '01JD000000000000000000MAMA', version: 1 });
const beat = (seq: number): LiveMessage => ({ kind: 'beat', seq });

/** The actions of a row of messages. */
function actions(...messages: LiveMessage[]): string[] {
  let heard = heardNothing;
  return messages.map((message) => {
    const step = hear(heard, message);
    heard = step.heard;
    return step.action;
  });
}

describe('gaps', () => {
  test('in order: each is applied', () => {
    expect(actions(hello(7), change(8), change(9))).toEqual(['refetch', 'apply', 'apply']);
  });
  test('one missing: everything is fetched again, and then it goes on in order', () => {
    expect(actions(hello(7), change(9), change(10))).toEqual(['refetch', 'refetch', 'apply']);
  });
  test('the same twice, or an old one late, changes nothing', () => {
    expect(actions(hello(7), change(8), change(8), change(7))).toEqual(['refetch', 'apply', 'nothing', 'nothing']);
  });
  test('a beat tells of what was lost in silence', () => {
    expect(actions(hello(7), beat(7), beat(9), change(10))).toEqual(['refetch', 'nothing', 'refetch', 'apply']);
  });
  test('coming back: nothing missed, nothing fetched; something missed, everything', () => {
    expect(actions(hello(7), change(8), hello(8), hello(11))).toEqual(['refetch', 'apply', 'nothing', 'refetch']);
  });
  test('a restarted server counts anew: the same number means something else', () => {
    expect(actions(hello(7, 'a'), hello(7, 'b'), change(8))).toEqual(['refetch', 'refetch', 'apply']);
  });
  test('before the hello nothing counts', () => {
    expect(actions(change(3), hello(3))).toEqual(['nothing', 'refetch']);
  });
  test('unknown kinds count, so that they make no gap', () => {
    expect(actions(hello(1), { kind: 'other', seq: 2 }, change(3))).toEqual(['refetch', 'apply', 'apply']);
  });
  test('a strange frame is no message', () => {
    for (const frame of ['', 'null', '[]', '{"kind":1,"seq":2}', '{"kind":"beat"}', '{']) expect(readLive(frame)).toBeNull();
  });
});

describe('what a change makes stale', () => {
  const id = '01JD000000000000000000MAMA';
  test('a conversation: the lists, its log and itself; an entry: its log alone', () => {
    expect(staleLists([change(2)])).toEqual([['list']]);
    expect(staleConversations([change(2)])).toEqual([['log', id], ['conversation', id]]);
    expect(staleLists([{ kind: 'entry', seq: 3, conversation: id }])).toEqual([]);
    expect(staleConversations([{ kind: 'entry', seq: 3, conversation: id }])).toEqual([['log', id]]);
  });
  test('who sees only her own is never told which one: hers is fetched all the same', () => {
    expect(staleLists([{ kind: 'other', seq: 2 }])).toEqual([['list'], ['conversation'], ['log']]);
    expect(staleConversations([{ kind: 'other', seq: 2 }])).toEqual([]);
  });
  test('a colleague comes or goes: who is there', () => {
    expect(staleLists([{ kind: 'staff', seq: 2 }])).toEqual([['me'], ['desk'], ['staff']]);
  });
});

test('back-off doubles up to half a minute and is spread', () => {
  expect([1, 2, 3, 4, 5, 6, 20].map((attempt) => backoffMs(attempt, 1))).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(backoffMs(3, 0)).toBe(2_000);
});

test('what could not be fetched is asked for again, also where changes arrive by themselves; a definite no is not', () => {
  const failed = (error: Error | null) => ({ state: { error } });
  expect(askEvery(false)(failed(null))).toBe(false);
  expect(askEvery(false)(failed(new NoAnswer()))).toBe(5_000);
  expect(askEvery(300_000)(failed(new Problem({ status: 503, code: 'busy', title: '' })))).toBe(5_000);
  expect(askEvery(false)(failed(new Problem({ status: 404, code: 'not_found', title: '' })))).toBe(false);
});

test('status: a blocked WebSocket is polling; only an unreached server is offline', () => {
  expect(statusOf(true, true)).toBe('live');
  expect(statusOf(false, true)).toBe('polling');
  expect(statusOf(false, false)).toBe('offline');
});

class FakeSocket {
  static all: FakeSocket[] = [];
  onmessage: ((frame: { data: string }) => void) | null = null;
  onclose: ((end: { code: number }) => void) | null = null;
  closed = false;
  constructor() { FakeSocket.all.push(this); }
  close() { this.closed = true; }
  says(message: LiveMessage) { this.onmessage?.({ data: JSON.stringify(message) }); }
}

describe('connection', () => {
  const told: string[] = [];
  const start = () => {
    const connection = new LiveConnection('ws://x', {
      onLive: (live) => told.push(live ? 'live' : 'down'), onChange: (message) => told.push(`change ${message.seq}`),
      onGap: () => told.push('gap'), onSessionEnded: () => told.push('ended'),
    });
    connection.start();
    return connection;
  };
  const last = () => FakeSocket.all.at(-1)!;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('WebSocket', FakeSocket);
    FakeSocket.all = [];
    told.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test('lost, it comes back and knows what it missed', () => {
    const connection = start();
    last().says(hello(5));
    last().says(change(6));
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(1_000);
    expect(FakeSocket.all).toHaveLength(2);
    last().says(hello(6));
    expect(told).toEqual(['live', 'gap', 'change 6', 'down', 'live']);
    connection.stop();
  });
  test('silence longer than two beats is a dead line', () => {
    const connection = start();
    last().says(hello(5));
    vi.advanceTimersByTime(59_000);
    last().says(beat(5));
    vi.advanceTimersByTime(59_000);
    expect(told).not.toContain('down');
    vi.advanceTimersByTime(2_000);
    expect(told).toContain('down');
    expect(FakeSocket.all[0]?.closed).toBe(true);
    connection.stop();
  });
  test('a proxy that never lets the hello through is left after ten seconds', () => {
    const connection = start();
    vi.advanceTimersByTime(10_500);
    expect(told).toEqual(['down']);
    connection.stop();
  });
  test('an ended session is not tried again', () => {
    start();
    last().says(hello(1));
    last().onclose?.({ code: 4401 });
    vi.advanceTimersByTime(120_000);
    expect(told).toContain('ended');
    expect(FakeSocket.all).toHaveLength(1);
  });
  test('stopped is stopped', () => {
    const connection = start();
    connection.stop();
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.all).toHaveLength(1);
  });
});

describe('a burst of changes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is fetched for twice: at once, and once more for the rest', async () => {
    const runs: number[][] = [];
    const pace = paced<number>(500, async (gathered) => runs.push(gathered));
    for (let i = 0; i < 1_000; i += 1) pace.add(i);
    await vi.advanceTimersByTimeAsync(500);
    expect(runs.map((run) => run.length)).toEqual([1, 999]);
    await vi.advanceTimersByTimeAsync(5_000);
    pace.add(1);
    expect(runs).toHaveLength(3);
  });

  test('cuts off no answer that is on its way: on a slow line nothing would ever come', async () => {
    let begun = 0;
    let answered = 0;
    const pace = paced<number>(500, async () => {
      begun += 1;
      await new Promise((done) => setTimeout(done, 3_000));
      answered += 1;
    });
    for (let i = 0; i < 10; i += 1) {
      pace.add(i);
      await vi.advanceTimersByTimeAsync(600);
      expect(begun - answered).toBeLessThanOrEqual(1);
    }
    await vi.advanceTimersByTimeAsync(6_000);
    expect([begun, answered]).toEqual([3, 3]);
  });

  test('does not wait for ever for an answer that is lost', async () => {
    let begun = 0;
    const pace = paced<number>(500, () => {
      begun += 1;
      return new Promise(() => {});
    });
    pace.add(1);
    pace.add(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(begun).toBe(2);
  });

  test('waits longer each time for an answer that is slower than that, as of a long talk on a slow line: it comes', async () => {
    let answered = 0;
    let cutOff = () => {};
    const pace = paced<number>(500, () => new Promise<void>((done) => {
      cutOff(); // as a query that is fetched anew
      const answer = setTimeout(() => { answered += 1; done(); }, 25_000);
      cutOff = () => clearTimeout(answer);
    }));
    for (let i = 0; i < 140; i += 1) {
      pace.add(i);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(answered).toBeGreaterThanOrEqual(2);
  });

  test('goes on after a run that failed', async () => {
    let begun = 0;
    const pace = paced<number>(500, () => {
      begun += 1;
      return Promise.reject(new Error('no answer'));
    });
    pace.add(1);
    await vi.advanceTimersByTimeAsync(1_000);
    pace.add(2);
    expect(begun).toBe(2);
  });
});
