import { backoffMs } from '../api/retry';
import type { LiveMessage } from '../api/types';
import { hear, heardNothing, readLive } from './sequence';

const silenceLimitMs = 60_000; // the server speaks at least every 25 s; two beats lost and a bit more
const helloLimitMs = 10_000;   // a proxy that swallows upgrades never says hello
/** Ends that mean a new try is pointless until somebody signs in again. */
const sessionEnded = 4401;

export interface LiveEvents {
  /** Connected and greeted, or not. */
  onLive(live: boolean): void;
  /** A change, in order. */
  onChange(message: LiveMessage): void;
  /** Something was missed. */
  onGap(): void;
  onSessionEnded(): void;
}

/** The WebSocket of changes: connects, listens for silence, comes back with back-off, for ever until `stop`. */
export class LiveConnection {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private heard = heardNothing;
  private failures = 0;
  private stopped = false;

  constructor(private readonly address: string, private readonly events: LiveEvents) {}

  start(): void {
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.drop();
  }

  /** Tries at once, for example when the machine is back from sleep. */
  hurry(): void {
    if (this.stopped || this.socket) return;
    clearTimeout(this.timer);
    this.failures = 0;
    this.connect();
  }

  private connect(): void {
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.address);
    } catch {
      this.comeBack();
      return;
    }
    this.socket = socket;
    this.expectSpeech(helloLimitMs);
    socket.onmessage = (frame) => {
      const message = typeof frame.data === 'string' ? readLive(frame.data) : null;
      if (message) this.receive(message);
    };
    socket.onclose = (end) => this.ended(end.code);
  }

  private receive(message: LiveMessage): void {
    this.expectSpeech(silenceLimitMs);
    const step = hear(this.heard, message);
    this.heard = step.heard;
    if (message.kind === 'hello') {
      this.failures = 0;
      this.events.onLive(true);
    }
    if (step.action === 'refetch') this.events.onGap();
    if (step.action === 'apply') this.events.onChange(message);
  }

  private expectSpeech(limitMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ended(0), limitMs);
  }

  private ended(code: number): void {
    this.drop();
    this.events.onLive(false);
    if (this.stopped) return;
    if (code === sessionEnded) {
      this.stop();
      this.events.onSessionEnded();
      return;
    }
    this.comeBack();
  }

  private comeBack(): void {
    this.failures += 1;
    this.timer = setTimeout(() => this.connect(), backoffMs(this.failures, Math.random()));
  }

  private drop(): void {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }
}
