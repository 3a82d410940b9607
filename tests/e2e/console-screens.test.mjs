// The console on the screens and lines that offices have: low ones, large letters, colours of the system's choosing, a slow line on a busy day.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openConsole, picture, violationsOf } from './browser.mjs';
import { Town, newestSeq, until } from './support.mjs';

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

const queued = async (name) => (await yamada.call('GET', '/conversations?holder=queue&limit=100')).body.items.find(({ nickname }) => nickname === name);

async function waits(name, words) {
    const mother = await town.person(name);
    await town.say(mother, words);
    return { mother, id: (await until(`${name} waits`, () => queued(name))).id };
}
async function take({ id }) {
    assert.equal((await yamada.call('POST', `/conversations/${id}/claim`, {})).status, 200);
}
async function end({ id }) {
    assert.equal((await yamada.call('POST', `/conversations/${id}/close`, { outcome: 'listened', say_goodbye: false, seen_seq: await newestSeq(yamada, id) })).status, 200);
}
const open = (page, { id }) => page.evaluate((hash) => { window.location.hash = hash; }, `#/mine/${id}`);

test('on a slow line at a busy desk the alarm comes, though something changes faster than a list is answered', async () => {
    const page = await openConsole(browser, town, 'yamada');
    await page.route('**/api/v1/conversations?holder=**', async (route) => {
        await new Promise((wake) => setTimeout(wake, 3_000));
        await route.continue().catch(() => {});
    });
    const chatter = await town.person('おしゃべり');
    let isBusy = true;
    const chat = (async () => {
        for (let i = 0; isBusy; i += 1) {
            await town.say(chatter, `こんにちは ${i}`);
            await new Promise((wake) => setTimeout(wake, 900));
        }
    })();
    const endangered = await waits('まゆみ', '今から死にます。もう薬を飲みました');
    try {
        await page.locator('[data-alarm]').waitFor({ timeout: 15_000 });
    } finally {
        isBusy = false;
        await chat;
        await page.unrouteAll({ behavior: 'ignoreErrors' });
        await page.context().close();
    }
    await take(endangered);
    await end(endangered);
});

test('older words of a long talk come though she goes on writing; when they cannot be had, her new ones do not throw the page back', async () => {
    const talk = await waits('あきこ', '人と話したい');
    await take(talk);
    for (let i = 0; i < 120; i += 1) await town.say(talk.mother, `${i}ばんめ`);
    const page = await openConsole(browser, town, 'yamada');
    await open(page, talk);
    const log = page.getByLabel('やりとり');
    const asksForOlder = async () => {
        await log.evaluate((box) => { box.scrollTop = 0; });
        await page.getByRole('button', { name: '前のやりとりを表示' }).click();
    };
    const comes = async (words) => {
        await town.say(talk.mother, words);
        await log.getByText(words, { exact: true }).waitFor();
    };
    await log.getByText('119ばんめ', { exact: true }).waitFor();

    await page.route('**/messages?before=*', (route) => route.abort());
    await asksForOlder();
    await page.getByText('続きを読み込めませんでした').waitFor();
    await page.unroute('**/messages?before=*');
    await log.evaluate((box) => { box.scrollTop = box.scrollHeight; });
    await comes('きいてください');
    const fromEnd = () => log.evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop);
    await until('her newest words are on the screen', async () => await fromEnd() < 48, 3_000);

    await page.route('**/messages?before=*', async (route) => {
        await new Promise((wake) => setTimeout(wake, 1_500));
        await route.continue().catch(() => {});
    });
    const oldest = await log.getByText(/ばんめ$/).first().innerText();
    await asksForOlder();
    for (const words of ['まだ', 'あります']) await comes(words);
    await until('older words came', async () => await log.getByText(/ばんめ$/).first().innerText() !== oldest, 15_000);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
    await end(talk);
});

test('an alarm leaves room for her words on a low screen, and what is below is scrolled to', async () => {
    const talk = await waits('みさき', '人と話したい');
    await take(talk);
    await town.say(talk.mother, '夫に殴られました');
    const others = [await waits('りか', '夫に首を絞められた。殺される'), await waits('さち', '今から死にます。もう薬を飲みました')];
    for (const [width, height] of [[360, 640], [683, 384], [1366, 768]]) {
        const page = await openConsole(browser, town, 'yamada', { width, height });
        await page.locator('[data-alarm]').waitFor();
        await open(page, talk);
        await page.getByLabel('やりとり').getByText('夫に殴られました').waitFor();
        const { clientHeight, overlap } = await page.getByLabel('やりとり').evaluate((log) => {
            const composer = document.querySelector('#conversation-pane footer').getBoundingClientRect();
            return { clientHeight: log.clientHeight, overlap: log.getBoundingClientRect().bottom - composer.top };
        });
        assert.ok(clientHeight >= 100, `${clientHeight} px of her words are seen at ${width} x ${height}`);
        assert.ok(overlap <= 1, 'her words lie below the box to write in');
        await page.getByRole('textbox', { name: 'みさきさんへの返信' }).fill('読んでいます');
        await page.getByRole('button', { name: '送信' }).click();
        await page.getByLabel('やりとり').getByText('読んでいます').first().waitFor();
        assert.deepEqual(await violationsOf(page), []);
        await picture(page, `console-alarm-${width}x${height}`);
        await page.context().close();
    }
    await end(talk);
    for (const one of others) await take(one).then(() => end(one));
});

test('in the system\'s colours one sees what is chosen: reply or note, a level, the sound, the open conversation', async () => {
    const talk = await waits('ゆうこ', '人と話したい');
    const other = await waits('かおり', '人と話したい');
    await take(talk);
    await take(other);
    const page = await openConsole(browser, town, 'yamada');
    await page.emulateMedia({ forcedColors: 'active' });
    await open(page, talk);
    const look = (chosen) => chosen.evaluate((element) => {
        const { borderTopWidth, borderTopColor, borderLeftColor } = getComputedStyle(element);
        return [borderTopWidth, borderTopColor, borderLeftColor].join();
    });
    const mode = (name) => page.locator('label', { has: page.getByRole('radio', { name }) });
    assert.notEqual(await look(mode('返信')), await look(mode('内部メモ')));
    const row = (name) => page.getByRole('tabpanel').getByRole('button', { name: new RegExp(name) });
    assert.notEqual(await look(row('ゆうこ')), await look(row('かおり')));

    await page.getByRole('button', { name: '危険度を変える' }).click();
    const dot = (name) => page.locator('label', { has: page.getByRole('radio', { name }) }).locator('span[aria-hidden] > span');
    const background = (of) => of.evaluate((element) => getComputedStyle(element).backgroundColor);
    assert.notEqual(await background(dot('R0')), await background(dot('R4')));
    await picture(page, 'console-forced-colours-level');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /さんのメニュー/ }).click();
    const knob = page.locator('label', { hasText: '音を鳴らす' }).locator('span[aria-hidden] > span');
    const track = page.locator('label', { hasText: '音を鳴らす' }).locator('span[aria-hidden]');
    assert.notEqual(await background(knob), await background(track));
    await picture(page, 'console-forced-colours');
    await page.context().close();
    await end(talk);
    await end(other);
});
