// A desk whose LINE is only a doorway: a whole consultation, from the first word to a counselor's answer that she was not there
// to read, and not one word of it in any request to LINE.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser, picture } from './browser.mjs';
import { Town, isMessage, newestSeq, repository, until } from './support.mjs';

let town;
let browser;
before(async () => {
    town = await Town.start({ desk: (yaml) => yaml.replace('content_on_line: in_line', 'content_on_line: doorway') });
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

/** What the catalogue allows on LINE, in Japanese, each with a link in its place. */
function neutralTexts() {
    const yaml = readFileSync(join(town.folder, 'config/messages/doorway.yaml'), 'utf8');
    const texts = [...yaml.matchAll(/^door\.(greeting|answer|ring):\n {2}ja: \|-\n((?: {4}.*\n)+)/gm)]
        .map(([, , block]) => block.replace(/^ {4}/gm, '').trim());
    assert.equal(texts.length, 3);
    const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return texts.map((text) => new RegExp(`^${escape(text).replace('\\{link\\}', `${escape(town.base)}/chat/mirai#[0-9A-Z]{32}`)}$`));
}

async function enterBy(link) {
    const page = await (await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'ja-JP' })).newPage();
    await page.goto(link);
    return page;
}
const write = async (page, text) => {
    await page.getByRole('textbox', { name: 'メッセージを書く' }).fill(text);
    await page.getByRole('button', { name: '送る' }).click();
};
const bubbles = (page, from) => page.locator(`#talk .line.${from} .bubble`).allInnerTexts();
const linkIn = (text) => text.match(/https?:\S+/)[0];

test('a whole consultation passes LINE by: only neutral words and links go there', async () => {
    // She adds the account and is greeted with the way in.
    const mother = await town.person('はな');
    const shown = (count) => until(`${count} messages on her LINE`, async () => { const all = await town.shown(mother); return all.length >= count && all; });
    const [greeting] = await shown(1);
    const page = await enterBy(linkIn(greeting));
    await until('the bot has greeted her here', async () => (await bubbles(page, 'bot')).join('').includes('無料'));
    assert.ok(!page.url().includes('#'), 'the link\'s secret stays in the address');

    // The same link again is of no use, to whoever finds it.
    const thief = await enterBy(linkIn(greeting));
    await thief.getByText('使い終わったか、時間が過ぎています').waitFor();
    assert.equal(await thief.locator('#talk .line').count(), 0);
    await thief.context().close();

    await write(page, '家賃が払えなくて困っています');
    await until('the bot goes on', async () => (await bubbles(page, 'bot')).length > 2);

    // What she writes on LINE all the same is kept and answered there with the way in alone.
    await town.say(mother, '子どもが二人います');
    await shown(2);
    await page.getByText('子どもが二人います').waitFor();

    await write(page, '人と話したい');
    await page.getByText('相談員の順番待ちです').waitFor();
    const staff = await town.onDuty('yamada');
    const { id } = await until('one conversation waits', async () => {
        const { items } = (await staff.call('GET', '/conversations?holder=queue')).body;
        assert.ok(items.length <= 1, 'the two doors made two people of her');
        return items[0];
    });
    assert.equal((await staff.call('POST', `/conversations/${id}/claim`, {})).status, 200);
    assert.equal((await staff.call('POST', `/conversations/${id}/messages`, { text: '山田です。お住まいはどちらですか。' })).status, 200);
    await page.getByText('お住まいはどちらですか').waitFor();

    // She wishes to be told, and closes the page. The answer rings once, without a word of what it says.
    const heard = page.waitForResponse((response) => response.url().endsWith('/bell'));
    await page.locator('#bell').check();
    assert.equal((await heard).status(), 200);
    await picture(page, 'doorway-page');
    await page.context().close();
    const answered = (await town.shown(mother)).length;
    await until('her page is known to be gone, and an answer rings', async () => {
        await staff.call('POST', `/conversations/${id}/messages`, { text: '市の住居確保給付金が使えそうです。' });
        return (await town.shown(mother)).length > answered;
    });
    await staff.call('POST', `/conversations/${id}/messages`, { text: 'ゆっくりお返事ください。' });

    // The link of the notice leads back to the same talk.
    const ring = (await town.shown(mother)).at(-1);
    assert.match(ring, /^お知らせがあります。\n/);
    const again = await enterBy(linkIn(ring));
    await again.getByText('市の住居確保給付金が使えそうです').first().waitFor();
    await again.getByText('ゆっくりお返事ください').waitFor();
    await write(again, 'ありがとうございます');
    const isThanks = ({ text }) => text === 'ありがとうございます';
    await until('her thanks are kept', async () => (await staff.call('GET', `/conversations/${id}/messages`)).body.items.some(isThanks));
    await again.context().close();
    assert.equal((await staff.call('POST', `/conversations/${id}/close`, { outcome: 'informed', say_goodbye: false, seen_seq: await newestSeq(staff, id) })).status, 200);

    // The record of everything that was asked of LINE.
    await until('nothing waits to be sent', async () => /tsunagi_outbox_waiting 0/.test(await (await fetch(`${town.admin}/metrics`)).text()));
    const { rows } = await town.sandbox('GET', 'requests?count=0&limit=1000');
    const sent = rows.filter(isMessage);
    const neutral = neutralTexts();
    assert.ok(sent.length >= 3);
    let rings = 0;
    for (const row of sent) {
        const { messages } = typeof row.body === 'string' ? JSON.parse(row.body) : row.body;
        for (const message of messages) {
            assert.equal(message.type, 'text');
            assert.ok(neutral.some((pattern) => pattern.test(message.text)), `not neutral: ${message.text}`);
            if (message.text.startsWith('お知らせがあります')) rings += 1;
            assert.deepEqual((message.quickReply?.items ?? []).map((item) => item.action.label), ['相談をはじめる']);
        }
    }
    assert.equal(rings, 1);
    const everything = JSON.stringify(rows.map(({ path, query, body }) => ({ path, query, body })));  // not LINE's own answers
    for (const word of ['家賃', '子ども', '住居', 'お住まい', '山田', '相談員', '無料', 'ゆっくり'])
        assert.ok(!everything.includes(word), `${word} went to LINE`);
    const requests = town.validateRequests();
    assert.ok(requests.ok, requests.text);
});

test('the button asks for a new link, and the bot does not take it for an answer', async () => {
    const other = await town.person('ゆき');
    await until('greeted', async () => (await town.shown(other)).length === 1);
    await town.sandbox('POST', `people/${other}/send`, { type: 'postback', data: 'door=open', displayText: '相談をはじめる' });
    const texts = await until('a new link', async () => { const all = await town.shown(other); return all.length === 2 && all; });
    assert.notEqual(linkIn(texts[0]), linkIn(texts[1]));
    const page = await enterBy(linkIn(texts[1]));
    await until('the talk is there', async () => (await bubbles(page, 'bot')).length > 0);
    assert.ok(!(await bubbles(page, 'bot')).join('').includes('前のボタン'));
    await page.context().close();
});

test('a link opened where the network is bad opens when there is one, and what she wrote meanwhile is hers', async () => {
    const third = await town.person('あき');
    const [greeting] = await until('greeted', async () => { const all = await town.shown(third); return all.length > 0 && all; });
    const page = await (await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'ja-JP' })).newPage();
    let isTunnel = true;
    await page.route('**/visits', (route) => isTunnel ? route.abort() : route.continue());
    await page.goto(linkIn(greeting));
    await page.locator('#problem').getByText('つなぎ直しています').waitFor();
    await write(page, 'トンネルで書きました');
    await page.locator('#talk').getByText('まだ送れていません').waitFor();
    isTunnel = false;
    await page.locator('#talk').getByText('受け取りました').waitFor();
    const staff = await town.signIn('yamada');
    const rows = (await staff.call('GET', '/conversations?holder=bot&limit=100')).body.items;
    const hers = rows.filter((row) => row.last_message?.text === 'トンネルで書きました' || row.nickname === 'あき');
    assert.equal(hers.length, 1, 'the tunnel made a second person of her');
    await page.context().close();
});
