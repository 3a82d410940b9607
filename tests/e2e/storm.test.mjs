// A hundred people write twenty messages each, every webhook comes one to four times and out of order, and the server is
// killed with -9 again and again. Afterwards every message is in the log once and in order, nobody has two conversations,
// and the phone shows nothing twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { everyConversation, Town, until, wholeLog } from './support.mjs';

const people = Number(process.env.STORM_PEOPLE ?? 100);
const each = Number(process.env.STORM_MESSAGES ?? 20);
const kills = Number(process.env.STORM_KILLS ?? 5);

let town;
before(async () => { town = await Town.start(); });
after(() => town?.stop());

test(`${people} people, ${each} messages each, ${kills} kills`, { timeout: 300_000 }, async () => {
    await town.sandbox('POST', 'faults', {
        webhooks: { copies_min: 1, copies_max: 4, shuffle_ms: 300, first_wait_ms: 200, wait_max_ms: 1000, attempts_max: 200, flag: 'random' },
    });
    const mothers = [];
    for (let i = 0; i < people; i += 1) mothers.push(await town.person(`person-${i}`));

    let writing = true;
    const write = async (person, i) => {
        for (let n = 0; n < each; n += 1) {
            await town.say(person, `message ${i}-${n}`);
            await new Promise((wake) => setTimeout(wake, Math.random() * 400));
        }
    };
    let killed = 0;
    const killer = (async () => {
        for (let n = 0; n < kills && writing; n += 1) {
            await new Promise((wake) => setTimeout(wake, 300 + Math.random() * 900));
            await town.kill();
            killed += 1;
            await town.startServer();
        }
    })();
    await Promise.all(mothers.map(write));
    writing = false;
    await killer;
    await until('every webhook is answered 200', async () => (await town.sandbox('GET', 'idle?wait_ms=5000')).idle, 120_000);

    const staff = await town.onDuty('suzuki');
    await until('everything is sent', async () => (await (await fetch(`${town.admin}/readyz`)).json()).waiting_to_be_sent === 0, 120_000);
    const rows = await everyConversation(staff);
    assert.equal(rows.length, people, 'one conversation a person');

    let sent = 0;
    let unknown = 0;
    const seen = new Set();
    for (const { id } of rows) {
        const log = await wholeLog(staff, id);
        const texts = log.filter(({ kind }) => kind === 'inbound').map(({ text }) => text);
        const number = Number(/^message (\d+)-/.exec(texts[0])[1]);
        seen.add(number);
        assert.deepEqual(texts, Array.from({ length: each }, (_, n) => `message ${number}-${n}`), 'each message once, in order');
        const out = log.filter(({ kind }) => kind === 'outbound');
        assert.deepEqual(out.filter(({ state }) => state !== 'accepted' && state !== 'unknown').map(({ state }) => state), []);
        const accepted = out.filter(({ state }) => state === 'accepted').length;
        const unsure = out.length - accepted;
        const shown = (await town.shown(mothers[number])).length;
        assert.ok(shown >= accepted && shown <= accepted + unsure, `the phone shows ${shown}, the log says ${accepted} to ${accepted + unsure}`);
        sent += accepted;
        unknown += unsure;
    }
    assert.equal(seen.size, people);
    assert.ok(killed > 0 || kills === 0, 'the server was killed while they wrote');
    await town.kill();
    const held = town.verify();
    assert.ok(held.ok, held.text);
    console.log(`${people * each} messages in, ${sent} accepted by the platform, ${unknown} of unknown outcome, ${killed} kills`);
});
