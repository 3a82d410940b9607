import type { Conversation } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Dialog, DialogActions } from '../ui/dialog';
import { useSay } from '../ui/toast';
import { useChange } from './use-change';

export function ReturnDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useWords();
  const say = useSay();
  const { change, busy } = useChange(conversation.id);
  const submit = async () => {
    if (!await change({ verb: 'return', body: {} })) return;
    say('info', t('action.done.return'));
    onClose();
  };
  return (
    <Dialog title={t('return.title')} isOpen onClose={onClose}>
      <p>{t('return.lead')}</p>
      <DialogActions>
        <Button onPress={onClose}>{t('app.cancel')}</Button>
        <Button look="primary" isBusy={busy !== null} onPress={() => void submit()}>{t('return.submit')}</Button>
      </DialogActions>
    </Dialog>
  );
}
