import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { keys } from '../api/keys';
import type { Conversation } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { DialogActions } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { type Log, seenSeqOf } from './remember';

/**
 * What was on the screen when the dialog was opened, for it hides the log: the server refuses what is decided without her newest words. And whether
 * there are such words by now.
 */
export function useSeen({ id, heard_seq }: Conversation): { seenSeq: number; hasNewWords: boolean } {
  const queries = useQueryClient();
  const [seenSeq] = useState(() => seenSeqOf(queries.getQueryData<Log>(keys.log(id))));
  return { seenSeq, hasNewWords: heard_seq > seenSeq };
}

/** Above a form that was begun before the dialog was opened: things may be otherwise by now. */
export function RestoredNote({ isRestored }: { isRestored: boolean }) {
  const { t } = useWords();
  if (!isRestored) return null;
  return <p role="status" className="mb-4 flex items-start gap-2 rounded-8 bg-key-50 px-3 py-2" data-restored><Icon name="info" className="mt-0.5 size-5" />{t('begun.restored')}</p>;
}

interface Props {
  hasNewWords?: boolean;
  isOver?: boolean;
  failure: string;
  submit: string;
  isBusy: boolean;
  onClose: () => void;
  onLeave?: () => void;
  onSubmit: () => void;
}

/**
 * The end of a dialog that decides something: why it was not done, and the buttons. Words of hers that have come meanwhile are read first: they may be
 * of danger. `isOver`: a colleague has ended or taken the matter meanwhile. `onLeave` goes away from the dialog and keeps what is in it; `onClose` does not.
 */
export function DecisionActions({ hasNewWords = false, isOver = false, failure, submit, isBusy, onClose, onLeave = onClose, onSubmit }: Props) {
  const { t } = useWords();
  const failed = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (failure !== '') failed.current?.nextElementSibling?.scrollIntoView({ block: 'nearest' }); // words and buttons come below what a small screen shows
  }, [failure]);
  return (
    <>
      <div role="alert" ref={failed}>
        {failure !== '' && (
          <div className="mt-5 flex items-start gap-2 rounded-8 border border-error-2 bg-red-50 px-3 py-2 text-red-1200" data-failure>
            <Icon name="alert" className="mt-0.5 size-5" />
            <div><p>{failure}</p><p className="text-dns-14N-130">{t('decision.kept')}</p></div>
          </div>
        )}
        {hasNewWords && <p className="mt-5 flex items-start gap-2 rounded-8 border border-error-2 bg-red-50 px-3 py-2 text-red-1200" data-new-words><Icon name="alert" className="mt-0.5 size-5" />{t('decision.new_words')}</p>}
        {isOver && !isBusy && !hasNewWords && <p className="mt-5 flex items-start gap-2 rounded-8 border border-error-2 bg-red-50 px-3 py-2 text-red-1200" data-over><Icon name="alert" className="mt-0.5 size-5" />{t('decision.over')}</p>}
      </div>
      <DialogActions>
        <Button onPress={onClose}>{t('app.cancel')}</Button>
        {hasNewWords || (isOver && !isBusy)
          ? <Button look="primary" onPress={onLeave}>{t(hasNewWords ? 'decision.read' : 'decision.leave')}</Button>
          : <Button look="primary" isBusy={isBusy} onPress={onSubmit}>{submit}</Button>}
      </DialogActions>
    </>
  );
}
