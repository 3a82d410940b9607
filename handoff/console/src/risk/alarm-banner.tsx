import { useRef } from 'react';
import type { Me, Row, Ulid } from '../api/types';
import { useWords } from '../messages/catalogue';
import { noticeChoice, playNotice, soundAllowed } from '../queue/notice';
import { useList } from '../queue/use-list';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { durationWords } from '../ui/time';
import { useStore } from '../ui/store';
import { useNow } from '../ui/use-now';
import { alarmsOf, hearsAlarm } from './alarm';

const shownMax = 3;

/** Says that this device makes no sound, where nobody has asked for one yet or the browser keeps it back; one press mends both. */
function Silence() {
  const { t } = useWords();
  const choice = useStore(noticeChoice);
  const isAllowed = useStore(soundAllowed);
  const place = useRef<HTMLSpanElement>(null);
  if (choice.sound && isAllowed) return null;
  const ring = () => {
    place.current?.closest('[data-alarm]')?.querySelector<HTMLElement>('[data-alarm-open]')?.focus(); // this button is about to vanish
    noticeChoice.set({ ...choice, sound: true });
    playNotice();
  };
  return (
    <span ref={place} className="flex flex-wrap items-center gap-x-3 text-dns-14N-130 text-solid-gray-900" data-alarm-silent>
      {t('alarm.silent')}<Button size="small" onPress={ring}>{t('menu.sound')}</Button>
    </span>
  );
}

interface Props {
  me: Me;
  onChoose: (id: Ulid) => void;
}

function Alarms({ alarms, onChoose }: { alarms: Row[]; onChoose: Props['onChoose'] }) {
  const { t, known } = useWords();
  const now = useNow();
  const words = (row: Row) => t('alarm.row', {
    name: row.nickname || t('row.nameless'),
    level: known(`risk.${row.risk_level}`, `R${row.risk_level}`),
    duration: durationWords(now - Date.parse(row.waiting_since ?? row.holder.since), t),
  });
  return (
    <div data-alarm className="border-b-4 border-error-2 bg-red-50 px-3 py-2 text-solid-gray-900 lg:px-4">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1">
        <p className="flex items-center gap-2 text-std-16B-170 text-error-2">
          <span className="inline-flex motion-safe:animate-pulse"><Icon name="emergency" className="size-6" /></span>{t('alarm.lead')}
        </p>
        <Silence />
      </div>
      <ul className="flex flex-col gap-1 pt-1">
        {alarms.slice(0, shownMax).map((row) => (
          <li key={row.id} className="flex flex-wrap items-center gap-3">
            <span>{words(row)}</span>
            <Button look="danger" size="small" data-alarm-open onPress={() => onChoose(row.id)}>{t('alarm.open')}</Button>
          </li>
        ))}
      </ul>
      {alarms.length > shownMax && <p className="pt-1 text-dns-16B-130" data-alarm-more>{t('alarm.more', { count: alarms.length - shownMax })}</p>}
    </div>
  );
}

/**
 * Stays until somebody takes it. The minutes change its words, so that a screen reader says it again, behind an open dialog, too: a dialog hides
 * everything but places marked so when it opens, and so this one is there before any alarm.
 */
export function AlarmBanner({ me, onChoose }: Props) {
  const hears = hearsAlarm(me);
  const { rows } = useList('queue', hears);
  const alarms = hears ? alarmsOf(rows) : [];
  return (
    <div role="alert" data-react-aria-top-layer="true">
      {alarms.length > 0 && <Alarms alarms={alarms} onChoose={onChoose} />}
    </div>
  );
}
