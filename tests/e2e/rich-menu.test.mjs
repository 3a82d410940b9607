// The menu under the chat on LINE: made from config at the start, following her state, her language and the hours; and the sign that a
// counselor is writing. Real server, stand-in for LINE with its phone in a browser, real console.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openConsole, openPhone } from './browser.mjs';
import { Town, newestSeq, until } from './support.mjs';

let town;
let browser;
let staff;
before(async () => {
    town = await Town.start();
    staff = await town.onDuty('yamada');
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

/** What LINE's own API says. */
const line = async (where, path) => (await fetch(`${where.line}${path}`, { headers: { authorization: `Bearer ${where.token}` } })).json();
const menus = async (where = town) => (await line(where, '/v2/bot/richmenu/list')).richmenus;
const everyones = async (where = town) => {
    const { richMenuId } = await line(where, '/v2/bot/user/all/richmenu');
    return (await menus(where)).find((menu) => menu.richMenuId === richMenuId);
};
const requests = async (path, method = 'POST') => (await town.sandbox('GET', `requests?path=${path}&limit=1000`)).rows.filter((row) => row.method === method);
const installed = (where = town) => until('the menu for all is there', () => everyones(where));

const phoneOf = (name) => openPhone(browser, town, name);
const conversationInQueue = () => until('she waits', async () => (await staff.call('GET', '/conversations?holder=queue&limit=100')).body.items[0]?.id);

test('the menu goes with her: the bot, the queue, a counselor, the bot again', async () => {
    await installed();
    await town.person('はな');
    const phone = await phoneOf('はな');
    const place = (name) => phone.getByRole('button', { name, exact: true });
    await place('しらべる').waitFor();
    await place('人と話す').click();
    await place('いそいでいます').waitFor();
    await phone.getByText('人と話したい').first().waitFor();  // her own words, as if typed

    const id = await conversationInQueue();
    assert.equal((await staff.call('POST', `/conversations/${id}/claim`, {})).status, 200);
    await place('つながっています').waitFor();
    await place('はい').click();
    await until('the counselor reads it', async () => (await staff.call('GET', `/conversations/${id}/messages?limit=100`)).body.items
        .some((entry) => entry.author?.kind === 'person' && entry.text === 'はい'));

    assert.equal((await staff.call('POST', `/conversations/${id}/return`, { seen_seq: await newestSeq(staff, id) })).status, 200);
    await place('しらべる').waitFor();
    await phone.close();
});

test('looking something up and another language work whatever the bot asks, and the menu speaks it then', async () => {
    const person = await town.person('りん');
    const phone = await phoneOf('りん');
    const place = (name) => phone.getByRole('button', { name, exact: true });
    await town.say(person, '仕事のことで困っています');
    await until('the bot asks', async () => (await town.shown(person)).length > 0);
    await place('しらべる').click();
    await phone.getByText('知りたいことを、ふだんの言葉で').first().waitFor();
    await town.say(person, '児童扶養手当はいくらですか');
    await until('the guide answers', async () => (await town.shown(person)).some((text) => text.includes('お探しの案内')));
    await phone.locator('.rich-menu').getByRole('button', { name: 'English', exact: true }).click();
    await place('Talk to a person').waitFor();
    await place('Look up').waitFor();
    await phone.close();
});

test('a restart with the same config makes nothing anew, and asks LINE for nothing more than what stands there', async () => {
    const before_ = (await menus()).map((menu) => menu.richMenuId).sort();
    const made = (await requests('/v2/bot/richmenu')).length;
    const asked = async () => (await requests('/v2/bot/user/all/richmenu', 'GET')).length;  // the last of its three questions
    const askedBefore = await asked();
    town.serverProcess.kill('SIGTERM');
    await until('it ends', () => town.serverProcess.exitCode !== null);
    await town.startServer();
    await until('it has looked', async () => (await asked()) > askedBefore);
    assert.equal((await requests('/v2/bot/richmenu')).length, made);
    assert.deepEqual((await menus()).map((menu) => menu.richMenuId).sort(), before_);
});

test('she is shown that a counselor is writing: once, and only when somebody is', async () => {
    const person = await town.person('ゆき');
    await town.say(person, '人と話したい');
    const id = await conversationInQueue();
    const shown = async () => (await requests('/v2/bot/chat/loading/start')).length;
    assert.equal((await staff.call('POST', `/conversations/${id}/typing`)).status, 204);  // nobody answers her yet
    assert.equal((await staff.call('POST', `/conversations/${id}/claim`, {})).status, 200);
    assert.equal(await shown(), 0);

    const console_ = await openConsole(browser, town, 'yamada');
    await console_.getByText('自分の相談').first().click();
    await console_.locator(`[data-conversation="${id}"]`).first().click();
    const box = console_.getByRole('textbox', { name: /返信/ });
    await box.pressSequentially('こんにちは');
    await until('LINE is told', async () => (await shown()) === 1);
    const { loading_until_ms } = await town.sandbox('GET', `people/${person}/transcript`);
    assert.ok(loading_until_ms > Date.now());
    await box.pressSequentially('、山田です。');
    assert.equal((await staff.call('POST', `/conversations/${id}/typing`)).status, 204);
    assert.equal(await shown(), 1);
    const [request] = await requests('/v2/bot/chat/loading/start');
    assert.equal(JSON.stringify(request.body).includes('こんにちは'), false);  // nothing of the draft
    await console_.close();
});

test('every request of it is as LINE describes it', async () => {
    const held = town.validateRequests();
    assert.ok(held.ok, held.text);
});

test('at night the menu for all is the one of out of hours, and a doorway shows its own alone', async () => {
    for (const [options, bar, count] of [
        [{ hours: 'as-configured', pretendNow: '2026-11-22T02:00' }, 'メニュー（時間外）', 37],
        [{ desk: (yaml) => yaml.replace('content_on_line: in_line', 'content_on_line: doorway') }, 'メニュー', 1],
    ]) {
        const other = await Town.start(options);
        try {
            assert.equal((await installed(other)).chatBarText, bar);
            assert.equal((await menus(other)).length, count);
        } finally {
            await other.stop();
        }
    }
});
