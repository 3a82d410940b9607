import type { ReactNode } from 'react';
import type { Me } from '../api/types';
import { useWords } from '../messages/catalogue';
import { useSession } from '../session/session';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { formatTime } from '../ui/time';
import { Bubble } from './bubble';
import { putBack } from './drafts';
import type { Pending } from './outbox';

function Refused({ pending, hasBox }: { pending: Pending; hasBox: boolean }) {
  const { t } = useWords();
  const { outbox } = useSession();
  const toDraft = () => {
    putBack(pending.conversation, pending.verb === 'notes' ? 'note' : 'reply', pending.text);
    outbox.drop(pending.key);
  };
  return (
    <div role="alert" className="flex max-w-[min(85%,38rem)] flex-col items-start gap-1 rounded-8 border border-error-2 bg-red-50 px-3 py-2 text-dns-14N-130 text-red-1200">
      <p className="flex gap-1.5"><Icon name="alert" />{t('send.refused')}: {pending.problem || t('send.refused.on_the_way')}</p>
      <p className="flex gap-1">
        {hasBox && <Button look="quiet" size="small" className="-ml-3" onPress={toDraft}>{t('send.to_draft')}</Button>}
        <Button look="quiet" size="small" className={hasBox ? '' : '-ml-3'} onPress={() => outbox.drop(pending.key)}>{t('send.drop')}</Button>
      </p>
    </div>
  );
}

function Calm({ children }: { children: ReactNode }) {
  return <p className="flex items-center gap-1 text-dns-14N-130 text-solid-gray-700"><Icon name="sending" className="size-3.5" />{children}</p>;
}

interface Props {
  pending: Pending;
  me: Me;
  hasBox?: boolean; // where there is none to write in, words put back into it would vanish from the screen
}

/** Words that are on their way to the server: shown at once, as what they are. */
export function PendingLine({ pending, me, hasBox = true }: Props) {
  const { t, locale } = useWords();
  const { state, text, at, verb } = pending;
  const footer = state === 'refused'
    ? <Refused pending={pending} hasBox={hasBox} />
    : <Calm>{t(state === 'retrying' ? 'send.retrying' : 'send.sending.local')}</Calm>;
  const author = verb === 'notes' ? t('entry.note') : t('entry.author.you', { name: me.counselor.name });
  return (
    <Bubble look={verb === 'notes' ? 'bot' : 'counselor'} icon={verb === 'notes' ? 'lock' : 'person'} author={author} at={at}
      clock={formatTime(at, 'clock', locale)} footer={footer}>
      <p className="words">{text}</p>
    </Bubble>
  );
}
