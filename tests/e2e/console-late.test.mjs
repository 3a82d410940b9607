// What LINE delivers so late that it lies on an older page stands where new words are looked for, and nothing is closed past it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, picture, talkWith, violationsOf } from './browser.mjs';
import { Town, textEvent, until } from './support.mjs';

const entriesOfAPage = 50;
const minute_ms = 60_000;
const sizes = { wide: { width: 1366, height: 768 }, narrow: { width: 360, height: 740 }, 'at 200 percent': { width: 683, height: 384 } };

let town;
let browser;
let yamada;
before(async () => {
    town = await Town.start();
    browser = await openBrowser();
    yamada = await town.onDuty('yamada');
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

for (const [size, viewport] of Object.entries(sizes))
    test(`words that come late are told of at the end of the talk, ${size}`, async () => {
        const { mother, id, page, end } = await talkWith(browser, town, yamada, `さとみ${size}`, viewport);
        const at = Date.now() - minute_ms;
        const log = page.getByLabel('やりとり');
        for (let i = 0; i <= entriesOfAPage; ++i) await yamada.call('POST', `/conversations/${id}/notes`, { text: `控え${i}` });
        await log.getByText(`控え${entriesOfAPage}`).waitFor();
        const text = 'さっき送ったのですが、夫がもうすぐ帰ってきます。ドアの前にいるみたいです';
        const { status } = await town.webhook(JSON.stringify({ destination: '', events: [textEvent(mother, `88${at}`, text, { at })] }));
        assert.equal(status, 200);
        await log.getByText(text).waitFor();
        const heading = log.locator('[data-late]');
        await heading.waitFor();
        assert.match(await heading.textContent(), /遅れて届いたメッセージ/);
        const { y, height } = await until('her words stand where they are read', async () => log.getByText(text).boundingBox());
        const place = await log.boundingBox();
        assert.ok(y >= place.y && y + height <= Math.min(place.y + place.height, viewport.height), 'her words are on the screen without scrolling');
        assert.deepEqual(await violationsOf(page), []);
        await picture(page, `console-late-${size.replaceAll(' ', '-')}`);
        await end();
    });
