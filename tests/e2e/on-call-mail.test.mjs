// Whoever is on call by mail: each address and the webhook is told by itself, once, through refusals and a power cut.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Town, until } from './support.mjs';

const relayPassword = 'the-word-of-the-relay';

/** A mail relay on this machine: keeps every mail whose last line came. */
class MailRelay {
    mails = [];
    refused = [];
    signIns = [];
    /** What a recipient's address is answered. */
    answer = () => '250 yes';
    /** Called when a mail is complete; resolves to what the sender is told. */
    settle = async () => '250 taken';

    async listen() {
        this.sockets = new Set();
        this.server = createServer((socket) => this.#serve(socket));
        this.server.listen(0, '127.0.0.1');
        await once(this.server, 'listening');
        this.url = `smtp://127.0.0.1:${this.server.address().port}`;
        return this;
    }
    to(address) { return this.mails.filter((mail) => mail.to === address); }
    close() {
        for (const socket of this.sockets) socket.destroy();
        this.server.close();
    }

    #serve(socket) {
        this.sockets.add(socket);
        socket.on('close', () => this.sockets.delete(socket));
        socket.on('error', () => {});
        const say = (line) => { if (!socket.destroyed) socket.write(`${line}\r\n`); };
        let buffer = '';
        let mail = null;
        let inData = false;
        const take = (line) => {
            if (inData && line !== '.') { mail.lines.push(line.replace(/^\./, '')); return; }
            if (inData) {
                inData = false;
                this.mails.push(read(mail));
                this.settle(this.mails.at(-1)).then(say);
                return;
            }
            const verb = line.slice(0, 4).toUpperCase();
            if (verb === 'AUTH') this.signIns.push(Buffer.from(line.split(' ')[2], 'base64').toString());
            if (verb === 'RCPT') mail = { to: /<(.*)>/.exec(line)[1], lines: [] };
            const said = verb === 'RCPT' ? this.answer(mail.to)
                : { EHLO: '250-relay\r\n250 AUTH PLAIN', AUTH: '235 yes', DATA: '354 go on', QUIT: '221 bye' }[verb] ?? '250 yes';
            if (verb === 'RCPT' && !said.startsWith('2')) this.refused.push(mail.to);
            inData = verb === 'DATA';
            say(said);
        };
        socket.on('data', (bytes) => {
            buffer += bytes.toString('latin1');
            for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
                const line = buffer.slice(0, end);
                buffer = buffer.slice(end + 2);
                take(line);
            }
        });
        say('220 relay');
    }
}

/** The mail as a reader shows it. */
function read({ to, lines }) {
    const blank = lines.indexOf('');
    const headers = {};
    for (const line of lines.slice(0, blank).join('\n').replaceAll('\n ', ' ').split('\n')) {
        const colon = line.indexOf(': ');
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2);
    }
    const decoded = (text) => Buffer.from(text, 'base64').toString();
    const subject = headers.subject.split(' ').map((word) => decoded(/^=\?UTF-8\?B\?(.*)\?=$/.exec(word)[1])).join('');
    return { to, headers, subject, body: lines.slice(blank + 1).map(decoded).join(''), raw: lines.join('\n') };
}

let town;
let relay;
let phone;
let phoneStatus = 503;
const rings = [];
before(async () => {
    relay = await new MailRelay().listen();
    phone = createHttp((request, response) => {
        rings.push(phoneStatus);
        request.resume();
        response.writeHead(phoneStatus).end();
    });
    phone.listen(0, '127.0.0.1');
    await once(phone, 'listening');
    town = await Town.start({
        prepare: (made) => writeFileSync(join(made.folder, 'mail-password'), relayPassword),
        desk: (yaml) => `${yaml}
on_call:
  webhook_url: "http://127.0.0.1:${phone.address().port}/"
  email:
    to: [first@example.jp, second@example.jp]
    from: tsunagi@example.jp
    relay: "${relay.url}"
    user: tsunagi
    password: "\${file:../mail-password}"
`,
    });
});
after(async () => {
    await town?.stop();
    relay?.close();
    phone?.closeAllConnections();
    phone?.close();
});

test('each is told once, by itself: what the webhook and one address refuse is tried again for them alone', async () => {
    relay.answer = (to) => (to === 'second@example.jp' && relay.refused.length < 1 ? '451 come back later' : '250 yes');
    const her = await town.person('ゆき');
    await town.say(her, '薬を全部飲んだ');
    await until('the second address is told, at the second try', () => relay.to('second@example.jp').length > 0);
    assert.deepEqual(relay.refused, ['second@example.jp']);
    await until('the webhook was tried twice, in vain', () => rings.length >= 2);
    phoneStatus = 204;
    await until('the webhook takes it', () => rings.at(-1) === 204);
    await town.say(her, '薬を全部飲んだ');
    await new Promise((wake) => setTimeout(wake, 5_000)); // two looks of the worker: a second mail would come within them
    assert.equal(relay.to('first@example.jp').length, 1);
    assert.equal(relay.to('second@example.jp').length, 1);
    assert.equal(rings.filter((status) => status === 204).length, 1);
});

test('the mail leads to the console in neutral words, without a word or a name of hers', () => {
    const [mail] = relay.to('first@example.jp');
    assert.equal(mail.subject, '【当番】確認のお願い');
    assert.equal(mail.headers.to, 'first@example.jp');
    assert.equal(mail.headers.from, 'tsunagi@example.jp');
    assert.match(mail.body, /R4/);
    assert.ok(mail.body.includes(`${town.base}/console/#/queue/`));
    assert.doesNotMatch(mail.subject + mail.body, /薬|ゆき|危険|DV|暴力/);
    assert.match(mail.raw, /^[\x20-\x7e\n]*$/);
    assert.deepEqual(relay.signIns[0].split('\0'), ['', 'tsunagi', relayPassword]);
});

test('a mail whose taking was not heard before a power cut is sent again as the same mail; what was settled is not', async () => {
    const earlier = relay.mails.length;
    let held = false;
    relay.settle = async (mail) => {
        if (mail.to !== 'second@example.jp') return '250 taken';
        held = true;
        return new Promise(() => {});
    };
    const her = await town.person('みお');
    await town.say(her, '薬を全部飲んだ');
    await until('the second mail is under way', () => held);
    await town.kill();
    relay.settle = async () => '250 taken';
    await town.startServer();
    const sent = (to) => relay.mails.slice(earlier).filter((mail) => mail.to === to);
    await until('the second mail is sent again', () => sent('second@example.jp').length === 2);
    await new Promise((wake) => setTimeout(wake, 5_000));
    assert.equal(sent('first@example.jp').length, 1);
    assert.equal(sent('second@example.jp').length, 2);
    assert.equal(sent('second@example.jp')[0].headers['message-id'], sent('second@example.jp')[1].headers['message-id']);
});

test('the program ends while a relay hangs; the mail waits for the next start', async () => {
    let held = false;
    relay.settle = () => { held = true; return new Promise(() => {}); };
    const her = await town.person('はな');
    await town.say(her, '薬を全部飲んだ');
    await until('a mail is under way', () => held);
    const begun = Date.now();
    town.serverProcess.kill('SIGTERM');
    await once(town.serverProcess, 'exit');
    assert.ok(Date.now() - begun < 10_000, 'a hanging relay kept the program from ending');
    const earlier = relay.mails.length;
    relay.settle = async () => '250 taken';
    await town.startServer();
    await until('both are told', () => ['first@example.jp', 'second@example.jp']
        .every((to) => relay.mails.slice(earlier).some((mail) => mail.to === to)));
});

test('no log line holds an address, the relay\'s word or a word of hers', () => {
    const log = town.log.join('');
    assert.match(log, /on-call mail of desk mirai was not taken: refused/);
    assert.doesNotMatch(log, /example\.jp|薬/);
    assert.ok(!log.includes(relayPassword));
});
