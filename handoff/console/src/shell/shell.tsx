import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api } from '../api/client';
import { keys } from '../api/keys';
import type { Me, Ulid } from '../api/types';
import { ConversationPane } from '../conversation/conversation-pane';
import { RefusedElsewhere } from '../conversation/refused-elsewhere';
import { ConnectionBanner } from '../live/connection-banner';
import { useWords } from '../messages/catalogue';
import { ListPane } from '../queue/list-pane';
import { useNotices } from '../queue/use-notices';
import { AlarmBanner } from '../risk/alarm-banner';
import { askEvery } from '../live/status';
import { LowQuota } from '../quota/low-quota';
import { useSession } from '../session/session';
import { setServerNow } from '../ui/use-now';
import { Header } from './header';
import { useRoute } from './route';

const deskEveryMs = 5 * 60_000; // opening hours pass by without a message

/** The three panes beside each other; on a phone one at a time, as the route says. */
export function Shell({ me: signedIn }: { me: Me }) {
  const { t, locale } = useWords();
  const queries = useQueryClient();
  const [route, go] = useRoute();
  const { data: me } = useQuery({ queryKey: keys.me, queryFn: api.me, initialData: signedIn, refetchInterval: askEvery(false) });
  const desk = useQuery({ queryKey: keys.desk, queryFn: api.desk, refetchInterval: askEvery(deskEveryMs) });
  const { ask } = useSession();
  useNotices(me, route.conversation);

  useEffect(() => {
    if (desk.data) setServerNow(Date.parse(desk.data.now));
  }, [desk.data]);
  useEffect(() => {
    if (me.counselor.id !== signedIn.counselor.id) void ask(); // a colleague has signed in in another tab: this one becomes theirs, without our words
  }, [me, signedIn, ask]);
  useEffect(() => {
    void queries.invalidateQueries(); // the server's words follow the page's language
  }, [locale, queries]);

  const leftFor = useRef<Ulid | null>(null);
  const backToList = () => {
    leftFor.current = route.conversation;
    go({ conversation: null });
  };
  useEffect(() => {
    if (route.conversation || !leftFor.current) return; // not before the list is there: what is hidden takes no focus
    const row = document.querySelector<HTMLElement>(`[data-conversation="${leftFor.current}"]`);
    (row ?? document.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]'))?.focus();
    leftFor.current = null;
  }, [route.conversation]);
  const hasLists = me.permissions.lists.length > 0; // an auditor has none
  const opened = route.conversation !== null || !hasLists;
  return (
    <div className="flex h-full flex-col">
      <a href="#conversation-pane" onClick={(event) => { event.preventDefault(); document.getElementById('conversation-pane')?.focus(); }}
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:bg-white focus:p-3">{t('app.skip')}</a>
      <Header me={me} desk={desk.data} />
      <ConnectionBanner />
      <LowQuota me={me} desk={desk.data} />
      <AlarmBanner me={me} onChoose={(conversation) => go({ list: 'queue', conversation })} />
      <RefusedElsewhere opened={route.conversation} onChoose={(conversation) => go({ conversation })} />
      {/* On a low screen, or with letters twice as large, an alarm takes no room from her words: the page scrolls instead. 3.5rem: the header. */}
      <main className="flex min-h-[clamp(27rem,100dvh-3.5rem,30rem)] lg:min-h-88 flex-1">
        <section aria-label={t('list.label')} className={`${!hasLists ? 'hidden' : opened ? 'hidden lg:flex' : 'flex'} min-h-0 w-full flex-col border-r border-solid-gray-300 bg-white lg:w-[21rem] lg:shrink-0`}>
          <ListPane me={me} list={route.list} chosen={route.conversation}
            onList={(list) => go({ list, conversation: route.conversation })} onChoose={(conversation) => go({ conversation })} />
        </section>
        <section id="conversation-pane" aria-label={t('conversation.label')} tabIndex={-1} className={`${opened ? 'flex' : 'hidden lg:flex'} min-h-0 min-w-0 flex-1 outline-none`}>
          {route.conversation
            ? <ConversationPane key={route.conversation} id={route.conversation} me={me} desk={desk.data} showsInfo={route.info}
                onBack={backToList} onInfo={(info) => go({ info })} />
            : <p className="m-auto p-6 text-solid-gray-700">{t(hasLists ? 'conversation.choose' : 'audit.where')}</p>}
        </section>
      </main>
    </div>
  );
}
