// The disk that the crash tests stand on, itself put to the test: what was synced is there after the power failed, what was not
// is gone, and a program that forgets a sync is found out.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { build } from '../e2e/support.mjs';
import { Disk, followsPrograms, randomFrom } from './disk.mjs';

const library = join(build, 'tests/crash/libcrash_disk.so');
const writer = join(build, 'tests/crash/crash_writer');
const beds = [];
let folder;
let disk;

const at = (name) => join(disk.watched, name);
const read = (name) => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : null);

/** Runs `steps` one after the other in a process of its own: `['append a.log word', 'sync a.log']`. */
function write(...steps) {
    const words = steps.flatMap((step, n) => {
        const [verb, path, other] = step.split(' ');
        return [...(n ? ['then'] : []), verb, at(path), ...(verb === 'rename' ? [at(other)] : other ? [other] : [])];
    });
    const ran = spawnSync(writer, words, { env: { ...process.env, ...disk.env }, encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stderr);
    return ran.stdout;
}

beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'tsunagi-crash-')));
    beds.push(folder);
    disk = new Disk(join(folder, 'data'), folder, library);
});
after(() => { for (const bed of beds) rmSync(bed, { recursive: true, force: true }); });

const follows = (() => {
    const bed = realpathSync(mkdtempSync(join(tmpdir(), 'tsunagi-crash-')));
    beds.push(bed);
    return followsPrograms(new Disk(join(bed, 'data'), bed, library), writer);
})();
const options = { skip: follows ? false : 'LD_PRELOAD does not work here: NOTHING OF POWER LOSS IS TESTED' };

test('what was synced stays, what was not is lost', options, () => {
    write('append a.log one', 'sync a.log', 'folder .', 'append a.log two');
    assert.equal(read('a.log'), 'onetwo');
    const { bytes } = disk.losePower();
    assert.equal(read('a.log'), 'one');
    assert.equal(bytes, 3);
});

test('a program that never syncs loses all it wrote', options, () => {
    write('append a.log one', 'folder .', 'append a.log two');
    disk.losePower();
    assert.equal(read('a.log'), '');
});

test('a file whose folder was not synced is gone, however well it was synced itself', options, () => {
    write('append a.log one', 'sync a.log');
    disk.losePower();
    assert.equal(read('a.log'), null);
});

test('what was there before the disk was watched stays', options, () => {
    writeFileSync(at('old'), 'old');
    disk.trust();
    write('append old new');
    disk.losePower();
    assert.equal(read('old'), 'old');
});

test('a rename that was not synced is undone, and what it replaced is there again', options, () => {
    write('append current one', 'sync current', 'folder .', 'append next two', 'sync next', 'rename next current');
    assert.equal(read('current'), 'two');
    disk.losePower();
    assert.equal(read('current'), 'one');
    assert.equal(read('next'), null);
    write('append next two', 'sync next', 'rename next current', 'folder .');
    disk.losePower();
    assert.equal(read('current'), 'two');
});

test('a deletion that was not synced is undone', options, () => {
    write('append a one', 'sync a', 'folder .', 'unlink a');
    disk.losePower();
    assert.equal(read('a'), 'one');
    write('unlink a', 'folder .');
    disk.losePower();
    assert.equal(read('a'), null);
});

test('names are lost from the end: a part of them may have become durable', options, () => {
    const outcomes = new Set();
    for (let seed = 1; seed <= 16; seed += 1) {
        write('append a one', 'sync a', 'append b two', 'sync b', 'append c three', 'sync c');
        disk.losePower(randomFrom(seed));
        outcomes.add(['a', 'b', 'c'].filter((name) => read(name) !== null).join(''));
        write(...['a', 'b', 'c'].filter((name) => read(name) !== null).map((name) => `unlink ${name}`), 'folder .');
        disk.trust();
    }
    assert.deepEqual([...outcomes].sort(), ['', 'a', 'ab', 'abc']);
});

test('of unsynced bytes a part may survive, as it was or as zeroes; synced ones always do', options, () => {
    const outcomes = new Set();
    for (let seed = 1; seed <= 24; seed += 1) {
        write('append a.log synced', 'sync a.log', 'folder .', 'append a.log unsynced');
        disk.losePower(randomFrom(seed));
        assert.match(read('a.log'), /^synced[unsyced]*\0*$/);
        outcomes.add(read('a.log').includes('\0') ? 'zeroes' : read('a.log') === 'synced' ? 'nothing' : 'a part');
        write('unlink a.log', 'folder .');
        disk.trust();
    }
    assert.deepEqual([...outcomes].sort(), ['a part', 'nothing', 'zeroes']);
});

test('a process killed and started again goes on: what the first one did not sync, the second may, or nobody', options, () => {
    write('append a.log one', 'folder .');
    write('append a.log two', 'sync a.log');
    write('append a.log three');
    disk.losePower();
    assert.equal(read('a.log'), 'onetwo');
});

test('a sync that fails says so; its bytes can be read, and even a later sync does not make them durable', options, () => {
    write('append a.log one', 'sync a.log', 'folder .');
    disk.failSyncs('EIO', '.log', 2);
    const said = write('append a.log two', 'sync a.log', 'sync a.log', 'append b.txt other', 'sync b.txt');
    assert.equal((said.match(/Input\/output error/g) ?? []).length, 2, said);
    assert.equal(write('append a.log three', 'sync a.log'), '');
    assert.equal(read('a.log'), 'onetwothree');
    disk.losePower();
    assert.equal(read('a.log'), 'one\0\0\0three');
});

test('a disk that lies about its syncs loses what it said it had', options, () => {
    write('append a.log one', 'sync a.log', 'folder .');
    disk.lieAboutSyncs('.log');
    assert.equal(write('append a.log two', 'sync a.log'), '');
    disk.losePower();
    assert.equal(read('a.log'), 'one');
});

test('what the disk cannot follow is refused, not guessed', options, () => {
    write('append a.log one', 'sync a.log', 'folder .', 'overwrite a.log two');
    assert.throws(() => disk.losePower(), /cannot follow: unknown write a\.log/);
});
