// She blocks the account: what waits is held back, what is written meanwhile says so, and once she is back it goes as ever.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openConsole, picture } from './browser.mjs';
import { Town, until } from './support.mjs';

let town;
let staff;
let browser;
before(async () => {
    town = await Town.start();
    staff = await town.onDuty('yamada');
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

const pushed = async (words) =>
    (await town.sandbox('GET', 'requests?path=/v2/bot/message/push&limit=200')).rows.filter((row) => JSON.stringify(row.body).includes(words)).length;

test('nothing goes to who has blocked us, and her counselor sees it', async () => {
    const person = await town.person('もも');
    await town.say(person, '相談員と話したいです');
    const id = await until('she waits', async () => (await staff.call('GET', '/conversations?holder=queue&limit=100')).body.items[0]?.id);
    assert.equal((await staff.call('POST', `/conversations/${id}/claim`, {})).status, 200);
    const entry = async (text) => (await staff.call('GET', `/conversations/${id}/messages?limit=100`)).body.items.find((line) => line.text === text);
    const write = async (text) => assert.equal((await staff.call('POST', `/conversations/${id}/messages`, { text })).status, 200);
    const hasState = (text, state) => until(`${text}: ${state}`, async () => (await entry(text))?.state === state);
    await until('she was greeted', async () => (await pushed('山田')) > 0);

    await town.sandbox('POST', 'faults', { requests: [{ path: '/v2/bot/message/push', method: 'POST', effect: 'rate_limit', count: 100 }] });
    await write('あすの朝に電話します');
    await until('it waits', async () => (await entry('あすの朝に電話します'))?.failure?.code === 'too_fast');
    await town.sandbox('POST', `people/${person}/unfollow`, {});
    await hasState('あすの朝に電話します', 'failed');
    assert.equal((await entry('あすの朝に電話します')).failure.code, 'blocked');
    await town.sandbox('DELETE', 'faults');

    await write('お待ちしています');
    await hasState('お待ちしています', 'failed');
    assert.equal(await pushed('お待ちしています'), 0);
    const { body } = await staff.call('GET', `/conversations/${id}`);
    assert.equal(body.reachable, false);
    assert.equal(body.last_message.state, 'failed');
    assert.equal(Date.parse(body.kept_until) - Date.parse(body.blocked_at), 1095 * 86_400_000);
    const page = await openConsole(browser, town, 'yamada');
    await page.getByText('自分の相談').first().click();
    await page.getByText('返事を送れていません').first().waitFor();
    await page.locator(`[data-conversation="${id}"]`).click();
    await page.getByText('ブロックされたため、送信を止めました').first().waitFor();
    await page.getByText('自動では消えません').waitFor();
    await picture(page, 'blocked', { animations: 'disabled' });
    await page.close();

    await town.sandbox('POST', `people/${person}/follow`, {});
    await until('she is back', async () => (await staff.call('GET', `/conversations/${id}`)).body.reachable);
    await write('おかえりなさい');
    await hasState('おかえりなさい', 'accepted');
    assert.equal(await pushed('あすの朝に電話します'), 1);  // the attempt that LINE refused, and none after it
});
