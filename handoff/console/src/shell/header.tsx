import type { Desk, Me } from '../api/types';
import { type Status } from '../live/status';
import { pollEveryMs } from '../live/status';
import { useLiveStatus } from '../live/use-live';
import { useWords, type Words } from '../messages/catalogue';
import { useList } from '../queue/use-list';
import { DutySwitch } from '../session/duty-switch';
import { Icon, type IconName } from '../ui/icon';
import { shortMoment } from '../ui/time';
import { useNow } from '../ui/use-now';
import { UserMenu } from './user-menu';

const statusIcon: Record<Status, IconName> = { live: 'link', polling: 'clock', offline: 'alert' };

function hoursWords(desk: Desk, now: number, { t, locale }: Words): string {
  const { open, closes_at, next_opening } = desk.hours;
  if (open) return closes_at ? t('desk.open', { time: shortMoment(closes_at, now, locale) }) : t('desk.open.always');
  return next_opening ? t('desk.closed', { time: shortMoment(next_opening, now, locale) }) : t('desk.closed.unknown');
}

/** As her list has it, which hears of every change: what a colleague took from her or handed to her counts at once. */
function Holding({ me }: { me: Me }) {
  const { t } = useWords();
  const { holding, capacity } = me.counselor;
  const { counts } = useList('mine');
  return <span className="hidden text-dns-14N-120 text-solid-gray-700 md:inline">{t('duty.holding', { holding: counts?.mine ?? holding, capacity })}</span>;
}

export function Header({ me, desk }: { me: Me; desk: Desk | undefined }) {
  const words = useWords();
  const { t } = words;
  const now = useNow();
  const status = useLiveStatus();
  const seconds = Number(pollEveryMs[status].list || 0) / 1000;

  return (
    <header className="flex min-h-14 items-center gap-x-4 border-b border-solid-gray-300 bg-white px-3 lg:px-4">
      <div className="min-w-0 flex-1">
        <h1 className="truncate text-dns-16B-130">{me.desk.name}</h1>
        <p className="flex items-center gap-x-3 truncate text-dns-14N-120 text-solid-gray-700">
          {desk && <span>{hoursWords(desk, now, words)}</span>}
          <span className="hidden items-center gap-1 sm:inline-flex" data-live={status}>
            <Icon name={statusIcon[status]} />{t(`live.${status}.short`, { seconds })}
          </span>
        </p>
      </div>
      {me.permissions.may_hold && (
        <>
          <Holding me={me} />
          <DutySwitch me={me} />
        </>
      )}
      <UserMenu me={me} />
    </header>
  );
}
