import type { Time } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Tag } from '../ui/tag';
import { dueWords } from './due';

/** Until when a human should have answered danger; red once that has passed. */
export function DueClock({ due, now }: { due: Time | null; now: number }) {
  const { t, locale } = useWords();
  if (!due) return null;
  return <Tag look={Date.parse(due) < now ? 'loud' : 'strong'} icon="clock">{dueWords(due, now, t, locale)}</Tag>;
}
