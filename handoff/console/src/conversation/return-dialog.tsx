import type { Conversation } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Dialog } from '../ui/dialog';
import { DecisionActions, useSeen } from './decision-actions';
import { useDecision } from './use-decision';

export function ReturnDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useWords();
  const { decide, failure, isBusy } = useDecision(conversation.id, 'action.done.return', onClose);
  const { seenSeq, hasNewWords } = useSeen(conversation);
  const submit = () => decide({ verb: 'return', body: { seen_seq: seenSeq } });
  return (
    <Dialog title={t('return.title')} isOpen onClose={onClose}>
      <p>{t('return.lead')}</p>
      <DecisionActions hasNewWords={hasNewWords} submit={t('return.submit')} isBusy={isBusy} failure={failure} onClose={onClose} onSubmit={() => void submit()} />
    </Dialog>
  );
}
