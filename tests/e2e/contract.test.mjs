// The real server keeps to server/api/openapi.yaml, as the console's own contract check reads it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkContract } from '../../handoff/console/dev/contract.mjs';
import { Town, password, until } from './support.mjs';

let town;
before(async () => { town = await Town.start(); });
after(() => town?.stop());

test('every answer of the server has the shape the console expects', async () => {
    const mother = await town.person('はな');
    await town.say(mother, '相談したいです');
    await town.say(mother, '人と話したい');
    await until('she waits', async () => (await town.shown(mother)).length >= 2);
    assert.deepEqual(await checkContract(town.base, 'mirai', 'suzuki', password), []);
});
