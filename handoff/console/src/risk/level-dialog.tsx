import { useState } from 'react';
import type { Conversation } from '../api/types';
import { useBegun } from '../conversation/begun';
import { useSeen } from '../conversation/decision-actions';
import { useDecision } from '../conversation/use-decision';
import { type MessageKey, useWords } from '../messages/catalogue';
import { Choice, ChoiceGroup } from '../ui/choice';
import { ReasonDialog } from './reason-dialog';

export const levels = [4, 3, 2, 1, 0];

interface Props {
  conversation: Conversation;
  onClose: () => void;
}

export function LevelDialog({ conversation, onClose }: Props) {
  const { t } = useWords();
  const { decide, failure, isBusy } = useDecision(conversation.id, 'level.done', onClose);
  const begun = useBegun(conversation.id, 'risk', { reason: '' });
  const [level, setLevel] = useState(String(conversation.risk_level));
  const isLowered = Number(level) < conversation.risk_level;
  const { seenSeq, hasNewWords: hasUnread } = useSeen(conversation);
  const hasNewWords = hasUnread && isLowered; // whoever sees more danger than the rules need not wait for her to be silent
  const submit = (reason: string) => decide({ verb: 'risk', body: { level: Number(level), reason, seen_seq: seenSeq } });
  return (
    <ReasonDialog title={t('level.change')} lead={t('level.lead')} submit={t('level.submit')} isBusy={isBusy} failure={failure} hasNewWords={hasNewWords}
      isOver={!conversation.permissions.may_judge} begun={begun} onClose={onClose} onReason={(reason) => void submit(reason)}>
      <ChoiceGroup label={t('level.label')} value={level} onChange={setLevel}>
        {levels.map((one) => <Choice key={one} value={String(one)}>{t(`level.${one}` as MessageKey)}</Choice>)}
      </ChoiceGroup>
    </ReasonDialog>
  );
}
