import { type RefObject, useState } from 'react';
import type { Conversation, Desk, Me } from '../api/types';
import { useWords, type Words } from '../messages/catalogue';
import { RiskMark } from '../queue/risk-mark';
import { DueClock } from '../risk/due-clock';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { durationWords } from '../ui/time';
import { useNow } from '../ui/use-now';
import { CloseDialog } from './close-dialog';
import { ReturnDialog } from './return-dialog';
import { TransferDialog } from './transfer-dialog';
import { useChange } from './use-change';

interface Props {
  conversation: Conversation;
  me: Me;
  desk: Desk | undefined;
  heading: RefObject<HTMLHeadingElement | null>;
  onBack: () => void;
  onInfo: () => void;
}

export function holderWords({ holder, outcome, waiting_since }: Conversation, me: Me, now: number, t: Words['t']): string {
  if (holder.kind === 'counselor') {
    return holder.id === me.counselor.id ? t('conversation.holder.mine') : t('conversation.holder.counselor', { name: holder.name ?? '' });
  }
  if (holder.kind === 'queue') {
    const since = Date.parse(waiting_since ?? holder.since);
    return t('conversation.holder.queue', { duration: durationWords(now - since, t) });
  }
  if (holder.kind === 'closed') return outcome ? t('conversation.holder.closed', { outcome: outcome.label }) : t('conversation.holder.closed.plain');
  return t('conversation.holder.bot');
}

type Asked = 'transfer' | 'return' | 'close' | null;

function Actions({ conversation, me, desk }: Pick<Props, 'conversation' | 'me' | 'desk'>) {
  const { t } = useWords();
  const { change, busy } = useChange(conversation.id);
  const [asked, setAsked] = useState<Asked>(null);
  const { may_claim, may_transfer, may_return, may_close } = conversation.permissions;
  const ask = { onClose: () => setAsked(null), conversation };

  return (
    <div role="group" aria-label={t('action.label')} className="flex flex-wrap gap-2">
      {may_claim && (
        <Button look="primary" isBusy={busy === 'claim'} onPress={() => void change({ verb: 'claim', body: {} })}>
          {t(conversation.holder.kind === 'bot' ? 'action.take_over' : 'action.claim')}
        </Button>
      )}
      {may_transfer && <Button size="small" onPress={() => setAsked('transfer')}>{t('action.transfer')}</Button>}
      {may_return && <Button size="small" onPress={() => setAsked('return')}>{t('action.return')}</Button>}
      {may_close && <Button size="small" onPress={() => setAsked('close')}>{t('action.close')}</Button>}
      {asked === 'transfer' && <TransferDialog {...ask} me={me} />}
      {asked === 'return' && <ReturnDialog {...ask} />}
      {asked === 'close' && <CloseDialog {...ask} outcomes={desk?.outcomes ?? []} />}
    </div>
  );
}

export function ConversationHeader({ conversation, me, desk, heading, onBack, onInfo }: Props) {
  const { t } = useWords();
  const now = useNow();
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-solid-gray-300 bg-white px-3 py-2 lg:px-4">
      <Button look="plain" size="icon" className="-ml-2 lg:hidden" aria-label={t('app.back')} onPress={onBack}><Icon name="back" className="size-5" /></Button>
      <div className="min-w-0 flex-1">
        <h2 ref={heading} tabIndex={-1} className="truncate text-std-18B-160 outline-none">{conversation.nickname || t('row.nameless')}</h2>
        <p className="flex flex-wrap items-center gap-1.5 text-dns-14N-130 text-solid-gray-800">
          <span>{holderWords(conversation, me, now, t)}</span>
          <RiskMark row={conversation} />
          <DueClock due={conversation.answer_due} now={now} />
        </p>
      </div>
      <Button look="plain" size="icon" className="xl:hidden" aria-label={t('conversation.info')} onPress={onInfo}><Icon name="info" className="size-5" /></Button>
      <Actions conversation={conversation} me={me} desk={desk} />
    </header>
  );
}
