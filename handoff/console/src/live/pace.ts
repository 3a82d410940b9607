/** Gathers what arrives in quick succession: the first runs at once, the rest of a burst together after `everyMs`. */
export function paced<T>(everyMs: number, run: (gathered: T[]) => void): { add(item: T): void; stop(): void } {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    if (waiting.length === 0) return;
    const gathered = waiting;
    waiting = [];
    timer = setTimeout(flush, everyMs);
    run(gathered);
  };

  return {
    add(item) {
      waiting.push(item);
      if (timer === undefined) flush();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
  };
}
