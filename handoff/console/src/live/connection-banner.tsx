import { useEffect, useState } from 'react';
import { useWords } from '../messages/catalogue';
import { Icon } from '../ui/icon';
import { pollEveryMs } from './status';
import { useLiveStatus } from './use-live';

const patienceMs = 3_000; // a connection that comes back at once is no news

/** Says in words when the page is no longer up to date by itself. Quiet otherwise. */
export function ConnectionBanner() {
  const { t } = useWords();
  const status = useLiveStatus();
  const [shown, setShown] = useState(status);

  useEffect(() => {
    if (status === 'live') {
      setShown('live');
      return undefined;
    }
    const timer = setTimeout(() => setShown(status), patienceMs);
    return () => clearTimeout(timer);
  }, [status]);

  return (
    <div role="status" aria-live="polite">
      {shown === 'offline' && (
        <p className="flex items-center gap-2 border-b border-error-2 bg-red-50 px-4 py-2 text-red-1200">
          <Icon name="alert" className="size-5" />{t('live.offline')}
        </p>
      )}
      {shown === 'polling' && (
        <p className="flex items-center gap-2 border-b border-solid-gray-300 bg-solid-gray-50 px-4 py-1.5 text-dns-14N-130">
          <Icon name="clock" />{t('live.polling', { seconds: Number(pollEveryMs.polling.list) / 1000 })}
        </p>
      )}
    </div>
  );
}
