import type { ContactHours } from '../api/types';
import type { MessageKey, Words } from '../messages/catalogue';

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];
export const hoursLimit = 7; // openapi.yaml, SafeContact
export const weekdayKey = (day: Weekday) => `weekday.${day}` as MessageKey;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const japanMs = 9 * 60 * minuteMs;
const thursday = 4; // 1 January 1970

function msOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return (hour * 60 + minute) * minuteMs;
}

/** The earliest moment from now on in her hours, by the desk's clock; now when none were agreed. As the server: handoff/queue/may_begin.h. */
export function mayBeginAt(hours: ContactHours[], nowMs: number): number | null {
  if (hours.length === 0) return nowMs;
  const today = Math.floor((nowMs + japanMs) / dayMs);
  const moments: number[] = [];
  for (let day = today - 1; day <= today + 7; day += 1) {
    for (const { weekdays: on, from, to } of hours) {
      if (!on.includes(weekdays[(day + thursday) % 7]!)) continue;
      const midnight = day * dayMs - japanMs;
      const ends = midnight + msOf(to) + (to <= from ? dayMs : 0);
      if (nowMs < ends) moments.push(Math.max(nowMs, midnight + msOf(from)));
    }
  }
  return moments.length > 0 ? Math.min(...moments) : null;
}

/** A row as people say it: 月・火 10:00〜14:00, 土 22:00〜翌1:00. */
export function hoursWords({ weekdays: on, from, to }: ContactHours, t: Words['t']): string {
  const days = on.length === weekdays.length ? t('weekday.every') : on.map((day) => t(weekdayKey(day))).join(t('weekday.separator'));
  return t(to <= from ? 'contact.hours.row_overnight' : 'contact.hours.row', { days, from, to });
}
