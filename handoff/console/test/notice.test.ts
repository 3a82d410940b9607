import { beforeEach, describe, expect, test, vi } from 'vitest';

/** A sound device whose browser lets the page sound only when `allow` is called, as Chromium does before somebody touches the page. */
function heldBack() {
  const waiting: (() => void)[] = [];
  let isAllowed = false;
  const started: number[] = [];
  const param = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
  vi.stubGlobal('AudioContext', class {
    currentTime = 0;
    destination = {};
    createGain() { return { gain: param, connect: () => {} }; }
    resume() { return isAllowed ? Promise.resolve() : new Promise<void>((done) => waiting.push(done)); }
  });
  vi.stubGlobal('OscillatorNode', class {
    connect(next: unknown) { return next ?? this; }
    start(at: number) { started.push(at); }
    stop() {}
  });
  return { started, allow: () => { isAllowed = true; for (const done of waiting.splice(0)) done(); } };
}

describe('the sound of a notice', () => {
  beforeEach(() => {
    vi.resetModules(); // each test a page just loaded
    vi.useFakeTimers();
  });

  test('what the browser kept back for an hour does not sound all at once', async () => {
    const device = heldBack();
    const { playNotice } = await import('../src/queue/notice');
    for (let i = 0; i < 360; i += 1) playNotice();
    await vi.advanceTimersByTimeAsync(1);
    expect(device.started).toEqual([]);
    device.allow();
    await vi.advanceTimersByTimeAsync(1);
    expect(device.started).toHaveLength(2); // one notice: two tones
  });
  test('the page knows that it is silent, and that it is no more', async () => {
    const device = heldBack();
    const { playNotice, soundAllowed } = await import('../src/queue/notice');
    playNotice();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(soundAllowed.get()).toBe(false);
    device.allow();
    playNotice();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(soundAllowed.get()).toBe(true);
  });
});

test('a second desktop notice is shown anew, and one of danger stays until it is seen', async () => {
  const shown: { body: string; renotify: boolean; requireInteraction: boolean }[] = [];
  const Notification = class {
    static permission = 'granted';
    constructor(_title: string, options: (typeof shown)[number]) { shown.push(options); }
  };
  vi.stubGlobal('window', { Notification });
  vi.stubGlobal('Notification', Notification);
  vi.resetModules();
  const { showNotice } = await import('../src/queue/notice');
  showNotice('つなぎ', '新しく待っている人がいます');
  showNotice('つなぎ', '【緊急】待っている人がいます', true);
  expect(shown.map(({ renotify, requireInteraction }) => [renotify, requireInteraction])).toEqual([[true, false], [true, true]]);
});
