// A town whose server writes to a disk of which the power can be cut (disk.mjs).
import { spawnSync } from 'node:child_process';
import { cpSync, realpathSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { build, Town } from '../e2e/support.mjs';
import { Disk, followsPrograms } from './disk.mjs';

export const library = join(build, 'tests/crash/libcrash_disk.so');
export const writer = join(build, 'tests/crash/crash_writer');

export class TownOnDisk extends Town {
    async startServer() {
        if (!this.disk) this.plugInDisk();
        await super.startServer();
    }

    /** The accounts, made before, are durable; from here on the disk is watched. */
    plugInDisk() {
        this.folder = realpathSync(this.folder);
        this.disk = new Disk(join(this.folder, 'data'), this.folder, library);
        this.serverEnv = this.disk.env;
        this.isFollowed = followsPrograms(this.disk, writer);
    }

    /** The power fails now and returns; the server is down afterwards. Says what was lost of what was not durable. */
    async losePower(random) {
        await this.kill();
        return this.disk.losePower(random);
    }

    async kill() {
        const { serverProcess } = this;
        if (serverProcess.exitCode === null && serverProcess.signalCode === null) await super.kill();
    }

    /** Starts the server and lets it live for `lived_ms`, hardly longer than it takes to read its log; or until it gives up. */
    async startAndDie(lived_ms) {
        const started = super.startServer().catch(() => {});
        const ended = once(this.serverProcess, 'exit');
        const killing = setTimeout(() => this.serverProcess.kill('SIGKILL'), lived_ms);
        await Promise.all([ended, started]);
        clearTimeout(killing);
    }

    /** What `tsunagi verify` says of a copy, so that its own opening and closing heals nothing; the server must be down. */
    verifyCopy() {
        const copy = join(this.folder, 'copy');
        cpSync(join(this.folder, 'data'), copy, { recursive: true });
        const looked = spawnSync(join(build, 'server/tsunagi'), ['verify', '--data', copy], { encoding: 'utf8' });
        rmSync(copy, { recursive: true });
        return { ok: looked.status === 0, text: looked.stdout + looked.stderr };
    }

    async readiness() {
        const answer = await fetch(`${this.admin}/readyz`);
        return { ready: answer.ok, text: await answer.text() };
    }
}
