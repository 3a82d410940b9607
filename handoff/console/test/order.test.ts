import { describe, expect, test } from 'vitest';
import type { Entry, Row } from '../src/api/types';
import { arrange, editedIn, inOrder, lateIn, newestWords, notInLog } from '../src/conversation/arrange';
import type { Pending } from '../src/conversation/outbox';
import { seenSeqOf } from '../src/conversation/remember';
import { newsOf } from '../src/queue/news';
import { awaitsReplySince, byUrgency, onceEach, replyNotSent } from '../src/queue/order';
import { readRoute, writeRoute } from '../src/shell/route';
import { fill } from '../src/messages/fill';
import { dayOf, durationWords, formatTime } from '../src/ui/time';
import ja from '../src/messages/ja.json';
import en from '../src/messages/en.json';

const me = '01JD0000000000000000SAT000';
const row = (change: Partial<Row>): Row => ({
  id: 'a', revision: 1, nickname: 'ゆき', channel: 'line', language: 'ja', reachable: true, holder: { kind: 'queue', since: '2026-11-24T10:00:00+09:00' },
  priority: 'normal', risk_level: 0, risk_categories: [], answer_due: null, disguised: false, waiting_since: '2026-11-24T10:00:00+09:00', opened_at: '2026-11-24T09:00:00+09:00',
  last_inbound_at: null, last_activity_at: '2026-11-24T10:00:00+09:00', last_message: null, outcome: null, ...change,
});
const entry = (seq: number, at: string, change: Partial<Entry> = {}): Entry => ({
  id: `x-${seq}`, seq, at, kind: 'inbound', author: { kind: 'person', name: 'ゆき' }, text: `${seq}`, content: null, quick_replies: [], event: null, state: 'none',
  failure: null, quoted: null, edits: null, risk: null, ...change,
});
const pending = (change: Partial<Pending>): Pending => ({
  key: 'K1', conversation: 'a', verb: 'messages', text: 'はい', at: '2026-11-24T10:00:00Z', afterSeq: 5, state: 'retrying', problem: '', ...change,
});

describe('queue', () => {
  test('urgency first, then who has waited longest: a mark that gives no urgency passes nobody who was told her place', () => {
    const rows = [
      row({ id: 'late', waiting_since: '2026-11-24T10:05:00+09:00' }),
      row({ id: 'early', waiting_since: '2026-11-24T00:30:00Z' }), // 09:30 in Japan: compared as times, not as text
      row({ id: 'distress', risk_level: 1 }),
      row({ id: 'soon', priority: 'soon' }),
      row({ id: 'emergency', priority: 'emergency', waiting_since: '2026-11-24T10:59:00+09:00' }),
    ];
    expect(rows.sort(byUrgency).map(({ id }) => id)).toEqual(['emergency', 'soon', 'early', 'distress', 'late']);
  });
  test('a conversation that moved between two pages stands there once, at its newest', () => {
    expect(onceEach([row({ id: 'a', revision: 2 }), row({ id: 'b' }), row({ id: 'a', revision: 1 })]).map(({ id, revision }) => [id, revision]))
      .toEqual([['a', 2], ['b', 1]]);
  });
  test('she waits for a reply while the last word is hers, and only of a counselor', () => {
    const last = (kind: 'person' | 'counselor') => ({ seq: 3, at: '2026-11-24T10:01:00+09:00', author: { kind, name: '' }, text: '', content_type: 'text' as const, state: 'none' as const });
    const held = { kind: 'counselor' as const, id: me, name: '佐藤', since: '2026-11-24T10:00:00+09:00' };
    expect(awaitsReplySince(row({ holder: held, last_message: last('person') }))).toBe('2026-11-24T10:01:00+09:00');
    expect(awaitsReplySince(row({ holder: held, last_message: last('counselor') }))).toBeNull();
    expect(awaitsReplySince(row({ last_message: last('person') }))).toBeNull();
  });
});

describe('a reply that did not go out', () => {
  const last = (kind: 'bot' | 'counselor', state: 'accepted' | 'failed' | 'unknown') =>
    row({ last_message: { seq: 3, at: '2026-11-24T10:01:00+09:00', author: { kind, name: '' }, text: '', content_type: 'text', state } });
  test('is shown when a colleague wrote it, and a reminder of the bot that was held back is not', () => {
    expect(replyNotSent(last('counselor', 'failed'))).toBe('failed');
    expect(replyNotSent(last('counselor', 'unknown'))).toBe('unknown');
    expect(replyNotSent(last('counselor', 'accepted'))).toBeNull();
    expect(replyNotSent(last('bot', 'failed'))).toBeNull();
    expect(replyNotSent(row({}))).toBeNull();
  });
});

describe('news', () => {
  const mine = (seq: number) => row({
    id: 'm', holder: { kind: 'counselor', id: me, since: '2026-11-24T10:00:00+09:00' },
    last_message: { seq, at: '2026-11-24T10:01:00+09:00', author: { kind: 'person', name: '' }, text: '', content_type: 'text', state: 'none' },
  });
  test('the first look is no news', () => {
    expect(newsOf(null, [row({})], [mine(3)], null)).toMatchObject({ newWaiting: false, newMine: false });
  });
  test('a new person waits; a new word in mine', () => {
    const { known } = newsOf(null, [row({ id: 'a' })], [mine(3)], null);
    expect(newsOf(known, [row({ id: 'a' }), row({ id: 'b' })], [mine(3)], null)).toMatchObject({ newWaiting: true, newMine: false });
    expect(newsOf(known, [row({ id: 'a' })], [mine(4)], null)).toMatchObject({ newWaiting: false, newMine: true });
  });
  test('one handed to me is news; the one before my eyes is not', () => {
    const { known } = newsOf(null, [], [], null);
    expect(newsOf(known, [], [mine(3)], null).newMine).toBe(true);
    expect(newsOf(known, [], [mine(3)], 'm').newMine).toBe(false);
  });
  test('danger heard of somebody who has waited for long is news, also for who looks at her, and only once', () => {
    const { known } = newsOf(null, [row({ id: 'a' })], [], null);
    const heard = newsOf(known, [row({ id: 'a', risk_level: 4 })], [], 'a');
    expect(heard).toMatchObject({ newAlarm: true, newWaiting: false });
    expect(newsOf(heard.known, [row({ id: 'a', risk_level: 4 })], [], 'a').newAlarm).toBe(false);
  });
  test('somebody who left the queue is no news', () => {
    const { known } = newsOf(null, [row({ id: 'a' }), row({ id: 'b' })], [], null);
    expect(newsOf(known, [row({ id: 'b' })], [], null).newWaiting).toBe(false);
  });
});

describe('log', () => {
  test('by time, then by number; each once, the later copy', () => {
    const entries = [entry(2, '2026-11-24T10:00:01Z'), entry(3, '2026-11-24T10:00:00Z'), entry(1, '2026-11-24T10:00:01Z'), entry(2, '2026-11-24T10:00:01Z', { text: 'newer' })];
    expect(inOrder(entries).map(({ seq, text }) => `${seq} ${text}`)).toEqual(['3 3', '1 1', '2 newer']);
  });
  test('a line for each day, by the calendar of Japan', () => {
    const lines = arrange([entry(1, '2026-11-23T14:59:00Z'), entry(2, '2026-11-23T15:00:00Z')], []);
    expect(lines.map(({ kind }) => kind)).toEqual(['day', 'entry', 'day', 'entry']);
  });
  test('what came late stands at the end, under its day, until its place is on the screen', () => {
    const log = [entry(2, '2026-11-24T10:00:00Z'), entry(3, '2026-11-24T10:00:01Z')];
    const late = lateIn([entry(4, '2026-11-20T10:00:00Z')], log);
    expect(arrange(log, [], late).map(({ kind, id }) => (kind === 'entry' ? id : kind))).toEqual(['day', 'entry-2', 'entry-3', 'late', 'day', 'entry-4']);
    expect(seenSeqOf({ pages: [{ items: log, next: 2, late }] })).toBe(4);
    expect(lateIn(late, [entry(4, '2026-11-20T10:00:00Z'), ...log])).toEqual([]);
  });
  test('what she writes after something came late is her newest, so that it is told of, though the late one stands below it', () => {
    const late = [entry(4, '2026-11-20T10:00:00Z')];
    const log = [entry(3, '2026-11-24T10:00:00Z'), entry(5, '2026-11-24T10:00:05Z')];
    expect(newestWords(arrange(log.slice(0, 1), [], late))?.seq).toBe(4);
    expect(newestWords(arrange(log, [], late))?.seq).toBe(5);
  });
  test('words whose answer was lost stand there once: known by the words; two of the same are two', () => {
    const ours = entry(6, '2026-11-24T10:00:00Z', { kind: 'outbound', author: { kind: 'counselor', id: me, name: '佐藤' }, text: 'はい' });
    expect(notInLog([pending({ key: 'K1' }), pending({ key: 'K2' })], [ours], me).map(({ key }) => key)).toEqual(['K2']);
    expect(notInLog([pending({ afterSeq: 6 })], [ours], me)).toHaveLength(1); // those are older words
  });
});

describe('words and times', () => {
  test('both languages have the same messages with the same blanks', () => {
    const blanks = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    expect(Object.keys(en).sort()).toEqual(Object.keys(ja).sort());
    for (const [key, text] of Object.entries(ja)) expect(blanks(en[key as keyof typeof en]), key).toEqual(blanks(text));
  });
  test('nothing is ever called delivered or read', () => {
    for (const text of Object.values(ja)) expect(text).not.toMatch(/既読|配信済|送信済|届きました。$|配達/);
    for (const text of Object.values(en)) expect(text).not.toMatch(/\bdelivered\b/i);
  });
  test('a blank without a value stays visible', () => {
    expect(fill('{name}さん {count}', { name: '佐藤' })).toBe('佐藤さん {count}');
  });
  test('waiting in words', () => {
    const t = (key: keyof typeof ja, values = {}) => fill(ja[key], values);
    const minute = 60_000;
    expect([0, 59_999, minute, 59 * minute, 60 * minute, 125 * minute, 25 * 60 * minute, -5].map((ms) => durationWords(ms, t)))
      .toEqual(['1分未満', '1分未満', '1分', '59分', '1時間0分', '2時間5分', '1日', '1分未満']);
  });
  test("clocks show Japan's time wherever the device is", () => {
    expect(formatTime('2026-11-24T15:30:00Z', 'clock', 'ja')).toBe('00:30');
    expect(dayOf('2026-11-24T15:30:00Z')).toBe('2026-11-25');
  });
});

test('the address says what is shown, and nonsense in it is harmless', () => {
  const route = { list: 'mine' as const, conversation: '01JD000000000000000000MAMA', info: true };
  expect(readRoute(writeRoute(route))).toEqual(route);
  expect(readRoute('#/<script>/../x')).toEqual({ list: 'queue', conversation: null, info: false });
});

describe('a message she changed', () => {
  const said = entry(3, '2026-11-24T10:00:00Z', { text: 'あした出ます' });
  const edit = (seq: number, at: string, text: string) => entry(seq, at, { text, edits: { seq: 3, text: 'あした出ます' } });

  test('says her newest words, with all that stood there before behind them, in whatever order they came', () => {
    const last = edit(5, '2026-11-24T10:02:00Z', '今夜出ます');
    const between = edit(6, '2026-11-24T10:01:00Z', 'あさって出ます');
    const log = inOrder([said, last, between]);
    expect(editedIn(log).get(3)).toEqual({ now: last, between: [between] });
    const lines = arrange(log, []);
    expect(lines.flatMap((line) => (line.kind === 'entry' ? [[line.entry.seq, line.edited?.now.text]] : [])))
      .toEqual([[3, '今夜出ます'], [6, undefined], [5, undefined]]);
  });
  test('says nothing any more once it is withdrawn, and a first version that never came changes nothing', () => {
    const gone = { text: '', content: { type: 'unsent' as const }, edits: null };
    expect(editedIn([{ ...said, ...gone }, { ...edit(5, '2026-11-24T10:02:00Z', ''), ...gone }])).toEqual(new Map());
    expect(editedIn([entry(5, '2026-11-24T10:02:00Z', { edits: { seq: null, text: '' } })])).toEqual(new Map());
  });
});
