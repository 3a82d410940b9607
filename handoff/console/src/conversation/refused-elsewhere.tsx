import type { Ulid } from '../api/types';
import { useWords } from '../messages/catalogue';
import { useSession } from '../session/session';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { useStore } from '../ui/store';
import { refusedElsewhere } from './outbox';

interface Props {
  opened: Ulid | null;
  onChoose: (id: Ulid) => void;
}

/** Words that were refused after their writer had gone on to another conversation: said wherever she is, or she takes them for sent. */
export function RefusedElsewhere({ opened, onChoose }: Props) {
  const { t } = useWords();
  const { outbox } = useSession();
  const refused = refusedElsewhere(useStore(outbox.pending), opened);
  if (refused.length === 0) return null;
  return (
    <div role="alert" data-refused-elsewhere className="flex flex-col gap-1 border-b border-error-2 bg-red-50 px-3 py-1.5 text-dns-14N-130 text-red-1200 lg:px-4">
      {refused.map(({ key, conversation, text }) => (
        <p key={key} className="flex items-center gap-2">
          <Icon name="alert" className="size-5" />
          <span className="min-w-0 truncate">{t('send.refused.elsewhere', { text })}</span>
          <Button look="quiet" size="small" className="shrink-0" onPress={() => onChoose(conversation)}>{t('send.refused.open')}</Button>
        </p>
      ))}
    </div>
  );
}
