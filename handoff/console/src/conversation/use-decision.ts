import { useEffect, useRef, useState } from 'react';
import type { Change } from '../api/client';
import type { Ulid } from '../api/types';
import { type MessageKey, useWords } from '../messages/catalogue';
import { useSay } from '../ui/toast';
import { begunIn, forgetForm } from './begun';
import { isFormName } from './forms';
import { useChange } from './use-change';

/**
 * What a dialog decides: done, it says so and closes; refused, the dialog stays as it is and says why in `failure`. An answer may come after the
 * dialog was given up: then it closes nothing, for another may stand in its place with words in it, and a refusal is a notice.
 */
export function useDecision(id: Ulid, done: MessageKey, onClose: () => void) {
  const { t } = useWords();
  const say = useSay();
  const isThere = useRef(false);
  const [failure, setFailure] = useState('');
  const { change, busy } = useChange(id, (words) => (isThere.current ? setFailure(words) : say('error', words)));
  useEffect(() => {
    isThere.current = true;
    return () => { isThere.current = false; };
  }, []);

  const decide = async (asked: Change): Promise<void> => {
    setFailure('');
    const { verb } = asked;
    const sent = isFormName(verb) ? begunIn(id)[verb] : undefined;
    if (!await change(asked)) return;
    say('info', t(done));
    if (isFormName(verb) && (isThere.current || begunIn(id)[verb] === sent)) forgetForm(id, verb); // not what was begun anew since
    if (isThere.current) onClose();
  };
  return { decide, failure, isBusy: busy !== null };
}
