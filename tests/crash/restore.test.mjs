// The drill: the disk with everything on it is gone. What the server copied in the night, while people wrote, is brought back,
// and nobody who had written before it is a stranger.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { build, everyConversation, Town, until, wholeLog } from '../e2e/support.mjs';

/** Tomorrow in Japan: later than every copy that is there, however long the test ran. */
function tomorrow() {
    const hours_ms = 3600_000;
    return new Date(Date.now() + 9 * hours_ms + 24 * hours_ms).toISOString().slice(0, 10);
}

function tsunagi(...args) {
    const ran = spawnSync(join(build, 'server/tsunagi'), args, { encoding: 'utf8' });
    return { ok: ran.status === 0, text: ran.stdout + ran.stderr };
}

test('a copy made at night while people write is restored on an empty disk', { timeout: 300_000 }, async () => {
    const town = await Town.start();
    const copies = join(town.folder, 'copies');
    const data = join(town.folder, 'data');
    const copied = () => tsunagi('restore', '--from', copies, '--list').text.match(/^copy /gm)?.length ?? 0;
    try {
        // One by hand, the server being down; from then on it makes them itself.
        await town.kill();
        const byHand = tsunagi('backup', '--data', data, '--to', copies);
        assert.ok(byHand.ok, byHand.text);
        const config = join(town.folder, 'config/tsunagi.yaml');
        const edited = readFileSync(config, 'utf8').replace(/^( {2}data:.*)$/m, `$1\n  backup: {folder: ${copies}, at: "03:00", keep: 2}`);
        writeFileSync(config, edited);
        town.pretendNow = `${tomorrow()}T02:59`;
        await town.startServer();

        const mother = await town.person('mother');
        const said = ['first', 'second', 'third'];
        for (const text of said) await town.say(mother, text);
        const staff = await town.onDuty('suzuki');
        const heard = async () => {
            const [one] = await everyConversation(staff);
            if (!one) return [];
            return (await wholeLog(staff, one.id)).filter(({ kind }) => kind === 'inbound').map(({ text }) => text);
        };
        await until('what she said is kept', async () => (await heard()).length === said.length);
        const [{ id }] = await everyConversation(staff);

        await until('the night\'s copy is made', async () => {
            await town.say(await town.person('somebody else'), 'meanwhile');
            return copied() === 2;
        }, 120_000);
        await town.say(mother, 'after the copy');
        await town.kill();
        rmSync(data, { recursive: true });

        const restored = tsunagi('restore', '--from', copies, '--data', data);
        assert.ok(restored.ok, restored.text);
        assert.match(restored.text, /everything holds/);
        const again = tsunagi('restore', '--from', copies, '--data', data);
        assert.ok(!again.ok, 'nothing is written over');

        town.pretendNow = `${tomorrow()}T03:30`;
        await town.startServer();
        const back = await town.onDuty('suzuki');
        const words = async () => (await wholeLog(back, id)).filter(({ kind }) => kind === 'inbound').map(({ text }) => text);
        const kept = await words();
        assert.deepEqual(kept.slice(0, said.length), said, 'what was said before the copy is there, once');
        await town.say(mother, 'I am back');
        await until('she is no stranger', async () => (await words()).at(-1) === 'I am back');
    } catch (failure) {
        console.log(town.log.join('').slice(-3000));
        throw failure;
    } finally {
        await town.stop();
    }
});
