import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => { vi.useFakeTimers(); vi.resetModules(); });
afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); });

test('requests say that somebody is here only for a while after a touch or a key', async () => {
  const { presence } = await import('../src/api/presence');
  const { api } = await import('../src/api/client');
  const said: (string | undefined)[] = [];
  vi.stubGlobal('fetch', (_path: string, { headers }: { headers: Record<string, string> }) => {
    said.push(headers['X-Tsunagi-Present']);
    return Promise.resolve(new Response('{}', { status: 200 }));
  });
  const page = new EventTarget();
  presence.watch(page);
  await api.desk();
  vi.advanceTimersByTime(6 * 60_000);
  await api.desk();
  page.dispatchEvent(new Event('keydown'));
  await api.desk();
  expect(said).toEqual(['1', undefined, '1']);
});
