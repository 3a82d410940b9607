import { isPassing } from '../api/retry';

/** live: changes arrive by themselves. polling: asked for every few seconds. offline: the server is not reached. */
export type Status = 'live' | 'polling' | 'offline';

/** What to tell the counselor. Pure: the WebSocket's state, and whether the last request reached the server. */
export function statusOf(live: boolean, reached: boolean): Status {
  if (!reached) return 'offline';
  return live ? 'live' : 'polling';
}

/** How often lists and the open conversation are asked for when changes do not arrive by themselves. */
export const pollEveryMs: Record<Status, { list: number | false; conversation: number | false }> = {
  live: { list: false, conversation: false },
  polling: { list: 10_000, conversation: 5_000 },
  offline: { list: 10_000, conversation: 10_000 },
};

const afterFailureMs = 5_000;

/**
 * How often something is asked for: as `everyMs` says, but soon again while its last fetch failed and another may succeed. The change that called
 * for it was told once; where changes arrive by themselves nothing else would ask, and her words would stay unseen.
 */
export function askEvery(everyMs: number | false) {
  return ({ state }: { state: { error: Error | null } }): number | false => (isPassing(state.error) ? Math.min(everyMs || afterFailureMs, afterFailureMs) : everyMs);
}
