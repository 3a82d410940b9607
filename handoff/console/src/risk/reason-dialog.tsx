import { type ReactNode, useState } from 'react';
import { FieldError, Label, TextArea, TextField } from 'react-aria-components';
import type { BegunForm } from '../conversation/begun';
import { DecisionActions, RestoredNote } from '../conversation/decision-actions';
import { useWords } from '../messages/catalogue';
import { Dialog } from '../ui/dialog';

const reasonLimit = 500; // openapi.yaml, ReasonBody

interface FieldProps {
  reason: string;
  isChecked: boolean;
  onReason: (reason: string) => void;
}

/** Why a human judges danger so; it must be said. */
export function ReasonField({ reason, isChecked, onReason }: FieldProps) {
  const { t } = useWords();
  return (
    <TextField value={reason} onChange={onReason} maxLength={reasonLimit} isInvalid={isChecked && reason.trim() === ''} className="flex flex-col gap-1.5">
      <Label className="text-std-16B-170">{t('reason.label')}</Label>
      <TextArea rows={3} className="rounded-8 border border-solid-gray-600 p-3 text-std-16N-170 data-[invalid]:border-error-1" />
      <FieldError className="text-dns-14N-130 text-error-2">{t('reason.missing')}</FieldError>
    </TextField>
  );
}

interface Props {
  title: string;
  lead: string;
  submit: string;
  isBusy: boolean;
  failure: string;
  hasNewWords?: boolean;
  isOver: boolean;
  begun: BegunForm<{ reason: string }>;
  onClose: () => void;
  onReason: (reason: string) => void;
  children?: ReactNode;
}

/** Something about danger that is done with a reason, which stays in the record. `begun`: what is written of it so far. */
export function ReasonDialog({ title, lead, submit, isBusy, failure, hasNewWords = false, isOver, begun, onClose, onReason, children }: Props) {
  const { reason } = begun.form;
  const [isChecked, setIsChecked] = useState(false);
  const send = () => {
    setIsChecked(true);
    if (reason.trim() !== '') onReason(reason.trim());
  };
  const cancel = () => {
    begun.forget();
    onClose();
  };
  return (
    <Dialog title={title} isOpen onClose={cancel}>
      <RestoredNote isRestored={begun.isRestored} />
      <div className="flex flex-col gap-5">
        <p>{lead}</p>
        {children}
        <ReasonField reason={reason} isChecked={isChecked} onReason={(words) => begun.write({ reason: words })} />
      </div>
      <DecisionActions hasNewWords={hasNewWords} isOver={isOver} failure={failure} submit={submit} isBusy={isBusy} onClose={cancel} onLeave={onClose} onSubmit={send} />
    </Dialog>
  );
}
