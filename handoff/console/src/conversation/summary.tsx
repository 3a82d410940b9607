import { type ReactNode, useState } from 'react';
import type { Conversation, Time } from '../api/types';
import { useWords } from '../messages/catalogue';
import { RiskMark } from '../queue/risk-mark';
import { LevelDialog } from '../risk/level-dialog';
import { SafeContactPart } from '../risk/safe-contact';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { formatTime, shortMoment } from '../ui/time';
import { useNow } from '../ui/use-now';

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-b border-solid-gray-200 px-4 py-3 last:border-b-0">
      <h3 className="pb-2 text-dns-16B-130">{title}</h3>
      {children}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-3 py-0.5 text-dns-14N-130">
      <dt className="w-28 shrink-0 text-solid-gray-700">{name}</dt>
      <dd className="words min-w-0 flex-1">{children}</dd>
    </div>
  );
}

function Times({ conversation }: { conversation: Conversation }) {
  const { t, locale } = useWords();
  const now = useNow();
  const { requested_at, queued_at, claimed_at, first_reply_at } = conversation.times;
  const moment = (at: Time | null) => (at ? shortMoment(at, now, locale) : t('summary.not_yet'));
  return (
    <Part title={t('summary.times')}>
      <dl>
        <Fact name={t('summary.opened')}>{moment(conversation.opened_at)}</Fact>
        <Fact name={t('summary.requested')}>{moment(requested_at)}</Fact>
        <Fact name={t('summary.queued')}>{moment(queued_at)}</Fact>
        <Fact name={t('summary.claimed')}>{moment(claimed_at)}</Fact>
        <Fact name={t('summary.first_reply')}>{moment(first_reply_at)}</Fact>
      </dl>
    </Part>
  );
}

function Risk({ conversation }: { conversation: Conversation }) {
  const { t, known } = useWords();
  const [asks, setAsks] = useState(false);
  const { risk_level, risk, permissions } = conversation;
  return (
    <Part title={t('summary.risk')}>
      <div className="flex flex-col items-start gap-2 text-dns-14N-130">
        {risk_level >= 1 ? <p className="flex flex-wrap gap-1.5"><RiskMark row={conversation} />{risk_level === 1 && t('risk.1')}</p>
          : <p className="text-solid-gray-700">{t('summary.risk.none')}</p>}
        {(risk.is_private || risk.screen !== 'unknown') && <p>{t('screen.label')}: {known(`screen.${risk.screen}`, risk.screen)}</p>}
        {permissions.may_judge && <Button size="small" onPress={() => setAsks(true)}>{t('level.change')}</Button>}
      </div>
      {asks && <LevelDialog conversation={conversation} onClose={() => setAsks(false)} />}
    </Part>
  );
}

function Contact({ conversation }: { conversation: Conversation }) {
  const { t, known, locale } = useWords();
  const now = useNow();
  const { channel, language, reachable, last_inbound_at, last_counselor, blocked_at, kept_until } = conversation;
  return (
    <Part title={t('summary.contact')}>
      <dl>
        <Fact name={t('summary.reachable')}>{reachable ? t('summary.reachable.yes') : <span className="text-error-2"><Icon name="block" /> {t('summary.reachable.no')}</span>}</Fact>
        {blocked_at && <Fact name={t('summary.blocked')}>{formatTime(blocked_at, 'dayOfYear', locale)}</Fact>}
        {kept_until && <Fact name={t('summary.kept_until')}>{t('summary.kept_until.day', { day: formatTime(kept_until, 'dayOfYear', locale) })}</Fact>}
        <Fact name={t('summary.channel')}>{t(`channel.${channel}`)}</Fact>
        <Fact name={t('summary.language')}>{known(`language.${language}`, language)}</Fact>
        {last_inbound_at && <Fact name={t('summary.last_inbound')}>{shortMoment(last_inbound_at, now, locale)}</Fact>}
        {last_counselor && <Fact name={t('summary.last_counselor')}>{last_counselor.name}</Fact>}
      </dl>
    </Part>
  );
}

interface Props {
  conversation: Conversation;
  isShown: boolean; // on a narrow screen; on a wide one it always is
  onBack: () => void;
}

/** What is known beside the words: the bot's answers, why a human, when, and how she can be reached. */
export function Summary({ conversation, isShown, onBack }: Props) {
  const { t } = useWords();
  const { answers, handoff } = conversation;
  return (
    <section aria-label={t('summary.label')} tabIndex={0} className={`${isShown ? 'block' : 'hidden xl:block'} w-full overflow-y-auto border-solid-gray-300 -outline-offset-4 xl:border-l bg-white xl:w-72 xl:shrink-0`}>
      <div className="flex items-center gap-2 border-b border-solid-gray-200 px-2 py-2 xl:hidden">
        <Button look="plain" size="icon" aria-label={t('app.back.conversation')} onPress={onBack}><Icon name="back" className="size-5" /></Button>
        <h2 className="text-std-18B-160">{t('summary.label')}</h2>
      </div>
      {handoff && <Part title={t('summary.reason')}><p className="words">{handoff.reason_text}</p></Part>}
      <Part title={t('summary.answers')}>
        {answers.length === 0
          ? <p className="text-dns-14N-130 text-solid-gray-700">{t('summary.answers.none')}</p>
          : (
            <dl className="flex flex-col gap-2">
              {answers.map(({ name, title, shown, label }) => (
                <div key={name}>
                  <dt className="text-dns-14N-130 text-solid-gray-700">{title}</dt>
                  <dd className="words text-std-16N-170">{shown}</dd>
                  {label && <dd className="words text-dns-14N-130 text-solid-gray-700">{label}</dd>}
                </div>
              ))}
            </dl>
          )}
      </Part>
      <Risk conversation={conversation} />
      <Part title={t('contact.safe')}><SafeContactPart conversation={conversation} /></Part>
      <Times conversation={conversation} />
      <Contact conversation={conversation} />
    </section>
  );
}
