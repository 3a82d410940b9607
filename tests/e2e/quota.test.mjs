// The month's LINE messages as the desk's people see them: the manager in figures, a counselor in one line once few are left.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Town, password, repository, until } from './support.mjs';

const pictures = join(repository, 'build/screenshots');
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];

let town;
let browser;
before(async () => {
    mkdirSync(pictures, { recursive: true });
    town = await Town.start();
    await town.kill();
    town.hire('ito', 'desk_manager', '伊藤');
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet });
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

async function signIn(login) {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'ja-JP' });
    await page.goto(`${town.base}/console/?desk=mirai`);
    await page.getByLabel('ログインID').fill(login);
    await page.getByLabel('パスワード').fill(password);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByText('待っている人').first().waitFor();
    return page;
}

async function quotaPage(name) {
    const page = await signIn('ito');
    await page.getByRole('button', { name: '伊藤さんのメニュー' }).click();
    await page.getByRole('button', { name: 'LINEで送れる数' }).click();
    await page.locator('[data-quota] section').waitFor();
    await page.waitForTimeout(300);  // the dialog's own fade, for the picture
    await page.screenshot({ path: join(pictures, `${name}.png`) });
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

test('a plan without a limit, a month nearly used up, and a LINE that does not answer are each told as they are', async () => {
    await readAgain({ quota: { limited: false, used: 321 } });
    assert.equal((await channel(await town.signIn('ito'))).state, 'unlimited');
    const unlimited = await quotaPage('quota-unlimited');
    assert.match(unlimited, /上限がありません/);
    assert.match(unlimited, /321通/);

    await readAgain({ quota: { limited: true, value: 200, used: 188 } });
    const known = await channel(await town.signIn('ito'));
    assert.deepEqual([known.limit, known.used, known.left, known.reserve], [200, 188, 12, 20]);
    const low = await quotaPage('quota-low');
    for (const words of ['188／200通', '12通', '20通']) assert.ok(low.includes(words), words);

    // A counselor needs no figures, but must know what will happen and what to do.
    const counselor = await town.signIn('yamada');
    assert.equal((await counselor.call('GET', '/line')).status, 403);
    const page = await signIn('yamada');
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
