// What dev/look.mjs and dev/try.mjs share: the development server, Debian's Chromium, and a page that tells of what went wrong in it.
import { chromium } from 'playwright-core';
import { startFakeApi } from './fake-api.mjs';

export async function openBrowser(port) {
  const server = await startFakeApi(port);
  const home = `http://127.0.0.1:${server.port}`;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  const faults = [];

  /** The sign-in page in a context of its own: another counselor's browser. */
  async function open(width, height, more = {}) {
    const context = await browser.newContext({ viewport: { width, height }, locale: 'ja-JP', ...more });
    const page = await context.newPage();
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP ${event.violatedDirective} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
    });
    page.on('console', (message) => { if (/CSP|Refused|Warning|React/.test(message.text())) faults.push(message.text()); });
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(`${home}/console/?desk=mirai`);
    return page;
  }

  async function signIn(page, login) {
    await page.getByLabel('ログインID').fill(login);
    await page.getByLabel('パスワード').fill('demo');
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByRole('heading', { level: 1 }).getByText('みらい市').waitFor();
    return page;
  }

  /** Speaks to the development server's back door (see dev/fake-api.mjs). */
  const dev = (what, body) => fetch(`${home}/dev/${what}`, { method: 'POST', body: JSON.stringify(body) }).then((answer) => answer.json());
  const close = async () => {
    await browser.close();
    server.close();
  };
  return { open, signIn, dev, faults, close };
}

export const row = (page, name) => page.locator('[data-conversation]').filter({ hasText: name }).first();
