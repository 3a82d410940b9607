// The browser of the tests: one Chromium a file, pictures in build/screenshots, the console's sign-in, axe's findings.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { newestSeq, password, repository, until } from './support.mjs';

const pictures = join(repository, 'build/screenshots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Chromium without anything that calls home. The caller closes it. */
export function openBrowser() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
            '--disable-component-update', '--disable-sync'],
    });
}

/** Takes a picture for people to look at: build/screenshots/NAME.png. */
export function picture(page, name, options = {}) {
    mkdirSync(pictures, { recursive: true });
    return page.screenshot({ path: join(pictures, `${name}.png`), ...options });
}

/** A page of its own (its own cookies); what its Content Security Policy stopped is in `violations`. */
async function newPage(browser, viewport) {
    const page = await (await browser.newContext({ viewport, locale: 'ja-JP' })).newPage();
    page.violations = [];
    page.on('console', (line) => line.text().includes('Content Security Policy') && page.violations.push(line.text()));
    return page;
}

/** A page of its own with the console of the town's desk, signed in as `login`. */
export async function openConsole(browser, town, login, viewport = { width: 1366, height: 768 }) {
    const page = await newPage(browser, viewport);
    await page.goto(`${town.base}/console/?desk=mirai`);
    await page.getByLabel('窓口ID').fill('mirai');
    await page.getByLabel('ログインID').fill(login);
    await page.getByLabel('パスワード').fill(password);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByText('待っている人').first().waitFor();
    return page;
}

/** Somebody waits, the counselor `staff` (login `yamada`) has taken her and looks at her words. `end` closes page and talk, so that she has room for the next. */
export async function talkWith(browser, town, staff, name, viewport) {
    const mother = await town.person(name);
    await town.say(mother, '人と話したい');
    const waiting = async () => (await staff.call('GET', '/conversations?holder=queue&limit=100')).body.items.find(({ nickname }) => nickname === name);
    const { id } = await until('she waits', waiting);
    assert.equal((await staff.call('POST', `/conversations/${id}/claim`, {})).status, 200);
    const page = await openConsole(browser, town, 'yamada', viewport);
    await page.evaluate((hash) => { window.location.hash = hash; }, `#/mine/${id}`);
    await page.getByText('あなたが担当').first().waitFor();
    const now = async () => (await staff.call('GET', `/conversations/${id}`)).body;
    const end = async () => {
        await page.context().close();
        assert.equal((await staff.call('POST', `/conversations/${id}/close`, { outcome: 'listened', say_goodbye: false, seen_seq: await newestSeq(staff, id) })).status, 200);
    };
    return { mother, id, page, dialog: page.getByRole('dialog'), now, end };
}

/** A telephone of the LINE stand-in in the browser, with the chat of the person called `name` open. */
export async function openPhone(browser, town, name, viewport = { width: 390, height: 844 }) {
    const page = await newPage(browser, viewport);
    await page.goto(`${town.line}/phone/`);
    await page.getByText(name).first().click();
    return page;
}

/** What axe-core finds wrong with the page, a line each. */
export async function violationsOf(page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.html.slice(0, 120)}`).join(' | ')}`);
}
