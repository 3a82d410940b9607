import { useState } from 'react';
import { Checkbox } from 'react-aria-components';
import type { Conversation, Labelled } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Choice, ChoiceGroup } from '../ui/choice';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { useSay } from '../ui/toast';
import { DecisionActions, useSeen } from './decision-actions';
import { useChange } from './use-change';

interface Props {
  conversation: Conversation;
  outcomes: Labelled[];
  onClose: () => void;
}

export function CloseDialog({ conversation, outcomes, onClose }: Props) {
  const { t } = useWords();
  const say = useSay();
  const { change, busy } = useChange(conversation.id);
  const { seenSeq, hasNewWords } = useSeen(conversation);
  const [outcome, setOutcome] = useState<string | null>(null);
  const [goodbye, setGoodbye] = useState(conversation.reachable);
  const [isChecked, setIsChecked] = useState(false);

  const submit = async () => {
    setIsChecked(true);
    if (outcome === null) return;
    if (!await change({ verb: 'close', body: { outcome, say_goodbye: goodbye, seen_seq: seenSeq } })) return;
    say('info', t('action.done.close'));
    onClose();
  };

  return (
    <Dialog title={t('close.title')} isOpen onClose={onClose}>
      <div className="flex flex-col gap-5">
        <ChoiceGroup label={t('close.outcome')} value={outcome} onChange={setOutcome}
          error={isChecked && outcome === null ? t('close.outcome.missing') : undefined}>
          {outcomes.map(({ id, label }) => <Choice key={id} value={id}>{label}</Choice>)}
        </ChoiceGroup>
        <Checkbox isSelected={goodbye} onChange={setGoodbye} className="group flex cursor-pointer items-start gap-3 rounded-8 p-1.5">
          <span aria-hidden="true" className="mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-4 border-2 border-solid-gray-600 bg-white text-white group-data-[selected]:border-key-900 group-data-[selected]:bg-key-900">
            {goodbye && <Icon name="check" />}
          </span>
          <span>{t('close.goodbye')}<br /><span className="text-dns-14N-130 text-solid-gray-700">{t('close.goodbye.lead')}</span></span>
        </Checkbox>
      </div>
      <DecisionActions hasNewWords={hasNewWords} submit={t('close.submit')} isBusy={busy !== null} onClose={onClose} onSubmit={() => void submit()} />
    </Dialog>
  );
}
