// Her phone with the chat page, and what she does there. Every browser test of the second door begins here.
const neutral = '<!doctype html><title>天気</title><p>晴れ';

/** A fresh phone: 360 px wide, nothing on it. The neutral site is answered here, so that no test leaves this machine. */
export async function chatPhone(browser, { locale = 'ja-JP' } = {}) {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale, hasTouch: true, isMobile: true });
    await context.route('https://**', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: neutral }));
    const page = await context.newPage();
    page.wrong = [];
    page.on('pageerror', (failure) => page.wrong.push(String(failure)));
    page.on('console', (line) => line.text().includes('Content Security Policy') && page.wrong.push(line.text()));
    return page;
}

export async function write(page, text) {
    await page.getByRole('textbox', { name: 'メッセージを書く' }).fill(text);
    await page.getByRole('button', { name: '送る' }).click();
}

/** What stands in the talk from `me`, `bot` or `staff`. */
export const bubbles = (page, from) => page.locator(`#talk .line.${from} .bubble`).allInnerTexts();
