import type { Entry, Ulid } from '../api/types';
import { dayOf } from '../ui/time';
import type { Pending } from './outbox';

/** What became of a message that she changed: her newest words for it, and those between the first and them, oldest first. */
export interface Edited {
  now: Entry;
  between: Entry[];
}

/** What was changed later among `entries`, which are in order, by the `seq` of the first version. */
export function editedIn(entries: Entry[]): Map<number, Edited> {
  const edited = new Map<number, Edited>();
  for (const entry of entries) {
    const first = entry.edits?.seq;
    if (first === null || first === undefined) continue;
    const earlier = edited.get(first);
    edited.set(first, { now: entry, between: earlier ? [...earlier.between, earlier.now] : [] });
  }
  return edited;
}

/** What stands on the screen, from top to bottom. */
export type Line =
  | { kind: 'day'; id: string; at: string }
  | { kind: 'late'; id: string }
  | { kind: 'entry'; id: string; entry: Entry; edited?: Edited | undefined }
  | { kind: 'pending'; id: string; pending: Pending };

/** Each entry once (pages may overlap; the later copy is newer), sorted by time and then number. */
export function inOrder(entries: Entry[]): Entry[] {
  const once = new Map(entries.map((entry) => [entry.seq, entry]));
  return [...once.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq);
}

/**
 * The texts that are not in the log yet. One whose answer was lost may stand in the log already: it is known as the caller's same words among the
 * entries that came after it was sent.
 */
export function notInLog(pending: Pending[], entries: Entry[], me: Ulid): Pending[] {
  const taken = new Set<number>();
  return pending.filter((item) => {
    const kind = item.verb === 'notes' ? 'note' : 'outbound';
    const twin = entries.find((entry) =>
      entry.kind === kind && entry.author.id === me && entry.text === item.text && entry.seq > item.afterSeq && !taken.has(entry.seq));
    if (twin) taken.add(twin.seq);
    return !twin;
  });
}

/** What of `late` is not at its place among `entries` yet, because the older pages have not been asked for. */
export function lateIn(late: Entry[], entries: Entry[]): Entry[] {
  const there = new Set(entries.map(({ seq }) => seq));
  return inOrder(late).filter(({ seq }) => !there.has(seq));
}

/** The log with a line for each new day; at its end, where new words are looked for, what came so `late` that its place is not on the screen; then what is on its way. */
export function arrange(entries: Entry[], pending: Pending[], late: Entry[] = []): Line[] {
  const lines: Line[] = [];
  const edited = editedIn(inOrder([...late, ...entries]));
  let day = '';
  for (const entry of entries) {
    const entryDay = dayOf(entry.at);
    if (entryDay !== day) {
      lines.push({ kind: 'day', id: `day-${entryDay}-${entry.seq}`, at: entry.at });
      day = entryDay;
    }
    lines.push({ kind: 'entry', id: `entry-${entry.seq}`, entry, edited: edited.get(entry.seq) });
  }
  if (late.length > 0) lines.push({ kind: 'late', id: `late-${late.map(({ seq }) => seq).join('-')}` });
  for (const entry of late) {
    lines.push({ kind: 'day', id: `late-day-${entry.seq}`, at: entry.at }, { kind: 'entry', id: `entry-${entry.seq}`, entry, edited: edited.get(entry.seq) });
  }
  for (const item of pending) lines.push({ kind: 'pending', id: `pending-${item.key}`, pending: item });
  return lines;
}

/** The person's words that came last, also when they came late and stand further up or down than others of hers. */
export function newestWords(lines: Line[]): Entry | undefined {
  return lines.reduce<Entry | undefined>((newest, line) =>
    (line.kind === 'entry' && line.entry.kind === 'inbound' && line.entry.seq > (newest?.seq ?? 0) ? line.entry : newest), undefined);
}
