import { useState } from 'react';
import type { Conversation, Entry, RiskMark } from '../api/types';
import { useBegun } from '../conversation/begun';
import { useDecision } from '../conversation/use-decision';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { Tag } from '../ui/tag';
import { ReasonDialog } from './reason-dialog';
import { rulesOf } from './spans';

/** What the rules found and why, as staff read it. */
export function Findings({ mark }: { mark: RiskMark }) {
  const { t, known } = useWords();
  return (
    <>
      <p className="flex flex-wrap items-center gap-1.5">
        <Tag look={mark.level >= 4 ? 'loud' : mark.level === 3 ? 'strong' : mark.level === 2 ? 'soft' : 'plain'} icon={mark.level >= 3 ? 'alert' : 'info'}>
          {mark.level >= 2 ? t('mark.title', { level: mark.level }) : t('mark.title.1')}
        </Tag>
        {mark.level >= 2 && mark.categories.map((id) => <Tag key={id}>{known(`risk_category.${id}`, id)}</Tag>)}
      </p>
      <ul className="flex flex-col gap-0.5">
        {rulesOf(mark.spans).map(({ rule, reason }) => (
          <li key={rule}>{reason || rule} <span className="text-solid-gray-700">{t('mark.rule', { rule })}</span></li>
        ))}
      </ul>
    </>
  );
}

function DismissDialog({ conversation, seq, onClose }: { conversation: Conversation; seq: number; onClose: () => void }) {
  const { t } = useWords();
  const { decide, failure, isBusy } = useDecision(conversation.id, 'mark.done', onClose);
  const begun = useBegun(conversation.id, `entries/${seq}/risk/dismiss`, { reason: '' });
  return (
    <ReasonDialog title={t('mark.dismiss')} lead={t('mark.dismiss.lead')} submit={t('mark.dismiss.submit')} isBusy={isBusy} failure={failure}
      isOver={!conversation.permissions.may_judge} begun={begun} onClose={onClose} onReason={(reason) => void decide({ verb: `entries/${seq}/risk/dismiss`, body: { reason } })} />
  );
}

interface Props {
  entry: Entry;
  mark: RiskMark;
  conversation: Conversation;
}

/** Under a message of hers: what the rules found, and a human's word against it. */
export function MarkNote({ entry, mark, conversation }: Props) {
  const { t } = useWords();
  const [asks, setAsks] = useState(false);
  if (mark.dismissed) {
    return <p className="flex max-w-[38rem] items-center gap-1.5 text-dns-14N-130 text-solid-gray-700"><Icon name="cross" />{t('mark.dismissed', { name: mark.dismissed.by, reason: mark.dismissed.reason })}</p>;
  }
  return (
    <div className="flex max-w-[min(85%,38rem)] flex-col items-start gap-1 text-dns-14N-130 text-solid-gray-800">
      <Findings mark={mark} />
      {conversation.permissions.may_judge && <Button look="plain" size="small" onPress={() => setAsks(true)}>{t('mark.dismiss')}</Button>}
      {asks && <DismissDialog conversation={conversation} seq={entry.seq} onClose={() => setAsks(false)} />}
    </div>
  );
}
