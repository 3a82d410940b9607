import type { Row, Ulid } from '../api/types';
import { alarmsOf } from '../risk/alarm';
import { awaitsReplySince } from './order';

/** What was known of the lists when they were last looked at. */
export interface Known {
  waiting: Set<Ulid>;
  alarms: Set<Ulid>;
  mine: Map<Ulid, number>; // conversation -> number of the person's last word, 0 when the last word was ours
}

export interface News {
  known: Known;
  newAlarm: boolean;
  newWaiting: boolean;
  newMine: boolean;
}

/**
 * Whether somebody began to wait, or something came up in my conversations (her words, or one handed to me), since `before`.
 * The first look is no news, and neither is what happens in `looking`, the conversation before the counselor's eyes. Danger is news for her, too, and
 * also when it is heard of somebody who has waited for long.
 */
export function newsOf(before: Known | null, queue: Row[], mine: Row[], looking: Ulid | null): News {
  const known: Known = {
    waiting: new Set(queue.map((row) => row.id)),
    alarms: new Set(alarmsOf(queue).map((row) => row.id)),
    mine: new Map(mine.map((row) => [row.id, awaitsReplySince(row) ? row.last_message?.seq ?? 0 : 0])),
  };
  if (!before) return { known, newAlarm: false, newWaiting: false, newMine: false };
  return {
    known,
    newAlarm: [...known.alarms].some((id) => !before.alarms.has(id)),
    newWaiting: queue.some((row) => row.id !== looking && !before.waiting.has(row.id)),
    newMine: [...known.mine].some(([id, seq]) => id !== looking && seq > (before.mine.get(id) ?? -1)),
  };
}
