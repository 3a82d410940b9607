import { useEffect, useState } from 'react';
import { api } from '../api/client';
import type { Conversation, Entry, Me } from '../api/types';

function useVisible(): boolean {
  const [visible, setVisible] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return visible;
}

/** Tells the server once her newest words are before the eyes of who answers her: only then LINE shows her "read". */
export function useOnScreen(conversation: Conversation | undefined, entries: Entry[], me: Me) {
  const isVisible = useVisible();
  const id = conversation?.id;
  const isMine = conversation?.holder.kind === 'counselor' && conversation.holder.id === me.counselor.id;
  const newest = entries.reduce((highest, entry) => (entry.kind === 'inbound' ? Math.max(highest, entry.seq) : highest), 0);
  useEffect(() => {
    if (!id || !isMine || !isVisible || newest === 0) return;
    api.onScreen(id).catch(() => {}); // a read mark is a courtesy: her next words try again
  }, [id, isMine, isVisible, newest]);
}
