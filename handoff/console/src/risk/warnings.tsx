import { type ReactNode, useState } from 'react';
import type { Conversation } from '../api/types';
import { useBegun } from '../conversation/begun';
import { useSeen } from '../conversation/decision-actions';
import { useDecision } from '../conversation/use-decision';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { useNow } from '../ui/use-now';
import { formatTime } from '../ui/time';
import { mayBeginAt } from './contact-hours';
import { ReasonDialog } from './reason-dialog';

const answersMs = 30 * 60_000; // so long after her last words ours answer them (handoff/queue/may_begin.h)
const quietMs = 24 * 60 * 60_000; // after this, writing to her is beginning anew

function Warning({ isLoud, children }: { isLoud?: boolean; children: ReactNode }) {
  const look = isLoud ? 'border-error-2 bg-red-50' : 'border-yellow-900 bg-yellow-50';
  return (
    <div role={isLoud ? 'alert' : 'note'} className={`flex flex-wrap items-center gap-x-3 gap-y-1 border-t-2 px-3 py-2 text-dns-14N-130 text-solid-gray-900 lg:px-4 ${look}`}>
      <p className="flex min-w-0 flex-1 items-start gap-2"><Icon name={isLoud ? 'emergency' : 'alert'} className="mt-0.5 size-4" />{children}</p>
    </div>
  );
}

function EndDisguiseDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useWords();
  const begun = useBegun(conversation.id, 'disguise/end', { reason: '' });
  const { decide, failure, isBusy } = useDecision(conversation.id, 'warn.disguise.done', onClose);
  const { seenSeq, hasNewWords } = useSeen(conversation); // her safe word once more, or somebody who asks who this is
  const submit = (reason: string) => decide({ verb: 'disguise/end', body: { reason, seen_seq: seenSeq } });
  return (
    <ReasonDialog title={t('warn.disguise.end')} lead={t('warn.disguise.lead')} submit={t('warn.disguise.submit')} isBusy={isBusy} failure={failure}
      hasNewWords={hasNewWords} isOver={!conversation.permissions.may_judge} begun={begun} onClose={onClose} onReason={(reason) => void submit(reason)} />
  );
}

function EndDisguise({ conversation }: { conversation: Conversation }) {
  const { t } = useWords();
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Button size="small" onPress={() => setAsks(true)}>{t('warn.disguise.end')}</Button>
      {asks && <EndDisguiseDialog conversation={conversation} onClose={() => setAsks(false)} />}
    </>
  );
}

/** What to mind before writing to her: who may be reading, and whether she wants us to begin. */
export function Warnings({ conversation }: { conversation: Conversation }) {
  const { t, locale } = useWords();
  const now = useNow();
  const { disguised, risk, safe_contact, last_inbound_at, permissions } = conversation;
  const isLongSilent = last_inbound_at !== null && now - Date.parse(last_inbound_at) > quietMs;
  const isSilent = last_inbound_at === null || now - Date.parse(last_inbound_at) > answersMs;
  const begins = mayBeginAt(safe_contact.hours, now);
  const isOutsideHours = permissions.may_send && conversation.channel === 'line' && isSilent && begins !== null && begins > now;
  return (
    <>
      {disguised && (
        <>
          <Warning isLoud>{t('warn.disguised')}</Warning>
          {permissions.may_judge && <div className="bg-red-50 px-3 pb-2 lg:px-4"><EndDisguise conversation={conversation} /></div>}
        </>
      )}
      {!disguised && risk.is_private && risk.screen !== 'safe' && <Warning>{t('warn.private')}</Warning>}
      {isOutsideHours && <Warning>{t('warn.hours', { time: formatTime(begins, 'weekMoment', locale) })}</Warning>}
      {permissions.may_send && !safe_contact.may_push && isLongSilent && <Warning>{t('warn.no_push')}</Warning>}
    </>
  );
}
