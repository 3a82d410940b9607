// The guide to the end: cards on LINE that LINE takes, a neutral alternative text, the page to print in the console.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, picture } from './browser.mjs';
import { Town, password, repository, until } from './support.mjs';

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

const botEntries = async (person) => (await town.sandbox('GET', `people/${person}/transcript`)).entries.filter(({ from }) => from === 'bot');

/** Says each and waits for the bot's answer before the next. */
async function talk(person, texts) {
    for (const text of texts) {
        const before_ = (await botEntries(person)).length;
        await town.say(person, text);
        await until(`an answer to ${text}`, async () => (await botEntries(person)).length > before_);
    }
}

test('cards reach her phone as LINE wants them, and say nothing on a lock screen', async () => {
    const mother = await town.person('はな');
    await talk(mother, ['こんにちは', '住まいのこと', '6', '安い住まいを知りたい', '答えずに進む', 'これで大丈夫', '情報だけ見る']);
    const cards = (await botEntries(mother)).map(({ content }) => content).filter(({ type }) => type === 'flex');
    assert.equal(cards.length, 1);
    const [{ altText, contents }] = cards;
    assert.ok(!altText.includes('住宅') && !altText.includes('\n'), altText);
    assert.equal(contents.type, 'carousel');
    assert.ok(contents.contents.length >= 2 && contents.contents.length <= 3);
    const text = JSON.stringify(contents);
    assert.ok(text.includes('公営住宅') && text.includes('窓口') && text.includes('持ち物'));
    for (const wrong of ['DV', '対象です', 'eligible']) assert.ok(!text.includes(wrong), wrong);

    await talk(mother, ['ほかの案内も見る', '別のことをたずねる', '看護師の学校に行きたいです']);
    const all = (await botEntries(mother)).map(({ content }) => content).filter(({ type }) => type === 'flex');
    assert.equal(all.length, 3);
    assert.ok(JSON.stringify(all[2].contents).includes('はじめる前に'));

    const held = town.validateRequests();
    assert.ok(held.ok, held.text);

    const phone = await browser.newPage({ viewport: { width: 460, height: 900 } });
    await phone.goto(town.line);
    await phone.getByText('はな').first().click();
    await phone.getByText('はじめる前に').first().waitFor();
    await picture(phone, 'guide-cards');
});

test('staff print the booklet; nobody else gets it', async () => {
    const refused = await fetch(`${town.base}/api/v1/booklet`);
    assert.equal(refused.status, 401);
    const staff = await town.signIn('yamada');
    const get = (query) => fetch(`${town.base}/api/v1/booklet${query}`, { headers: { cookie: staff.cookie } });
    const booklet = await get('?language=ja-easy');
    assert.equal(booklet.status, 200);
    assert.match(booklet.headers.get('content-type'), /^text\/html/);
    assert.match(booklet.headers.get('content-security-policy'), /default-src 'none'/);
    assert.match(await booklet.text(), /<ruby>/);
    assert.match(await (await get('?kind=windows')).text(), /窓口一覧/);
    assert.equal((await get('?language=xx')).status, 422);
    assert.equal((await get('?kind=all')).status, 422);
});

test('the console leads to it', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${town.base}/console/?desk=mirai`);
    await page.getByLabel('窓口ID').fill('mirai');
    await page.getByLabel('ログインID').fill('yamada');
    await page.getByLabel('パスワード').fill(password);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByText('待っている人').first().waitFor();
    await page.getByRole('button', { name: '山田さんのメニュー' }).click();
    await picture(page, 'guide-menu');
    const [printed] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: 'しおり（やさしい日本語）' }).click()]);
    await printed.waitForLoadState();
    assert.ok((await printed.locator('ruby').count()) > 50);
    assert.equal(await printed.locator('article').count(), 41);  // all but the allowance that Tokyo alone has
});
