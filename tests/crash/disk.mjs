// A disk whose power can be cut: what the journal of disk/layer.cpp says was never made durable is taken away.
//
// The rules are those of POSIX, read strictly, as LevelDB's and RocksDB's own fault tests read them:
// - of a file, what was there when fsync or fdatasync began is durable when it returns; anything behind that may be gone, or be
//   there in part, or be there as zeroes;
// - a new, changed or deleted name is durable when the folder it is in was synced; names change in the order they were changed,
//   so what is lost of them is the end of the list;
// - what a failed sync was to make durable never becomes durable, though it can be read until the power fails (Linux marks such
//   pages clean; PostgreSQL learned of it in 2018).
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join, relative } from 'node:path';

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

const folderOf = (path) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.');

/** What is durable, built line by line from the journal. */
class Durable {
    files = new Map();   // name now -> {synced, holes: [[from, to]]}: what of its bytes would survive
    pending = [];        // changes of names that would be lost, oldest first: {folder, undo(disk)}
    unknown = [];

    file(path) {
        if (!this.files.has(path)) this.files.set(path, { synced: 0, holes: [] });
        return this.files.get(path);
    }

    read([verb, first, second, third]) {
        switch (verb) {
        case 'hello': case 'held': return;
        case 'create': case 'link': return this.added(verb, first, second);
        case 'mkdir': return this.change(first, (disk) => disk.remove(first));
        case 'rename': return this.renamed(first, second, third);
        case 'unlink': return this.unlinked(first, second);
        case 'not done': return void this.pending.pop()?.forget();
        case 'folder': this.pending = this.pending.filter(({ folder }) => folder !== first); return;
        case 'sync': return this.synced(this.file(first), Number(second));
        case 'unsynced': return this.notSynced(this.file(first), Number(second));
        case 'cut': return this.cut(this.file(first), Number(second));
        default: this.unknown.push([verb, first, second].join(' '));
        }
    }

    /** `forget` takes the change back in this model, `undo` on the disk; there it may not have happened. */
    change(path, undo, forget = () => {}) { this.pending.push({ folder: folderOf(path), undo, forget }); }

    added(verb, first, second) {
        const path = verb === 'link' ? second : first;
        this.files.set(path, verb === 'link' ? this.file(first) : { synced: 0, holes: [] });
        const forget = () => this.files.delete(path);
        this.change(path, (disk) => { forget(); disk.remove(path); }, forget);
    }
    renamed(from, to, kept) {
        const [moved, replaced] = [this.file(from), this.files.get(to)];
        this.files.delete(from);
        this.files.set(to, moved);
        const forget = () => {
            this.files.set(from, moved);
            if (replaced) this.files.set(to, replaced); else this.files.delete(to);
        };
        this.change(to, (disk) => {
            forget();
            if (disk.has(from)) return;  // killed before it was done
            disk.move(to, from);
            if (kept !== '-') disk.bringBack(kept, to);
        }, forget);
    }
    unlinked(path, kept) {
        const was = this.file(path);
        this.files.delete(path);
        const forget = () => this.files.set(path, was);
        this.change(path, (disk) => { forget(); if (!disk.has(path)) disk.bringBack(kept, path); }, forget);
    }

    synced(file, bytes) { file.synced = Math.max(file.synced, bytes); }
    notSynced(file, bytes) {
        if (bytes <= file.synced) return;
        file.holes.push([file.synced, bytes]);
        // What is synced from here on does not include it: it lies in the hole, and counts only together with what follows.
    }
    cut(file, bytes) {
        file.synced = Math.min(file.synced, bytes);
        file.holes = file.holes.map(([from, to]) => [from, Math.min(to, bytes)]).filter(([from, to]) => from < to);
    }
}

export class Disk {
    /** `watched` is a folder below `beside`, in which the journal lies, too. `library` is libcrash_disk.so. */
    constructor(watched, beside, library) {
        this.watched = watched;
        this.journalFolder = join(beside, 'disk');
        if (!existsSync(library)) throw new Error(`${library} is not built`);
        this.env = { LD_PRELOAD: library, TSUNAGI_DISK_WATCH: watched, TSUNAGI_DISK_JOURNAL: this.journalFolder };
        mkdirSync(watched, { recursive: true });
        this.trust();
    }

    /** Everything that is there now is durable, whoever wrote it. Nothing may be writing. */
    trust() {
        rmSync(this.journalFolder, { recursive: true, force: true });
        mkdirSync(join(this.journalFolder, 'kept'), { recursive: true });
        const lines = this.names().map((path) => `sync\t${path}\t${statSync(join(this.watched, path)).size}\n`);
        writeFileSync(join(this.journalFolder, 'journal'), lines.join(''));
    }

    names() {
        return readdirSync(this.watched, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile()).map((entry) => relative(this.watched, join(entry.parentPath ?? entry.path, entry.name)));
    }

    // ------------------------------------------------------------------ what goes wrong

    /** The next `times` syncs of files whose names end with `suffix` fail: `failSyncs('EIO', '.log')`. */
    failSyncs(error, suffix, times = 1) { this.#order(`fail ${constants.errno[error]} ${suffix} ${times}`); }
    /** Syncs of such files wait until `soundAgain`, or for ever. */
    holdSyncs(suffix) { this.#order(`hold ${suffix}`); }
    /** Syncs of such files succeed and do nothing: a disk that lies, or a store that forgot to sync. */
    lieAboutSyncs(suffix) { this.#order(`lie ${suffix}`); }
    soundAgain() { rmSync(join(this.journalFolder, 'order'), { force: true }); }
    #order(line) {
        // Never seen half written.
        writeFileSync(join(this.journalFolder, 'order.new'), `${line}\n`);
        renameSync(join(this.journalFolder, 'order.new'), join(this.journalFolder, 'order'));
    }

    lines(verb) { return this.#journal().filter(([first]) => first === verb); }
    #journal() {
        const text = readFileSync(join(this.journalFolder, 'journal'), 'utf8');
        return text.split('\n').slice(0, -1).map((line) => line.split('\t'));
    }

    // ------------------------------------------------------------------ the power fails

    /**
     * To be called when nobody runs any more (kill -9): leaves what a power loss would have left, and trusts it.
     * Without `random` everything that was not durable is lost; with it, a part of it chosen by it.
     * @returns {{bytes: number, names: number, files: Map<string, number>}} what was lost; `files` has the bytes of each file
     */
    losePower(random) {
        const durable = new Durable();
        for (const fields of this.#journal()) durable.read(fields);
        if (durable.unknown.length > 0) throw new Error(`the disk cannot follow: ${durable.unknown.slice(0, 5).join(', ')}`);

        const survive = random ? Math.floor(random() * (durable.pending.length + 1)) : 0;
        const lost = durable.pending.slice(survive);
        for (const { undo } of lost.reverse()) undo(this);
        const files = new Map(this.names().map((path) => [path, this.#dropUnsynced(path, durable.file(path), random)]));
        this.trust();
        return { bytes: [...files.values()].reduce((sum, bytes) => sum + bytes, 0), names: lost.length, files };
    }

    /** `file.synced` bytes stay as they are; of the rest a part may, as it is or as zeroes. Returns how many bytes were lost. */
    #dropUnsynced(path, { synced, holes }, random) {
        const name = join(this.watched, path);
        const { size } = statSync(name);
        const durable = Math.min(size, synced);
        const there = random && random() < 0.7 ? durable + Math.floor(random() * (size - durable + 1)) : durable;
        const sound = there > durable && random() < 0.3 ? durable + Math.floor(random() * (there - durable + 1)) : there;
        const spoilt = [...holes, [sound, there]].map(([from, to]) => [from, Math.min(to, there)]).filter(([from, to]) => from < to);
        const file = openSync(name, 'r+');
        ftruncateSync(file, there);
        for (const [from, to] of spoilt) writeSync(file, Buffer.alloc(to - from), 0, to - from, from);
        closeSync(file);
        return size - there + spoilt.reduce((sum, [from, to]) => sum + to - from, 0);
    }

    has(path) { return existsSync(join(this.watched, path)); }
    remove(path) { rmSync(join(this.watched, path), { recursive: true, force: true }); }
    move(from, to) { if (this.has(from)) renameSync(join(this.watched, from), join(this.watched, to)); }
    bringBack(kept, path) { renameSync(join(this.journalFolder, 'kept', kept), join(this.watched, path)); }
}

/** Whether the library works on this machine: a program loaded with it says hello in the journal. */
export function followsPrograms(disk, writer) {
    spawnSync(writer, [], { env: { ...process.env, ...disk.env } });
    return disk.lines('hello').length > 0;
}
