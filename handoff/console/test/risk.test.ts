import { describe, expect, test } from 'vitest';
import type { Colleague, Me, Row } from '../src/api/types';
import { hasRoom } from '../src/conversation/room';
import type { Words } from '../src/messages/catalogue';
import { fill } from '../src/messages/fill';
import ja from '../src/messages/ja.json';
import { alarmsOf, hearsAlarm } from '../src/risk/alarm';
import { dueWords } from '../src/risk/due';
import { piecesOf, rulesOf } from '../src/risk/spans';

const span = (from: number, to: number, rule: string) => ({ from, to, rule, reason: `${rule} の理由` });

describe('marked words', () => {
  test('a span counts code points: an emoji before it moves nothing', () => {
    expect(piecesOf('😭もう消えたい', [span(3, 7, 'wish')])).toEqual([
      { text: '😭もう', reasons: [] }, { text: '消えたい', reasons: ['wish の理由'] },
    ]);
  });
  test('spans that overlap are cut, and every piece knows its own reasons', () => {
    expect(piecesOf('abcdef', [span(0, 4, 'a'), span(2, 6, 'b')])).toEqual([
      { text: 'ab', reasons: ['a の理由'] }, { text: 'cd', reasons: ['a の理由', 'b の理由'] }, { text: 'ef', reasons: ['b の理由'] },
    ]);
  });
  test('a span beyond the text breaks nothing, and nothing is lost', () => {
    expect(piecesOf('abc', [span(1, 99, 'a')]).map(({ text }) => text).join('')).toBe('abc');
    expect(piecesOf('', [span(0, 2, 'a')])).toEqual([]);
  });
  test('each rule is told once', () => {
    expect(rulesOf([span(0, 1, 'a'), span(3, 4, 'a'), span(5, 6, 'b')]).map(({ rule }) => rule)).toEqual(['a', 'b']);
  });
});

describe('the clock of an answer', () => {
  const t: Words['t'] = (key, values) => fill(ja[key], values);
  const tuesday = Date.parse('2026-11-24T10:00:00+09:00');
  test('counts the minutes down, and tells how long it is over', () => {
    expect(dueWords('2026-11-24T10:05:00.000+09:00', tuesday, t, 'ja')).toBe('返信目標まで5分');
    expect(dueWords('2026-11-24T09:48:00.000+09:00', tuesday, t, 'ja')).toBe('返信目標を12分過ぎています');
    expect(dueWords('2026-11-24T09:59:30.000+09:00', tuesday, t, 'ja')).toBe('返信目標を過ぎました');
  });
  test('names the hour when the desk is closed: nobody should read that there is a day left', () => {
    const nightBefore = Date.parse('2026-11-23T01:54:00+09:00');
    expect(dueWords('2026-11-24T10:02:00.000+09:00', nightBefore, t, 'ja')).toBe('返信目標 11/24 10:02');
    expect(dueWords('2026-11-24T10:02:00.000+09:00', tuesday - 3 * 3_600_000, t, 'ja')).toBe('返信目標 10:02');
  });
});

describe('the alarm', () => {
  const row = (risk_level: number, kind: Row['holder']['kind']) => ({ risk_level, holder: { kind, since: '' } }) as Row;
  const me = (on_duty: boolean, may_take_over: boolean, lists: string[] = ['queue']) =>
    ({ counselor: { on_duty }, permissions: { lists, may_take_over } }) as unknown as Me;
  test('only who is in danger and not taken', () => {
    expect(alarmsOf([row(4, 'queue'), row(3, 'queue'), row(2, 'queue'), row(4, 'counselor')])).toHaveLength(2);
  });
  test('for everybody on duty, and for supervisors always; not for who sees no queue', () => {
    expect(hearsAlarm(me(true, false))).toBe(true);
    expect(hearsAlarm(me(false, false))).toBe(false);
    expect(hearsAlarm(me(false, true))).toBe(true);
    expect(hearsAlarm(me(true, true, ['mine']))).toBe(false);
  });
});

test('who is full can still be given a person in danger, and nobody else', () => {
  const full: Colleague = { id: 'c', name: '佐藤', role: 'counselor', on_duty: true, holding: 3, capacity: 3, skills: [] };
  expect(hasRoom(full, { risk_level: 2, priority: 'soon' })).toBe(false);
  expect(hasRoom(full, { risk_level: 3, priority: 'high' })).toBe(true);
  expect(hasRoom(full, { risk_level: 0, priority: 'emergency' })).toBe(true);
  expect(hasRoom({ ...full, holding: 2 }, { risk_level: 0, priority: 'normal' })).toBe(true);
});
