import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { connection } from '../api/client';
import type { LiveMessage } from '../api/types';
import { LiveConnection } from './connection';
import { paced } from './pace';
import { staleConversations, staleLists } from './stale';
import { type Status, statusOf } from './status';

// A busy desk changes many times a second; a screen need not. The first change is shown at once, the rest of a burst this much later.
const conversationEveryMs = 300;
const listsEveryMs = 2_000;

const LiveStatus = createContext<Status>('live');
export const useLiveStatus = () => useContext(LiveStatus);

/** Only what is open is fetched: the query cache knows who looks. */
function refetch(queries: QueryClient, stale: (readonly unknown[])[]): Promise<unknown> {
  return Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
}

function addressOf(page: Location): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/api/v1/live`;
}

/** Keeps everything below it up to date while somebody is signed in, and tells how (useLiveStatus). */
export function LiveUpdates({ onSignedOut, children }: { onSignedOut: () => void; children: ReactNode }) {
  const queries = useQueryClient();
  const [live, setLive] = useState(true); // hopeful, so that the banner does not flash at the start
  const [reached, setReached] = useState(true);

  useEffect(() => {
    connection.onAnswered(setReached);
    const lists = paced<LiveMessage>(listsEveryMs, (gathered) => refetch(queries, staleLists(gathered)));
    const conversations = paced<LiveMessage>(conversationEveryMs, (gathered) => refetch(queries, staleConversations(gathered)));
    const fetchAll = () => void queries.invalidateQueries();
    const socket = new LiveConnection(addressOf(window.location), {
      onLive: (isLive) => {
        setLive(isLive);
        if (!isLive) fetchAll(); // tells offline from a blocked WebSocket
      },
      onChange: (message) => {
        conversations.add(message);
        lists.add(message);
      },
      onGap: fetchAll,
      onSessionEnded: onSignedOut,
    });
    const hurry = () => socket.hurry();
    socket.start();
    window.addEventListener('online', hurry);
    return () => {
      window.removeEventListener('online', hurry);
      connection.onAnswered(() => {});
      conversations.stop();
      lists.stop();
      socket.stop();
    };
  }, [queries, onSignedOut]);

  return <LiveStatus value={statusOf(live, reached)}>{children}</LiveStatus>;
}
