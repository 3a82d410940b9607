import { Collection, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { Counts, ListName, Me, Row, Ulid } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { FailedToLoad } from '../ui/failed-to-load';
import { useNow } from '../ui/use-now';
import { awaitsReplySince, byUrgency } from './order';
import { RowCard } from './row-card';
import { useList } from './use-list';

const knownLists: readonly ListName[] = ['queue', 'mine', 'bot', 'counselor', 'closed'];
const countedUpTo = 1_000; // openapi.yaml: counting stops there

interface Props {
  me: Me;
  list: ListName;
  chosen: Ulid | null;
  onList: (list: ListName) => void;
  onChoose: (id: Ulid) => void;
}

function ordered(list: ListName, rows: Row[]): Row[] {
  return list === 'queue' ? [...rows].sort(byUrgency) : rows;
}

function Count({ count, isNews }: { count: number | undefined; isNews: boolean }) {
  const { t } = useWords();
  if (count === undefined) return null;
  const look = isNews ? 'bg-key-900 text-white' : 'bg-solid-gray-100 text-solid-gray-800';
  const words = t(count >= countedUpTo ? 'list.count.many' : 'list.count', { count });
  return <span className={`min-w-6 rounded-full px-1.5 py-0.5 text-center text-oln-14B-100 ${look}`} title={words}>{count >= countedUpTo ? `${count}+` : count}</span>;
}

function Rows({ me, list, chosen, onChoose }: Omit<Props, 'onList'>) {
  const { t } = useWords();
  const now = useNow();
  const { query, rows } = useList(list);

  if (query.isPending) return <p role="status" className="p-4 text-solid-gray-700">{t('app.loading')}</p>;
  if (query.isError && rows.length === 0) {
    return <div className="p-4"><FailedToLoad onAgain={() => void query.refetch()} /></div>;
  }
  const isGiven = list === 'mine' && !me.permissions.lists.includes('queue'); // a peer concierge takes nobody from a queue she does not see
  if (rows.length === 0) return <p className="p-4 text-solid-gray-700">{t(isGiven ? 'list.empty.mine.given' : `list.empty.${list}`)}</p>;
  return (
    <>
      <ul aria-label={t(`list.${list}`)}>
        {ordered(list, rows).map((row) => (
          <li key={row.id} className="border-b border-solid-gray-200">
            <RowCard row={row} me={me.counselor.id} now={now} isChosen={row.id === chosen} onChoose={() => onChoose(row.id)} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <div className="p-3">
          {query.isFetchNextPageError && <p role="alert" className="pb-2 text-error-2">{t('app.more.failed')}</p>}
          <Button className="w-full" isBusy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>{t('list.more')}</Button>
        </div>
      )}
    </>
  );
}

/** The lists as tabs, the waiting first. */
export function ListPane(props: Props) {
  const { me, list, onList } = props;
  const { t } = useWords();
  const lists = me.permissions.lists.filter((name) => knownLists.includes(name));
  const shown = lists.includes(list) ? list : lists[0] ?? 'queue';
  const queue = useList('queue', lists.includes('queue'));
  const mine = useList('mine', lists.includes('mine'));
  const counts: Counts = { ...queue.counts, ...mine.counts };
  const isNews = (name: ListName) =>
    (name === 'queue' && (counts.queue ?? 0) > 0) || (name === 'mine' && mine.rows.some((row) => awaitsReplySince(row) !== null));

  return (
    <Tabs selectedKey={shown} onSelectionChange={(key) => onList(key as ListName)} className="flex min-h-0 flex-1 flex-col">
      <TabList aria-label={t('list.label')} className="flex flex-wrap gap-1 border-b border-solid-gray-300 bg-solid-gray-50 px-1.5 py-2">
        {lists.map((name) => (
          <Tab key={name} id={name}
            className="flex min-h-10 cursor-pointer items-center gap-1 rounded-8 border border-transparent px-2 text-oln-14N-100 hover:bg-white data-[selected]:border-key-900 data-[selected]:bg-white data-[selected]:font-bold data-[selected]:text-key-1000">
            {t(`list.${name}`)}
            {name !== 'closed' && <Count count={counts[name]} isNews={isNews(name)} />}
          </Tab>
        ))}
      </TabList>
      <Collection items={lists.map((id) => ({ id }))}>
        {({ id }) => (
          <TabPanel id={id} className="min-h-0 flex-1 overflow-y-auto -outline-offset-4">
            <Rows {...props} list={id} />
          </TabPanel>
        )}
      </Collection>
    </Tabs>
  );
}
