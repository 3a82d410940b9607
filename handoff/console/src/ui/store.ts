import { useSyncExternalStore } from 'react';

/** A value outside React that components can watch. Replaced whole, never changed in place. */
export class Store<T> {
  private readonly heard = new Set<() => void>();

  constructor(private value: T) {}

  readonly get = (): T => this.value;

  set(value: T): void {
    this.value = value;
    for (const call of this.heard) call();
  }

  readonly subscribe = (call: () => void): (() => void) => {
    this.heard.add(call);
    return () => this.heard.delete(call);
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
