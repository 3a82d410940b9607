import { useEffect, useRef } from 'react';
import type { Me, Ulid } from '../api/types';
import { useWords } from '../messages/catalogue';
import { alarmsOf, hearsAlarm, useAlarmRepeats } from '../risk/alarm';
import { newsOf, type Known } from './news';
import { noticeChoice, playNotice, showNotice } from './notice';
import { useList } from './use-list';

/** The number of people waiting in the title, and a sound or a notification for what is new, where the counselor allowed it. */
export function useNotices(me: Me, opened: Ulid | null): void {
  const { t } = useWords();
  const queue = useList('queue', me.permissions.lists.includes('queue'));
  const mine = useList('mine', me.permissions.lists.includes('mine'));
  const known = useRef<Known | null>(null);
  const waiting = queue.counts?.queue ?? 0;

  const title = waiting > 0 ? t('app.title.waiting', { count: waiting }) : t('app.title');
  const hears = hearsAlarm(me);
  useAlarmRepeats(hears && alarmsOf(queue.rows).length > 0, t('alarm.title'), title);
  useEffect(() => () => { document.title = t('app.title'); }, [t]);

  const isLoaded = !queue.query.isPending && !mine.query.isPending;
  useEffect(() => {
    if (!isLoaded) return;
    const looking = document.visibilityState === 'visible' ? opened : null;
    const news = newsOf(known.current, queue.rows, mine.rows, looking);
    known.current = news.known;
    const isAlarm = hears && news.newAlarm;
    if (!isAlarm && !news.newWaiting && !news.newMine) return;
    const { sound, desktop } = noticeChoice.get();
    if (sound) playNotice();
    if (desktop) showNotice(t('app.name'), t(isAlarm ? 'alarm.title' : news.newWaiting ? 'notice.waiting' : 'notice.mine'), isAlarm);
  }, [isLoaded, hears, queue.rows, mine.rows, opened, t]);
}
