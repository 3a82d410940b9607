import type { Conversation, Entry, Ulid } from '../api/types';
import { type MessageKey, useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { useStore } from '../ui/store';
import { forgetForm, formKey, openForms } from './begun';
import { drafts, putBack } from './drafts';
import { type FormName, wordsOf } from './forms';

const dialogs: Record<string, MessageKey> = {
  close: 'action.close', transfer: 'action.transfer', risk: 'level.change', 'disguise/end': 'warn.disguise.end', 'safe-contact': 'contact.edit',
};
const dialogOf = (name: FormName): MessageKey => dialogs[name] ?? 'mark.dismiss';

/** Whether the button that opens the dialog again is on the screen. */
function mayOpen(name: FormName, { permissions, disguised }: Conversation, entries: Entry[]): boolean {
  if (name === 'close') return permissions.may_close;
  if (name === 'transfer') return permissions.may_transfer;
  if (name === 'disguise/end') return permissions.may_judge && disguised;
  if (name === 'risk' || name === 'safe-contact') return permissions.may_judge;
  return permissions.may_judge && entries.some(({ seq, risk }) => name === `entries/${seq}/risk/dismiss` && risk !== null && risk.dismissed === null);
}

interface Props {
  id: Ulid;
  conversation?: Conversation | undefined; // not where it is no longer to be seen
  entries?: Entry[];
}

/**
 * What stands typed in dialogs that are closed, because the session ended or a colleague was quicker. Where the dialog cannot be opened any more, this
 * is the only place in which its writer still finds her words.
 */
export function KeptWords({ id, conversation, entries = [] }: Props) {
  const { t } = useWords();
  const begun = useStore(drafts)[id]?.begun ?? {};
  const open = useStore(openForms);
  const names = (Object.keys(begun) as FormName[]).filter((name) => !open.includes(formKey(id, name)) && wordsOf(begun[name]) !== '');
  const forget = (name: FormName) => {
    document.getElementById('conversation-pane')?.focus(); // the button is about to vanish
    forgetForm(id, name);
  };
  const toNote = (name: FormName) => {
    putBack(id, 'note', wordsOf(begun[name]));
    forget(name);
  };
  return (
    <div role="status">
      {names.map((name) => (
        <div key={name} className="flex flex-wrap items-start gap-x-3 gap-y-1 border-t-2 border-key-900 bg-key-50 px-3 py-1.5 text-dns-14N-130 lg:px-4" data-kept-words={name}>
          <Icon name="info" className="mt-0.5 size-4" />
          <div className="min-w-0 flex-1 basis-60">
            <p>{t('begun.kept', { form: t(dialogOf(name)) })} {conversation && mayOpen(name, conversation, entries) && t('begun.again', { form: t(dialogOf(name)) })}</p>
            <p className="words max-h-16 overflow-y-auto" tabIndex={0} data-words>{wordsOf(begun[name])}</p>
          </div>
          <span className="flex gap-1">
            {conversation?.permissions.may_note && <Button look="quiet" size="small" onPress={() => toNote(name)}>{t('begun.to_note')}</Button>}
            <Button look="quiet" size="small" onPress={() => forget(name)}>{t('begun.forget')}</Button>
          </span>
        </div>
      ))}
    </div>
  );
}
