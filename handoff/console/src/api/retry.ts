import { NoAnswer, Problem } from './client';

/** How long to wait before try number `attempt` (from 1): 1, 2, 4 ... 30, spread by `random` in 0..1 so that a desk does not come back as one. */
export function backoffMs(attempt: number, random: number): number {
  const longestMs = 30_000;
  const stepMs = Math.min(longestMs, 1_000 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(stepMs * (0.5 + random / 2));
}

/** Whether the answer leaves open what happened, so that the same change is to be sent again with the same key. */
export function isPassing(failure: unknown): boolean {
  return failure instanceof NoAnswer || (failure instanceof Problem && failure.passing);
}

/** Whether the server itself has not said what became of it: a device on the way refused this try, and one before it may have got through. */
export function leavesOpen(failure: unknown): boolean {
  return isPassing(failure) || (failure instanceof Problem && failure.message === '');
}

export const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Sends again, at most `tries` times in all, while the outcome is open. What is definite is thrown at once. */
export async function withTries<T>(tries: number, send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (failure) {
      if (attempt >= tries || !isPassing(failure)) throw failure;
      await sleep(backoffMs(attempt, Math.random()));
    }
  }
}
