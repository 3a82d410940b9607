import type { Time } from '../api/types';
import type { Words } from '../messages/catalogue';
import { durationWords, shortMoment } from '../ui/time';

/** A target is minutes. What is farther off waits for the desk to open: "1 day left" beside 緊急 would read as leave to wait. */
const minuteMs = 60_000;
const countedDownMs = 60 * 60_000;

/** What the clock beside a person in danger says: how long is left, or at what hour, or how long it is over. */
export function dueWords(due: Time, nowMs: number, t: Words['t'], locale: 'ja' | 'en'): string {
  const left = Date.parse(due) - nowMs;
  if (left < 0 && left > -minuteMs) return t('due.late.now');
  if (left < 0) return t('due.late', { duration: durationWords(-left, t) });
  if (left > countedDownMs) return t('due.at', { moment: shortMoment(due, nowMs, locale) });
  return t('due.left', { duration: durationWords(left, t) });
}
