import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Change, NoAnswer, Problem } from '../api/client';
import { keys } from '../api/keys';
import { withTries } from '../api/retry';
import type { Changed, Ulid } from '../api/types';
import { useWords, type Words } from '../messages/catalogue';
import { useSay } from '../ui/toast';
import { Attempt } from './attempt';
import { remember } from './remember';

const triesOfOnePress = 3;

/** What happened and what to do next. A device on the way (a proxy) has no words of ours. */
export function wordsFor(failure: unknown, t: Words['t']): string {
  if (failure instanceof NoAnswer) return t('action.no_answer');
  if (!(failure instanceof Problem)) throw failure;
  if (failure.code === 'already_held' && failure.holderName) return t('action.lost', { name: failure.holderName });
  if (failure.code === 'body_too_large') return t('action.failed.too_large');
  if (failure.message) return failure.message;
  return t(failure.passing ? 'action.failed.later' : 'action.failed.on_the_way');
}

/**
 * Does one thing with a conversation, once however often it is pressed (see `Attempt`). `tell`: who says why it was not done; a notice where nobody
 * else does.
 */
export function useChange(id: Ulid, tell?: (words: string) => void) {
  const { t } = useWords();
  const say = useSay();
  const queries = useQueryClient();
  const [attempt] = useState(() => new Attempt());
  const [busy, setBusy] = useState<Change['verb'] | null>(null);

  const change = async (asked: Change): Promise<Changed | null> => {
    if (busy) return null;
    const key = attempt.keyFor(JSON.stringify(asked));
    setBusy(asked.verb);
    try {
      const changed = await withTries(triesOfOnePress, () => api.change(id, asked, key));
      attempt.succeeded();
      remember(queries, changed);
      if (!changed.conversation) void queries.invalidateQueries({ queryKey: keys.conversation(id) }); // handed on, and not to be seen any more
      return changed;
    } catch (failure) {
      attempt.failed(failure);
      if (!(failure instanceof Problem && failure.status === 401)) (tell ?? ((words) => say('error', words)))(wordsFor(failure, t));
      void queries.invalidateQueries({ queryKey: keys.conversation(id) });
      void queries.invalidateQueries({ queryKey: keys.log(id) });
      void queries.invalidateQueries({ queryKey: keys.lists });
      return null;
    } finally {
      setBusy(null);
    }
  };

  return { change, busy };
}
