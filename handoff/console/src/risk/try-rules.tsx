import { useState } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import { api } from '../api/client';
import type { RiskMark } from '../api/types';
import { wordsFor } from '../conversation/use-change';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Dialog, DialogActions } from '../ui/dialog';
import { useSay } from '../ui/toast';
import { MarkedText } from './marked-text';
import { Findings } from './mark-note';

/** A desk's manager tries a sentence on the danger rules. It is kept nowhere. */
export function TryRules({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const say = useSay();
  const [text, setText] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [found, setFound] = useState<{ text: string; mark: RiskMark } | null>(null);
  const submit = async () => {
    setIsBusy(true);
    try {
      setFound({ text, mark: await api.tryRules(text) });
    } catch (failure) {
      say('error', wordsFor(failure, t));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog title={t('try.open')} isOpen onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p>{t('try.lead')}</p>
        <TextField value={text} onChange={setText} maxLength={5_000} className="flex flex-col gap-1.5">
          <Label className="text-std-16B-170">{t('try.text')}</Label>
          <TextArea rows={3} className="rounded-8 border border-solid-gray-600 p-3 text-std-16N-170" />
        </TextField>
        <div aria-live="polite" className="flex flex-col gap-2">
          {found && found.mark.level === 0 && <p>{t('try.nothing')}</p>}
          {found && found.mark.level > 0 && (
            <div className="flex flex-col gap-2 text-dns-14N-130">
              <div className="rounded-8 border border-solid-gray-300 p-3 text-std-16N-170"><MarkedText text={found.text} mark={found.mark} /></div>
              <Findings mark={found.mark} />
            </div>
          )}
        </div>
      </div>
      <DialogActions>
        <Button onPress={onClose}>{t('app.dismiss')}</Button>
        <Button look="primary" isBusy={isBusy} isDisabled={text.trim() === ''} onPress={() => void submit()}>{t('try.submit')}</Button>
      </DialogActions>
    </Dialog>
  );
}
