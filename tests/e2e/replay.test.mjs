// Ten thousand signed events, each sent one to four times, in shuffled order from eight connections: exact counts, each
// message once, and every log in the order of LINE's timestamps.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, before, test } from 'node:test';
import { everyConversation, textEvent, Town, until, wholeLog } from './support.mjs';

const people = Number(process.env.REPLAY_PEOPLE ?? 200);
const each = Number(process.env.REPLAY_MESSAGES ?? 50);
const connections = 8;

let town;
before(async () => {
    process.env.TSUNAGI_LINE_SENDING = 'paused';  // these people live in no sandbox; what is answered stays in the outbox
    town = await Town.start();
});
after(() => town?.stop());

function shuffle(list) {
    for (let i = list.length - 1; i > 0; i -= 1) {
        const j = Math.floor(Math.random() * (i + 1));
        [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
}

/** Posts `body` over `agent` until it is answered 200, as the platform does. */
async function deliver(agent, body) {
    for (let attempt = 0; attempt < 20; attempt += 1) {
        const status = await new Promise((resolve, reject) => {
            const call = request(`${town.base}/line/mirai/webhook`, {
                method: 'POST', agent, headers: { 'content-type': 'application/json', 'x-line-signature': town.sign(body) },
            }, (answer) => { answer.resume(); answer.on('end', () => resolve(answer.statusCode)); });
            call.on('error', reject);
            call.end(body);
        });
        if (status === 200) return;
    }
    throw new Error('an event was never answered 200');
}

test(`${people * each} events, each one to four times, from ${connections} connections`, { timeout: 300_000 }, async () => {
    const begin = Date.now() - people * each;
    const deliveries = [];
    for (let i = 0; i < people; i += 1)
        for (let n = 0; n < each; n += 1) {
            const event = textEvent(`U${String(i).padStart(32, '0')}`, `${1_000_000 + i * each + n}`, `message ${i}-${n}`, { at: begin + n * 1000 });
            const copies = 1 + Math.floor(Math.random() * 4);
            for (let copy = 0; copy < copies; copy += 1)
                deliveries.push(JSON.stringify({ destination: 'U0', events: [{ ...event, deliveryContext: { isRedelivery: copy > 0 } }] }));
        }
    shuffle(deliveries);
    const started = Date.now();
    await Promise.all(Array.from({ length: connections }, async (_, number) => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (let i = number; i < deliveries.length; i += connections) await deliver(agent, deliveries[i]);
        agent.destroy();
    }));
    const seconds = (Date.now() - started) / 1000;

    const staff = await town.onDuty('suzuki');
    const rows = await until('the lists are complete', async () => {
        const all = await everyConversation(staff);
        return all.length >= people && all;
    });
    assert.equal(rows.length, people, 'one conversation a person');
    let kept = 0;
    for (const { id } of rows) {
        const inbound = (await wholeLog(staff, id)).filter(({ kind }) => kind === 'inbound').map(({ text }) => text);
        const number = Number(/^message (\d+)-/.exec(inbound[0])[1]);
        assert.deepEqual(inbound, Array.from({ length: each }, (_, n) => `message ${number}-${n}`), "each once, in the order of LINE's timestamps");
        kept += inbound.length;
    }
    assert.equal(kept, people * each);
    console.log(`${deliveries.length} deliveries of ${people * each} events in ${seconds.toFixed(1)} s: ${kept} kept`);
});
