import { useSyncExternalStore } from 'react';

const tickMs = 5_000; // waiting times are shown in minutes

let aheadMs = 0; // how far the server's clock is ahead of this device's
let now = Date.now();
const heard = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now() + aheadMs;
  for (const call of heard) call();
}

function subscribe(call: () => void): () => void {
  heard.add(call);
  timer ??= setInterval(tick, tickMs);
  return () => {
    heard.delete(call);
    if (heard.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Waiting times count by the server's clock: office machines run minutes late. */
export function setServerNow(serverMs: number): void {
  aheadMs = serverMs - Date.now();
  tick();
}

/** The time now, in milliseconds, renewed every few seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
