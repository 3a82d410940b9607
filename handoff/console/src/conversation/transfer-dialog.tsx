import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FieldError, Label, Text, TextArea, TextField } from 'react-aria-components';
import { api } from '../api/client';
import { keys } from '../api/keys';
import type { Colleague, Conversation, Me } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Choice, ChoiceGroup } from '../ui/choice';
import { Dialog } from '../ui/dialog';
import { FailedToLoad } from '../ui/failed-to-load';
import { useBegun } from './begun';
import { DecisionActions, RestoredNote } from './decision-actions';
import type { Forms } from './forms';
import { hasRoom } from './room';
import { useDecision } from './use-decision';

const reasonLimit = 500; // openapi.yaml, TransferBody
const toQueue = 'queue';
const nothing: Forms['transfer'] = { to: null, reason: '' };

interface Props {
  conversation: Conversation;
  me: Me;
  onClose: () => void;
}

function ColleagueChoice({ colleague, conversation }: { colleague: Colleague; conversation: Conversation }) {
  const { t } = useWords();
  const { id, name, on_duty, holding, capacity } = colleague;
  const isFull = !hasRoom(colleague, conversation);
  const words = !on_duty ? t('transfer.off_duty') : isFull ? t('transfer.full') : t('transfer.colleague', { holding, capacity });
  return (
    <Choice value={id} isDisabled={!on_duty || isFull}>
      <span className="flex flex-wrap justify-between gap-x-3"><span>{name}</span><span className="text-dns-14N-130">{words}</span></span>
    </Choice>
  );
}

export function TransferDialog({ conversation, me, onClose }: Props) {
  const { t } = useWords();
  const staff = useQuery({ queryKey: keys.staff, queryFn: api.staff, staleTime: 0 });
  const { decide, failure, isBusy } = useDecision(conversation.id, 'action.done.transfer', onClose);
  const { form, isRestored, write, forget } = useBegun(conversation.id, 'transfer', nothing);
  const { to, reason } = form;
  const [isChecked, setIsChecked] = useState(false);
  const colleagues = (staff.data?.items ?? []).filter((colleague) => colleague.id !== me.counselor.id);

  const submit = async () => {
    setIsChecked(true);
    if (to === null || reason.trim() === '') return;
    await decide({ verb: 'transfer', body: { to: to === toQueue ? null : to, reason: reason.trim() } });
  };

  const cancel = () => {
    forget();
    onClose();
  };

  return (
    <Dialog title={t('transfer.title')} isOpen onClose={cancel}>
      <RestoredNote isRestored={isRestored} />
      <div className="flex flex-col gap-5">
        <p>{t('transfer.lead')}</p>
        <ChoiceGroup label={t('transfer.to')} value={to} onChange={(chosen) => write({ to: chosen })} error={isChecked && to === null ? t('transfer.to.missing') : undefined}>
          <Choice value={toQueue}>
            {t('transfer.queue')}<br /><span className="text-dns-14N-130 text-solid-gray-700">{t('transfer.queue.lead')}</span>
          </Choice>
          {colleagues.map((colleague) => <ColleagueChoice key={colleague.id} colleague={colleague} conversation={conversation} />)}
        </ChoiceGroup>
        {staff.isPending && <p role="status">{t('app.loading')}</p>}
        {staff.isError && !staff.data && <FailedToLoad onAgain={() => void staff.refetch()} />}
        <TextField value={reason} onChange={(words) => write({ reason: words })} maxLength={reasonLimit} isInvalid={isChecked && reason.trim() === ''} className="flex flex-col gap-1.5">
          <Label className="text-std-16B-170">{t('transfer.reason')}</Label>
          <Text slot="description" className="text-dns-14N-130 text-solid-gray-700">{t('transfer.reason.hint')}</Text>
          <TextArea rows={3} className="rounded-8 border border-solid-gray-600 p-3 text-std-16N-170 data-[invalid]:border-error-1" />
          <FieldError className="text-dns-14N-130 text-error-2">{t('transfer.reason.missing')}</FieldError>
        </TextField>
      </div>
      <DecisionActions isOver={!conversation.permissions.may_transfer} failure={failure} submit={t('transfer.submit')} isBusy={isBusy}
        onClose={cancel} onLeave={onClose} onSubmit={() => void submit()} />
    </Dialog>
  );
}
