// What most of these tests stand on: a bot's server, the sandbox beside it, and LINE's SDK between. Each file is a process of its own.
import { messagingApi } from '@line/bot-sdk';
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { accessToken, Bot, Sandbox } from './support.mjs';

export let bot, sandbox, client, blobs;

before(async () => {
    bot = await Bot.start();
    sandbox = await Sandbox.start({ webhook: bot.url });
    client = new messagingApi.MessagingApiClient({ channelAccessToken: accessToken, baseURL: sandbox.base });
    blobs = new messagingApi.MessagingApiBlobClient({ channelAccessToken: accessToken, baseURL: sandbox.base });
});
after(async () => {
    await sandbox?.stop();
    await bot?.stop();
});
beforeEach(async () => {
    await sandbox.reset();
    bot.events.length = 0;
    bot.bodies.length = 0;
    bot.refused = 0;
    bot.answers = [];
});

export const quick = { first_wait_ms: 5, wait_max_ms: 20 };

/** Until nothing more is on its way to the bot. */
export const idle = async () => assert.ok((await sandbox.get('idle?wait_ms=15000')).idle);

/** The reply token of what `person` says now. */
export async function tokenOf(person, words) {
    await sandbox.say(person, words);
    return (await bot.text(words)).replyToken;
}
