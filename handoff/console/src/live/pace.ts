const answersMs = 10_000; // what has not been answered by then is asked for again

const after = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/**
 * Gathers what arrives in quick succession: the first runs at once, the rest of a burst together after `everyMs`, and not before the last run is
 * done. On a slow line the next run would cut off what is being fetched, again and again, and at a busy desk nothing would reach the screen.
 */
export function paced<T>(everyMs: number, run: (gathered: T[]) => Promise<unknown>): { add(item: T): void; stop(): void } {
  let waiting: T[] = [];
  let isRunning = false;

  const flush = async () => {
    isRunning = true;
    while (waiting.length > 0) {
      const gathered = waiting;
      waiting = [];
      await Promise.all([after(everyMs), Promise.race([run(gathered), after(answersMs)])]);
    }
    isRunning = false;
  };

  return {
    add(item) {
      waiting.push(item);
      if (!isRunning) void flush();
    },
    stop() {
      waiting = [];
    },
  };
}
