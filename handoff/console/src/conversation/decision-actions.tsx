import { useState } from 'react';
import type { Conversation } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { DialogActions } from '../ui/dialog';
import { Icon } from '../ui/icon';

/** Whether she has written since the dialog was opened: it hides the log, so that its reader decides without those words. */
export function useNewWords({ last_inbound_at }: Conversation): boolean {
  const [atOpening] = useState(last_inbound_at);
  return last_inbound_at !== atOpening;
}

interface Props {
  hasNewWords: boolean;
  submit: string;
  isBusy: boolean;
  onClose: () => void;
  onRead?: () => void;
  onSubmit: () => void;
}

/** The end of a dialog that takes somebody's attention from a person. Words of hers that have come meanwhile are read first: they may be of danger. */
export function DecisionActions({ hasNewWords, submit, isBusy, onClose, onRead = onClose, onSubmit }: Props) {
  const { t } = useWords();
  return (
    <>
      <div role="alert">
        {hasNewWords && <p className="mt-5 flex items-start gap-2 rounded-8 border border-error-2 bg-red-50 px-3 py-2 text-red-1200" data-new-words><Icon name="alert" className="mt-0.5 size-5" />{t('decision.new_words')}</p>}
      </div>
      <DialogActions>
        <Button onPress={onClose}>{t('app.cancel')}</Button>
        {hasNewWords
          ? <Button look="primary" onPress={onRead}>{t('decision.read')}</Button>
          : <Button look="primary" isBusy={isBusy} onPress={onSubmit}>{submit}</Button>}
      </DialogActions>
    </>
  );
}
