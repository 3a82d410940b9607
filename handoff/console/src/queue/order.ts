import type { Priority, Row } from '../api/types';

const urgency: Record<Priority, number> = { normal: 0, soon: 1, high: 2, emergency: 3 };

/** The queue as the server orders it, and tells each person her place in it: most urgent first, then longest waiting. Danger has made her urgent. */
export function byUrgency(a: Row, b: Row): number {
  return (urgency[b.priority] ?? 0) - (urgency[a.priority] ?? 0)
    || Date.parse(a.waiting_since ?? a.last_activity_at) - Date.parse(b.waiting_since ?? b.last_activity_at)
    || (a.id < b.id ? -1 : 1);
}

/** Since when she waits for a counselor's answer: the last word was hers. Null when it was not. */
export function awaitsReplySince(row: Row): string | null {
  const last = row.last_message;
  return row.holder.kind === 'counselor' && last?.author.kind === 'person' ? last.at : null;
}

/**
 * The last words are a colleague's, and LINE does not have them or does not say: somebody has to reach her another way. Nobody has to because of
 * a reminder of the bot's that was held back to spare the month's messages.
 */
export function replyNotSent({ last_message: last }: Row): 'failed' | 'unknown' | null {
  if (last?.author.kind !== 'counselor') return null;
  return last.state === 'failed' || last.state === 'unknown' ? last.state : null;
}

/** The rows of all pages, each conversation once: it may have moved between two pages while they were fetched. */
export function onceEach(rows: Row[]): Row[] {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const known = newest.get(row.id);
    if (!known || row.revision >= known.revision) newest.set(row.id, row);
  }
  return [...newest.values()];
}
