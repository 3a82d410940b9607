// Two desks in one program: staff of one ask every route of openapi.yaml for what belongs to the other, and learn nothing.
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Town, build, password, repository, ulid, until } from './support.mjs';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const roles = ['counselor', 'supervisor', 'peer_concierge', 'desk_manager', 'auditor'];

let town;
let hers;  // the conversation at mirai
let yamada;
before(async () => {
    let begun;
    town = await Town.start({
        prepare: (one) => { begun = one; },
        desk: (yaml) => {
            const desks = join(begun.folder, 'config/desks');
            cpSync(join(desks, 'mirai'), join(desks, 'nozomi'), { recursive: true });
            for (const role of roles) {
                const made = spawnSync(join(build, 'server/tsunagi'), ['account', 'add', '--config', join(begun.folder, 'config'), '--data', join(begun.folder, 'data'),
                    '--desk', 'nozomi', '--login', role.replace('_', '-'), '--role', role, '--name', role], { input: password + '\n', encoding: 'utf8' });
                assert.equal(made.status, 0, made.stderr);
            }
            return yaml;
        },
    });
    const mother = await town.person('はな');
    await town.say(mother, '秘密のことば。人と話したい');
    await town.say(mother, '人と話したい');
    yamada = await town.onDuty('yamada');
    const row = await until('she waits', async () => (await yamada.call('GET', '/conversations?holder=queue')).body.items[0]);
    hers = row.id;
});
after(() => town?.stop());

async function signInAt(desk, login) {
    const answer = await fetch(`${town.base}/api/v1/session`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ desk, login, password }),
    });
    assert.equal(answer.status, 200);
    const { csrf, counselor, permissions } = await answer.json();
    const cookie = answer.headers.get('set-cookie').split(';')[0];
    const call = async (method, path, body, key = ulid()) => {
        const isBytes = Buffer.isBuffer(body);
        const response = await fetch(`${town.base}/api/v1${path}`, {
            method, headers: { 'content-type': isBytes ? 'application/octet-stream' : 'application/json', cookie, 'x-tsunagi-csrf': csrf, 'idempotency-key': key },
            body: body === undefined ? undefined : isBytes ? body : JSON.stringify(body),
        });
        return { status: response.status, text: await response.text() };
    };
    return { call, cookie, csrf, counselor, permissions };
}

const bodies = {
    hasOnScreen: { from: 1, to: 1 }, isTyping: {}, sendMedia: png, sendText: { text: 'よそから' }, addNote: { text: 'よそから' }, claim: {},
    transfer: { to: null, reason: 'よそから' }, returnToBot: { seen_seq: 99 }, close: { outcome: 'listened', say_goodbye: true, seen_seq: 99 }, setRisk: { level: 0, reason: 'よそから', seen_seq: 99 },
    endDisguise: { reason: 'よそから', seen_seq: 99 }, dismissMark: { reason: 'よそから' },
    setSafeContact: { may_push: true, channel: '', when: '', safe_word: 'よそから', if_other_answers: '', hours: [] },
};

/** Each operation of openapi.yaml: method, path, operationId. */
function operations() {
    const lines = readFileSync(join(repository, 'server/api/openapi.yaml'), 'utf8').split('\n');
    const found = [];
    let path = '';
    let method = '';
    for (const line of lines) {
        if (/^components:/.test(line)) break;
        const p = line.match(/^  (\/\S*):$/);
        if (p) path = p[1];
        const m = line.match(/^    (get|post|put|delete|patch):$/);
        if (m) method = m[1].toUpperCase();
        const o = line.match(/^      operationId: (\S+)$/);
        if (o) found.push({ method, path, id: o[1] });
    }
    return found;
}

test('no route tells staff of another desk that she is there', async () => {
    const about = operations().filter(({ path }) => path.includes('{id}'));
    assert.ok(about.length >= 16);
    const nowhere = ulid();
    for (const role of roles) {
        const stranger = await signInAt('nozomi', role.replace('_', '-'));
        if (stranger.permissions.may_hold) assert.equal((await stranger.call('PUT', '/me/duty', { on_duty: true })).status, 200);
        for (const { method, path, id } of about) {
            const at = (conversation) => path.replace('{id}', conversation).replace('{seq}', '1');
            const theirs = await stranger.call(method, at(hers), bodies[id]);
            const none = await stranger.call(method, at(nowhere), bodies[id]);
            assert.deepEqual(theirs, none, `${role} ${method} ${path}`);
            assert.ok([403, 404].includes(theirs.status), `${role} ${method} ${path}: ${theirs.status}`);
        }
        for (const path of ['/conversations?holder=queue', '/conversations?holder=bot', '/conversations?holder=counselor', '/conversations?holder=closed', '/conversations?holder=mine', '/staff', '/audit?limit=200', '/risk/dismissed', '/me', '/desk', '/line']) {
            const answer = await stranger.call('GET', path);
            assert.ok(!answer.text.includes(hers) && !answer.text.includes('秘密') && !answer.text.includes(yamada.counselor.id) && !answer.text.includes('山田'), `${role} ${path}`);
        }
    }
    const untouched = (await yamada.call('GET', `/conversations/${hers}`)).body;
    assert.equal(untouched.holder.kind, 'queue');
    const log = (await yamada.call('GET', `/conversations/${hers}/messages`)).body.items;
    assert.ok(!JSON.stringify(log).includes('よそから'));
});

test('a cursor and a counselor of one desk are nothing at the other', async () => {
    for (let i = 0; i < 2; i += 1) {
        const person = await town.person(`ひと${i}`);
        await town.say(person, '人と話したい');
        await town.say(person, '人と話したい');
    }
    const page = await until('three wait', async () => {
        const { body } = await yamada.call('GET', '/conversations?holder=queue&limit=1');
        return body.counts.queue >= 3 && body;
    });
    const manager = await signInAt('nozomi', 'desk-manager');
    assert.equal((await yamada.call('GET', `/conversations?holder=queue&cursor=${page.next}`)).status, 200);
    assert.equal((await manager.call('GET', `/conversations?holder=queue&cursor=${page.next}`)).status, 400);
    assert.equal((await yamada.call('POST', `/conversations/${hers}/claim`, {})).status, 200);
    const to = await yamada.call('POST', `/conversations/${hers}/transfer`, { to: manager.counselor.id, reason: 'よその窓口へ' });
    assert.equal(to.status, 404, JSON.stringify(to.body));
    assert.equal(to.body.code, 'no_such_counselor');
});
