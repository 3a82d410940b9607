import type { Row, Ulid } from '../api/types';
import { useWords, type Words } from '../messages/catalogue';
import { Icon } from '../ui/icon';
import { Tag } from '../ui/tag';
import { durationWords, shortMoment } from '../ui/time';
import { awaitsReplySince, replyNotSent } from './order';
import { DueClock } from '../risk/due-clock';
import { RiskMark } from './risk-mark';

interface Props {
  row: Row;
  me: Ulid;
  now: number;
  isChosen: boolean;
  onChoose: () => void;
}

function lastWords(row: Row, me: Ulid, { t, known }: Words): string {
  const last = row.last_message;
  if (!last) return t('row.message.none');
  const words = last.text || (last.content_type === 'text' ? '' : known(`row.message.${last.content_type}`, t('row.message.other')));
  if (last.author.kind === 'person') return words;
  const author = last.author.kind === 'bot' ? t('row.author.bot') : last.author.id === me ? t('row.author.you') : last.author.name;
  return `${author}: ${words}`;
}

function Clock({ row, now }: { row: Row; now: number }) {
  const { t, locale } = useWords();
  const reply = awaitsReplySince(row);
  if (row.waiting_since && row.holder.kind === 'queue') {
    return <><Icon name="clock" />{t('row.waiting', { duration: durationWords(now - Date.parse(row.waiting_since), t) })}</>;
  }
  if (reply) return <><Icon name="reply" />{t('row.reply_waiting', { duration: durationWords(now - Date.parse(reply), t) })}</>;
  if (row.holder.kind === 'closed') return <>{t('row.closed', { time: shortMoment(row.holder.since, now, locale) })}</>;
  return <>{t('row.since', { duration: durationWords(now - Date.parse(row.last_activity_at), t) })}</>;
}

function NotSent({ row }: { row: Row }) {
  const { t } = useWords();
  const state = replyNotSent(row);
  return state && <Tag icon="alert">{t(`row.not_sent.${state}`)}</Tag>;
}

/** One conversation in a list: who, how urgent, how long, and the last words. */
export function RowCard({ row, me, now, isChosen, onChoose }: Props) {
  const words = useWords();
  const { t, known } = words;
  const isWaiting = row.holder.kind === 'queue' || awaitsReplySince(row) !== null;
  return (
    <button type="button" onClick={onChoose} aria-current={isChosen ? 'true' : undefined} data-conversation={row.id}
      className="flex w-full cursor-pointer flex-col gap-1.5 border-l-4 border-l-transparent px-3 py-2.5 text-left -outline-offset-4 hover:bg-solid-gray-50 aria-[current]:border-l-key-900 aria-[current]:bg-key-50">
      <span className="flex w-full items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate text-dns-16B-130">{row.nickname || t('row.nameless')}</span>
        <span className={`inline-flex shrink-0 items-center gap-1 text-dns-14N-120 ${isWaiting ? 'font-bold text-solid-gray-900' : 'text-solid-gray-700'}`}>
          <Clock row={row} now={now} />
        </span>
      </span>
      <span className="line-clamp-2 w-full text-dns-14N-130 break-words text-solid-gray-800">{lastWords(row, me, words)}</span>
      <span className="flex flex-wrap items-center gap-1.5">
        <RiskMark row={row} />
        <DueClock due={row.answer_due} now={now} />
        {row.language !== 'ja' && <Tag look="calm">{known(`language.${row.language}`, row.language)}</Tag>}
        <Tag>{known(`channel.${row.channel}`, row.channel)}</Tag>
        <NotSent row={row} />
        {!row.reachable && <Tag icon="block">{t('row.unreachable')}</Tag>}
        {row.holder.kind === 'counselor' && row.holder.id !== me && <Tag icon="person">{t('row.held_by', { name: row.holder.name ?? '' })}</Tag>}
        {row.outcome && <Tag>{row.outcome.label}</Tag>}
      </span>
    </button>
  );
}
