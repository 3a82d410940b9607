import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { api, connection, Problem, type SignIn } from '../api/client';
import { keys } from '../api/keys';
import { withTries } from '../api/retry';
import type { Me, Ulid } from '../api/types';
import { clearDrafts, openDrafts } from '../conversation/drafts';
import { Outbox } from '../conversation/outbox';
import { remember } from '../conversation/remember';
import { stored } from '../ui/storage';

/** asking: does the cookie still hold? out: the sign-in page, `expired` when a session ended by itself. */
export type SessionState = { kind: 'asking' } | { kind: 'unreached' } | { kind: 'out'; expired: boolean } | { kind: 'in'; me: Me };

export interface Session {
  state: SessionState;
  outbox: Outbox;
  ask(): Promise<void>;
  signIn(credentials: SignIn): Promise<void>;
  /** Throws while the server cannot be told; then one is still signed in. */
  signOut(): Promise<void>;
  /** The session ended by itself: back to the sign-in page; what was being written is kept. */
  expire(): void;
}

const triesOfSignOut = 3;
const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside of SessionProvider');
  return session;
}

// Whose unsent words this tab keeps. Another counselor who signs in here must not find them.
const owner = stored<Ulid>('session', 'tsunagi.owner');

export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<SessionState>({ kind: 'asking' });
  const [outbox] = useState(() => new Outbox(api.change, (changed) => remember(queries, changed)));

  const forgetWords = useCallback(() => {
    clearDrafts();
    outbox.clear();
  }, [outbox]);

  const enter = useCallback((me: Me) => {
    connection.speakFor(me);
    if (owner.read() !== me.counselor.id) forgetWords();
    owner.write(me.counselor.id);
    openDrafts();
    queries.setQueryData(keys.me, me);
    setState({ kind: 'in', me });
    outbox.resume();
  }, [forgetWords, outbox, queries]);

  const leave = useCallback((expired: boolean) => {
    outbox.halt();
    queries.clear(); // nobody's words stay in memory behind the sign-in page
    setState({ kind: 'out', expired });
  }, [outbox, queries]);

  const ask = useCallback(async () => {
    setState({ kind: 'asking' });
    try {
      enter(await api.me());
    } catch (failure) {
      if (failure instanceof Problem && failure.status === 401) leave(failure.code === 'session_expired');
      else setState({ kind: 'unreached' });
    }
  }, [enter, leave]);

  const expire = useCallback(() => {
    setState((now) => (now.kind === 'in' ? { kind: 'out', expired: true } : now));
    outbox.halt();
    queries.clear();
  }, [outbox, queries]);

  useEffect(() => {
    connection.onSignedOut(expire);
    void ask();
  }, [ask, expire]);

  useEffect(() => {
    const askFirst = (leaving: BeforeUnloadEvent) => {
      if (outbox.pending.get().length > 0) leaving.preventDefault(); // "sent as soon as there is a connection" is true only while this tab lives
    };
    window.addEventListener('beforeunload', askFirst);
    return () => window.removeEventListener('beforeunload', askFirst);
  }, [outbox]);

  const session = useMemo<Session>(() => ({
    state, outbox, ask, expire,
    signIn: async (credentials) => enter(await api.signIn(credentials)),
    signOut: async () => {
      await withTries(triesOfSignOut, api.signOut); // not before the server knows: the next one at this machine would find the session open
      forgetWords();
      owner.clear();
      leave(false);
    },
  }), [state, outbox, ask, expire, enter, forgetWords, leave]);

  return <SessionContext value={session}>{children}</SessionContext>;
}
