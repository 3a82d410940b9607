import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { keys } from '../api/keys';
import type { Changed, Conversation, Entry, EntryPage } from '../api/types';

/** `ours`: what our own changes added since the page was fetched. Something of hers may have come before it that is not on the screen yet. */
export type LogPage = EntryPage & { ours?: Entry[] };

export type Log = InfiniteData<LogPage, number | null>;

/** Up to here nothing is missing on the screen; 0 while there is no log on it. */
export function seenSeqOf(log: { pages: LogPage[] } | undefined): number {
  return (log?.pages ?? []).reduce((highest, { items, late = [] }) => [...items, ...late].reduce((newest, { seq }) => Math.max(newest, seq), highest), 0);
}

/** Takes over what a change answered, so that the screen is right before anything is fetched; then has the lists fetched again. */
export function remember(queries: QueryClient, { conversation, entries }: Changed): void {
  if (conversation) {
    queries.setQueryData<Conversation>(keys.conversation(conversation.id), (known) =>
      (known && known.revision > conversation.revision ? known : conversation));
    queries.setQueryData<Log>(keys.log(conversation.id), (log) => {
      const [newest, ...older] = log?.pages ?? [];
      if (!log || !newest) return log;
      return { ...log, pages: [{ ...newest, ours: [...newest.ours ?? [], ...entries] }, ...older] };
    });
    void queries.invalidateQueries({ queryKey: keys.log(conversation.id) });
  }
  for (const queryKey of [keys.lists, keys.me, keys.staff]) void queries.invalidateQueries({ queryKey });
}
