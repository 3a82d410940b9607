import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client';
import { keys } from '../api/keys';
import type { DismissedMark } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Dialog, DialogActions } from '../ui/dialog';
import { FailedToLoad } from '../ui/failed-to-load';
import { shortMoment } from '../ui/time';
import { useNow } from '../ui/use-now';
import { Findings } from './mark-note';
import { MarkedText } from './marked-text';

function Dismissed({ item }: { item: DismissedMark }) {
  const { t, locale } = useWords();
  const now = useNow();
  const { at, text, risk } = item;
  return (
    <li className="flex flex-col gap-2 rounded-8 border border-solid-gray-300 p-3 text-dns-14N-130">
      <p className="text-solid-gray-700">{shortMoment(at, now, locale)}</p>
      <div className="text-std-16N-170">{text ? <MarkedText text={text} mark={risk} /> : <p>{t('marks.no_text')}</p>}</div>
      <Findings mark={risk} />
      {risk.dismissed && <p className="text-dns-16N-130">{t('mark.dismissed', { name: risk.dismissed.by, reason: risk.dismissed.reason })}</p>}
    </li>
  );
}

/** Where the detector was wrong in the eyes of staff, and why, newest first: for those who mend the rules. Opening it is noted in the audit log. */
export function DismissedMarks({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const { data, isError, refetch } = useQuery({ queryKey: keys.dismissedMarks, queryFn: api.dismissedMarks, gcTime: 0 });
  return (
    <Dialog title={t('marks.title')} isOpen onClose={onClose}>
      <p className="mb-3">{t('marks.lead')}</p>
      {!data && !isError && <p role="status">{t('app.loading')}</p>}
      {isError && !data && <FailedToLoad onAgain={() => void refetch()} />}
      {data?.items.length === 0 && <p>{t('marks.none')}</p>}
      {data && <ul className="flex flex-col gap-3" data-dismissed-marks>{data.items.map((item) => <Dismissed key={`${item.conversation}/${item.seq}`} item={item} />)}</ul>}
      <DialogActions>
        <Button onPress={onClose}>{t('app.dismiss')}</Button>
      </DialogActions>
    </Dialog>
  );
}
