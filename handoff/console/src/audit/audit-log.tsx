import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '../api/client';
import { keys } from '../api/keys';
import type { AuditAct } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Dialog, DialogActions } from '../ui/dialog';
import { FailedToLoad } from '../ui/failed-to-load';
import { shortMoment } from '../ui/time';
import { useNow } from '../ui/use-now';

function Act({ act }: { act: AuditAct }) {
  const { t, known, locale } = useWords();
  const now = useNow();
  return (
    <tr className="border-b border-solid-gray-200 align-top">
      <td className="whitespace-nowrap py-1.5 pr-3">{shortMoment(act.at, now, locale)}</td>
      <td className="py-1.5 pr-3">{act.who ? act.who.name || act.who.id : t('audit.program')}</td>
      <td className="py-1.5 pr-3">{known(`audit.action.${act.action}`, act.action)}</td>
      <td className="break-all py-1.5 text-dns-14N-130">{known(`list.${act.subject}`, act.subject)}</td>
    </tr>
  );
}

/** Who did what to which id at the desk, newest first: for its manager and for who audits it. No word of content is in it. */
export function AuditLog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const { data, isError, refetch, isFetchNextPageError, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.audit,
    queryFn: ({ pageParam }) => api.audit(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const acts = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Dialog title={t('audit.title')} isOpen onClose={onClose}>
      <p className="mb-3">{t('audit.lead')}</p>
      {!data && !isError && <p role="status">{t('app.loading')}</p>}
      {isError && !data && <FailedToLoad onAgain={() => void refetch()} />}
      {data && (
        <table className="w-full text-left text-dns-16N-130" data-audit>
          <thead>
            <tr className="border-b border-solid-gray-420">
              {(['when', 'who', 'what', 'subject'] as const).map((column) => <th key={column} scope="col" className="py-1.5 pr-3 text-dns-16B-130">{t(`audit.${column}`)}</th>)}
            </tr>
          </thead>
          <tbody>{acts.map((act, at) => <Act key={at} act={act} />)}</tbody>
        </table>
      )}
      {isFetchNextPageError && <p role="alert" className="pt-3 text-error-2">{t('app.more.failed')}</p>}
      <DialogActions>
        {hasNextPage && <Button isBusy={isFetchingNextPage} onPress={() => void fetchNextPage()}>{t('audit.older')}</Button>}
        <Button onPress={onClose}>{t('app.dismiss')}</Button>
      </DialogActions>
    </Dialog>
  );
}
