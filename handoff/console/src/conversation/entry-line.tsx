import type { Conversation, Entry, Me } from '../api/types';
import { useWords, type Words } from '../messages/catalogue';
import { Icon, type IconName } from '../ui/icon';
import { MarkNote } from '../risk/mark-note';
import { formatTime } from '../ui/time';
import type { Edited } from './arrange';
import { Bubble } from './bubble';
import { EntryContent } from './entry-content';
import { SendStateLine } from './send-state';

interface Props {
  entry: Entry;
  edited?: Edited | undefined;
  me: Me;
  conversation: Conversation;
}

export function authorWords({ author }: Pick<Entry, 'author'>, me: Me, t: Words['t']): string {
  if (author.kind === 'bot') return t('entry.author.bot');
  if (author.kind === 'system') return t('entry.author.system');
  if (author.kind === 'person') return author.name || t('row.nameless');
  return author.id === me.counselor.id ? t('entry.author.you', { name: author.name }) : author.name;
}

const authorIcon: Record<Entry['author']['kind'], IconName> = { person: 'person', bot: 'bot', counselor: 'person', system: 'info' };

/** What happened, as a thin line between the words. */
function EventLine({ entry }: { entry: Entry }) {
  const { locale } = useWords();
  return (
    <li className="flex justify-center">
      <p className="max-w-[90%] text-center text-dns-14N-130 text-solid-gray-700">
        <time dateTime={entry.at}>{formatTime(entry.at, 'clock', locale)}</time>　{entry.event?.text ?? entry.text}
      </p>
    </li>
  );
}

function NoteLine({ entry, me }: { entry: Entry; me: Me }) {
  const { t, locale } = useWords();
  return (
    <li className="mx-auto w-full max-w-[40rem] rounded-8 border border-dashed border-yellow-900 bg-yellow-50 px-3 py-2">
      <p className="flex flex-wrap items-center gap-x-2 text-dns-14N-130 text-yellow-1200">
        <Icon name="lock" />{t('entry.note')}
        <span>{authorWords(entry, me, t)} <time dateTime={entry.at}>{formatTime(entry.at, 'clock', locale)}</time></span>
      </p>
      <p className="words pt-1 text-std-16N-170">{entry.text}</p>
    </li>
  );
}

/** One line of the log. */
export function EntryLine({ entry, edited, me, conversation }: Props) {
  const { t, locale } = useWords();
  if (entry.kind === 'event') return <EventLine entry={entry} />;
  if (entry.kind === 'note') return <NoteLine entry={entry} me={me} />;
  const look = entry.kind === 'inbound' ? 'person' : entry.author.kind === 'counselor' ? 'counselor' : 'bot';
  return (
    <Bubble look={look} icon={authorIcon[entry.author.kind]} author={authorWords(entry, me, t)} at={entry.at} clock={formatTime(entry.at, 'clock', locale)}
      footer={entry.risk ? <MarkNote entry={entry} mark={entry.risk} conversation={conversation} /> : <SendStateLine entry={entry} conversation={conversation} />}>
      <EntryContent entry={entry} edited={edited} me={me} />
    </Bubble>
  );
}
