import { useWords } from '../messages/catalogue';
import { Button } from './button';

/** In the place of what could not be loaded: that it could not, and the way to try again. */
export function FailedToLoad({ onAgain }: { onAgain: () => void }) {
  const { t } = useWords();
  return (
    <div className="flex flex-col items-start gap-3">
      <p role="alert">{t('app.failed')}</p>
      <Button onPress={onAgain}>{t('app.again')}</Button>
    </div>
  );
}
