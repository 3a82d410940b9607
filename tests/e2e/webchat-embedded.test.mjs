// The second door inside a city's own page, by our script tag or in a frame of the city's making: the way out leads the whole page away.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { openBrowser, picture } from './browser.mjs';
import { chatPhone } from './chat-page.mjs';
import { Town } from './support.mjs';

const weatherUrl = 'https://www.jma.go.jp/bosai/forecast/';  // the desk's neutral site, answered by chatPhone

let town;
let browser;
let city;
let cityUrl;
before(async () => {
    city = createServer((request, answer) => {
        const chat = `${town.base}/chat/mirai`;
        const body = request.url === '/frame' ? `<iframe src="${chat}" width="340" height="600"></iframe>` : `<script src="${chat}/embed.js" defer></script>`;
        const language = request.url === '/english' ? 'en-US' : 'ja';
        answer.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html><html lang="${language}"><title>みらい市</title><h1>みらい市</h1>${body}`);
    });
    city.listen(0, '127.0.0.1');
    await once(city, 'listening');
    cityUrl = `http://127.0.0.1:${city.address().port}`;
    town = await Town.start({ desk: (yaml) => yaml.replace('frame_ancestors: []', `frame_ancestors: ["${cityUrl}"]`) });
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    city?.close();
    await town?.stop();
});

async function open(path = '/') {
    const page = await chatPhone(browser);
    await page.goto(cityUrl + path);
    return { page, chat: page.frameLocator('iframe') };
}

test('one script tag; folded away and opened again the talk is still there; leaving leaves the whole page', async () => {
    const { page, chat } = await open();
    await page.getByRole('button', { name: 'チャットをひらく' }).click();
    await chat.getByRole('textbox', { name: 'メッセージを書く' }).fill('ここから書いています');
    await chat.getByRole('button', { name: '送る' }).click();
    await chat.getByText('受け取りました').first().waitFor();
    await picture(page, 'webchat-embedded');
    await page.getByRole('button', { name: 'チャットをたたむ' }).click();
    assert.equal(await page.locator('iframe').isVisible(), false);
    await page.getByRole('button', { name: 'チャットをひらく' }).click();
    assert.equal(await chat.locator('#talk').getByText('ここから書いています').isVisible(), true);
    const left = page.waitForRequest((request) => request.url().endsWith('/leave'));
    await chat.getByRole('button', { name: 'すぐに閉じる' }).click();
    await page.waitForURL(weatherUrl);
    await left;
    await page.context().close();
});

test('Esc twice leaves from the city\'s page, too, while the chat is open there', async () => {
    const { page, chat } = await open();
    const escTwice = async () => { await page.keyboard.press('Escape'); await page.keyboard.press('Escape'); };
    await page.getByRole('button', { name: 'チャットをひらく' }).click();
    await chat.getByText('Escキー2回でも').waitFor();
    await page.getByRole('button', { name: 'チャットをたたむ' }).click();
    await escTwice();
    assert.equal(page.url(), `${cityUrl}/`, 'Esc belongs to the city while the chat is folded away');
    await page.waitForTimeout(1300);  // longer than two presses may be apart
    await page.getByRole('button', { name: 'チャットをひらく' }).click();
    await escTwice();
    await page.waitForURL(weatherUrl);
    await page.context().close();
});

test('in a frame without our script, leaving leaves the whole page all the same', async () => {
    const { page, chat } = await open('/frame');
    await chat.getByRole('button', { name: 'すぐに閉じる' }).click();
    await page.waitForURL(weatherUrl);
    await page.context().close();
});

test('it speaks the language that the city\'s page says of itself', async () => {
    const { page } = await open('/english');
    await page.getByRole('button', { name: 'Open chat' }).waitFor();
    await page.context().close();
});
