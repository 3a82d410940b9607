// The second door: a woman without LINE opens the desk's page on an old phone, talks with the bot and a counselor, leaves in one
// tap without a trace, and comes back by the code she wrote down.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, openConsole, picture, violationsOf } from './browser.mjs';
import { bubbles, chatPhone, write } from './chat-page.mjs';
import { Town, isMessage, newestSeq, repository, ulid, until } from './support.mjs';

const page_bytes_max = 100 * 1024;

let town;
let browser;
const weatherUrl = 'https://www.jma.go.jp/bosai/forecast/';  // the desk's neutral site, answered by chatPhone
const city = 'https://www.city.example.jp';
before(async () => {
    town = await Town.start({ desk: (yaml) => yaml.replace('frame_ancestors: []', `frame_ancestors: ["${city}"]`) });
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
});

const phone = (how = {}) => chatPhone(browser, how);

/** Everything a browser could keep of a page. */
const kept = (page) => page.evaluate(async () => ({
    cookies: document.cookie, local: localStorage.length, session: sessionStorage.length,
    databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
}));

test('she writes, the bot listens, a counselor answers on the same page', async () => {
    const page = await phone();
    const sizes = [];
    const sizeOf = async (response) => (await response.body()).length + JSON.stringify(await response.allHeaders()).length;
    const weigh = (response) => sizes.push(sizeOf(response));
    page.on('response', weigh);
    await page.goto(`${town.base}/chat/mirai`);
    await page.getByRole('button', { name: '話を聞いてほしい' }).waitFor();
    assert.equal(await page.title(), 'お知らせ');
    await page.waitForLoadState('networkidle');
    page.off('response', weigh);
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    assert.ok(sizes.length >= 4, 'page, script, style and words');
    console.log(`the chat page loads ${bytes} bytes with headers`);
    assert.ok(bytes > 5_000 && bytes < page_bytes_max, `${bytes} bytes`);
    await picture(page, 'webchat-start');
    assert.deepEqual(await violationsOf(page), []);

    // The Enter that confirms kanji sends nothing, and neither does a bare Enter; Ctrl+Enter does.
    const box = page.getByRole('textbox', { name: 'メッセージを書く' });
    await box.fill('家賃が払えなくて困っています');
    await box.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, ctrlKey: true, isComposing: true, bubbles: true });
    await box.press('Enter');
    assert.equal(await page.locator('#talk .line').count(), 0);
    await box.press('Control+Enter');
    await until('the bot answers', async () => (await bubbles(page, 'bot')).join('').includes('無料'));
    assert.deepEqual(await bubbles(page, 'me'), ['家賃が払えなくて困っています']);
    await page.getByText('受け取りました').first().waitFor();
    await picture(page, 'webchat-bot');
    assert.deepEqual(await violationsOf(page), []);

    // Buttons answer the bot's questions; what she tapped stands in the talk once.
    const choice = page.locator('#choices button').first();
    const label = await choice.innerText();
    const before_ = (await bubbles(page, 'bot')).length;
    await choice.click();
    await until('the bot goes on', async () => (await bubbles(page, 'bot')).length > before_);
    assert.equal((await bubbles(page, 'me')).filter((text) => text === label).length, 1);

    await write(page, '人と話したい');
    await page.getByText('相談員の順番待ちです').waitFor();
    // She may put the phone away while she waits: she is told how to come back.
    await page.getByText('続きのコードを控えておけば').waitFor();

    // The counselor sees her in the queue like everybody else; her words arrive without a reload.
    const staff = await town.onDuty('yamada');
    const waiting = await until('she is in the queue', async () => (await staff.call('GET', '/conversations?holder=queue')).body.items[0]);
    assert.equal((await staff.call('POST', `/conversations/${waiting.id}/claim`, {})).status, 200);
    await page.getByText('相談員につながっています').waitFor();
    const writing = page.getByText('書いています…');
    assert.equal(await writing.isVisible(), false);
    assert.equal((await staff.call('POST', `/conversations/${waiting.id}/typing`)).status, 204);
    await writing.waitFor();
    assert.equal(await writing.getAttribute('aria-live'), 'off');
    await picture(page, 'webchat-writing');
    assert.deepEqual(await violationsOf(page), []);
    assert.equal((await staff.call('POST', `/conversations/${waiting.id}/messages`, { text: 'こんにちは。お話を聞かせてください。' })).status, 200);
    await page.getByText('お話を聞かせてください').waitFor();
    assert.equal(await writing.isVisible(), false);
    await picture(page, 'webchat-counselor');
    assert.deepEqual(await violationsOf(page), []);
    await write(page, 'ありがとうございます');
    const log = () => staff.call('GET', `/conversations/${waiting.id}/messages`).then((answer) => answer.body.items);
    await until('the counselor reads it', async () => (await log()).some((entry) => entry.text === 'ありがとうございます'));
    // Nothing waits to be sent: the page reads the log, and nothing of it went to LINE.
    assert.ok((await log()).filter((entry) => entry.kind === 'outbound').every((entry) => entry.state === 'accepted'));
    assert.deepEqual((await town.sandbox('GET', 'requests')).rows.filter(isMessage), []);
    await staff.call('POST', `/conversations/${waiting.id}/close`, { outcome: 'listened', say_goodbye: true, seen_seq: await newestSeq(staff, waiting.id) });
    assert.deepEqual(page.wrong, []);
    await page.context().close();
});

test('what a counselor sends beside words is shown to her page alone, and is gone with it', async () => {
    const page = await phone();
    await page.clock.install();
    let token = '';
    page.on('request', (request) => { token = request.headers()['x-tsunagi-visit'] ?? token; });
    await page.goto(`${town.base}/chat/mirai`);
    await write(page, '窓口の場所がわかりません');
    await until('the bot answers', async () => (await bubbles(page, 'bot')).length > 0);
    await write(page, '人と話したい');
    await page.getByText('相談員の順番待ちです').waitFor();

    // The counselor chooses a picture in her console and confirms.
    await town.onDuty('yamada');
    const console_ = await openConsole(browser, town, 'yamada');
    console_.on('dialog', (dialog) => dialog.accept());
    await console_.locator('[data-conversation]').filter({ hasText: '人と話したい' }).first().click();
    await console_.getByRole('button', { name: '対応する' }).click();
    await page.getByText('相談員につながっています').waitFor();
    const paper = await browser.newPage({ viewport: { width: 900, height: 600 } });
    await paper.setContent('<body style="background:#eaf3ee;font:bold 64px sans-serif;padding:40px">市役所 2階 4番窓口<br>↑<br>正面玄関');
    const map = await paper.screenshot();
    await paper.close();
    const choose = (name, mimeType, buffer) => console_.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
    await choose('窓口の地図.png', 'image/png', map);

    const shown = page.getByRole('img', { name: '相談員が送った画像 窓口の地図.jpg' });  // the console draws it anew, as JPEG
    await shown.waitFor();
    await until('it is drawn', () => shown.evaluate((image) => image.complete && image.naturalWidth === 900));
    const box = await shown.boundingBox();
    assert.ok(box.width > 200 && box.x >= 0 && box.x + box.width <= 360 && box.height <= 740 * 0.6, JSON.stringify(box));
    assert.ok(!(await page.locator('#talk').innerText()).includes('窓口の地図'), 'its name stands beside it as if it were said');
    await picture(page, 'webchat-picture');
    assert.deepEqual(await violationsOf(page), []);

    // A file is named, and fetched when she asks for it.
    const leaflet = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n');
    await choose('しおり.pdf', 'application/pdf', leaflet);
    const link = page.getByRole('button', { name: 'しおり.pdf (1 KB)' });
    await link.waitFor();
    await page.getByText('ひらくと、この端末に残ります').waitFor();
    const saved = page.waitForEvent('download');
    await link.click();
    const download = await saved;
    assert.equal(download.suggestedFilename(), 'しおり.pdf');
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    assert.deepEqual(Buffer.concat(chunks), leaflet);
    await page.getByRole('link', { name: 'しおり.pdf (1 KB)' }).waitFor();
    await picture(page, 'webchat-file');
    assert.deepEqual(await violationsOf(page), []);

    // Its address opens nothing without this visit, and the browser kept no copy.
    const talk = await (await fetch(`${town.base}/chat/mirai/poll?after=0`, { headers: { 'x-tsunagi-visit': token } })).json();
    const { url } = talk.entries.find((entry) => entry.media?.kind === 'image').media;
    const ask = (visit) => fetch(town.base + url, { headers: visit ? { 'x-tsunagi-visit': visit } : {} });
    const mine = await ask(token);
    assert.equal(mine.status, 200);
    assert.equal(mine.headers.get('content-type'), 'image/jpeg');
    assert.equal(mine.headers.get('cache-control'), 'no-store');
    assert.equal(mine.headers.get('x-content-type-options'), 'nosniff');
    assert.equal((await ask()).status, 404);
    const { visit } = await (await fetch(`${town.base}/chat/mirai/visits`, {
        method: 'POST', body: '{}', headers: { 'content-type': 'application/json', origin: town.base } })).json();
    assert.equal((await ask(visit)).status, 404);
    const cached = await page.evaluate((address) => fetch(address, { cache: 'only-if-cached', mode: 'same-origin' })
        .then((answer) => answer.ok, () => false), url);
    assert.equal(cached, false, 'a copy lies in the browser\'s cache');
    assert.deepEqual(await kept(page), { cookies: '', local: 0, session: 0, databases: 0, caches: 0, workers: 0 });

    // The page hides itself: the picture leaves the screen, its memory and the server's permission with it.
    const address = await shown.getAttribute('src');
    assert.match(address, /^blob:/);
    const draws = () => page.evaluate((where) => new Promise((told) => {
        const image = new Image();
        image.onload = () => told(true);
        image.onerror = () => told(false);
        image.src = where;
    }), address);
    assert.equal(await draws(), true);
    await page.clock.fastForward('25:00');
    await page.getByRole('button', { name: 'はじめの画面へ' }).waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await draws(), false, 'the bytes still lie in the page\'s memory');
    await until('the visit is over', async () => (await ask(token)).status === 404);
    assert.deepEqual([...page.wrong, ...console_.violations], []);
    await console_.context().close();
    await page.context().close();
});

test('one tap leaves: nothing in history, storage or cache, and Back does not show the talk', async () => {
    for (const way of ['button', 'keys']) {
        const page = await phone();
        await page.goto('about:blank');
        await page.goto(`${town.base}/chat/mirai`);
        await write(page, '家賃が払えません');
        await until('the bot answers', async () => (await bubbles(page, 'bot')).length > 0);
        assert.deepEqual(await kept(page), { cookies: '', local: 0, session: 0, databases: 0, caches: 0, workers: 0 });
        assert.deepEqual(await page.context().cookies(), []);
        const left = page.waitForRequest((request) => request.url().endsWith('/leave'));
        if (way === 'button') await page.getByRole('button', { name: 'すぐに閉じる' }).click();
        else { await page.keyboard.press('Escape'); await page.keyboard.press('Escape'); }
        await page.waitForURL(weatherUrl);
        const token = (await left).postData();
        assert.match(token, /^[0-9a-f]{64}$/);
        const again = await fetch(`${town.base}/chat/mirai/leave`, { method: 'POST', headers: { origin: 'null' }, body: token });
        assert.equal(again.status, 204, 'a browser that names no origin for a page without referrer leaves, too');
        await until('the visit is over', async () =>
            (await fetch(`${town.base}/chat/mirai/poll?after=0`, { headers: { 'x-tsunagi-visit': token } })).status === 401);
        await page.goBack();
        assert.equal(page.url(), 'about:blank');
        await page.goForward();
        assert.equal(page.url(), weatherUrl);
        await page.context().close();
    }
});

test('the code she wrote down leads back, however she types it; a wrong one does not, nor the one before', async () => {
    const first = await phone();
    await first.goto(`${town.base}/chat/mirai`);
    await first.getByRole('button', { name: '続きを話すためのコード' }).click();
    await first.getByText('ひとこと書いたあとに').waitFor();
    await write(first, '仕事を探しています');
    await until('the bot answers', async () => (await bubbles(first, 'bot')).length > 0);
    const codeOf = async () => {
        await first.getByRole('button', { name: '続きを話すためのコード' }).click();
        await first.locator('#code-panel').waitFor();
        return until('the code', () => first.locator('#code').innerText());
    };
    const old = await codeOf();
    await picture(first, 'webchat-code');
    assert.deepEqual(await violationsOf(first), []);
    await first.getByRole('button', { name: 'コードをかくす' }).click();
    const code = await until('a new code', async () => { const now = await codeOf(); return now !== old && now; });
    assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    await first.context().close();

    const second = await phone();
    await second.goto(`${town.base}/chat/mirai`);
    const enter = async (typed) => {
        await second.getByLabel('前の続きを話す').fill(typed);
        await second.getByRole('button', { name: '続ける', exact: true }).click();
    };
    await enter(old);
    await second.getByText('そのコードでは見つかりませんでした').waitFor();
    const fullWidth = [...code.toLowerCase()].map((letter) => (letter === '-' ? 'ー' : String.fromCharCode(letter.charCodeAt(0) + 0xFEE0))).join('');
    await enter(fullWidth);
    await second.getByText('仕事を探しています').waitFor();
    await write(second, '続きです');
    await until('the same conversation goes on', async () => (await bubbles(second, 'me')).join() === '仕事を探しています,続きです');
    await second.context().close();
});

test('guessing codes is slowed down', async () => {
    const guess = () => fetch(`${town.base}/chat/mirai/visits`, { method: 'POST', body: JSON.stringify({ code: 'AAAA-BBBB-CCCC' }), headers: { 'content-type': 'application/json', origin: town.base } });
    const statuses = [];
    for (let i = 0; i < 25; i += 1) statuses.push((await guess()).status);
    assert.equal(statuses[0], 404);
    assert.equal(statuses.at(-1), 429);
});

test('left alone, the page asks, then hides the talk and ends the visit', async () => {
    const page = await phone();
    await page.clock.install();
    await page.goto(`${town.base}/chat/mirai`);
    await write(page, '家賃のことを聞いてください');
    await until('the bot answers', async () => (await bubbles(page, 'bot')).length > 0);
    await page.clock.fastForward('19:10');
    await page.getByText('まもなくやりとりをかくします').waitFor();
    await page.getByRole('button', { name: 'まだ見ています' }).click();
    assert.equal(await page.locator('#talk .line').count() > 0, true);
    await page.clock.fastForward('20:10');
    await page.getByRole('button', { name: 'はじめの画面へ' }).waitFor();
    assert.equal(await page.locator('#talk .line').count(), 0);
    assert.deepEqual(await violationsOf(page), []);
    await page.context().close();
});

test('in English, by keyboard alone', async () => {
    const page = await phone({ locale: 'en-US' });
    await page.goto(`${town.base}/chat/mirai`);
    await page.getByRole('button', { name: 'I want to be heard' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    const order = [];
    for (let i = 0; i < 12; i += 1) {
        await page.keyboard.press('Tab');
        order.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim()));
    }
    for (const needed of ['language', 'code-button', 'exit', 'typed-code', 'text', 'send'])
        assert.ok(order.includes(needed), `Tab never reaches ${needed}: ${order.join(' > ')}`);
    await page.locator('#text').focus();
    await page.keyboard.type('I cannot pay the rent this month');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until('the bot answers in English', async () => (await bubbles(page, 'bot')).join(' ').includes('It is free'));
    await page.selectOption('#language', 'ja-easy');
    await page.getByRole('button', { name: 'おくる' }).waitFor();
    await until('the bot changes its language', async () => (await bubbles(page, 'bot')).join(' ').includes('やさしい'));
    assert.deepEqual(await violationsOf(page), []);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
});

test('who writes in her own language on a Japanese page is answered in it, and the page follows', async () => {
    const page = await phone();
    await page.goto(`${town.base}/chat/mirai`);
    await page.getByRole('button', { name: '話を聞いてほしい' }).waitFor();
    await write(page, 'Tháng này em không trả nổi tiền nhà');
    await page.getByRole('button', { name: 'Gửi', exact: true }).waitFor();
    await until('the bot answers in Vietnamese', async () => (await bubbles(page, 'bot')).join(' ').includes('Xin chào'));
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'vi');
    assert.equal(await page.inputValue('#language'), 'vi');
    await picture(page, 'webchat-her-language');
    assert.deepEqual(await violationsOf(page), []);
    await page.context().close();
});

test('strangers: another origin, no token, somebody else\'s desk, too much and too often', async () => {
    const post = (path, body, headers = {}) => fetch(`${town.base}/chat/mirai/${path}`, {
        method: 'POST', body, headers: { 'content-type': 'application/json', origin: town.base, ...headers } });
    assert.equal((await post('visits', '{}', { origin: 'https://evil.example' })).status, 403);
    assert.equal((await post('messages', '{}')).status, 401);
    assert.equal((await fetch(`${town.base}/chat/elsewhere`)).status, 404);
    const { visit } = await (await post('visits', '{}')).json();
    const me = { 'x-tsunagi-visit': visit };
    assert.equal((await post('messages', JSON.stringify({ id: ulid(), text: 'あ'.repeat(5001) }), me)).status, 422);
    assert.equal((await post('messages', JSON.stringify({ id: ulid(), text: '  \n ' }), me)).status, 422);
    assert.equal((await post('messages', JSON.stringify({ id: 'x', text: 'a' }), me)).status, 400);
    assert.equal((await post('messages', JSON.stringify({ id: ulid(), text: 'a', more: { deep: 1 } }), me)).status, 400);
    assert.equal((await post('messages', 'x'.repeat(40_000), me)).status, 413);
    assert.equal((await post('messages', JSON.stringify({ id: ulid(), text: 'a' }), { ...me, origin: 'https://evil.example' })).status, 403);
    let last = 0;
    for (let i = 0; i < 40 && last !== 429; i += 1) last = (await post('messages', JSON.stringify({ id: ulid(), text: `a${i}` }), me)).status;
    assert.equal(last, 429);
    const headers = (await fetch(`${town.base}/chat/mirai`)).headers;
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.match(headers.get('content-security-policy'), /script-src 'self'/);
    assert.ok(headers.get('content-security-policy').includes(`frame-ancestors ${city}`));
    assert.equal(headers.get('set-cookie'), null);
    assert.ok(!town.log.join('').includes(visit), 'a token stands in the log');
});

test('more than can be sent at once stays in the box, whole, and she is told', async () => {
    const page = await phone();
    await page.goto(`${town.base}/chat/mirai`);
    const box = page.getByRole('textbox', { name: 'メッセージを書く' });
    await box.focus();
    await page.keyboard.insertText('あ'.repeat(6000));  // as a paste: a browser may cut it
    await page.getByRole('button', { name: '送る' }).click();
    await page.getByText('長すぎて送れませんでした').waitFor();
    assert.equal((await box.inputValue()).length, 6000);
    assert.equal((await bubbles(page, 'me')).length, 0);
    await write(page, 'あ'.repeat(5000));
    await page.getByText('受け取りました').first().waitFor();
    assert.equal(await page.locator('#problem').isVisible(), false);
    await page.context().close();
});

test('after a long talk the way out stays on the screen, with the code open, too', async () => {
    const page = await phone();
    await page.goto(`${town.base}/chat/mirai`);
    for (const words of ['家賃が払えません', 'わからない', '子どもが二人います', 'わからない']) {
        const before = (await bubbles(page, 'bot')).length;
        await write(page, words);
        await until('the bot answers', async () => (await bubbles(page, 'bot')).length > before);
    }
    assert.ok(await page.evaluate(() => document.getElementById('main').scrollHeight > 1.5 * innerHeight), 'the talk is too short to tell');
    await page.getByRole('button', { name: '続きを話すためのコード' }).click();
    await page.locator('#code-panel').waitFor();
    assert.ok(await page.getByRole('button', { name: 'すぐに閉じる' }).evaluate((element) => element.getBoundingClientRect().top >= 0));
    assert.equal(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight), 0, 'the page itself can be scrolled');
    await picture(page, 'webchat-code-after-long-talk');
    await page.context().close();
});

test('under an open keyboard the way out stays on the screen', async () => {
    const page = await phone();
    await page.addInitScript(() => {  // a phone whose keyboard covers the page and does not resize it
        const sight = Object.assign(new EventTarget(), { scale: 1, height: 740 });
        Object.defineProperty(window, 'visualViewport', { value: sight });
    });
    await page.goto(`${town.base}/chat/mirai`);
    await page.evaluate(() => { visualViewport.height = 400; visualViewport.dispatchEvent(new Event('resize')); });
    const bottom = async (name) => page.getByRole('button', { name }).evaluate((element) => element.getBoundingClientRect().bottom);
    assert.ok(await bottom('すぐに閉じる') <= 400);
    assert.ok(await bottom('送る') <= 400);
    await picture(page, 'webchat-keyboard', { clip: { x: 0, y: 0, width: 360, height: 400 } });
    await page.context().close();
});
