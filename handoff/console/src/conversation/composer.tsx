import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import type { Conversation, Me } from '../api/types';
import { useWords, type Words } from '../messages/catalogue';
import { useSession } from '../session/session';
import { Attach } from './attach';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { useStore } from '../ui/store';
import { sends } from './composer-keys';
import { drafts, emptyDraft, type Mode, modeOf, writeDraft, writeWords } from './drafts';
import { fitOf, sendable, utf16Units } from './text-length';
import { tellTyping } from './typing';

interface Props {
  conversation: Conversation;
  me: Me;
  limit: number;
  seenSeq: number | null; // null: her words are not on the screen yet
}

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Why one cannot reply here, and what would change that. */
function blockedWords({ holder, permissions }: Conversation, me: Me, t: Words['t']): string {
  if (!me.permissions.may_hold) return t('composer.blocked.role');
  if (holder.kind === 'closed') return t('composer.blocked.closed');
  if (holder.kind === 'counselor') return t('composer.blocked.other', { name: holder.name ?? '' });
  if (permissions.may_claim && holder.kind === 'queue') return t('composer.blocked.claim');
  if (holder.kind === 'bot') return t('composer.blocked.bot');
  return me.counselor.on_duty ? t('composer.blocked.claim') : t('composer.blocked.off_duty');
}

function ModeChoice({ mode, onMode }: { mode: Mode; onMode: (mode: Mode) => void }) {
  const { t } = useWords();
  const look = 'flex min-h-9 cursor-pointer items-center gap-1.5 rounded-8 border border-transparent px-3 text-oln-14N-100 data-[selected]:font-bold';
  return (
    <RadioGroup aria-label={t('composer.mode')} value={mode} onChange={(value) => onMode(value as Mode)} orientation="horizontal" className="flex gap-1">
      <Radio value="reply" className={`${look} data-[selected]:border-key-900 data-[selected]:bg-white data-[selected]:text-key-1000`}><Icon name="reply" />{t('composer.reply')}</Radio>
      <Radio value="note" className={`${look} data-[selected]:border-yellow-900 data-[selected]:bg-white data-[selected]:text-yellow-1200`}><Icon name="lock" />{t('composer.note')}</Radio>
    </RadioGroup>
  );
}

function Count({ text, limit }: { text: string; limit: number }) {
  const { t } = useWords();
  const count = utf16Units(sendable(text));
  const isOver = count > limit;
  return (
    <p role={isOver ? 'alert' : undefined} className={`text-dns-14N-130 ${isOver ? 'font-bold text-error-2' : 'text-solid-gray-700'}`}>
      {t('composer.count', { count: count.toLocaleString(), limit: limit.toLocaleString() })}
      {isOver && <> {t('composer.count.over', { over: (count - limit).toLocaleString() })}</>}
    </p>
  );
}

/** The box to write in. Enter is a line break; Ctrl+Enter sends; confirming kanji never does. */
export function Composer({ conversation, me, limit, seenSeq }: Props) {
  const { t } = useWords();
  const { outbox } = useSession();
  const { id, permissions, nickname, reachable } = conversation;
  const draft = useStore(drafts)[id] ?? emptyDraft;
  const composedAt = useRef(-Infinity);
  const box = useRef<HTMLTextAreaElement>(null);

  const mode = modeOf(draft, permissions.may_send);
  const isNote = mode === 'note';
  const text = draft[mode];
  const fit = fitOf(text, limit);
  const mayWrite = isNote ? permissions.may_note : permissions.may_send;
  const waitsForLog = !isNote && seenSeq === null; // a reply says what was seen when it was written: her safe word may stand there

  const send = () => {
    if (fit !== 'fits' || !mayWrite || waitsForLog) return;
    outbox.add(id, isNote ? 'notes' : 'messages', sendable(text), seenSeq ?? 0);
    writeWords(id, mode, '', permissions.may_send);
    box.current?.focus();
  };
  const write = (words: string) => {
    writeWords(id, mode, words, permissions.may_send);
    if (!isNote && permissions.may_send && words.trim()) tellTyping(id); // kanji being chosen come this way, too
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey, repeat, keyCode } = event;
    const press = { key, ctrlKey, metaKey, altKey, shiftKey, repeat, keyCode, isComposing: event.nativeEvent.isComposing };
    if (!sends(press, performance.now() - composedAt.current)) return;
    event.preventDefault();
    send();
  };

  useEffect(() => {
    if (permissions.may_send && window.matchMedia('(pointer: fine)').matches) box.current?.focus();
  }, [permissions.may_send]);

  const hint = t(`composer.hint${isNote ? '.note' : ''}${isMac ? '.mac' : ''}`);
  return (
    <footer className={`border-t-2 px-3 py-2 lg:px-4 ${isNote ? 'border-yellow-900 bg-yellow-50' : 'border-solid-gray-300 bg-white'}`}>
      {!permissions.may_send && <p className="flex items-center gap-2 py-1"><Icon name="info" />{blockedWords(conversation, me, t)}</p>}
      {!permissions.may_send && draft.reply !== '' && <p className="words line-clamp-3 py-1 text-dns-14N-130 text-solid-gray-800" data-kept-reply>{t('composer.blocked.kept', { text: draft.reply })}</p>}
      {permissions.may_send && !reachable && <p className="flex items-center gap-2 py-1 text-error-2"><Icon name="block" />{t('composer.unreachable')}</p>}
      {permissions.may_send && waitsForLog && text.trim() !== '' && <p role="status" className="flex items-center gap-2 py-1" data-waits-for-log><Icon name="info" />{t('composer.waits')}</p>}
      {(permissions.may_send || permissions.may_note) && (
        <>
          {permissions.may_send && permissions.may_note && <ModeChoice mode={mode} onMode={(chosen) => writeDraft(id, { mode: chosen })} />}
          <div className="mt-2 flex items-end gap-2">
            <textarea ref={box} value={text} rows={1} onKeyDown={onKeyDown}
              onChange={(event) => write(event.target.value)}
              onCompositionEnd={() => { composedAt.current = performance.now(); }}
              aria-label={isNote ? t('composer.note.label') : t('composer.reply.label', { name: nickname || t('row.nameless') })}
              placeholder={isNote ? t('composer.note.placeholder') : t('composer.reply.placeholder')}
              className={`field-sizing-content max-h-[40dvh] w-full ${permissions.may_send ? 'min-h-18' : 'min-h-11'} resize-none rounded-8 border bg-white p-2.5 text-std-16N-170 placeholder:text-solid-gray-600 ${isNote ? 'border-dashed border-yellow-900' : 'border-solid-gray-600'}`} />
            {!isNote && mayWrite && seenSeq !== null && <Attach conversation={id} name={nickname || t('row.nameless')} seenSeq={seenSeq} />}
            <Button look={isNote ? 'secondary' : 'primary'} isDisabled={fit !== 'fits' || waitsForLog} onPress={send} className="shrink-0">
              {t(isNote ? 'composer.keep' : 'composer.send')}
            </Button>
          </div>
          <div className="flex flex-wrap justify-between gap-x-4 pt-1">
            <p className="text-dns-14N-130 text-solid-gray-700">
              {isNote && <span className="mr-3 font-bold text-yellow-1200">{t('composer.note.label')}</span>}
              <span className="pointer-coarse:hidden">{hint}</span>
            </p>
            <Count text={text} limit={limit} />
          </div>
        </>
      )}
    </footer>
  );
}
