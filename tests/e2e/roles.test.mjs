// The roles beside the counselor: a peer concierge, who sees only those handed to her, and a desk manager, who steps in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, picture } from './browser.mjs';
import { Town, password, until } from './support.mjs';

let town;
let browser;
before(async () => {
    town = await Town.start();
    await town.kill();
    town.hire('mori', 'peer_concierge', '森');
    town.hire('ito', 'desk_manager', '伊藤');
    await town.startServer();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

async function consoleOf(login, first) {
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'ja-JP' })).newPage();
    await page.goto(`${town.base}/console/?desk=mirai`);
    await page.getByLabel('窓口ID').fill('mirai');
    await page.getByLabel('ログインID').fill(login);
    await page.getByLabel('パスワード').fill(password);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByText(first).first().waitFor();
    return page;
}

async function waiting(name) {
    const mother = await town.person(name);
    await town.say(mother, '人と話したい');
    return mother;
}

test('who is handed to a peer concierge comes up on her screen, and so does what she writes then', async () => {
    const mother = await waiting('はな');
    const yamada = await town.onDuty('yamada');
    const mori = await town.onDuty('mori');
    const page = await consoleOf('mori', '自分の相談');
    const row = await until('she waits', async () => (await yamada.call('GET', '/conversations?holder=queue')).body.items[0]);
    assert.equal((await yamada.call('POST', `/conversations/${row.id}/claim`, {})).status, 200);
    assert.equal((await yamada.call('POST', `/conversations/${row.id}/transfer`, { to: mori.counselor.id, reason: '同じ経験のある人へ' })).status, 200);

    await page.locator('[data-conversation]').first().click({ timeout: 10_000 });
    await page.getByText('あなたが担当').first().waitFor();
    await town.say(mother, '聞いてもらえますか');
    await page.getByLabel('やりとり').getByText('聞いてもらえますか').first().waitFor({ timeout: 10_000 });
    await picture(page, 'console-concierge');
});

test('a desk manager takes over from the bot and passes on what hangs on a colleague who went home', async () => {
    const mother = await town.person('ゆき');
    await town.say(mother, '家賃が払えなくて困っています');
    const ito = await town.onDuty('ito');
    const row = await until('the bot talks with her', async () => (await ito.call('GET', '/conversations?holder=bot')).body.items[0]);
    const seen = (await ito.call('GET', `/conversations/${row.id}`)).body;
    assert.equal(seen.permissions.may_claim, true);
    const taken = await ito.call('POST', `/conversations/${row.id}/claim`, {});
    assert.equal(taken.status, 200, JSON.stringify(taken.body));
    const sato = await town.onDuty('sato');
    assert.equal((await ito.call('POST', `/conversations/${row.id}/transfer`, { to: sato.counselor.id, reason: '退勤のため' })).status, 200);
    assert.equal((await ito.call('GET', `/conversations/${row.id}`)).body.permissions.may_transfer, true);
    const back = await ito.call('POST', `/conversations/${row.id}/transfer`, { to: null, reason: '退勤したため' });
    assert.equal(back.status, 200, JSON.stringify(back.body));
});
