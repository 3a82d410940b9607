import { useCallback, useSyncExternalStore } from 'react';
import type { ListName, Ulid } from '../api/types';

/** What the screen shows. It lives in the address after `#`, so that Back works on a phone and a reload stays where it was. */
export interface Route {
  list: ListName;
  conversation: Ulid | null;
  info: boolean; // on a phone: the side panel instead of the conversation
}

const lists: readonly string[] = ['queue', 'mine', 'bot', 'counselor', 'closed'];

export function readRoute(hash: string): Route {
  const [list = '', conversation = '', info = ''] = hash.replace(/^#\/?/, '').split('/');
  return {
    list: lists.includes(list) ? (list as ListName) : 'queue',
    conversation: /^[0-9A-HJKMNP-TV-Z]{26}$/.test(conversation) ? conversation : null,
    info: info === 'info',
  };
}

export function writeRoute({ list, conversation, info }: Route): string {
  return `#/${list}${conversation ? `/${conversation}` : ''}${conversation && info ? '/info' : ''}`;
}

function subscribe(call: () => void): () => void {
  window.addEventListener('hashchange', call);
  return () => window.removeEventListener('hashchange', call);
}

export function useRoute(): [Route, (change: Partial<Route>) => void] {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const go = useCallback((change: Partial<Route>) => {
    window.location.hash = writeRoute({ ...readRoute(window.location.hash), info: false, ...change });
  }, []);
  return [readRoute(hash), go];
}
