import { useState } from 'react';
import { Dialog as AriaDialog, DialogTrigger, Popover, Switch } from 'react-aria-components';
import type { Me } from '../api/types';
import { AuditLog } from '../audit/audit-log';
import { hasDrafts } from '../conversation/drafts';
import { useWords } from '../messages/catalogue';
import { askDesktop, desktopRefused, noticeChoice, playNotice } from '../queue/notice';
import { LineQuota } from '../quota/line-quota';
import { LanguageChoice } from '../session/language-choice';
import { useSession } from '../session/session';
import { DismissedMarks } from '../risk/dismissed-marks';
import { TryRules } from '../risk/try-rules';
import { Button } from '../ui/button';
import { Dialog, DialogActions } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { useStore } from '../ui/store';
import { useSay } from '../ui/toast';

function Toggle({ label, isSelected, onChange }: { label: string; isSelected: boolean; onChange: (on: boolean) => void }) {
  return (
    <Switch isSelected={isSelected} onChange={onChange} className="group flex min-h-11 cursor-pointer items-center gap-3">
      <span aria-hidden="true" className="flex h-6 w-10 items-center rounded-full bg-solid-gray-600 p-0.5 group-data-[selected]:bg-success-2">
        <span className="size-5 rounded-full bg-white transition-transform group-data-[selected]:translate-x-4" />
      </span>
      {label}
    </Switch>
  );
}

function NoticeChoices() {
  const { t } = useWords();
  const choice = useStore(noticeChoice);
  const [refused, setRefused] = useState(false);

  const chooseSound = (sound: boolean) => {
    noticeChoice.set({ ...choice, sound });
    if (sound) playNotice(); // so that one knows what to listen for, and the browser allows it from now on
  };
  const chooseDesktop = async (wanted: boolean) => {
    const desktop = wanted && await askDesktop();
    setRefused(wanted && !desktop);
    noticeChoice.set({ ...choice, desktop });
  };

  return (
    <section aria-label={t('menu.notices')} className="flex flex-col gap-1">
      <h3 className="text-dns-16B-130">{t('menu.notices')}</h3>
      <p className="text-dns-14N-130 text-solid-gray-700">{t('menu.notices.lead')}</p>
      <Toggle label={t('menu.sound')} isSelected={choice.sound} onChange={chooseSound} />
      <Toggle label={t('menu.desktop')} isSelected={choice.desktop && !desktopRefused()} onChange={(on) => void chooseDesktop(on)} />
      {refused && <p role="alert" className="text-dns-14N-130 text-error-2">{t('menu.desktop.refused')}</p>}
    </section>
  );
}

const printed = [
  { key: 'menu.print.booklet', query: 'language=ja' },
  { key: 'menu.print.easy', query: 'language=ja-easy' },
  { key: 'menu.print.windows', query: 'kind=windows&language=ja' },
] as const;

/** The desk's booklet and list of windows, as pages to print. */
function PrintedPages() {
  const { t } = useWords();
  return (
    <section aria-label={t('menu.print')} className="flex flex-col gap-1">
      <h3 className="text-dns-16B-130">{t('menu.print')}</h3>
      <ul>
        {printed.map(({ key, query }) => (
          <li key={key}>
            <a href={`/api/v1/booklet?${query}`} target="_blank" rel="noopener" className="inline-flex min-h-11 items-center underline underline-offset-4">{t(key)}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who is signed in, what this device may do, and the way out. */
export function UserMenu({ me }: { me: Me }) {
  const { t, known } = useWords();
  const session = useSession();
  const say = useSay();
  const [asks, setAsks] = useState(false);
  const [tries, setTries] = useState(false);
  const [showsMarks, setShowsMarks] = useState(false);
  const [showsQuota, setShowsQuota] = useState(false);
  const [showsAudit, setShowsAudit] = useState(false);
  const { name, role } = me.counselor;
  const hasUnsent = () => hasDrafts() || session.outbox.pending.get().length > 0;
  const signOut = async () => {
    setAsks(false);
    try {
      await session.signOut();
    } catch {
      say('error', t('session.sign_out.failed'));
    }
  };
  const leave = () => (hasUnsent() ? setAsks(true) : void signOut());

  return (
    <>
      <DialogTrigger>
        <Button look="plain" aria-label={t('menu.label', { name })} className="max-w-40 px-2">
          <Icon name="person" className="size-5" />
          <span className="hidden truncate leading-[1.4] sm:inline">{name}</span>
          <Icon name="down" className="size-3.5" />
        </Button>
        <Popover placement="bottom end" className="flex w-80 flex-col rounded-12 border border-solid-gray-300 bg-white shadow-3">
          <AriaDialog aria-label={t('menu.title')} className="flex min-h-0 flex-col gap-4 overflow-y-auto p-4 outline-none">
            <p><span className="text-dns-16B-130">{name}</span> <span className="text-dns-14N-130 text-solid-gray-700">{known(`role.${role}`, role)}</span></p>
            <NoticeChoices />
            <section aria-label={t('language.choose')} className="flex flex-col items-start gap-2">
              <h3 className="text-dns-16B-130">{t('language.choose')}</h3>
              <LanguageChoice />
            </section>
            <PrintedPages />
            {me.permissions.may_see_line && <Button slot="close" onPress={() => setShowsQuota(true)}>{t('quota.open')}</Button>}
            {me.permissions.may_audit && <Button slot="close" onPress={() => setShowsAudit(true)}>{t('audit.open')}</Button>}
            {me.permissions.may_try_rules && <Button slot="close" onPress={() => setTries(true)}>{t('try.open')}</Button>}
            {me.permissions.may_try_rules && <Button slot="close" onPress={() => setShowsMarks(true)}>{t('marks.open')}</Button>}
            <Button onPress={leave}>{t('session.sign_out')}</Button>
          </AriaDialog>
        </Popover>
      </DialogTrigger>
      {tries && <TryRules onClose={() => setTries(false)} />}
      {showsMarks && <DismissedMarks onClose={() => setShowsMarks(false)} />}
      {showsAudit && <AuditLog onClose={() => setShowsAudit(false)} />}
      {showsQuota && <LineQuota onClose={() => setShowsQuota(false)} />}
      <Dialog title={t('session.sign_out')} isOpen={asks} onClose={() => setAsks(false)}>
        <p>{t('session.sign_out.unsent')}</p>
        <DialogActions>
          <Button onPress={() => setAsks(false)}>{t('app.cancel')}</Button>
          <Button look="danger" onPress={() => void signOut()}>{t('session.sign_out.anyway')}</Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
