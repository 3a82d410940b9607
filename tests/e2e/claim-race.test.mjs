// Two counselors claim the same conversation in the same instant, a thousand times: one winner each, the loser learns who.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Town, newestSeq, textEvent, ulid, until } from './support.mjs';

const rounds = Number(process.env.CLAIM_ROUNDS ?? 1000);
let town;
before(async () => { town = await Town.start(); });
after(() => town?.stop());

test(`${rounds} claims by two at once have one winner each`, async () => {
    const staff = [await town.onDuty('yamada'), await town.onDuty('sato')];
    const user = await town.person('はな');
    const wins = [0, 0];
    for (let round = 0; round < rounds; round += 1) {
        const at = Date.now();
        const events = [textEvent(user, `9${at}${round}1`, '人と話したい', { at })];
        const kept = await town.webhook(JSON.stringify({ destination: '', events }));
        assert.equal(kept.status, 200);
        const { body: queue } = await until('she waits', async () => {
            const listed = await staff[0].call('GET', '/conversations?holder=queue&limit=1');
            return listed.body.items.length === 1 && listed;
        });
        const id = queue.items[0].id;
        const order = round % 2 ? staff : [...staff].reverse(); // neither may be first by habit
        const asked = await Promise.all(order.map(({ call }) => call('POST', `/conversations/${id}/claim`, {}, ulid())));
        const answers = round % 2 ? asked : asked.reverse();
        const statuses = answers.map(({ status }) => status).sort();
        assert.deepEqual(statuses, [200, 409], JSON.stringify(answers.map(({ body }) => body.code)));
        const winner = answers.findIndex(({ status }) => status === 200);
        wins[winner] += 1;
        const lost = answers[1 - winner].body;
        assert.equal(lost.code, 'already_held');
        assert.equal(lost.holder.name, staff[winner].counselor.name);
        const closed = await staff[winner].call('POST', `/conversations/${id}/close`, { outcome: 'listened', say_goodbye: false, seen_seq: await newestSeq(staff[winner], id) });
        assert.equal(closed.status, 200);
        // Closed with the last counselor on duty, her next message would go back to the same one: she takes a day off.
        const rest = await staff[winner].call('PUT', '/me/duty', { on_duty: false });
        assert.equal(rest.status, 200);
        const next = await town.webhook(JSON.stringify({ destination: '', events: [textEvent(user, `9${at}${round}2`, '続きです', { at: at + 1 })] }));
        assert.equal(next.status, 200);
        assert.equal((await staff[winner].call('PUT', '/me/duty', { on_duty: true })).status, 200);
        const again = await Promise.all(staff.map(({ call }) => call('POST', `/conversations/${id}/claim`, {}, ulid())));
        assert.deepEqual(again.map(({ status }) => status).sort(), [200, 409]);
        const second = again.findIndex(({ status }) => status === 200);
        assert.equal((await staff[second].call('POST', `/conversations/${id}/return`, { seen_seq: await newestSeq(staff[second], id) })).status, 200);
    }
    console.log(`won: ${staff.map(({ counselor }, i) => `${counselor.name} ${wins[i]}`).join(', ')}`);
});
