import type { Desk, Me } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Icon } from '../ui/icon';
import { shortMoment } from '../ui/time';
import { useNow } from '../ui/use-now';

/** One quiet line for who answers people, while few or none of the month's LINE messages are left: what will happen, what to do. */
export function LowQuota({ me, desk }: { me: Me; desk: Desk | undefined }) {
  const { t, locale } = useWords();
  const now = useNow();
  const low = desk?.line_quota;
  if (!low || !(me.permissions.may_hold || me.permissions.may_see_line)) return null;
  const time = shortMoment(low.read_at, now, locale);
  return (
    <p role="status" data-low-quota className="flex items-center gap-2 border-b border-solid-gray-300 bg-yellow-50 px-4 py-1.5 text-dns-14N-130">
      <Icon name="info" />{low.left > 0 ? t('quota.low', { left: low.left, time }) : t('quota.gone', { time })}
    </p>
  );
}
