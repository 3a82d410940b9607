// The disk fills up while people write: nothing is said to be taken that is not, the health page says why, and when there
// is room again everything that was written arrives, once, without anybody touching the server.
//
// In some runs the first append to a log that RocksDB has just begun is the one that finds no room: from there its own Resume()
// never comes back, which is why the store opens its files again instead (RocksDatabase::reopen).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { everyConversation, Town, until, wholeLog } from '../e2e/support.mjs';

const disk_mib = 256;
const messages_max = 6000;
const long = 'あ'.repeat(4900);
let mounted = '';

function mountSmallDisk(town) {
    const folder = join(town.folder, 'data');
    mkdirSync(folder);
    const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${disk_mib}m`, 'tmpfs', folder], { encoding: 'utf8' });
    if (made.status === 0) mounted = folder;
}

/** Takes every byte that is left. */
function fillUp() {
    spawnSync('dd', ['if=/dev/zero', `of=${join(mounted, 'filler')}`, 'bs=4k'], { encoding: 'utf8' });
}

test('a full disk: refused, told, and made good when there is room', { timeout: 180_000 }, async (context) => {
    const town = await Town.start({ prepare: mountSmallDisk });
    try {
        if (!mounted) return context.skip('a small disk can only be mounted by root');
        await town.sandbox('POST', 'faults', { webhooks: { first_wait_ms: 200, wait_max_ms: 1000, attempts_max: 500 } });
        const mother = await town.person('mother');
        await town.say(mother, 'message 0');
        const staff = await town.onDuty('suzuki');
        await until('the first message is kept', async () => (await everyConversation(staff)).length === 1);

        fillUp();
        // RocksDB has set room for its log aside before: long messages until that is used up.
        let written = 0;
        let ready;
        while (written < messages_max && !ready) {
            const batch = Array.from({ length: 20 }, (_, n) => `message ${written + n + 1} ${long}`);
            await Promise.all(batch.map((text) => town.say(mother, text)));
            written += batch.length;
            const answer = await fetch(`${town.admin}/readyz`);
            if (answer.status === 503) ready = answer;
        }
        assert.ok(ready, 'the health page turns red');
        assert.match(await ready.text(), /space|disk/);

        rmSync(join(mounted, 'filler'));
        let said = '';
        await until('it is ready again by itself', async () => {
            const answer = await fetch(`${town.admin}/readyz`);
            said = await answer.text();
            return answer.ok;
        }, 60_000).catch((failure) => assert.fail(`${failure.message}: ${said} ${spawnSync('df', ['-k', mounted]).stdout}`));
        await until('every webhook is answered 200', async () => (await town.sandbox('GET', 'idle?wait_ms=5000')).idle, 90_000);
        const [{ id }] = await everyConversation(staff);
        const texts = (await wholeLog(staff, id)).filter(({ kind }) => kind === 'inbound').map(({ text }) => Number(/^message (\d+)/.exec(text)[1]));
        assert.deepEqual(texts.sort((a, b) => a - b), Array.from({ length: written + 1 }, (_, n) => n), 'each once');
        console.log(`${written} messages while the disk filled up: refused, delivered again, each kept once`);
        await town.kill();
        const held = town.verify();
        assert.ok(held.ok, held.text);
    } catch (failure) {
        console.log(town.log.join('').slice(-3000));
        throw failure;
    } finally {
        if (mounted) {
            town.serverProcess?.kill('SIGKILL');
            await new Promise((wake) => setTimeout(wake, 200));
            spawnSync('umount', ['-l', mounted]);
        }
        await town.stop();
    }
});
