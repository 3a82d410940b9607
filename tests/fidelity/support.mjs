// Starts the sandbox for a test, stands in for the bot's server, and speaks the sandbox's own API.
import { HTTPFetchError, middleware, SignatureValidationFailed } from '@line/bot-sdk';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const channelSecret = '0123456789abcdef0123456789abcdef';
export const accessToken = 'long-lived-token-of-the-test';
export const channelId = '2000000001';

const patience = 15_000;

/** The built program: of TSUNAGI_BUILD (tests/run sets it), else of the usual build folders. */
function sandboxProgram() {
    const builds = [process.env.TSUNAGI_BUILD, 'build/debug', 'build/release'].filter(Boolean);
    const programs = builds.map((build) => resolve(repository, build, 'deploy/sandbox/tsunagi-sandbox'));
    const program = process.env.TSUNAGI_SANDBOX ?? programs.find(existsSync);
    if (!program) throw new Error('tsunagi-sandbox is not built; set TSUNAGI_BUILD to the build folder');
    return program;
}

/** The bot's server: checks signatures with the SDK's own middleware and keeps what came. */
export class Bot {
    events = [];
    bodies = [];
    refused = 0;
    answers = []; // statuses of the next answers; 200 when empty; 0 ends the connection without one
    #waiting = [];

    static async start(secret = channelSecret) {
        const bot = new Bot();
        bot.#check = middleware({ channelSecret: secret });
        bot.server = createServer((request, response) => bot.#take(request, response));
        bot.server.listen(0, '127.0.0.1');
        await once(bot.server, 'listening');
        bot.url = `http://127.0.0.1:${bot.server.address().port}/line/mirai/webhook`;
        return bot;
    }

    #check;

    #take(request, response) {
        this.#check(request, response, (problem) => {
            if (problem) {
                this.refused += 1;
                response.writeHead(problem instanceof SignatureValidationFailed ? 401 : 400).end();
                this.#wake();
                return;
            }
            const status = this.answers.shift() ?? 200;
            this.bodies.push({ body: request.body, headers: request.headers, status });
            this.events.push(...request.body.events);
            if (status === 0) request.socket.destroy();
            else response.writeHead(status).end();
            this.#wake();
        });
    }

    #wake() {
        for (const look of this.#waiting.splice(0)) look();
    }

    /** The events that fit, as soon as there are `count` of them. */
    async wait(fits, count = 1) {
        const until = Date.now() + patience;
        for (;;) {
            const found = this.events.filter(fits);
            if (found.length >= count) return found;
            const left = until - Date.now();
            if (left <= 0) throw new Error(`only ${found.length} of ${count} webhook events came`);
            await new Promise((wake) => {
                const timer = setTimeout(wake, left);
                this.#waiting.push(() => (clearTimeout(timer), wake()));
            });
        }
    }

    async text(text, count = 1) {
        const events = await this.wait((event) => event.message?.text === text, count);
        return count === 1 ? events[0] : events;
    }

    async stop() {
        this.server.closeAllConnections();
        this.server.close();
        await once(this.server, 'close');
    }
}

export class Sandbox {
    /** @param {{webhook?: string, args?: string[]}} options */
    static async start({ webhook = 'http://127.0.0.1:9/', args = [] } = {}) {
        const sandbox = new Sandbox();
        sandbox.folder = mkdtempSync(join(tmpdir(), 'tsunagi-sandbox-'));
        sandbox.webhook = webhook;
        writeFileSync(join(sandbox.folder, 'secret'), channelSecret);
        writeFileSync(join(sandbox.folder, 'token'), accessToken);
        await sandbox.run(args);
        return sandbox;
    }

    async run(args = []) {
        const listen = args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0'];
        this.process = spawn(
            sandboxProgram(),
            [...listen, '--webhook', this.webhook, '--channel-id', channelId,
                '--secret-file', join(this.folder, 'secret'), '--token-file', join(this.folder, 'token'), ...args],
            { stdio: ['ignore', 'pipe', 'inherit'] },
        );
        for await (const line of createInterface({ input: this.process.stdout })) {
            this.base = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
            if (this.base) return;
        }
        throw new Error('the sandbox ended before it was ready');
    }

    async end() {
        if (this.process.exitCode !== null) return;
        this.process.kill('SIGTERM');
        const [code, signal] = await once(this.process, 'exit');
        if (code !== 0) throw new Error(`the sandbox ended with ${signal ?? code}`);
    }

    async stop() {
        await this.end();
        rmSync(this.folder, { recursive: true });
    }

    async call(method, path, body) {
        const response = await fetch(this.base + '/_sandbox/' + path, {
            method,
            headers: body === undefined ? {} : { 'content-type': 'application/json' },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        return { status: response.status, body: await response.json() };
    }

    async get(path) {
        return (await this.call('GET', path)).body;
    }

    async post(path, body = {}) {
        const answer = await this.call('POST', path, body);
        if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.body.message}`);
        return answer.body;
    }

    async person(name = 'さくら', more = {}) {
        return (await this.post('people', { name, ...more })).userId;
    }

    say(person, text) {
        return this.post(`people/${person}/send`, { type: 'text', text });
    }

    /** The person's chat, as soon as it has `count` lines after `after`. */
    transcript(person, { after = 0, count = 0 } = {}) {
        return this.get(`people/${person}/transcript?after=${after}&count=${count}&wait_ms=${count ? patience : 0}`);
    }

    /** What the person sees of the bot: message objects in order. */
    async shown(person) {
        const { entries } = await this.transcript(person);
        return entries.filter((entry) => entry.from === 'bot').map((entry) => entry.content);
    }

    async requests(path = '') {
        return (await this.get(`requests?path=${path}`)).rows;
    }

    faults(change) {
        return this.post('faults', change);
    }

    reset() {
        return this.post('reset');
    }

    /** A request to the platform without the SDK, for what the SDK would not send. */
    platform(method, path, { body, headers = {}, token = accessToken } = {}) {
        const sent = typeof body === 'string' || body instanceof Uint8Array ? body : body && JSON.stringify(body);
        return fetch(this.base + path, {
            method,
            headers: { ...(token && { authorization: `Bearer ${token}` }), 'content-type': 'application/json', ...headers },
            body: sent,
        });
    }
}

export const text = (words, more = {}) => ({ type: 'text', text: words, ...more });

/** The SDK's error for an answer that is no 2xx. */
export async function refusal(promise) {
    const error = await promise.then(() => assert.fail('it was accepted'), (problem) => problem);
    assert.ok(error instanceof HTTPFetchError, String(error));
    assert.match(error.headers.get('x-line-request-id'), /^[0-9a-f-]{36}$/);
    return { status: error.status, headers: error.headers, body: JSON.parse(error.body) };
}
