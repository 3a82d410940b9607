import type { Me, Row, Ulid } from '../api/types';
import { useWords } from '../messages/catalogue';
import { useList } from '../queue/use-list';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { durationWords } from '../ui/time';
import { useNow } from '../ui/use-now';
import { alarmsOf, hearsAlarm } from './alarm';

const shownMax = 3;

interface Props {
  me: Me;
  onChoose: (id: Ulid) => void;
}

/** Stays until somebody takes it. The minutes change its words, so that a screen reader says it again. */
export function AlarmBanner({ me, onChoose }: Props) {
  const { t, known } = useWords();
  const now = useNow();
  const hears = hearsAlarm(me);
  const { rows } = useList('queue', hears);
  const alarms = hears ? alarmsOf(rows) : [];
  if (alarms.length === 0) return null;
  const words = (row: Row) => t('alarm.row', {
    name: row.nickname || t('row.nameless'),
    level: known(`risk.${row.risk_level}`, `R${row.risk_level}`),
    duration: durationWords(now - Date.parse(row.waiting_since ?? row.holder.since), t),
  });
  return (
    <div role="alert" data-alarm className="border-b-4 border-error-2 bg-red-50 px-3 py-2 text-solid-gray-900 lg:px-4">
      <p className="flex items-center gap-2 text-std-16B-170 text-error-2">
        <span className="inline-flex motion-safe:animate-pulse"><Icon name="emergency" className="size-6" /></span>{t('alarm.lead')}
      </p>
      <ul className="flex flex-col gap-1 pt-1">
        {alarms.slice(0, shownMax).map((row) => (
          <li key={row.id} className="flex flex-wrap items-center gap-3">
            <span>{words(row)}</span>
            <Button look="danger" size="small" onPress={() => onChoose(row.id)}>{t('alarm.open')}</Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
