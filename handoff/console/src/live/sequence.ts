import type { LiveMessage } from '../api/types';

/** How far this console has heard. `seq` is null until the first hello. */
export interface Heard {
  epoch: string | null;
  seq: number | null;
}

export const heardNothing: Heard = { epoch: null, seq: null };

export interface Step {
  heard: Heard;
  /** nothing: known already. apply: the next in order. refetch: something was missed, so everything shown is fetched again. */
  action: 'nothing' | 'apply' | 'refetch';
}

/** What a message means for one who has heard so far. Pure; openapi.yaml, /live, tells the rules. */
export function hear(heard: Heard, message: LiveMessage): Step {
  if (message.kind === 'hello') return greeted(heard, message);
  if (heard.seq === null) return { heard, action: 'nothing' }; // a server that has not said hello is not understood yet

  const next: Heard = { epoch: heard.epoch, seq: Math.max(heard.seq, message.seq) };
  if (message.kind === 'beat') return { heard: next, action: message.seq > heard.seq ? 'refetch' : 'nothing' };
  if (message.seq <= heard.seq) return { heard, action: 'nothing' };
  return { heard: next, action: message.seq === heard.seq + 1 ? 'apply' : 'refetch' };
}

function greeted(heard: Heard, hello: LiveMessage): Step {
  const next: Heard = { epoch: hello.epoch ?? '', seq: hello.seq };
  const missedNothing = heard.seq === hello.seq && heard.epoch === next.epoch;
  return { heard: next, action: missedNothing ? 'nothing' : 'refetch' };
}

/** A text frame as a message, or null when it is none: a strange frame must not end the connection. */
export function readLive(text: string): LiveMessage | null {
  try {
    const value = JSON.parse(text) as Partial<LiveMessage> | null;
    if (!value || typeof value.kind !== 'string' || typeof value.seq !== 'number') return null;
    return value as LiveMessage;
  } catch {
    return null;
  }
}
