// Who read what: the auditor sees that a counselor opened a conversation, and not one word of it; a counselor sees no audit.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, picture, violationsOf } from './browser.mjs';
import { Town, password, until } from './support.mjs';

let town;
let browser;
before(async () => {
    town = await Town.start();
    await town.kill();
    town.hire('kansa', 'auditor', '監査');
    await town.startServer();
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

test('an auditor reads the record of what staff did, and nothing of what she wrote', async () => {
    const mother = await town.person('はな');
    await town.say(mother, '家賃が払えなくて困っています');
    await until('the bot answers', async () => (await town.shown(mother)).length > 0);
    const staff = await town.signIn('yamada');
    const item = await until('she is in a list', async () => (await staff.call('GET', '/conversations?holder=bot')).body.items[0]);
    assert.equal((await staff.call('GET', `/conversations/${item.id}`)).status, 200);
    assert.equal((await staff.call('GET', '/audit')).status, 403);

    const auditor = await town.signIn('kansa');
    for (const path of ['/conversations?holder=bot', `/conversations/${item.id}`, `/conversations/${item.id}/messages`])
        assert.ok((await auditor.call('GET', path)).status >= 403, path);

    const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'ja-JP' })).newPage();
    await page.goto(`${town.base}/console/?desk=mirai`);
    await page.getByLabel('窓口ID').fill('mirai');
    await page.getByLabel('ログインID').fill('kansa');
    await page.getByLabel('パスワード').fill(password);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByRole('button', { name: '監査さんのメニュー' }).waitFor();
    await page.getByText('「監査の記録」を開けます').waitFor();
    await page.getByRole('button', { name: '監査さんのメニュー' }).click();
    await page.getByRole('button', { name: '監査の記録' }).click();
    await page.getByText('相談を読んだ').first().waitFor();
    await picture(page, 'audit-log', { animations: 'disabled' });
    assert.deepEqual(await violationsOf(page), []);
    assert.ok(!(await page.locator('body').innerText()).includes('家賃'));
});
