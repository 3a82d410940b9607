// Who runs it: mistyped folders, other ports, certificates that are renewed, and what other users of the machine can read.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { build, freePorts, password, repository, Town, until } from './support.mjs';

let town;
before(async () => { town = await Town.start(); });
after(() => town.stop());

const tsunagi = (args, input = '') => spawnSync(join(build, 'server/tsunagi'), args, { input, encoding: 'utf8' });

test('a mistyped data folder is named, not made', () => {
    const nowhere = join(town.folder, 'dta');
    const changed = tsunagi(['account', 'password', '--config', join(town.folder, 'config'), '--data', nowhere, '--desk', 'mirai',
        '--login', 'yamada'], `${password}\n`);
    assert.equal(changed.status, 1);
    assert.match(changed.stderr, /there is no store in .*dta/);
    assert.equal(existsSync(nowhere), false);
});

test('what people said is for the server\'s own user alone', () => {
    assert.equal(statSync(join(town.folder, 'data/store')).mode & 0o777, 0o700);
});

test('SIGHUP without a certificate is no trouble', async () => {
    town.serverProcess.kill('SIGHUP');
    await new Promise((wake) => setTimeout(wake, 300));
    assert.equal((await fetch(`${town.admin}/readyz`)).status, 200);
    assert.doesNotMatch(town.log.join(''), /certificate/);
});

test('another master key than the data was kept with is refused, because nobody would be found again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsunagi-key-'));
    try {
        for (const part of ['config', 'var']) cpSync(join(town.folder, part), join(folder, part), { recursive: true });
        const serve = () => spawnSync(join(build, 'server/tsunagi'), ['serve', '--config', join(folder, 'config'), '--data', join(town.folder, 'data')],
            { cwd: repository, encoding: 'utf8', timeout: 30_000 });
        assert.match(serve().stderr, /another process has it open/, 'the same key is no trouble');
        writeFileSync(join(folder, 'var/demo/secrets/master-key'), 'ab'.repeat(32));
        const refused = serve();
        assert.equal(refused.status, 1);
        assert.match(refused.stderr, /another master_key.*bring the former key back/);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});

test('a key without a mark is tried on the people kept, so that a wrong one does not pass for the right one; a mark of a wrong key is told as that', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsunagi-key-'));
    try {
        await town.say(await town.person('みさき'), 'こんにちは');
        for (const part of ['config', 'var', 'data']) cpSync(join(town.folder, part), join(folder, part), { recursive: true });
        const mark = join(folder, 'data/master-key.mark');
        const right = readFileSync(join(folder, 'var/demo/secrets/master-key'), 'utf8');
        const rightMark = readFileSync(mark, 'utf8');
        // A start that gets past the key runs, and may send nothing: it is ended.
        const serve = (key) => {
            writeFileSync(join(folder, 'var/demo/secrets/master-key'), key);
            return spawnSync(join(build, 'server/tsunagi'), ['serve', '--config', join(folder, 'config'), '--data', join(folder, 'data')],
                { cwd: repository, encoding: 'utf8', timeout: 6_000 }).stderr;
        };
        rmSync(mark);
        assert.match(serve('ab'.repeat(32)), /another master_key.*bring the former key back/);
        assert.equal(existsSync(mark), false, 'a wrong key leaves no mark');
        assert.doesNotMatch(serve(right), /master_key/);
        assert.equal(readFileSync(mark, 'utf8'), rightMark, 'the right one does');
        writeFileSync(mark, 'cd'.repeat(32));
        assert.match(serve(right), /was left by another one.*delete/);
        writeFileSync(mark, 'lost\n');
        assert.doesNotMatch(serve('ab'.repeat(32)), /master_key/, 'who has lost the former key may begin anew');
        assert.equal(readFileSync(mark, 'utf8').length, 64);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});

/** A certificate for an hour, beside its key. */
function certify(folder, name) {
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${name}`,
        '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'chain.pem')], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
}

/** The name in the certificate that is shown on `port`. */
const shownOn = (port) => new Promise((tell, fail) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        tell(socket.getPeerCertificate().subject.CN);
        socket.destroy();
    });
    socket.once('error', fail);
});

test('SIGHUP reads the certificates again, the public one and the admin\'s', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsunagi-tls-'));
    cpSync(join(town.folder, 'config'), join(folder, 'config'), { recursive: true });
    cpSync(join(town.folder, 'var'), join(folder, 'var'), { recursive: true });
    const file = join(folder, 'config/tsunagi.yaml');
    const tls = '\n  tls: {certificate: ../chain.pem, key: ../key.pem}';
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^  port: .*$/gm, (line) => line + tls));
    certify(folder, 'before');
    const [port, adminPort] = await freePorts(2);
    const server = spawn(join(build, 'server/tsunagi'), ['serve', '--config', join(folder, 'config'), '--data', join(folder, 'data')], {
        cwd: repository, stdio: 'ignore',
        env: { ...process.env, TSUNAGI_PORT: String(port), TSUNAGI_ADMIN_PORT: String(adminPort), TSUNAGI_LINE_API: town.line, TSUNAGI_LINE_DATA: town.line },
    });
    try {
        for (const each of [port, adminPort]) await until('TLS is up', async () => (await shownOn(each)) === 'before');
        certify(folder, 'renewed');
        server.kill('SIGHUP');
        for (const each of [port, adminPort]) await until('the new certificate is shown', async () => (await shownOn(each)) === 'renewed', 5_000);
    } finally {
        server.kill('SIGKILL');
        rmSync(folder, { recursive: true, force: true });
    }
});

/** Answers 200 on the ports in its environment, in the place of the real programs. */
const standIn = (ports) => `#!/bin/bash
[ "$1" = account ] && exit 0
[ "$1" = check ] && exit $(cat config/mistakes)
exec node -e 'for (const port of [${ports}]) require("http").createServer((_, answer) => answer.end()).listen(port, "127.0.0.1")' -- "$0" "$@"
`;

/** A copy of deploy/ that builds and installs nothing, with stand-ins for the programs; how to run its scripts, on ports of their own. */
async function standInFolder() {
    const folder = mkdtempSync(join(tmpdir(), 'tsunagi-up-'));
    cpSync(join(repository, 'deploy'), join(folder, 'deploy'), { recursive: true });
    for (const read of ['config', 'handoff/console/dist']) mkdirSync(join(folder, read), { recursive: true });
    writeFileSync(join(folder, 'config/mistakes'), '0');
    for (const slow of ['install-dependencies', 'build']) writeFileSync(join(folder, 'deploy', slow), '#!/bin/sh\n');
    for (const [program, ports] of [['server/tsunagi', 'process.env.TSUNAGI_PORT, process.env.TSUNAGI_ADMIN_PORT'],
        ['deploy/sandbox/tsunagi-sandbox', 'process.env.TSUNAGI_SANDBOX_PORT']]) {
        const path = join(folder, 'build/release', program);
        mkdirSync(join(path, '..'), { recursive: true });
        writeFileSync(path, standIn(ports), { mode: 0o755 });
    }
    const [port, adminPort, sandboxPort, other] = await freePorts(4);
    const ask = (script, ports = {}) => spawnSync(join(folder, 'deploy', script), { encoding: 'utf8', env: { ...process.env,
        TSUNAGI_PORT: String(port), TSUNAGI_ADMIN_PORT: String(adminPort), TSUNAGI_SANDBOX_PORT: String(sandboxPort), ...ports } });
    return { folder, ask, port, other };
}

test('deploy/up on other ports than what runs says so, instead of an address where nobody answers', async () => {
    const { folder, ask, port, other } = await standInFolder();
    try {
        assert.match(ask('up').stdout, new RegExp(`console  http://127.0.0.1:${port}/`));
        assert.equal(ask('up').status, 0, 'again, as it is');
        for (const name of ['TSUNAGI_PORT', 'TSUNAGI_ADMIN_PORT', 'TSUNAGI_SANDBOX_PORT']) {
            const refused = ask('up', { [name]: String(other) });
            assert.equal(refused.status, 1, name);
            assert.match(refused.stderr, /deploy\/down/);
            assert.equal(refused.stdout, '');
        }
        assert.match(ask('down').stdout, /tsunagi stopped\nsandbox stopped/);
        assert.match(ask('up', { TSUNAGI_PORT: String(other) }).stdout, new RegExp(`console  http://127.0.0.1:${other}/`));
    } finally {
        ask('down');
        rmSync(folder, { recursive: true, force: true });
    }
});

test('deploy/up starts again what was built or configured since its start, and only that', async () => {
    const { folder, ask } = await standInFolder();
    const pid = (name) => readFileSync(join(folder, 'var/demo', `${name}.pid`), 'utf8');
    try {
        assert.equal(ask('up').status, 0);
        const first = { tsunagi: pid('tsunagi'), sandbox: pid('sandbox') };
        assert.doesNotMatch(ask('up').stdout, /started again/);
        assert.equal(pid('tsunagi'), first.tsunagi);

        const program = join(folder, 'build/release/server/tsunagi');
        writeFileSync(program, readFileSync(program), { mode: 0o755 });
        const rebuilt = ask('up');
        assert.match(rebuilt.stdout, /tsunagi .* is started again\ntsunagi stopped/, rebuilt.stderr);
        assert.notEqual(pid('tsunagi'), first.tsunagi);
        assert.equal(pid('sandbox'), first.sandbox, 'the sandbox was not built anew');

        const second = pid('tsunagi');
        writeFileSync(join(folder, 'config/mistakes'), '1');
        const refused = ask('up');
        assert.equal(refused.status, 1);
        assert.match(refused.stderr, /config has mistakes; tsunagi goes on/);
        assert.equal(pid('tsunagi'), second, 'what runs goes on');
        writeFileSync(join(folder, 'config/mistakes'), '0');
        assert.match(ask('up').stdout, /started again/);
    } finally {
        ask('down');
        rmSync(folder, { recursive: true, force: true });
    }
});
