import { keys } from '../api/keys';
import type { LiveMessage } from '../api/types';

type Key = readonly unknown[];

/** What may have changed in lists, among colleagues and at the desk. Pure, as the next. */
export function staleLists(changes: LiveMessage[]): Key[] {
  const kinds = new Set(changes.map((change) => change.kind));
  const stale: Key[] = [];
  if (kinds.has('staff') || kinds.has('desk')) stale.push(keys.me, keys.desk, keys.staff);
  if (kinds.has('conversation') || kinds.has('other')) stale.push(keys.lists);
  // Who sees only her own is not told which one it was: it may be hers, or have become hers just now.
  if (kinds.has('other')) stale.push(keys.conversations, keys.logs);
  return stale;
}

/** What may have changed in single conversations. */
export function staleConversations(changes: LiveMessage[]): Key[] {
  return changes.flatMap(({ kind, conversation: id }) => {
    if (!id) return [];
    return kind === 'conversation' ? [keys.log(id), keys.conversation(id)] : [keys.log(id)];
  });
}
