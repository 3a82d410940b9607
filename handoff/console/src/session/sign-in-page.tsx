import { type FormEvent, useEffect, useState } from 'react';
import { Form } from 'react-aria-components';
import { NoAnswer, Problem } from '../api/client';
import { useWords, type Words } from '../messages/catalogue';
import { noticeChoice, playNotice, showNotice } from '../queue/notice';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { stored } from '../ui/storage';
import { LanguageChoice } from './language-choice';
import { useSession } from './session';

const lastDesk = stored<string>('local', 'tsunagi.desk');

function deskAtFirst(): string {
  return new URLSearchParams(window.location.search).get('desk') ?? lastDesk.read() ?? '';
}

function wordsFor(failure: unknown, t: Words['t']): string {
  if (failure instanceof NoAnswer) return t('problem.no_code');
  if (!(failure instanceof Problem)) throw failure;
  if (failure.code === 'login_failed') return t('session.failed');
  if (failure.code === 'otp_wrong') return t('session.otp_wrong');
  if (failure.code === 'too_many_attempts') return t('session.too_many');
  return failure.message || t('problem.no_code');
}

export function SignInPage({ expired }: { expired: boolean }) {
  const { t } = useWords();
  const session = useSession();
  const [desk, setDesk] = useState(deskAtFirst);
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [otp, setOtp] = useState('');
  const [asksOtp, setAsksOtp] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');

  useEffect(() => {
    if (!expired) return;
    const { sound, desktop } = noticeChoice.get(); // from now on nothing rings here: who relies on it must hear of that
    if (sound) playNotice();
    if (desktop) showNotice(t('app.name'), t('session.expired.notice'), true);
  }, [expired]); // not when the page's language changes
  useEffect(() => {
    document.title = t(expired ? 'session.expired.title' : 'app.title');
  }, [expired, t]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError('');
    try {
      await session.signIn({ desk: desk.trim(), login: login.trim(), password, ...(asksOtp ? { otp: otp.trim() } : {}) });
      lastDesk.write(desk.trim());
    } catch (failure) {
      setBusy(false);
      if (failure instanceof Problem && failure.code === 'otp_required') setAsksOtp(true);
      else setError(wordsFor(failure, t));
    }
  };

  return (
    <main className="mx-auto flex min-h-full max-w-[26rem] flex-col justify-center gap-6 p-5">
      <header className="flex items-center justify-between">
        <p className="text-std-24B-150 text-key-1000">{t('app.name')}</p>
        <LanguageChoice />
      </header>
      <Form onSubmit={(event) => void submit(event)} className="flex flex-col gap-5 rounded-16 border border-solid-gray-200 bg-white p-6">
        <div className="flex flex-col gap-1">
          <h1 className="text-std-24B-150">{t('session.title')}</h1>
          <p className="text-solid-gray-700">{t('session.lead')}</p>
        </div>
        {expired && <p role="status" className="rounded-8 bg-key-50 p-3">{t('session.expired')}</p>}
        {error && (
          <p role="alert" className="flex gap-2 rounded-8 border border-error-2 bg-red-50 p-3 text-red-1200">
            <Icon name="alert" className="size-5" />{error}
          </p>
        )}
        <Field label={t('session.desk')} value={desk} onChange={setDesk} isRequired autoComplete="organization" errorMessage={t('session.missing')} />
        <Field label={t('session.login')} value={login} onChange={setLogin} isRequired autoComplete="username" errorMessage={t('session.missing')} />
        <Field label={t('session.password')} value={password} onChange={setPassword} type="password" isRequired
          autoComplete="current-password" errorMessage={t('session.missing')} />
        {asksOtp && (
          <Field label={t('session.otp')} description={t('session.otp.lead')} value={otp} onChange={setOtp} isRequired autoFocus
            inputMode="numeric" autoComplete="one-time-code" errorMessage={t('session.missing')} />
        )}
        <Button type="submit" look="primary" isBusy={busy}>{busy ? t('session.signing_in') : t('session.sign_in')}</Button>
      </Form>
    </main>
  );
}
