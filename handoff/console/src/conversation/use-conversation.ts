import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../api/client';
import { keys } from '../api/keys';
import type { Ulid } from '../api/types';
import { askEvery, pollEveryMs } from '../live/status';
import { useLiveStatus } from '../live/use-live';
import { inOrder, lateIn } from './arrange';
import { type LogPage, seenSeqOf } from './remember';

export function useConversation(id: Ulid) {
  const status = useLiveStatus();
  return useQuery({
    queryKey: keys.conversation(id),
    queryFn: () => api.conversation(id),
    refetchInterval: askEvery(pollEveryMs[status].conversation),
  });
}

/**
 * The log: the newest page first, older ones as they are asked for. `olderHaveCome` fetches a page and says whether that is over: what changes
 * meanwhile is fetched first, and then the page has to be asked for again. `seenSeq`: up to here nothing is missing on the screen; null while none of it is there.
 */
export function useLog(id: Ulid) {
  const status = useLiveStatus();
  const query = useInfiniteQuery({
    queryKey: keys.log(id),
    queryFn: ({ pageParam }): Promise<LogPage> => api.log(id, pageParam),
    initialPageParam: null as number | null,
    getNextPageParam: (page: LogPage) => page.next,
    refetchInterval: askEvery(pollEveryMs[status].conversation),
  });
  const pages = query.data?.pages;
  const entries = useMemo(() => inOrder(pages?.toReversed().flatMap(({ items, ours = [] }) => [...items, ...ours]) ?? []), [pages]);
  const late = useMemo(() => lateIn(pages?.[0]?.late ?? [], entries), [pages, entries]);
  const seenSeq = query.data ? seenSeqOf(query.data) : null;
  const olderHaveCome = async () => {
    const had = pages?.length ?? 0;
    const { data, isError } = await query.fetchNextPage({ cancelRefetch: false });
    return isError || (data?.pages.length ?? 0) > had;
  };
  return { query, entries, late, seenSeq, olderHaveCome };
}
