import { expect, test } from 'vitest';
import { checkContract } from '../dev/contract.mjs';
import { startFakeApi } from '../dev/fake-api.mjs';

test('the development server answers as server/api/openapi.yaml says', async () => {
  const server = await startFakeApi(0);
  try {
    expect(await checkContract(`http://127.0.0.1:${server.port}`, 'mirai', 'suzuki', 'demo')).toEqual([]);
  } finally {
    server.close();
  }
});
