// Starts the real parts for a test (sandbox, server, staff), each on a free port with data of its own, and speaks to them.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const password = 'a-long-demo-password';
const patience = 30_000;

export const build = [process.env.TSUNAGI_BUILD, 'build/release', 'build/debug'].filter(Boolean)
    .map((folder) => resolve(repository, folder)).find((folder) => existsSync(join(folder, 'server/tsunagi')));
if (!build) throw new Error('tsunagi is not built; set TSUNAGI_BUILD to the build folder');

/** Below the ports the kernel gives to whoever connects: one of those may be taken again before the program listens, even by our own question whether it does. */
const own_ports = { first: 15_000, end: 32_000 };

/** @param {number} count @returns {Promise<number[]>} ports nobody listens on, each once */
export async function freePorts(count) {
    const found = new Set();
    while (found.size < count) {
        const port = randomInt(own_ports.first, own_ports.end);
        const server = createServer();
        const isFree = await new Promise((tell) => server.once('error', () => tell(false)).listen(port, '127.0.0.1', () => server.close(() => tell(true))));
        if (isFree) found.add(port);
    }
    return [...found];
}

/** Asks `look` again until it gives something; fails with `what` when patience ends. */
export async function until(what, look, limit = patience) {
    const end = Date.now() + limit;
    let last;
    for (;;) {
        try {
            const found = await look();
            if (found) return found;
        } catch (failure) {
            if (failure.isFinal) throw failure;
            last = failure;
        }
        if (Date.now() > end) throw new Error(`waited in vain: ${what}${last ? ` (${last.message})` : ''}`);
        await new Promise((wake) => setTimeout(wake, 25));
    }
}

/** One desk with everything it needs, on loopback. */
export class Town {
    /**
     * @param {{hours?: string, desk?: (yaml: string) => string, prepare?: (town: Town) => void}} options hours: 'always' (default)
     * or 'as-configured'; desk edits desk.yaml; prepare is called while the folder is still empty;
     * pretendNow is the hour the server lives at (`2026-11-22T02:00`, Japanese time)
     */
    static async start({ hours = 'always', sandboxArgs = [], desk, prepare, pretendNow } = {}) {
        const town = new this();
        town.pretendNow = pretendNow;
        town.folder = mkdtempSync(join(tmpdir(), 'tsunagi-e2e-'));
        town.log = [];
        prepare?.(town);
        cpSync(join(repository, 'config'), join(town.folder, 'config'), { recursive: true });
        mkdirSync(join(town.folder, 'var/demo/secrets'), { recursive: true });
        town.secret = randomBytes(16).toString('hex');
        town.token = randomBytes(32).toString('hex');
        const secret = (name, value) => writeFileSync(join(town.folder, 'var/demo/secrets', name), value);
        secret('master-key', randomBytes(32).toString('hex'));
        secret('line-secret', town.secret);
        secret('line-token', town.token);
        if (hours === 'always') town.openAlways();
        if (desk) town.editDesk(desk);
        [town.port, town.adminPort, town.sandboxPort] = await freePorts(3);
        town.base = `http://127.0.0.1:${town.port}`;
        town.admin = `http://127.0.0.1:${town.adminPort}`;
        town.line = `http://127.0.0.1:${town.sandboxPort}`;
        for (const [login, role, name] of [['yamada', 'counselor', '山田'], ['sato', 'counselor', '佐藤'], ['suzuki', 'supervisor', '鈴木']])
            town.hire(login, role, name);
        try {
            await town.startSandbox(sandboxArgs);
            await town.startServer();
        } catch (failure) {
            await town.stop();  // a process left behind would keep the test program from ending
            throw failure;
        }
        return town;
    }

    editDesk(edit) {
        const file = join(this.folder, 'config/desks/mirai/desk.yaml');
        writeFileSync(file, edit(readFileSync(file, 'utf8')));
    }

    /** The demo desk closes at night; a test that may run then opens it round the clock. */
    openAlways() {
        const file = join(this.folder, 'config/desks/mirai/desk.yaml');
        const edited = spawnSync('python3', ['-c', `
import re, sys
text = open(sys.argv[1], encoding='utf-8').read()
lines, out, skip = text.split('\\n'), [], None
for line in lines:
    indent = len(line) - len(line.lstrip())
    if skip is not None:
        if line.strip() == '' or line.lstrip().startswith('#') or indent > skip: continue
        skip = None
    if re.match(r'\\s*hours:', line):
        pad = ' ' * indent
        out.append(pad + 'hours:')
        out.append(pad + '  weekly: {' + ', '.join(d + ': ["00:00-24:00"]' for d in 'mon tue wed thu fri sat sun'.split()) + '}')
        out.append(pad + '  public_holidays: open')
        skip = indent
        continue
    out.append(line)
open(sys.argv[1], 'w', encoding='utf-8').write('\\n'.join(out))`, file], { encoding: 'utf8' });
        if (edited.status !== 0) throw new Error(edited.stderr);
    }

    hire(login, role, name) {
        const made = spawnSync(join(build, 'server/tsunagi'),
            ['account', 'add', '--config', join(this.folder, 'config'), '--data', join(this.folder, 'data'), '--desk', 'mirai',
                '--login', login, '--role', role, '--name', name],
            { input: password + '\n', encoding: 'utf8' });
        if (made.status !== 0) throw new Error(`account add: ${made.stderr}`);
    }

    #spawn(program, args, env) {
        const child = spawn(program, args, { cwd: repository, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => this.log.push(bytes.toString()));
        return child;
    }

    async startSandbox(args = []) {
        this.sandboxProcess = this.#spawn(join(build, 'deploy/sandbox/tsunagi-sandbox'), ['--listen', `127.0.0.1:${this.sandboxPort}`,
            '--webhook', `${this.base}/line/mirai/webhook`, '--secret-file', join(this.folder, 'var/demo/secrets/line-secret'),
            '--token-file', join(this.folder, 'var/demo/secrets/line-token'), ...args]);
        await this.#answers('the sandbox is ready', this.sandboxProcess, `${this.line}/_sandbox/health`);
    }

    async startServer() {
        this.serverProcess = this.#spawn(join(build, 'server/tsunagi'),
            ['serve', '--config', join(this.folder, 'config'), '--data', join(this.folder, 'data'),
                ...(this.pretendNow ? ['--pretend-now', this.pretendNow] : [])], {
                TSUNAGI_PORT: String(this.port), TSUNAGI_ADMIN_PORT: String(this.adminPort), TSUNAGI_PUBLIC_URL: this.base,
                TSUNAGI_LINE_API: this.line, TSUNAGI_LINE_DATA: this.line, ...this.serverEnv,
            });
        await this.#answers('the server is ready', this.serverProcess, `${this.admin}/readyz`);
    }

    /** Waits until `program` answers at `url`; fails at once, with what it said, when it has ended. */
    #answers(what, program, url) {
        return until(what, async () => {
            if (program.exitCode !== null || program.signalCode !== null)
                throw Object.assign(new Error(`it ended: ${this.log.join('').slice(-2000)}`), { isFinal: true });
            return (await fetch(url)).ok;
        });
    }

    /** kill -9, as a power cut would. */
    async kill() {
        this.serverProcess.kill('SIGKILL');
        await once(this.serverProcess, 'exit');
    }

    /** What `tsunagi verify` says of the data; the server must be down. */
    verify() {
        const looked = spawnSync(join(build, 'server/tsunagi'), ['verify', '--data', join(this.folder, 'data')], { encoding: 'utf8' });
        return { ok: looked.status === 0, text: looked.stdout + looked.stderr };
    }

    async stop() {
        for (const child of [this.serverProcess, this.sandboxProcess]) {
            if (!child || child.exitCode !== null || child.signalCode !== null) continue;
            child.kill('SIGTERM');
            await once(child, 'exit');
        }
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** Holds every request the server sent to the platform against LINE's own OpenAPI description (when that is here). */
    validateRequests() {
        const held = spawnSync('node', [join(repository, 'tests/fidelity/validate-requests.mjs'), this.line], { encoding: 'utf8' });
        return { ok: held.status === 0, text: held.stdout + held.stderr };
    }

    // ------------------------------------------------------------------ the sandbox

    async sandbox(method, path, body) {
        const response = await fetch(`${this.line}/_sandbox/${path}`, {
            method, headers: { 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body),
        });
        if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
        return response.json();
    }
    async person(name) { return (await this.sandbox('POST', 'people', { name })).userId; }
    say(person, text) { return this.sandbox('POST', `people/${person}/send`, { type: 'text', text }); }
    async shown(person) {
        const { entries } = await this.sandbox('GET', `people/${person}/transcript`);
        return entries.filter((entry) => entry.from === 'bot').map((entry) => entry.content.text ?? '');
    }

    // ------------------------------------------------------------------ the webhook, without the sandbox

    sign(body) { return createHmac('sha256', this.secret).update(body).digest('base64'); }
    webhook(body, headers = {}) {
        return fetch(`${this.base}/line/mirai/webhook`, {
            method: 'POST', body, headers: { 'content-type': 'application/json', 'x-line-signature': this.sign(body), ...headers },
        });
    }

    // ------------------------------------------------------------------ the console's API

    async signIn(login) {
        const answer = await fetch(`${this.base}/api/v1/session`, {
            method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ desk: 'mirai', login, password }),
        });
        if (!answer.ok) throw new Error(`sign in: ${answer.status} ${await answer.text()}`);
        const { csrf, counselor } = await answer.json();
        const cookie = answer.headers.get('set-cookie').split(';')[0];
        const call = async (method, path, body, key = ulid()) => {
            const response = await fetch(`${this.base}/api/v1${path}`, {
                method, headers: { 'content-type': 'application/json', cookie, 'x-tsunagi-csrf': csrf, 'idempotency-key': key },
                body: body === undefined ? undefined : JSON.stringify(body),
            });
            const text = await response.text();
            return { status: response.status, body: text ? JSON.parse(text) : null };
        };
        return { call, cookie, csrf, counselor };
    }
    async onDuty(login) {
        const staff = await this.signIn(login);
        const answer = await staff.call('PUT', '/me/duty', { on_duty: true });
        if (answer.status !== 200) throw new Error(`duty: ${answer.status}`);
        return staff;
    }
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export function ulid(time = Date.now()) {
    let text = '';
    for (let i = 0, rest = time; i < 10; i += 1, rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text;
    for (const byte of randomBytes(16)) text += alphabet[byte % 32];
    return text;
}

/** A LINE text event, as the platform sends it. */
export function textEvent(userId, messageId, text, { at = Date.now(), id = ulid(at), redelivered = false } = {}) {
    return {
        type: 'message', mode: 'active', timestamp: at, source: { type: 'user', userId }, webhookEventId: id,
        deliveryContext: { isRedelivery: redelivered }, replyToken: randomBytes(16).toString('hex'),
        message: { type: 'text', id: messageId, quoteToken: 'q', text },
    };
}

/** All conversations of the desk, a row each. */
export async function everyConversation(staff) {
    const rows = [];
    for (const holder of ['queue', 'mine', 'bot', 'counselor', 'closed']) {
        for (let cursor = ''; ;) {
            const { status, body } = await staff.call('GET', `/conversations?holder=${holder}&limit=100${cursor && `&cursor=${cursor}`}`);
            assert.equal(status, 200);
            rows.push(...body.items);
            if (!body.next) break;
            cursor = body.next;
        }
    }
    return rows;
}

/** The log of a conversation as a screen shows it, oldest first. */
export async function wholeLog(staff, id) {
    const entries = [];
    for (let before_ = ''; ;) {
        const { status, body } = await staff.call('GET', `/conversations/${id}/messages?limit=100${before_ && `&before=${before_}`}`);
        assert.equal(status, 200);
        entries.unshift(...body.items);
        if (body.next === null) return entries;
        before_ = body.next;
    }
}

/** As `seen_seq`: all that stands in the log now was seen. */
export const newestSeq = async (staff, id) => Math.max(...(await staff.call('GET', `/conversations/${id}/messages?limit=100`)).body.items.map(({ seq }) => seq));

/** Whether a request the sandbox recorded carries words to somebody; asking for the quota or a name does not. */
export const isMessage = ({ method, path }) => method === 'POST' && /\/message\/(reply|push|multicast|broadcast|narrowcast)/.test(path);
