// Danger: what she is told, what staff see and do about it, who is called when nobody is there, and words for a watched screen.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { openBrowser, openConsole, picture, violationsOf } from './browser.mjs';
import { Town, newestSeq, password, repository, until } from './support.mjs';

/** The telephone of whoever is on call: keeps what it gets, and answers with `status`. */
class OnCallPhone {
    calls = [];
    status = 204;
    async listen() {
        this.server = createServer((request, response) => {
            let body = '';
            request.on('data', (bytes) => { body += bytes; });
            request.on('end', () => {
                this.calls.push({ path: request.url, body, status: this.status });
                response.writeHead(this.status).end();
            });
        });
        this.server.listen(0, '127.0.0.1');
        await once(this.server, 'listening');
        this.url = `http://127.0.0.1:${this.server.address().port}/on-call?desk=mirai`;
        return this;
    }
    close() {
        this.server.closeAllConnections();
        this.server.close();
    }
}

let town;
let phone;
let browser;
before(async () => {
    phone = await new OnCallPhone().listen();
    town = await Town.start({ desk: (yaml) => `${yaml}\non_call: {webhook_url: "${phone.url}"}\n` });
    browser = await openBrowser();
});
after(async () => {
    await browser?.close();
    await town?.stop();
    phone?.close();
});

const words = async (person) => (await town.shown(person)).join('\n');

/** The conversation whose newest words of hers hold `text`. */
async function row(staff, text) {
    return until(`「${text}」 stands in a list`, async () => {
        for (const holder of ['queue', 'mine', 'bot', 'counselor']) {
            const { body } = await staff.call('GET', `/conversations?holder=${holder}&limit=100`);
            const found = body.items.find((item) => item.last_message?.author.kind === 'person' && item.last_message.text.includes(text));
            if (found) return found;
        }
        return null;
    });
}

describe('a life in danger', () => {
    let her;

    test('with nobody at the desk she gets the numbers and the truth, and the on-call phone rings once, without a word of hers', async () => {
        her = await town.person('ゆき');
        await town.say(her, '薬を全部飲んだ');
        await until('the bot answers', async () => (await words(her)).includes('119'));
        const told = (await words(her)).split('ひとりで抱えなくて')[1]; // after the greeting of a new friend
        assert.match(told, /110/);
        assert.match(told, /席に相談員がいないため、まだだれも読んでいません/);
        assert.doesNotMatch(told, /いちばん困っていることを/);
        await until('the on-call phone rings', () => phone.calls.length > 0);
        await town.say(her, '薬を全部飲んだ');
        await new Promise((wake) => setTimeout(wake, 5_000)); // two looks of the worker: a second call would come within them
        assert.equal(phone.calls.length, 1);
        const call = JSON.parse(phone.calls[0].body);
        assert.deepEqual(Object.keys(call).sort(), ['desk', 'desk_name', 'kind', 'level', 'link']);
        assert.equal(call.level, 4);
        assert.ok(call.link.startsWith(`${town.base}/console/#/queue/`));
        assert.doesNotMatch(phone.calls[0].body, /薬|ゆき/);
    });

    test('every console on duty shows the alarm until somebody takes it; staff see why, and may dismiss it with a reason', async () => {
        const page = await openConsole(browser, town, 'yamada');
        await page.getByRole('switch').first().click({ force: true });
        const alarm = page.getByRole('alert').filter({ hasText: 'まだだれにも対応されていません' });
        await alarm.waitFor();
        await until('the title calls', async () => (await page.title()).includes('緊急'));
        await until('the title blinks', async () => !(await page.title()).includes('緊急'));
        await picture(page, 'safety-alarm');
        assert.deepEqual(await violationsOf(page), []);

        await alarm.getByRole('button', { name: '開いて対応する' }).first().click();
        await page.getByRole('button', { name: '対応する', exact: true }).click();
        await page.getByText('あなたが担当').first().waitFor();
        await alarm.waitFor({ state: 'detached' });
        await page.locator('mark').filter({ hasText: '飲んだ' }).first().waitFor();
        assert.ok(await page.getByText('危険のしるし R4').first().isVisible());
        await picture(page, 'safety-marked');
        assert.deepEqual(await violationsOf(page), []);

        await page.getByRole('button', { name: 'しるしを取り下げる' }).first().click();
        await page.getByRole('dialog').getByRole('button', { name: '取り下げる' }).click();
        await page.getByText('理由を書いてください。').waitFor();
        await page.getByLabel('理由').fill('歌詞の引用でした');
        await picture(page, 'safety-dismiss');
        await page.getByRole('dialog').getByRole('button', { name: '取り下げる' }).click();
        await page.getByText(/山田が取り下げました：歌詞の引用でした/).first().waitFor();

        await page.getByRole('button', { name: '危険度を変える' }).click();
        await page.getByText('R1　つらさがある').click();
        await page.getByLabel('理由').fill('電話で確かめました');
        await picture(page, 'safety-level');
        await page.getByRole('dialog').getByRole('button', { name: '変える', exact: true }).click();
        await page.getByText(/危険度をR4からR1に変えました/).first().waitFor();
        await page.context().close();
    });

    test('what was dismissed is listed for those who mend the rules, and for nobody else', async () => {
        const chief = await town.signIn('suzuki');
        const { status, body } = await chief.call('GET', '/risk/dismissed');
        assert.equal(status, 200);
        assert.equal(body.items.length, 1);
        assert.equal(body.items[0].text, '薬を全部飲んだ');
        assert.equal(body.items[0].risk.dismissed.by, '山田');
        assert.ok(body.items[0].risk.spans.every(({ rule, reason }) => rule && reason));
        const counselor = await town.signIn('sato');
        assert.equal((await counselor.call('GET', '/risk/dismissed')).status, 403);
        assert.equal((await counselor.call('POST', '/risk/try', { text: 'もう死にたい' })).status, 403);

        const page = await openConsole(browser, town, 'suzuki');
        await page.getByRole('button', { name: /のメニュー/ }).click();
        await page.getByRole('button', { name: '取り下げられたしるし' }).click();
        const listed = page.locator('[data-dismissed-marks] > li');
        await listed.filter({ hasText: '薬を全部飲んだ' }).filter({ hasText: '歌詞の引用でした' }).waitFor();
        assert.equal(await listed.count(), 1);
        await picture(page, 'safety-dismissed-marks');
        assert.deepEqual(await violationsOf(page), []);
        await page.context().close();
    });

    test('the human\'s first words stop the clock', async () => {
        const staff = await town.onDuty('yamada');
        const another = await town.person('はるか');
        await town.say(another, '睡眠薬を全部飲んでしまった');
        const waiting = await row(staff, '睡眠薬を全部飲んでしまった');
        assert.ok(Date.parse(waiting.answer_due) - Date.now() <= 2 * 60_000);
        await staff.call('POST', `/conversations/${waiting.id}/claim`, {});
        await staff.call('POST', `/conversations/${waiting.id}/messages`, { text: '読みました。いま、どこにいますか。' });
        const { body } = await staff.call('GET', `/conversations/${waiting.id}`);
        assert.equal(body.answer_due, null);
        assert.ok(body.risk.answered_at);
        await staff.call('POST', `/conversations/${waiting.id}/close`, { outcome: 'referred', say_goodbye: false, seen_seq: await newestSeq(staff, waiting.id) });
        await staff.call('PUT', '/me/duty', { on_duty: false });
    });

    test('a call that nobody took before a power cut is made after it', async () => {
        phone.status = 503;
        const before_ = phone.calls.length;
        const another = await town.person('みお');
        await town.say(another, 'さっき薬をぜんぶ飲んだ');
        await until('it was tried', () => phone.calls.length > before_);
        await town.kill();
        phone.status = 204;
        await town.startServer();
        await until('the call is made', () => phone.calls.some(({ status }, i) => i >= before_ && status === 204));
    });
});

describe('violence at home', () => {
    let her;

    test('her screen first, then the lines; what comes by push tells nothing, and staff are warned', async () => {
        her = await town.person('あき');
        await town.say(her, '夫に殴られます');
        await until('she is asked', async () => (await words(her)).includes('この画面をほかの人に見られる心配'));
        assert.doesNotMatch((await words(her)).split('たしかに受け取りました')[1], /DV|暴力|110|警察|0120/);
        await town.say(her, '大丈夫です');
        await until('she sees the lines', async () => (await words(her)).includes('DV相談'));
        assert.match(await words(her), /発信履歴に/);
        await town.say(her, '人と話したい');
        const staff = await town.onDuty('sato');
        const { id } = await row(staff, '人と話したい');
        const told = (await town.shown(her)).length;
        await staff.call('POST', `/conversations/${id}/claim`, {});
        await until('she is told', async () => (await town.shown(her)).length > told);
        assert.equal((await town.shown(her)).at(-1), 'お待たせしました。佐藤です。');
    });

    test('her safe word turns the chat into something harmless, and staff end that with a reason', async () => {
        const staff = await town.signIn('sato');
        const { id } = await row(staff, '人と話したい');
        const page = await openConsole(browser, town, 'sato');
        await page.goto(`${town.base}/console/#/mine/${id}`);
        await page.getByRole('button', { name: '安全な連絡を書く' }).click();
        await page.getByLabel('合言葉').fill('りんごジュース');
        await page.getByLabel('日と時間についてのメモ').fill('夫が夜勤の日だけ');
        await page.getByRole('button', { name: '日と時間を足す' }).click();
        await page.getByRole('button', { name: '日と時間を足す' }).click();
        const [first, second] = [0, 1].map((at) => page.getByRole('dialog').getByRole('listitem').nth(at));
        await first.getByText('水', { exact: true }).click();
        for (const day of ['月', '火', '水', '木', '金', '土']) await second.getByText(day, { exact: true }).click();
        await second.getByLabel('始まり').fill('22:30');
        await second.getByLabel('終わり').fill('00:30');
        await picture(page, 'safety-contact');
        assert.deepEqual(await violationsOf(page), []);
        await page.getByRole('dialog').getByRole('button', { name: '残す' }).click();
        await page.getByText('りんごジュース').first().waitFor();
        await page.getByText('月・火・木・金 10:00〜14:00').waitFor();
        await page.getByText('土 22:30〜翌00:30').waitFor();
        await picture(page, 'safety-contact-kept');
        const { safe_contact } = (await staff.call('GET', `/conversations/${id}`)).body;
        assert.deepEqual(safe_contact.hours, [
            { weekdays: ['mon', 'tue', 'thu', 'fri'], from: '10:00', to: '14:00' },
            { weekdays: ['sat'], from: '22:30', to: '00:30' },
        ]);
        await staff.call('POST', `/conversations/${id}/return`, { seen_seq: await newestSeq(staff, id) });

        await town.say(her, 'リンゴジュース');
        await until('the chat is harmless', async () => (await town.shown(her)).at(-1).includes('くらしのお知らせ'));
        const told = (await town.shown(her)).length;
        await town.say(her, 'だれですか');
        await page.getByText('合言葉が届きました').first().waitFor();
        await page.getByText('だれですか').first().waitFor();
        await picture(page, 'safety-disguised');
        assert.deepEqual(await violationsOf(page), []);
        await page.getByRole('button', { name: '目隠しを終える' }).click();
        await page.getByLabel('理由').fill('電話でご本人と確かめました');
        await page.getByRole('dialog').getByRole('button', { name: '終える', exact: true }).click();
        await page.getByText('合言葉が届きました').first().waitFor({ state: 'detached' });
        assert.equal((await town.shown(her)).length, told);
        await page.context().close();
    });
});

test('a supervisor tries a sentence and sees which rule speaks; it is kept nowhere', async () => {
    const page = await openConsole(browser, town, 'suzuki');
    await page.getByRole('button', { name: /鈴木さんのメニュー/ }).click();
    await page.getByRole('button', { name: '危険のことばを試す' }).click();
    await page.getByLabel('ためす文').fill('もう死にたいです');
    await page.getByRole('button', { name: 'ためす', exact: true }).click();
    await page.getByText('危険のしるし R2').waitFor();
    await page.locator('mark').first().waitFor();
    await picture(page, 'safety-try');
    await page.context().close();
    assert.ok(!town.log.join('').includes('死にたい'));
});
