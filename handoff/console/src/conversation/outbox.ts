import { type Change, Problem } from '../api/client';
import { backoffMs, isPassing, sleep } from '../api/retry';
import type { Changed, Time, Ulid } from '../api/types';
import { newUlid } from '../api/ulid';
import { stored } from '../ui/storage';
import { Store } from '../ui/store';

/** A text on its way to the server. `key` stays the same for every try, so that it is sent once however often it is tried. */
export interface Pending {
  key: Ulid;
  conversation: Ulid;
  verb: 'messages' | 'notes';
  text: string;
  at: Time;
  afterSeq: number; // up to here nothing was missing on the screen when it was sent
  state: 'sending' | 'retrying' | 'refused';
  problem: string;  // why it was refused, in words
}

/** What was refused in a conversation that is not before the counselor's eyes. */
export function refusedElsewhere(pending: Pending[], opened: Ulid | null): Pending[] {
  return pending.filter((item) => item.state === 'refused' && item.conversation !== opened);
}

type Send = (conversation: Ulid, change: Change, key: Ulid) => Promise<Changed>;

const kept = stored<Pending[]>('session', 'tsunagi.outbox');

/**
 * Carries texts to the server, those of one conversation in order. They survive a lost answer, a reload and a session's end;
 * only a definite no stops one, and then it waits for the counselor.
 */
export class Outbox {
  readonly pending = new Store<Pending[]>([]);
  private readonly busy = new Set<Ulid>();
  private halted = true; // until somebody is signed in

  constructor(private readonly send: Send, private readonly onSent: (changed: Changed) => void,
    private readonly wait: (ms: number) => Promise<void> = sleep) {}

  add(conversation: Ulid, verb: Pending['verb'], text: string, afterSeq: number): void {
    const at = new Date().toISOString();
    this.keep([...this.pending.get(), { key: newUlid(), conversation, verb, text, at, afterSeq, state: 'sending', problem: '' }]);
    void this.carry(conversation);
  }

  drop(key: Ulid): void {
    this.keep(this.pending.get().filter((item) => item.key !== key));
  }

  /** Goes on with what a reload or a session's end left behind. */
  resume(): void {
    this.halted = false;
    if (this.pending.get().length === 0) this.pending.set(kept.read() ?? []);
    for (const id of new Set(this.pending.get().map((item) => item.conversation))) void this.carry(id);
  }

  halt(): void {
    this.halted = true;
  }

  get isHalted(): boolean {
    return this.halted;
  }

  clear(): void {
    this.pending.set([]);
    kept.clear();
  }

  private async carry(conversation: Ulid): Promise<void> {
    if (this.busy.has(conversation)) return;
    this.busy.add(conversation);
    try {
      for (let next = this.next(conversation); next; next = this.next(conversation)) await this.deliver(next);
    } finally {
      this.busy.delete(conversation);
    }
  }

  private next(conversation: Ulid): Pending | undefined {
    if (this.halted) return undefined;
    return this.pending.get().find((item) => item.conversation === conversation && item.state !== 'refused');
  }

  /** Tries until there is an answer. Returns early when it was dropped or the session ended. */
  private async deliver({ key, conversation, verb, text, afterSeq }: Pending): Promise<void> {
    const body = verb === 'messages' ? { text, seen_seq: afterSeq } : { text }; // her safe word may have come since
    for (let attempt = 1; !this.halted && this.has(key); attempt += 1) {
      try {
        const changed = await this.send(conversation, { verb, body }, key);
        this.onSent(changed); // first onto the screen, then out of the outbox: it never blinks
        this.drop(key);
        return;
      } catch (failure) {
        if (failure instanceof Problem && failure.status === 401) return this.halt();
        if (!isPassing(failure)) return this.mark(key, 'refused', failure instanceof Error ? failure.message : '');
        this.mark(key, 'retrying', '');
        await this.wait(backoffMs(attempt, Math.random()));
      }
    }
  }

  private has(key: Ulid): boolean {
    return this.pending.get().some((item) => item.key === key);
  }

  private mark(key: Ulid, state: Pending['state'], problem: string): void {
    this.keep(this.pending.get().map((item) => (item.key === key ? { ...item, state, problem } : item)));
  }

  private keep(all: Pending[]): void {
    this.pending.set(all);
    kept.write(all);
  }
}
