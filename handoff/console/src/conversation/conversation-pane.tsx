import { useEffect, useRef } from 'react';
import { Problem } from '../api/client';
import type { Desk, Me, Ulid } from '../api/types';
import { useWords } from '../messages/catalogue';
import { useSession } from '../session/session';
import { Button } from '../ui/button';
import { useStore } from '../ui/store';
import { arrange, notInLog } from './arrange';
import { Warnings } from '../risk/warnings';
import { Composer } from './composer';
import { ConversationHeader } from './conversation-header';
import { drafts } from './drafts';
import { KeptWords } from './kept-words';
import { Log } from './log';
import { PendingLine } from './pending-line';
import { Summary } from './summary';
import { useConversation, useLog } from './use-conversation';
import { useOnScreen } from './use-on-screen';

interface Props {
  id: Ulid;
  me: Me;
  desk: Desk | undefined;
  showsInfo: boolean;
  onBack: () => void;
  onInfo: (shown: boolean) => void;
}

/** One conversation: who and what can be done, the log, the box to write in; beside it what is known. */
export function ConversationPane({ id, me, desk, showsInfo, onBack, onInfo }: Props) {
  const { t } = useWords();
  const { outbox } = useSession();
  const { data: conversation, error, refetch } = useConversation(id);
  const { query, entries, late, seenSeq, olderHaveCome } = useLog(id);
  const pending = useStore(outbox.pending).filter((item) => item.conversation === id);
  const unsent = useStore(drafts)[id]?.reply ?? '';
  const heading = useRef<HTMLHeadingElement>(null);
  const isLoaded = conversation !== undefined;
  useOnScreen(conversation, [...entries, ...late], me);

  useEffect(() => {
    const listIsHidden = !window.matchMedia('(min-width: 64rem)').matches;
    if (isLoaded && listIsHidden) heading.current?.focus(); // the row that was pressed is gone
  }, [isLoaded]);

  const isGone = error instanceof Problem && error.status === 404; // also of what was open: it was handed on, and is hers no longer
  if (!conversation || isGone) {
    return (
      <div className="m-auto flex flex-col items-center gap-4 p-6">
        <p role="status">{error ? t(isGone ? 'conversation.not_found' : 'app.failed') : t('app.loading')}</p>
        {error && !isGone && <Button onPress={() => void refetch()}>{t('app.again')}</Button>}
        {isGone && unsent !== '' && <p className="words max-w-[40rem]" data-kept-reply>{t('composer.blocked.kept', { text: unsent })}</p>}
        {isGone && <KeptWords id={id} />}
        {pending.length > 0 && (
          <ol className="flex w-full max-w-[40rem] flex-col gap-3">{pending.map((item) => <PendingLine key={item.key} pending={item} me={me} hasBox={false} />)}</ol>
        )}
        <Button look="quiet" className="lg:hidden" onPress={onBack}>{t('app.back')}</Button>
      </div>
    );
  }
  const lines = arrange(entries, notInLog(pending, entries, me.counselor.id), late);
  return (
    <>
      <div className={`${showsInfo ? 'hidden xl:flex' : 'flex'} min-w-0 flex-1 flex-col`}>
        <ConversationHeader conversation={conversation} me={me} desk={desk} heading={heading} onBack={onBack} onInfo={() => onInfo(true)} />
        <Log lines={lines} me={me} conversation={conversation} query={query} olderHaveCome={olderHaveCome} />
        <Warnings conversation={conversation} />
        <KeptWords id={id} conversation={conversation} entries={entries} />
        <Composer conversation={conversation} me={me} limit={desk?.text_limit_utf16 ?? 5_000} seenSeq={seenSeq} />
      </div>
      <Summary conversation={conversation} isShown={showsInfo} onBack={() => onInfo(false)} />
    </>
  );
}
