import { useQuery } from '@tanstack/react-query';
import { Meter } from 'react-aria-components';
import { api } from '../api/client';
import { keys } from '../api/keys';
import type { LineChannel } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Dialog, DialogActions } from '../ui/dialog';
import { FailedToLoad } from '../ui/failed-to-load';
import { shortMoment } from '../ui/time';
import { useNow } from '../ui/use-now';

function Figure({ name, children }: { name: string; children: string }) {
  return (
    <div className="flex gap-3 py-0.5">
      <dt className="w-44 shrink-0 text-solid-gray-700">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** How much of the month is used; never by colour alone: the same stands beside it in figures. */
function Bar({ used, limit }: { used: number; limit: number }) {
  const { t } = useWords();
  const share = limit > 0 ? Math.min(100, Math.round((used / limit) * 100)) : 100;
  return (
    <Meter value={share} valueLabel={t('quota.bar', { used, limit })} aria-label={t('quota.used')}>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" className="block h-2 w-full rounded-full bg-solid-gray-200">
        <rect width={share} height="4" className="fill-key-900" />
      </svg>
    </Meter>
  );
}

function Channel({ channel, isOnly }: { channel: LineChannel; isOnly: boolean }) {
  const { t, locale } = useWords();
  const now = useNow();
  const { name, state, limit, used, left, reserve, read_at, unanswered_at, remarks } = channel;
  const moment = (at: string | null) => (at ? shortMoment(at, now, locale) : '');
  const count = (number: number) => number.toLocaleString('en-US');
  return (
    <section aria-label={name} className="flex flex-col gap-2 text-dns-16N-130">
      {!isOnly && <h3 className="text-dns-16B-130">{name}</h3>}
      {remarks.length > 0 && (
        <div data-remarks className="rounded-8 bg-yellow-50 px-3 py-2">
          <p className="text-dns-16B-130">{t('quota.remarks')}</p>
          <ul className="list-disc pl-6">{remarks.map((remark) => <li key={remark}>{remark}</li>)}</ul>
        </div>
      )}
      {state !== 'limited' && <p>{t(`quota.state.${state}`, { time: moment(unanswered_at) })}</p>}
      {limit !== null && used !== null && <Bar used={used} limit={limit} />}
      <dl>
        {limit !== null && used !== null && <Figure name={t('quota.used')}>{t('quota.of', { used: count(used), limit: count(limit) })}</Figure>}
        {limit === null && used !== null && <Figure name={t('quota.used')}>{t('quota.count', { count: count(used) })}</Figure>}
        {left !== null && <Figure name={t('quota.left')}>{t('quota.count', { count: count(left) })}</Figure>}
        {reserve !== null && <Figure name={t('quota.reserve')}>{t('quota.count', { count: count(reserve) })}</Figure>}
        {read_at && <Figure name={t('quota.read_at')}>{moment(read_at)}</Figure>}
      </dl>
      {read_at && unanswered_at && <p>{t('quota.unanswered', { time: moment(unanswered_at) })}</p>}
      {reserve !== null && <p className="text-dns-14N-130 text-solid-gray-700">{t('quota.reserve.lead')}</p>}
    </section>
  );
}

/** The LINE accounts, for a desk's manager: what is to be mended there, and the month's messages as LINE itself said, and when. */
export function LineQuota({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const { data, isError, refetch } = useQuery({ queryKey: keys.line, queryFn: api.line });
  return (
    <Dialog title={t('quota.title')} isOpen onClose={onClose}>
      <div className="flex flex-col gap-4" data-quota>
        <p>{t('quota.lead')}</p>
        {!data && !isError && <p role="status">{t('app.loading')}</p>}
        {isError && !data && <FailedToLoad onAgain={() => void refetch()} />}
        {data?.channels.length === 0 && <p>{t('quota.none')}</p>}
        {data?.channels.map((channel) => <Channel key={channel.name} channel={channel} isOnly={data.channels.length === 1} />)}
        {data && data.channels.length > 0 && <p className="text-dns-14N-130 text-solid-gray-700">{t('quota.about')}</p>}
      </div>
      <DialogActions><Button onPress={onClose}>{t('app.dismiss')}</Button></DialogActions>
    </Dialog>
  );
}
