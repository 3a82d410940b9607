import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { Conversation, Me } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { FailedToLoad } from '../ui/failed-to-load';
import { Icon } from '../ui/icon';
import { dayOf, formatTime } from '../ui/time';
import { useNow } from '../ui/use-now';
import { type Line, newestWords } from './arrange';
import { EntryLine } from './entry-line';
import { PendingLine } from './pending-line';
import { useStickToEnd } from './use-stick-to-end';

interface Props {
  lines: Line[];
  me: Me;
  conversation: Conversation;
  query: Pick<UseInfiniteQueryResult, 'isPending' | 'isError' | 'isFetchNextPageError' | 'hasNextPage' | 'isFetchingNextPage' | 'refetch'>;
  olderHaveCome: () => Promise<boolean>;
}

const triesOfOnePress = 5;

function Day({ at }: { at: string }) {
  const { locale } = useWords();
  const thisYear = dayOf(useNow()).slice(0, 4);
  return (
    <li className="my-3 flex items-center gap-3 text-dns-14N-130 text-solid-gray-700">
      <span className="h-px flex-1 bg-solid-gray-300" />
      <h3>{formatTime(at, dayOf(at).startsWith(thisYear) ? 'day' : 'dayOfYear', locale)}</h3>
      <span className="h-px flex-1 bg-solid-gray-300" />
    </li>
  );
}

export function Log({ lines, me, conversation, query, olderHaveCome }: Props) {
  const { t, locale } = useWords();
  const newest = newestWords(lines);
  const { scroller, words, onScroll, isAtEnd, hasNew, hasCome, toEnd, keepPlace } = useStickToEnd(lines, newest?.id ?? '', query.isFetchingNextPage);
  const older = async () => {
    for (let tries = 0; tries < triesOfOnePress; tries += 1) {
      keepPlace();
      if (await olderHaveCome()) return;
    }
  };

  return (
    <div className="relative min-h-0 flex-1">
      <section ref={scroller} onScroll={onScroll} aria-label={t('conversation.log')} tabIndex={0} className="h-full overflow-y-auto bg-solid-gray-50 px-3 py-3 -outline-offset-4 lg:px-6">
        {query.isPending && <p role="status">{t('app.loading')}</p>}
        {query.isError && lines.length === 0 && <FailedToLoad onAgain={() => void query.refetch()} />}
        {query.hasNextPage && (
          <p className="text-center"><Button size="small" isBusy={query.isFetchingNextPage} onPress={() => void older()}>{t('conversation.older')}</Button></p>
        )}
        {query.isFetchNextPageError && <p role="alert" className="text-center text-error-2">{t('app.more.failed')}</p>}
        <ol ref={words} className="flex flex-col gap-3">
          {lines.map((line) => {
            if (line.kind === 'day') return <Day key={line.id} at={line.at} />;
            if (line.kind === 'late') return <li key={line.id} className="mt-3 text-center text-dns-14N-130 font-bold text-solid-gray-800" data-late>{t('conversation.late')}</li>;
            if (line.kind === 'pending') return <PendingLine key={line.id} pending={line.pending} me={me} />;
            return <EntryLine key={line.id} entry={line.entry} edited={line.edited} me={me} conversation={conversation} />;
          })}
        </ol>
      </section>
      {!isAtEnd && (
        <Button size="small" look={hasNew ? 'primary' : 'secondary'} onPress={toEnd} className="absolute right-4 bottom-3 shadow-2">
          <Icon name="down" />{t(hasNew ? 'conversation.new' : 'conversation.to_end')}
        </Button>
      )}
      <p role="status" className="sr-only">
        {hasCome && newest && t('conversation.announce', { name: conversation.nickname || t('row.nameless'), time: formatTime(newest.at, 'clock', locale) })}
      </p>
    </div>
  );
}
