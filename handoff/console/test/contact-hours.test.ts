import { describe, expect, test } from 'vitest';
import type { ContactHours } from '../src/api/types';
import type { Words } from '../src/messages/catalogue';
import { fill } from '../src/messages/fill';
import ja from '../src/messages/ja.json';
import { hoursWords, mayBeginAt } from '../src/risk/contact-hours';

const t: Words['t'] = (key, values) => fill(ja[key], values);
const at = (text: string) => Date.parse(`2026-11-${text}:00+09:00`);
const weekdays: ContactHours = { weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '10:00', to: '14:00' };
const night: ContactHours = { weekdays: ['sat'], from: '22:00', to: '01:00' };

describe('the hours she agreed', () => {
  test('without any, at any time; with some, only then', () => {
    expect(mayBeginAt([], at('21T03:00'))).toBe(at('21T03:00'));
    expect(mayBeginAt([weekdays], at('20T13:59'))).toBe(at('20T13:59'));
    expect(mayBeginAt([weekdays], at('20T09:59'))).toBe(at('20T10:00'));
    expect(mayBeginAt([weekdays], at('20T14:00'))).toBe(at('23T10:00'));
  });
  test('past midnight they belong to the day they began on, also at the end of the week', () => {
    expect(mayBeginAt([night], at('21T00:30'))).toBe(at('21T22:00'));
    expect(mayBeginAt([night], at('22T00:59'))).toBe(at('22T00:59'));
    expect(mayBeginAt([night], at('22T01:00'))).toBe(at('28T22:00'));
    expect(mayBeginAt([{ weekdays: ['sun'], from: '00:00', to: '24:00' }], at('22T23:59'))).toBe(at('22T23:59'));
    expect(mayBeginAt([night, weekdays], at('22T01:00'))).toBe(at('23T10:00'));
  });
  test('are said as people say them', () => {
    expect(hoursWords(weekdays, t)).toBe('月・火・水・木・金 10:00〜14:00');
    expect(hoursWords(night, t)).toBe('土 22:00〜翌01:00');
    expect(hoursWords({ weekdays: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'], from: '09:00', to: '12:00' }, t)).toBe('毎日 09:00〜12:00');
  });
});
