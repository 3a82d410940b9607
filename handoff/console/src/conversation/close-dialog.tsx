import { useState } from 'react';
import { Checkbox } from 'react-aria-components';
import type { Conversation, Labelled } from '../api/types';
import { type MessageKey, useWords } from '../messages/catalogue';
import { levels } from '../risk/level-dialog';
import { ReasonField } from '../risk/reason-dialog';
import { Choice, ChoiceGroup } from '../ui/choice';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { useBegun } from './begun';
import { DecisionActions, RestoredNote, useSeen } from './decision-actions';
import type { Forms } from './forms';
import { useDecision } from './use-decision';

const askedFrom = 2; // R2: with a lower level she does not come back to an alarm

const nothing: Forms['close'] = { outcome: null, reason: '' };

interface Props {
  conversation: Conversation;
  outcomes: Labelled[];
  onClose: () => void;
}

/** Ends a talk. Where there is danger a human says with which level: she begins with it when she comes back. */
export function CloseDialog({ conversation, outcomes, onClose }: Props) {
  const { t } = useWords();
  const { decide, failure, isBusy } = useDecision(conversation.id, 'action.done.close', onClose);
  const { seenSeq, hasNewWords } = useSeen(conversation);
  const { form, isRestored, write, forget } = useBegun(conversation.id, 'close', nothing);
  const { outcome, reason } = form;
  const [level, setLevel] = useState<string | null>(null);
  const [goodbye, setGoodbye] = useState(conversation.reachable);
  const [isChecked, setIsChecked] = useState(false);

  const { risk_level, permissions } = conversation;
  const asksLevel = risk_level >= askedFrom;
  const changesLevel = asksLevel && level !== null && Number(level) !== risk_level;
  const isMissing = outcome === null || (asksLevel && level === null) || (changesLevel && reason.trim() === '');

  const submit = async () => {
    setIsChecked(true);
    if (isMissing) return;
    const judged = asksLevel ? { level: Number(level), reason: changesLevel ? reason.trim() : '' } : {};
    await decide({ verb: 'close', body: { outcome, say_goodbye: goodbye, seen_seq: seenSeq, ...judged } });
  };

  const cancel = () => {
    forget();
    onClose();
  };

  return (
    <Dialog title={t('close.title')} isOpen onClose={cancel}>
      <RestoredNote isRestored={isRestored} />
      <div className="flex flex-col gap-5">
        <ChoiceGroup label={t('close.outcome')} value={outcome} onChange={(chosen) => write({ outcome: chosen })}
          error={isChecked && outcome === null ? t('close.outcome.missing') : undefined}>
          {outcomes.map(({ id, label }) => <Choice key={id} value={id}>{label}</Choice>)}
        </ChoiceGroup>
        {asksLevel && (
          <ChoiceGroup label={t('close.level', { level: risk_level })} value={level} onChange={setLevel}
            error={isChecked && level === null ? t('close.level.missing') : undefined}>
            {levels.map((one) => <Choice key={one} value={String(one)}>{t(`level.${one}` as MessageKey)}</Choice>)}
          </ChoiceGroup>
        )}
        {changesLevel && <ReasonField reason={reason} isChecked={isChecked} onReason={(words) => write({ reason: words })} />}
        <Checkbox isSelected={goodbye} onChange={setGoodbye} className="group flex cursor-pointer items-start gap-3 rounded-8 p-1.5">
          <span aria-hidden="true" className="mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-4 border-2 border-solid-gray-600 bg-white text-white group-data-[selected]:border-key-900 group-data-[selected]:bg-key-900">
            {goodbye && <Icon name="check" />}
          </span>
          <span>{t('close.goodbye')}<br /><span className="text-dns-14N-130 text-solid-gray-700">{t('close.goodbye.lead')}</span></span>
        </Checkbox>
      </div>
      <DecisionActions hasNewWords={hasNewWords} isOver={!permissions.may_close} submit={t('close.submit')} isBusy={isBusy} failure={failure}
        onClose={cancel} onLeave={onClose} onSubmit={() => void submit()} />
    </Dialog>
  );
}
