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

/** The first and the last of her own words among `entries`; nothing when there are none. */
export function herWords(entries: Entry[]): { from: number; to: number } | null {
  const seqs = entries.filter((entry) => entry.kind === 'inbound').map((entry) => entry.seq);
  return seqs.length === 0 ? null : { from: Math.min(...seqs), to: Math.max(...seqs) };
}

/**
 * Tells the server what of her words is before somebody's eyes: should she withdraw it, its tombstone names who saw it. Of who answers her it is
 * also told once more on taking over: only then LINE shows her "read".
 */
export function useOnScreen(conversation: Conversation | undefined, entries: Entry[], me: Me) {
  const isVisible = useVisible();
  const id = conversation?.id;
  const isMine = conversation?.holder.kind === 'counselor' && conversation.holder.id === me.counselor.id;
  const { from, to } = herWords(entries) ?? { from: 0, to: 0 };
  useEffect(() => {
    if (!id || !isVisible || to === 0) return;
    api.onScreen(id, from, to).catch(() => {}); // a courtesy: her next words try again
  }, [id, isMine, isVisible, from, to]);
}
