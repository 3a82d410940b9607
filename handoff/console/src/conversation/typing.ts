import { api } from '../api/client';
import type { Ulid } from '../api/types';

/** LINE shows the animation for 20 seconds; the server asks for no more than one in that time. */
const pause_ms = 20_000;
const toldAt = new Map<Ulid, number>();

/** Tells the server that a reply is being written, so that she may see it. A courtesy: when it does not arrive, nothing is lost. */
export function tellTyping(id: Ulid, now = performance.now(), tell: (id: Ulid) => Promise<void> = api.typing) {
  if (now - (toldAt.get(id) ?? -Infinity) < pause_ms) return;
  toldAt.set(id, now);
  tell(id).catch(() => {});
}
