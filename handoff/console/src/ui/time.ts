import type { Words } from '../messages/catalogue';
import type { Time } from '../api/types';

const zone = 'Asia/Tokyo'; // the desk's clock, whatever the device believes
const tag = (locale: 'ja' | 'en') => (locale === 'ja' ? 'ja-JP' : 'en-GB');

const shapes = {
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { month: 'long', day: 'numeric', weekday: 'short' },
  dayOfYear: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' },
  moment: { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  weekMoment: { month: 'numeric', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

export function formatTime(at: Time | number, shape: keyof typeof shapes, locale: 'ja' | 'en'): string {
  const name = `${shape} ${locale}`;
  let format = formats.get(name);
  if (!format) {
    format = new Intl.DateTimeFormat(tag(locale), { ...shapes[shape], timeZone: zone });
    formats.set(name, format);
  }
  return format.format(new Date(at));
}

/** The calendar day in Japan, `2026-11-24`: for day separators. */
export function dayOf(at: Time | number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date(at));
}

/** A moment as short as it stays clear: only the clock for today. */
export function shortMoment(at: Time, nowMs: number, locale: 'ja' | 'en'): string {
  return formatTime(at, dayOf(at) === dayOf(nowMs) ? 'clock' : 'moment', locale);
}

/** How long, in words a tired eye takes in at once: 1分未満, 12分, 2時間5分, 3日. */
export function durationWords(ms: number, t: Words['t']): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return t('duration.under_minute');
  if (minutes < 60) return t('duration.minutes', { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t('duration.hours', { hours, minutes: minutes % 60 });
  return t('duration.days', { days: Math.floor(hours / 24) });
}
