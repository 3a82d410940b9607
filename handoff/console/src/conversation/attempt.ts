import { leavesOpen } from '../api/retry';
import type { Ulid } from '../api/types';
import { newUlid } from '../api/ulid';

/**
 * The key of what is to be done. It belongs to the thing, not to the press: while the outcome is open (no answer, one that says "later", or a
 * proxy's; the server may have acted all the same) the same thing again has the same key, so nothing happens twice. Only a definite answer uses it up.
 */
export class Attempt {
  private open: { what: string; key: Ulid } | null = null;

  keyFor(what: string): Ulid {
    if (this.open?.what !== what) this.open = { what, key: newUlid() };
    return this.open.key;
  }

  succeeded(): void {
    this.open = null;
  }

  failed(failure: unknown): void {
    if (!leavesOpen(failure)) this.open = null;
  }
}
