#!/usr/bin/env node
// Takes pictures of the console against the development server, for somebody to look at: node dev/look.mjs [FOLDER]
// On the way it listens for Content-Security-Policy violations and page errors, and runs axe-core on every picture's page. Exit 1 if there is any.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openBrowser, row } from './browser.mjs';

const folder = process.argv[2] ?? '/tmp/console-pictures';
mkdirSync(folder, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { open, signIn, dev, faults, close } = await openBrowser(Number(process.env.PORT ?? 21120));

// React Aria's popover stands beside the landmarks, with its hidden Dismiss button: not ours to move.
const besideLandmarks = { rules: { region: { enabled: false } } };

async function picture(page, name, options = {}) {
  await page.waitForTimeout(250);
  await page.screenshot({ path: `${folder}/${name}.png` });
  const found = await page.evaluate(`(() => { const module = undefined; const exports = undefined; ${axe}; })()
    || window.axe.run(document, { ...${JSON.stringify(options)}, resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then((result) => result.violations.map((one) => one.id + ': ' + one.help + ' ' + one.nodes.map((node) => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '')).slice(0, 3).join(' | ')))`);
  for (const violation of found) faults.push(`axe ${name}: ${violation}`);
}

async function desktop() {
  const page = await open(1366, 768);
  await picture(page, '01-sign-in');
  await page.context().close();

  const sato = await signIn(await open(1366, 768), 'sato');
  await picture(sato, '02-queue');
  await row(sato, 'ゆき').click();
  await sato.getByRole('button', { name: '対応する', exact: true }).waitFor();
  await picture(sato, '03-waiting');
  await sato.getByRole('button', { name: '対応する', exact: true }).click();
  await sato.getByRole('button', { name: '引き継ぐ' }).waitFor();
  await sato.getByLabel('ゆきさんへの返信').fill('ゆきさん、書いてくださってありがとうございます。佐藤です。\n食べるもののこと、まず今日と明日をどうするか、一緒に考えさせてください。');
  await picture(sato, '04-claimed-writing');
  await sato.keyboard.press('Control+Enter');
  await dev('inbound', { nickname: 'ゆき', text: 'はい、お願いします。冷蔵庫には、お米が少しと卵があります。' });
  await sato.getByText('冷蔵庫には').first().waitFor();
  await sato.getByText('LINEが受け付けました').last().waitFor();
  await picture(sato, '05-talking');
  await dev('inbound', { nickname: 'ゆき', text: 'やっぱり書かなければよかった' });
  await sato.getByText('やっぱり書かなければよかった').first().waitFor();
  await dev('unsend', { nickname: 'ゆき', text: 'やっぱり書かなければよかった' });
  await sato.getByText('見た人：佐藤、鈴木').waitFor();
  await picture(sato, '05-withdrawn');
  await sato.getByRole('button', { name: '引き継ぐ' }).click();
  await picture(sato, '06-transfer');
  await sato.getByRole('dialog').getByRole('button', { name: '引き継ぐ' }).click();
  await picture(sato, '07-transfer-incomplete');
  await sato.keyboard.press('Escape');
  await sato.getByRole('button', { name: '終了する' }).click();
  await picture(sato, '08-close');
  await sato.keyboard.press('Escape');
  await sato.getByRole('radio', { name: '内部メモ' }).check({ force: true });
  await sato.getByLabel('内部メモ（').fill('フードバンクの連絡先を確認する');
  await picture(sato, '09-note');
  await sato.getByRole('tab', { name: /自分の相談/ }).click();
  await row(sato, 'みか').click();
  await sato.getByText('これのことですか').last().waitFor();
  await picture(sato, '10-mine');
  await row(sato, 'お名前なし').click();
  await sato.getByText('ブロックしています').first().waitFor();
  await picture(sato, '11-failed');
  await sato.getByRole('tab', { name: /他の相談員/ }).click();
  await row(sato, 'あおい').click();
  await picture(sato, '12-colleague');
  await sato.getByRole('button', { name: '佐藤さんのメニュー' }).click();
  await picture(sato, '13-menu', besideLandmarks);
  await sato.keyboard.press('Escape');
  await dev('drop', { on: true });
  await sato.getByText('接続が切れました').waitFor({ timeout: 20_000 });
  await picture(sato, '14-offline');
  await dev('drop', { on: false });
  await sato.context().close();
}

/** What a desk's manager sees of the month's messages, and the line everybody sees once few are left. */
async function quota() {
  const page = await open(1366, 768);
  await page.getByLabel('ログインID').fill('tanaka');
  await page.getByLabel('パスワード').fill('demo');
  await page.getByRole('button', { name: 'サインイン' }).click();
  await page.getByLabel('確認コード').fill('123456');
  await page.getByRole('button', { name: 'サインイン' }).click();
  const show = async (name, figures) => {
    await dev('quota', figures);
    await page.reload();
    await page.getByRole('button', { name: '田中さんのメニュー' }).click();
    await page.getByRole('button', { name: 'LINEで送れる数' }).click();
    await page.locator('[data-quota] section').waitFor();
    await picture(page, name);
  };
  await show('40-quota', {});
  await show('41-quota-low', { used: 4_988, left: 12, unanswered_at: new Date().toISOString() });
  await page.keyboard.press('Escape');
  await page.getByText('残り12通です').waitFor();
  await show('42-quota-unlimited', { state: 'unlimited', limit: null, left: null, reserve: null, used: 4_988, unanswered_at: null });
  await show('43-quota-unknown', { state: 'no_answer', used: null, read_at: null, unanswered_at: new Date().toISOString() });
  await page.context().close();
  await dev('quota', { state: 'limited', limit: 5_000, used: 5_000, left: 0, reserve: 500, read_at: new Date().toISOString(), unanswered_at: null });
  const small = await signIn(await open(390, 844, { hasTouch: true, isMobile: true }), 'sato');
  await small.getByText('使い切りました').waitFor();
  await picture(small, '44-phone-quota-gone');
  await small.context().close();
}

async function phone() {
  const page = await signIn(await open(390, 844, { hasTouch: true, isMobile: true }), 'suzuki');
  await picture(page, '20-phone-queue');
  await row(page, 'はな').click();
  await page.getByRole('button', { name: '対応する', exact: true }).waitFor();
  await picture(page, '21-phone-waiting');
  await page.getByRole('button', { name: '対応する', exact: true }).click();
  await page.getByRole('button', { name: '引き継ぐ' }).waitFor();
  await picture(page, '22-phone-claimed');
  await page.getByRole('button', { name: '相談の情報' }).click();
  await picture(page, '23-phone-info');
  await page.goBack();
  await page.getByRole('button', { name: '終了する' }).click();
  await picture(page, '24-phone-close');
  await page.context().close();
}

async function english() {
  const page = await signIn(await open(1366, 768), 'suzuki');
  await page.getByRole('button', { name: '鈴木さんのメニュー' }).click();
  await page.getByRole('button', { name: 'English' }).click();
  await page.keyboard.press('Escape');
  await row(page, 'Maria').click();
  await page.getByRole('button', { name: 'Take' }).waitFor();
  await picture(page, '30-english');
  await page.context().close();
}

try {
  await desktop();
  await phone();
  await english();
  await quota();
} finally {
  await close();
}
for (const fault of new Set(faults)) console.error(fault);
console.log(`${faults.length} faults; pictures in ${folder}`);
process.exit(faults.length > 0 ? 1 : 0);
