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
