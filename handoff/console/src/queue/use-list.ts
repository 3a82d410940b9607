import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../api/client';
import { keys } from '../api/keys';
import type { ConversationPage, ListName } from '../api/types';
import { askEvery, pollEveryMs } from '../live/status';
import { useLiveStatus } from '../live/use-live';
import { onceEach } from './order';

/** One of the lists, page by page. Everyone who asks for the same list shares one request. */
export function useList(holder: ListName, isEnabled = true) {
  const status = useLiveStatus();
  const query = useInfiniteQuery({
    queryKey: keys.list(holder),
    queryFn: ({ pageParam }) => api.list(holder, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ConversationPage) => page.next,
    enabled: isEnabled,
    refetchInterval: askEvery(pollEveryMs[status].list),
    refetchIntervalInBackground: true, // a counselor waits for the sound with another window in front
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => onceEach(pages?.flatMap((page) => page.items) ?? []), [pages]);
  return { query, rows, counts: pages?.[0]?.counts };
}
