import { useState } from 'react';
import type { Conversation, SafeContact } from '../api/types';
import { useBegun } from '../conversation/begun';
import { DecisionActions, RestoredNote } from '../conversation/decision-actions';
import { useDecision } from '../conversation/use-decision';
import { type MessageKey, useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Choice, ChoiceGroup } from '../ui/choice';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { hoursWords } from './contact-hours';
import { ContactHoursRows } from './contact-hours-rows';

const fieldLimit = 500; // openapi.yaml, SafeContact
const channels = ['', 'line', 'web', 'phone'] as const;
const channelKey = (channel: SafeContact['channel']) => `contact.channel.${channel || 'none'}` as MessageKey;

function ContactDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useWords();
  const { decide, failure, isBusy } = useDecision(conversation.id, 'contact.done', onClose);
  const { form: changed, isRestored, write: set, forget } = useBegun(conversation.id, 'safe-contact', {});
  const contact = { ...conversation.safe_contact, ...changed }; // what a colleague agrees with her meanwhile stays, above all a safe word
  const cancel = () => {
    forget();
    onClose();
  };
  return (
    <Dialog title={t('contact.edit')} isOpen onClose={cancel}>
      <RestoredNote isRestored={isRestored} />
      <div className="flex flex-col gap-5">
        <ChoiceGroup label={t('contact.may_push')} value={contact.may_push ? 'yes' : 'no'} onChange={(value) => set({ may_push: value === 'yes' })}>
          <Choice value="no">{t('contact.may_push.no')}</Choice>
          <Choice value="yes">{t('contact.may_push.yes')}</Choice>
        </ChoiceGroup>
        <ChoiceGroup label={t('contact.channel')} value={contact.channel} onChange={(value) => set({ channel: value as SafeContact['channel'] })}>
          {channels.map((channel) => <Choice key={channel} value={channel}>{t(channelKey(channel))}</Choice>)}
        </ChoiceGroup>
        <ContactHoursRows hours={contact.hours} onChange={(hours) => set({ hours })} />
        <Field label={t('contact.when')} value={contact.when} onChange={(when) => set({ when })} maxLength={fieldLimit} />
        <Field label={t('contact.safe_word')} description={t('contact.safe_word.lead')} value={contact.safe_word} onChange={(safe_word) => set({ safe_word })} maxLength={fieldLimit} />
        <Field label={t('contact.if_other_answers')} value={contact.if_other_answers} onChange={(if_other_answers) => set({ if_other_answers })} maxLength={fieldLimit} />
      </div>
      <DecisionActions isOver={!conversation.permissions.may_judge} failure={failure} submit={t('contact.submit')} isBusy={isBusy}
        onClose={cancel} onLeave={onClose} onSubmit={() => void decide({ verb: 'safe-contact', body: contact })} />
    </Dialog>
  );
}

/** How she may be reached when she is not writing. */
export function SafeContactPart({ conversation }: { conversation: Conversation }) {
  const { t } = useWords();
  const [edits, setEdits] = useState(false);
  const { may_push, channel, when, safe_word, if_other_answers, hours } = conversation.safe_contact;
  const facts: [MessageKey, string][] = [
    ['contact.may_push', t(may_push ? 'contact.may_push.yes' : 'contact.may_push.no')],
    ['contact.channel', channel && t(channelKey(channel))],
    ['contact.hours', hours.map((row) => hoursWords(row, t)).join('\n')],
    ['contact.when', when],
    ['contact.safe_word', safe_word],
    ['contact.if_other_answers', if_other_answers],
  ];
  const isAgreed = may_push || channel || when || safe_word || if_other_answers || hours.length > 0;
  return (
    <div className="flex flex-col items-start gap-2 text-dns-14N-130">
      {!isAgreed && <p className="text-solid-gray-700">{t('contact.safe.none')}</p>}
      {isAgreed && (
        <dl className="flex flex-col gap-1">
          {facts.filter(([, value]) => value).map(([key, value]) => (
            <div key={key}><dt className="text-solid-gray-700">{t(key)}</dt><dd className="words">{value}</dd></div>
          ))}
        </dl>
      )}
      {conversation.permissions.may_judge && <Button size="small" onPress={() => setEdits(true)}>{t('contact.edit')}</Button>}
      {edits && <ContactDialog conversation={conversation} onClose={() => setEdits(false)} />}
    </div>
  );
}
