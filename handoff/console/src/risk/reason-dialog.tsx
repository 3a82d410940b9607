import { type ReactNode, useState } from 'react';
import { FieldError, Label, TextArea, TextField } from 'react-aria-components';
import { DecisionActions } from '../conversation/decision-actions';
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
  begun?: string;
  onClose: () => void;
  onRead?: (begun: string) => void;
  onReason: (reason: string) => void;
  children?: ReactNode;
}

/** Something about danger that is done with a reason, which stays in the record. `begun`: what was written of it before new words had to be read. */
export function ReasonDialog({ title, lead, submit, isBusy, failure, hasNewWords = false, begun = '', onClose, onRead = onClose, onReason, children }: Props) {
  const [reason, setReason] = useState(begun);
  const [isChecked, setIsChecked] = useState(false);
  const send = () => {
    setIsChecked(true);
    if (reason.trim() !== '') onReason(reason.trim());
  };
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <div className="flex flex-col gap-5">
        <p>{lead}</p>
        {children}
        <ReasonField reason={reason} isChecked={isChecked} onReason={setReason} />
      </div>
      <DecisionActions hasNewWords={hasNewWords} failure={failure} submit={submit} isBusy={isBusy} onClose={onClose} onRead={() => onRead(reason)} onSubmit={send} />
    </Dialog>
  );
}
