// The month's LINE messages as the desk's people see them: the manager in figures, a counselor in one line once few are left.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openConsole, picture } from './browser.mjs';
import { Town, until } from './support.mjs';

let town;
let browser;
before(async () => {
    town = await Town.start();
    await town.kill();
    town.hire('ito', 'desk_manager', '伊藤');
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

/** The server begins anew: figures are read at its start and every hour. */
async function readAgain(settings) {
    if (town.serverProcess.signalCode === null) await town.kill();
    if (settings) await town.sandbox('POST', 'settings', settings);
    await town.startServer();
}

async function quotaPage(name) {
    const page = await openConsole(browser, town, 'ito');
    await page.getByRole('button', { name: '伊藤さんのメニュー' }).click();
    await page.getByRole('button', { name: 'LINEで送れる数' }).click();
    await page.locator('[data-quota] section').waitFor();
    await picture(page, name, { animations: 'disabled' });
    const words = await page.locator('[data-quota]').innerText();
    await page.close();
    return words;
}

/** What the API says of the only channel, once it has left `state`. */
async function channel(staff, leaves = 'not_read') {
    return until('LINE was asked', async () => {
        const { body } = await staff.call('GET', '/line');
        return body.channels[0].state === leaves ? null : body.channels[0];
    });
}

test('a plan without a limit, a month nearly used up, a LINE that does not answer, and what is to be mended there are each told as they are', async () => {
    await readAgain({ quota: { limited: false, used: 321 }, chat_on: false });
    assert.equal((await channel(await town.signIn('ito'))).state, 'unlimited');
    const unlimited = await quotaPage('quota-unlimited');
    assert.match(unlimited, /上限がありません/);
    assert.match(unlimited, /321通/);
    assert.match(unlimited, /LINEのチャットがオフのため/);

    await readAgain({ quota: { limited: true, value: 200, used: 188 }, chat_on: true });
    const known = await channel(await town.signIn('ito'));
    assert.deepEqual([known.limit, known.used, known.left, known.reserve], [200, 188, 12, 20]);
    const low = await quotaPage('quota-low');
    assert.doesNotMatch(low, /チャットがオフ/);
    for (const words of ['188／200通', '12通', '20通']) assert.ok(low.includes(words), words);

    // A counselor needs no figures, but must know what will happen and what to do.
    const counselor = await town.signIn('yamada');
    assert.equal((await counselor.call('GET', '/line')).status, 403);
    const page = await openConsole(browser, town, 'yamada');
    await page.getByText('残り12通です').waitFor();
    assert.match(await page.locator('[data-low-quota]').innerText(), /窓口管理者に知らせてください/);
    await page.close();

    await town.sandbox('POST', 'faults', { requests: [{ path: '/v2/bot/message/quota', method: 'GET', effect: 'status', status: 500, count: 100 }] });
    await readAgain();
    assert.equal((await channel(await town.signIn('ito'))).state, 'no_answer');
    const unknown = await quotaPage('quota-unknown');
    assert.match(unknown, /今月の数はわかりません/);
    assert.doesNotMatch(unknown, /\d+通/);
    assert.equal((await (await town.signIn('yamada')).call('GET', '/desk')).body.line_quota, null);
});
