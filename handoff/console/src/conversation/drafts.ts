import type { Ulid } from '../api/types';
import { stored } from '../ui/storage';
import { Store } from '../ui/store';
import { type Begun, wordsOf } from './forms';

export type Mode = 'reply' | 'note';

/** What a counselor has begun to write in one conversation. Reply and note are kept apart, so that one never becomes the other; `begun`: in its dialogs. */
export interface Draft {
  mode: Mode;
  reply: string;
  note: string;
  begun?: Begun; // none in what an earlier page kept
}

export const emptyDraft: Draft = { mode: 'reply', reply: '', note: '' };

type Drafts = Record<Ulid, Draft>;

// sessionStorage: lives as long as the tab, survives a reload and a session's end, and is never on the disk of a shared machine for long.
const kept = stored<Drafts>('session', 'tsunagi.drafts');
export const drafts = new Store<Drafts>({});

export function openDrafts(): void {
  drafts.set(kept.read() ?? {});
}

export function writeDraft(id: Ulid, change: Partial<Draft>): void {
  const before = drafts.get();
  const next = { ...emptyDraft, ...before[id], ...change };
  const { [id]: _old, ...others } = before;
  const isEmpty = next.reply === '' && next.note === '' && next.mode === 'reply' && Object.keys(next.begun ?? {}).length === 0;
  const all = isEmpty ? others : { ...others, [id]: next };
  drafts.set(all);
  kept.write(all);
}

/** What the box is for: only a note where one may not send. */
export function modeOf(draft: Draft, maySend: boolean): Mode {
  return maySend ? draft.mode : 'note';
}

/**
 * Keeps what stands in the box now. A note begun where one may not send stays a note when the conversation is handed to its writer meanwhile:
 * the rest of her sentence would go into the reply, and Ctrl+Enter would send it to the person.
 */
export function writeWords(id: Ulid, mode: Mode, words: string, maySend: boolean): void {
  if (mode === 'reply') writeDraft(id, { reply: words });
  else writeDraft(id, maySend ? { note: words } : { note: words, mode: words === '' ? 'reply' : 'note' });
}

/** Puts `text` in front of what is being written already: nothing of either is lost, and what stands there first already is not put there twice. */
export function putBack(id: Ulid, mode: Mode, text: string): void {
  const written = (drafts.get()[id] ?? emptyDraft)[mode];
  const isThere = written === text || written.startsWith(`${text}\n`);
  const joined = written === '' ? text : isThere ? written : `${text}\n${written}`;
  writeDraft(id, mode === 'reply' ? { mode, reply: joined } : { mode, note: joined });
}

export function clearDrafts(): void {
  drafts.set({});
  kept.clear();
}

export function hasDrafts(): boolean {
  return Object.values(drafts.get()).some(({ reply, note, begun = {} }) => reply !== '' || note !== '' || Object.values(begun).some((form) => wordsOf(form) !== ''));
}
