// Danger at other hours of the week than the test's: a Sunday at two in the morning, and a Tuesday afternoon.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Town, password, repository, until } from './support.mjs';

const pictures = join(repository, 'build/screenshots');
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];
const danger = 'いまベランダの柵の外にいます。もう飛び降ります';

let browser;
before(async () => {
    mkdirSync(pictures, { recursive: true });
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet });
});
after(() => browser?.close());

/** Her telephone, opened in the browser, with `text` written. */
async function write(town, name, text) {
    const person = await town.person(name);
    const greeted = await until('she is greeted', async () => (await town.shown(person)).length);
    await town.say(person, text);
    const words = await until('she is answered', async () => {
        const shown = await town.shown(person);
        return shown.length > greeted && shown.slice(greeted).join('\n');
    });
    const page = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'ja-JP' })).newPage();
    await page.goto(`${town.line}/phone/`);
    await page.getByText(name).first().click();
    await page.getByText('119').first().waitFor();
    return { page, words };
}

async function signIn(town, login) {
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'ja-JP' })).newPage();
    await page.goto(`${town.base}/console/?desk=mirai`);
    await page.getByLabel('窓口ID').fill('mirai');
    await page.getByLabel('ログインID').fill(login);
    await page.getByLabel('パスワード').fill(password);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByText('待っている人').first().waitFor();
    return page;
}

describe('Sunday, 02:00', () => {
    let town;
    before(async () => { town = await Town.start({ hours: 'as-configured', pretendNow: '2026-11-22T02:00' }); });
    after(() => town?.stop());

    test('she hears where somebody answers at this hour, and that nobody reads here now', async () => {
        const { page, words } = await write(town, 'あおい', danger);
        await page.screenshot({ path: join(pictures, 'danger-sunday-night.png') });
        assert.match(words, /119/);
        assert.match(words, /110/);
        assert.match(words, /相談時間の外|だれも読んでいません/);
        assert.doesNotMatch(words, /相談員がいて/);
        // A line that is closed on a Sunday night is not offered (hotlines.md: 0570-064-556 ends at night in most areas).
        assert.doesNotMatch(words, /0570-064-556/);
    });
});

describe('Tuesday, 14:00', () => {
    let town;
    before(async () => { town = await Town.start({ hours: 'as-configured', pretendNow: '2026-11-24T14:00' }); });
    after(() => town?.stop());

    test('the counselor on duty sees her first, with an alarm, and she is told the truth about it', async () => {
        const staff = await town.onDuty('yamada');
        assert.equal(staff.counselor.name, '山田');
        const console_ = await signIn(town, 'yamada');
        const { page, words } = await write(town, 'みどり', danger);
        assert.match(words, /119/);
        assert.match(words, /いま窓口には相談員がいて/);
        const alarm = console_.getByRole('alert').first();
        await alarm.waitFor();
        await console_.screenshot({ path: join(pictures, 'danger-tuesday-console.png') });
        await page.screenshot({ path: join(pictures, 'danger-tuesday-phone.png') });
    });
});
