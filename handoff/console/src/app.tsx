import { LiveUpdates } from './live/use-live';
import { useWords } from './messages/catalogue';
import { SignInPage } from './session/sign-in-page';
import { useSession } from './session/session';
import { Shell } from './shell/shell';
import { Button } from './ui/button';
import { ErrorNet } from './ui/error-net';

export function App() {
  const { t } = useWords();
  const { state, ask, expire } = useSession();
  const broken = { text: t('app.broken'), reload: t('app.reload') };

  if (state.kind === 'asking') return <p role="status" className="p-6">{t('app.loading')}</p>;
  if (state.kind === 'unreached') {
    return (
      <main className="flex flex-col items-start gap-4 p-6">
        <p role="alert">{t('problem.no_code')}</p>
        <Button onPress={() => void ask()}>{t('app.again')}</Button>
      </main>
    );
  }
  if (state.kind === 'out') return <ErrorNet {...broken}><SignInPage expired={state.expired} /></ErrorNet>;
  return (
    <ErrorNet {...broken}>
      <LiveUpdates onSignedOut={expire}>
        <Shell me={state.me} />
      </LiveUpdates>
    </ErrorNet>
  );
}
