import type { Conversation } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Dialog } from '../ui/dialog';
import { useSay } from '../ui/toast';
import { DecisionActions, useSeen } from './decision-actions';
import { useChange } from './use-change';

export function ReturnDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useWords();
  const say = useSay();
  const { change, busy } = useChange(conversation.id);
  const { seenSeq, hasNewWords } = useSeen(conversation);
  const submit = async () => {
    if (!await change({ verb: 'return', body: { seen_seq: seenSeq } })) return;
    say('info', t('action.done.return'));
    onClose();
  };
  return (
    <Dialog title={t('return.title')} isOpen onClose={onClose}>
      <p>{t('return.lead')}</p>
      <DecisionActions hasNewWords={hasNewWords} submit={t('return.submit')} isBusy={busy !== null} onClose={onClose} onSubmit={() => void submit()} />
    </Dialog>
  );
}
