const answersMs = 10_000; // what has not been answered by then is asked for again, and then given twice as long
const answersMsMax = 80_000;

const after = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/**
 * Gathers what arrives in quick succession: the first runs at once, the rest of a burst together after `everyMs`, and not before the last run is
 * done. On a slow line the next run would cut off what is being fetched, again and again, and at a busy desk nothing would reach the screen.
 */
export function paced<T>(everyMs: number, run: (gathered: T[]) => Promise<unknown>): { add(item: T): void; stop(): void } {
  let waiting: T[] = [];
  let isRunning = false;
  let patienceMs = answersMs;

  const isOver = (gathered: T[]) => run(gathered).then(() => true, () => true); // what failed is asked for again by whoever shows it
  const flush = async () => {
    isRunning = true;
    while (waiting.length > 0) {
      const gathered = waiting;
      waiting = [];
      const [isAnswered] = await Promise.all([Promise.race([isOver(gathered), after(patienceMs).then(() => false)]), after(everyMs)]);
      patienceMs = isAnswered ? answersMs : Math.min(patienceMs * 2, answersMsMax);
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
