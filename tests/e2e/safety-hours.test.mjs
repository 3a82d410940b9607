// Danger at other hours of the week than the test's: a Sunday at two in the morning, and a Tuesday afternoon.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openBrowser, openConsole, openPhone, picture } from './browser.mjs';
import { Town, password, repository, until } from './support.mjs';

const danger = 'いまベランダの柵の外にいます。もう飛び降ります';

let browser;
before(async () => {
    browser = await openBrowser();
});
after(() => browser?.close());

/** Her telephone, opened in the browser, with `text` written. */
async function write(town, name, text) {
    const person = await town.person(name);
    const greeted = await until('she is greeted', async () => (await town.shown(person)).length);
    await town.say(person, text);
    const words = await until('she is answered', async () => {
        const shown = await town.shown(person);
        return shown.length > greeted && shown.slice(greeted).join('\n');
    });
    const page = await openPhone(browser, town, name);
    await page.getByText('119').first().waitFor();
    return { page, words };
}

describe('Sunday, 02:00', () => {
    let town;
    before(async () => { town = await Town.start({ hours: 'as-configured', pretendNow: '2026-11-22T02:00' }); });
    after(() => town?.stop());

    test('she hears where somebody answers at this hour, and that nobody reads here now', async () => {
        const { page, words } = await write(town, 'あおい', danger);
        await picture(page, 'danger-sunday-night');
        assert.match(words, /119/);
        assert.match(words, /110/);
        assert.match(words, /相談時間の外|だれも読んでいません/);
        assert.doesNotMatch(words, /相談員がいて/);
        // A line that is closed on a Sunday night is not offered (hotlines.md: 0570-064-556 ends at night in most areas).
        assert.doesNotMatch(words, /0570-064-556/);
    });
});

describe('Tuesday, 14:00', () => {
    let town;
    before(async () => { town = await Town.start({ hours: 'as-configured', pretendNow: '2026-11-24T14:00' }); });
    after(() => town?.stop());

    test('the counselor on duty sees her first, with an alarm, and she is told the truth about it', async () => {
        const staff = await town.onDuty('yamada');
        assert.equal(staff.counselor.name, '山田');
        const console_ = await openConsole(browser, town, 'yamada');
        const { page, words } = await write(town, 'みどり', danger);
        assert.match(words, /119/);
        assert.match(words, /いま窓口には相談員がいて/);
        const alarm = console_.getByRole('alert').first();
        await alarm.waitFor();
        await picture(console_, 'danger-tuesday-console');
        await picture(page, 'danger-tuesday-phone');
    });
});
