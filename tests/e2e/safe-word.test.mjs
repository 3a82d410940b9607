// Her safe word on LINE: somebody else may hold her phone. What LINE shows from then on, and a console that had no network.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openConsole, openPhone, picture } from './browser.mjs';
import { Town, isMessage, newestSeq, ulid, until } from './support.mjs';

const pdf = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');

let town;
let browser;
before(async () => {
    town = await Town.start();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

/** Somebody who talks with `staff` and has agreed a safe word. */
async function talkingWith(staff, name) {
    const person = await town.person(name);
    await town.say(person, '人と話したい');
    const { id } = await until('she waits', async () =>
        (await staff.call('GET', '/conversations?holder=queue&limit=100')).body.items.find((item) => item.nickname === name));
    assert.equal((await staff.call('POST', `/conversations/${id}/claim`, {})).status, 200);
    await staff.call('PUT', `/conversations/${id}/safe-contact`, { may_push: false, channel: '', when: '', safe_word: '青い傘', if_other_answers: '', hours: [] });
    return { person, id };
}
const menusAreThere = () => until('the menu for all is there', async () => {
    const answer = await fetch(`${town.line}/v2/bot/user/all/richmenu`, { headers: { authorization: `Bearer ${town.token}` } });
    return (await answer.json()).richMenuId;
});
const rows = async () => (await town.sandbox('GET', 'requests?count=0&limit=1000')).rows;

test('after it neither the menu, nor a read mark, nor a link to a file tells that somebody answers here', async () => {
    await menusAreThere();
    const staff = await town.onDuty('yamada');
    const { person, id } = await talkingWith(staff, 'はな');
    const phone = await openPhone(browser, town, 'はな');
    const place = (name) => phone.getByRole('button', { name, exact: true });
    await place('つながっています').waitFor();
    const sent = await fetch(`${town.base}/api/v1/conversations/${id}/media?name=${encodeURIComponent('入所の案内.pdf')}&seen_seq=${await newestSeq(staff, id)}`, {
        method: 'POST', body: pdf,
        headers: { 'content-type': 'application/octet-stream', cookie: staff.cookie, 'x-tsunagi-csrf': staff.csrf, 'idempotency-key': ulid() },
    });
    assert.equal(sent.status, 200);
    const [link] = await until('the link is there', async () => (await town.shown(person)).join('\n').match(/http\S+\/media\/\S+/));
    assert.equal((await fetch(link)).status, 200);

    await town.say(person, '青い傘');
    await phone.getByText('くらしのお知らせをお届けするアカウントです').waitFor();
    await place('メニュー').click();
    await place('警報・注意報').waitFor();
    assert.equal(await place('つながっています').count(), 0);
    assert.equal((await fetch(link)).status, 404);
    await picture(phone, 'line-safe-word');

    await town.say(person, 'だれと話してるんだ');
    const seq = await until('staff see it', async () => {
        const { items } = (await staff.call('GET', `/conversations/${id}/messages?limit=100`)).body;
        return items.find((entry) => entry.text === 'だれと話してるんだ')?.seq;
    });
    const marks = async () => (await rows()).filter(({ path }) => path === '/v2/bot/chat/markAsRead').length;
    const before_ = await marks();
    assert.equal((await staff.call('POST', `/conversations/${id}/on-screen`, { from: 1, to: seq })).status, 204);
    assert.equal((await staff.call('POST', `/conversations/${id}/disguise/end`, { reason: '電話で確かめた', seen_seq: await newestSeq(staff, id) })).status, 200);
    await place('つながっています').waitFor();  // long after a mark would have gone out
    assert.equal(await marks(), before_);
    assert.equal((await fetch(link)).status, 200);
    await phone.close();
});

test('what a console without network carries from before it is not sent, and its writer sees why', async () => {
    const staff = await town.onDuty('sato');
    const { person, id } = await talkingWith(staff, 'ゆき');
    const console_ = await openConsole(browser, town, 'sato');
    await console_.getByText('自分の相談').first().click();
    await console_.locator(`[data-conversation="${id}"]`).first().click();
    const box = console_.getByRole('textbox', { name: /返信/ });
    await box.fill('聞いています');
    await box.press('Control+Enter');
    await until('the first words go out', async () => (await town.shown(person)).includes('聞いています'));

    await console_.context().setOffline(true);
    await box.fill('今夜20時に迎えに行きます');
    await box.press('Control+Enter');
    await town.say(person, '青い傘');
    await until('she is disguised', async () => (await town.shown(person)).some((text) => text.includes('くらしのお知らせ')));
    await console_.context().setOffline(false);
    await console_.getByText('その前に書いたものなので、送っていません').first().waitFor();
    const told = (await rows()).filter(isMessage).map(({ body }) => JSON.stringify(body)).join('\n');
    assert.ok(!told.includes('迎えに'), 'it went to whoever holds her phone');
    await picture(console_, 'console-before-safe-word');

    // What is written with the safe word before one's eyes goes out: staff know what they do.
    assert.equal((await staff.call('POST', `/conversations/${id}/messages`, { text: '見ていない' })).status, 409);
    const seen = await staff.call('POST', `/conversations/${id}/messages`, { text: '明日は晴れるそうです', seen_seq: await newestSeq(staff, id) });
    assert.equal(seen.status, 200, JSON.stringify(seen.body));
    await console_.close();
});

test('a note that is kept at once does not vouch for what came before it and is not on the screen yet', async () => {
    const staff = await town.onDuty('suzuki');
    const { person, id } = await talkingWith(staff, 'あや');
    const console_ = await openConsole(browser, town, 'suzuki');
    await console_.evaluate((hash) => { window.location.hash = hash; }, `#/mine/${id}`);
    await console_.getByLabel('やりとり').getByText('人と話したい').first().waitFor();
    await console_.route(`**/conversations/${id}/messages*`, (route) => (route.request().method() === 'GET' ? undefined : route.continue()));  // a slow line
    await town.say(person, '青い傘');
    await until('she is disguised', async () => (await town.shown(person)).some((text) => text.includes('くらしのお知らせ')));
    await console_.getByText('内部メモ').first().click();
    await console_.getByRole('textbox', { name: /メモ/ }).fill('電話をかけ直す');
    await console_.getByRole('button', { name: 'メモを残す' }).click();
    await console_.getByLabel('やりとり').getByText('電話をかけ直す').waitFor();
    await until('it is kept', async () => (await staff.call('GET', `/conversations/${id}/messages`)).body.items.some(({ text }) => text === '電話をかけ直す'));
    await console_.getByText('返信', { exact: true }).first().click();
    const box = console_.getByRole('textbox', { name: /返信/ });
    await box.fill('今夜21時に車で行きます');
    await box.press('Control+Enter');
    await console_.getByText('その前に書いたものなので、送っていません').first().waitFor();
    assert.ok(!(await town.shown(person)).includes('今夜21時に車で行きます'), 'it went to whoever holds her phone');
    await console_.context().close();
});
