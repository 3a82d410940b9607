import type { Conversation, Entry } from '../api/types';
import { useWords, type Words } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Icon, type IconName } from '../ui/icon';
import { putBack } from './drafts';

const icons: Partial<Record<Entry['state'], IconName>> = { queued: 'clock', sending: 'sending', accepted: 'check' };

function calmWords(entry: Entry, conversation: Conversation, t: Words['t']): string {
  if (entry.state === 'accepted') return t(`send.accepted.${conversation.channel}`);
  return t(entry.state === 'queued' ? 'send.queued' : 'send.sending');
}

/** Why it did not go out, and what one can do: this is a task for a counselor, not a detail (asks.md 4). */
function Failure({ entry, conversation }: { entry: Entry; conversation: Conversation }) {
  const { t } = useWords();
  const { failure, state, author, text, content } = entry;
  const next = failure?.next_text || t(state === 'unknown' ? 'send.unknown.next' : 'send.failed.next');
  const again = state === 'failed' && author.kind === 'counselor' && conversation.permissions.may_send && conversation.reachable && text !== '' && !content?.media; // a file's name is no text to send
  return (
    <div className="flex max-w-[min(85%,38rem)] flex-col items-start gap-1 rounded-8 border border-error-2 bg-red-50 px-3 py-2 text-dns-14N-130 text-red-1200">
      <p className="flex items-start gap-1.5"><Icon name="alert" className="mt-px size-4" /><span>{t(state === 'unknown' ? 'send.unknown' : 'send.failed')}{failure?.text ? `: ${failure.text}` : ''}</span></p>
      <p>{next}</p>
      {again && <Button look="quiet" size="small" className="-ml-3" onPress={() => putBack(conversation.id, 'reply', text)}>{t('send.failed.again')}</Button>}
    </div>
  );
}

/** An attempt was in vain and others follow: why, at once and not only when it is given up hours later. */
function Waiting({ entry }: { entry: Entry }) {
  const { t } = useWords();
  const { failure, state } = entry;
  return (
    <p className="flex max-w-[min(85%,38rem)] items-start gap-1 text-dns-14N-130 text-solid-gray-800" data-send-state={state}>
      <Icon name="clock" className="mt-0.5 size-3.5 shrink-0" /><span>{t('send.queued')}: {failure?.text} {failure?.next_text}</span>
    </p>
  );
}

/** How far our words have come. Never "delivered" and never "read": LINE does not tell. */
export function SendStateLine({ entry, conversation }: { entry: Entry; conversation: Conversation }) {
  const { t } = useWords();
  if (entry.kind !== 'outbound' || entry.state === 'none') return null;
  if (entry.state === 'failed' || entry.state === 'unknown') return <Failure entry={entry} conversation={conversation} />;
  if (entry.state === 'queued' && entry.failure) return <Waiting entry={entry} />;
  if (entry.author.kind !== 'counselor') return null; // the bot's are told only when they do not go out
  return (
    <p className="flex items-center gap-1 text-dns-14N-130 text-solid-gray-700" data-send-state={entry.state}>
      <Icon name={icons[entry.state] ?? 'sending'} className="size-3.5" />{calmWords(entry, conversation, t)}
    </p>
  );
}
