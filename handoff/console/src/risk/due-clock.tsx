import type { Time } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Tag } from '../ui/tag';
import { durationWords } from '../ui/time';

/** How long until a human should have answered danger; red once that has passed. */
export function DueClock({ due, now }: { due: Time | null; now: number }) {
  const { t } = useWords();
  if (!due) return null;
  const left = Date.parse(due) - now;
  if (left < 0) return <Tag look="loud" icon="clock">{t('due.late', { duration: durationWords(-left, t) })}</Tag>;
  return <Tag look="strong" icon="clock">{t('due.left', { duration: durationWords(left, t) })}</Tag>;
}
