import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Switch } from 'react-aria-components';
import { api } from '../api/client';
import { keys } from '../api/keys';
import { withTries } from '../api/retry';
import type { Me } from '../api/types';
import { newUlid } from '../api/ulid';
import { useWords } from '../messages/catalogue';
import { useSay } from '../ui/toast';

const triesOfOnePress = 3;

/** On duty or off: a deliberate word of the counselor's, never guessed from a closed lid (asks.md 20); it ends with her last session. */
export function DutySwitch({ me }: { me: Me }) {
  const { t } = useWords();
  const say = useSay();
  const queries = useQueryClient();
  const duty = useMutation({
    mutationFn: (onDuty: boolean) => {
      const key = newUlid();
      return withTries(triesOfOnePress, () => api.setDuty(onDuty, key));
    },
    onSuccess: (next) => {
      queries.setQueryData(keys.me, next);
      void queries.invalidateQueries({ queryKey: ['conversation'] });
      void queries.invalidateQueries({ queryKey: keys.staff });
    },
    onError: (failure) => say('error', failure.message || t('action.no_answer')),
  });
  const onDuty = duty.isPending ? duty.variables : me.counselor.on_duty;

  return (
    <Switch isSelected={onDuty} onChange={(next) => duty.mutate(next)} isReadOnly={duty.isPending} /* a disabled one would lose the focus */
      className="group flex min-h-11 cursor-pointer items-center gap-2 rounded-full pr-2 pl-1 text-dns-16B-130">
      <span className="sr-only">{t('duty.label')}</span>
      <span aria-hidden="true" className="flex h-7 w-12 items-center rounded-full border-2 border-solid-gray-600 bg-solid-gray-600 p-0.5 transition-colors group-data-[selected]:border-success-2 group-data-[selected]:bg-success-2">
        <span className="size-5 rounded-full bg-white transition-transform group-data-[selected]:translate-x-5" />
      </span>
      <span className="min-w-12">{onDuty ? t('duty.on') : t('duty.off')}</span>
    </Switch>
  );
}
