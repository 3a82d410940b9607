// LINE's official SDK drives the sandbox: the account, what it keeps, its rich menus and its tokens.
import { channelAccessToken, messagingApi } from '@line/bot-sdk';
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { blobs, bot, client, sandbox, tokenOf } from './stage.mjs';
import { accessToken, channelId, channelSecret, refusal, text } from './support.mjs';

describe('the account', () => {
    test('a token that is wrong, absent or of another scheme is refused with 401', async () => {
        const stranger = new messagingApi.MessagingApiClient({ channelAccessToken: 'wrong', baseURL: sandbox.base });
        assert.equal((await refusal(stranger.getBotInfo())).status, 401);
        assert.equal((await sandbox.platform('GET', '/v2/bot/info', { token: null })).status, 401);
        const basic = { authorization: `Basic ${accessToken}` };
        assert.equal((await sandbox.platform('GET', '/v2/bot/info', { token: null, headers: basic })).status, 401);
    });

    test('bot info names the destination of its webhooks', async () => {
        const info = await client.getBotInfo();
        const person = await sandbox.person();
        await sandbox.say(person, '宛先');
        await bot.text('宛先');
        assert.equal(bot.bodies.at(-1).body.destination, info.userId);
        assert.deepEqual([info.chatMode, info.markAsReadMode], ['chat', 'manual']);
    });

    test('profile of a friend; 404 when unknown or blocked, 400 when malformed', async () => {
        const person = await sandbox.person('もも', { language: 'en' });
        assert.deepEqual(await client.getProfile(person), { userId: person, displayName: 'もも', language: 'en' });
        await sandbox.post(`people/${person}/unfollow`);
        const blocked = await refusal(client.getProfile(person));
        assert.deepEqual([blocked.status, blocked.body.message], [404, 'Not found']);
        assert.equal((await refusal(client.getProfile('U' + 'f'.repeat(32)))).status, 404);
        assert.equal((await refusal(client.getProfile('me'))).body.message, "The value for the 'userId' parameter is invalid");
    });

    test('followers are listed in pages', async () => {
        const people = [];
        for (const name of ['一', '二', '三']) people.push(await sandbox.person(name));
        const first = await client.getFollowers(undefined, 2);
        const second = await client.getFollowers(first.next, 2);
        assert.deepEqual([...first.userIds, ...second.userIds].sort(), people.sort());
        assert.equal(second.next, undefined);
    });

    test('the month ends: quota, consumption and the 429 in LINE\'s words', async () => {
        const person = await sandbox.person();
        await sandbox.post('settings', { quota: { limited: true, value: 1 } });
        assert.deepEqual(await client.getMessageQuota(), { type: 'limited', value: 1 });
        await client.pushMessage({ to: person, messages: [text('一'), text('二')] }); // counts people, not bubbles
        assert.deepEqual(await client.getMessageQuotaConsumption(), { totalUsage: 1 });
        const refused = await refusal(client.pushMessage({ to: person, messages: [text('三')] }));
        assert.deepEqual([refused.status, refused.body.message], [429, 'You have reached your monthly limit.']);
        const replyToken = await tokenOf(person, '返信は無料');
        await client.replyMessage({ replyToken, messages: [text('はい')] });
    });

    test('the loading animation is accepted with 202 and ends with the next message', async () => {
        const person = await sandbox.person();
        const { httpResponse } = await client.showLoadingAnimationWithHttpInfo({ chatId: person, loadingSeconds: 10 });
        assert.equal(httpResponse.status, 202);
        assert.ok((await sandbox.transcript(person)).loading_until_ms > Date.now());
        await client.pushMessage({ to: person, messages: [text('お待たせしました')] });
        assert.equal((await sandbox.transcript(person)).loading_until_ms, 0);
        for (const loadingSeconds of [3, 12, 65])
            assert.equal((await refusal(client.showLoadingAnimation({ chatId: person, loadingSeconds }))).status, 400);
        assert.equal((await refusal(client.showLoadingAnimation({ chatId: 'C' + '0'.repeat(32) }))).status, 400);
    });

    test('mark as read marks that message and all before it', async () => {
        const person = await sandbox.person();
        await sandbox.say(person, '一');
        await sandbox.say(person, '二');
        await sandbox.say(person, '三');
        const second = await bot.text('二');
        await client.markMessagesAsReadByToken({ markAsReadToken: second.message.markAsReadToken });
        const said = (await sandbox.transcript(person)).entries.filter((entry) => entry.kind === 'message');
        assert.deepEqual(said.map((entry) => Boolean(entry.read)), [true, true, false]);
        assert.equal((await refusal(client.markMessagesAsReadByToken({ markAsReadToken: 'nonsense' }))).status, 400);
    });

    test('the webhook address can be read, set and tested', async () => {
        assert.deepEqual(await client.getWebhookEndpoint(), { endpoint: bot.url, active: true });
        const tested = await client.testWebhookEndpoint({});
        assert.deepEqual([tested.success, tested.statusCode, tested.reason], [true, 200, 'OK']);
        await client.setWebhookEndpoint({ endpoint: 'http://127.0.0.1:9/nobody' });
        const failed = await client.testWebhookEndpoint({});
        assert.deepEqual([failed.success, failed.reason], [false, 'COULD_NOT_CONNECT']);
        await client.setWebhookEndpoint({ endpoint: bot.url });
        const other = await sandbox.platform('PUT', '/v2/bot/channel/webhook/endpoint', { body: { endpoint: 'ftp://x' } });
        assert.equal(other.status, 400);
    });
});

describe('content', () => {
    const picture = Buffer.from('not really a picture, but bytes are bytes: \u0000\u00ff', 'latin1');

    async function download(messageId) {
        const stream = await blobs.getMessageContent(messageId);
        return Buffer.concat(await stream.toArray());
    }

    test('what a person sent can be fetched byte for byte, until she takes it back', async () => {
        const person = await sandbox.person();
        const sent = await sandbox.post(`people/${person}/send`, {
            type: 'image', content_base64: picture.toString('base64'), content_type: 'image/jpeg',
        });
        const { httpResponse } = await blobs.getMessageContentWithHttpInfo(sent.id);
        assert.equal(httpResponse.headers.get('content-type'), 'image/jpeg');
        assert.deepEqual(await download(sent.id), picture);
        await sandbox.post(`people/${person}/unsend`, { messageId: sent.id });
        assert.equal((await sandbox.platform('GET', `/v2/bot/message/${sent.id}/content`)).status, 410);
        assert.equal((await sandbox.platform('GET', '/v2/bot/message/1/content')).status, 404);
    });

    test('a video is prepared first: 202, then the bytes', async () => {
        const person = await sandbox.person();
        const video = { type: 'video', content_base64: picture.toString('base64'), duration: 1200 };
        const slow = await sandbox.post(`people/${person}/send`, { ...video, processing_ms: 60_000 });
        const { httpResponse } = await blobs.getMessageContentWithHttpInfo(slow.id);
        assert.equal(httpResponse.status, 202);
        assert.deepEqual(await blobs.getMessageContentTranscodingByMessageId(slow.id), { status: 'processing' });
        const ready = await sandbox.post(`people/${person}/send`, video);
        assert.deepEqual(await blobs.getMessageContentTranscodingByMessageId(ready.id), { status: 'succeeded' });
        assert.deepEqual(await download(ready.id), picture);
    });

    test('the phone page uploads a file with its name', async () => {
        const person = await sandbox.person();
        const answer = await fetch(`${sandbox.base}/_sandbox/people/${person}/media?type=file&name=${encodeURIComponent('書類.pdf')}`, {
            method: 'POST', headers: { 'content-type': 'application/pdf' }, body: picture,
        });
        assert.equal(answer.status, 200);
        const [event] = await bot.wait((one) => one.message?.type === 'file');
        assert.deepEqual([event.message.fileName, event.message.fileSize], ['書類.pdf', picture.length]);
        assert.deepEqual(await download(event.message.id), picture);
    });
});

describe('rich menus', () => {
    const area = { bounds: { x: 0, y: 0, width: 1250, height: 843 }, action: { type: 'message', text: '相談する' } };
    const menu = { size: { width: 2500, height: 843 }, selected: true, name: 'bot', chatBarText: 'メニュー', areas: [area] };
    const image = () => new Blob([Buffer.from('png')], { type: 'image/png' });

    async function ready() {
        const { richMenuId } = await client.createRichMenu(menu);
        await blobs.setRichMenuImage(richMenuId, image());
        return richMenuId;
    }

    test('create, read, list, picture, delete', async () => {
        const { richMenuId } = await client.createRichMenu(menu);
        assert.equal((await client.getRichMenu(richMenuId)).name, 'bot');
        assert.equal((await client.getRichMenuList()).richmenus.length, 1);
        assert.match((await refusal(client.setDefaultRichMenu(richMenuId))).body.message, /must upload richmenu image/);
        await blobs.setRichMenuImage(richMenuId, image());
        assert.equal((await refusal(blobs.setRichMenuImage(richMenuId, image()))).status, 400);
        const picture = Buffer.concat(await (await blobs.getRichMenuImage(richMenuId)).toArray());
        assert.equal(picture.toString(), 'png');
        await client.deleteRichMenu(richMenuId);
        assert.equal((await refusal(client.getRichMenu(richMenuId))).status, 404);
        assert.equal((await refusal(client.createRichMenu({ ...menu, chatBarText: 'あ'.repeat(15) }))).status, 400);
    });

    test('the default for all, a menu for one, and an alias', async () => {
        const person = await sandbox.person();
        const [everyday, waiting] = [await ready(), await ready()];
        assert.equal((await refusal(client.getDefaultRichMenuId())).body.message, 'no default richmenu');
        await client.setDefaultRichMenu(everyday);
        assert.equal((await client.getDefaultRichMenuId()).richMenuId, everyday);
        assert.equal((await sandbox.transcript(person)).rich_menu, everyday);

        assert.equal((await refusal(client.getRichMenuIdOfUser(person))).body.message, 'the user has no richmenu');
        await client.linkRichMenuIdToUser(person, waiting);
        assert.equal((await client.getRichMenuIdOfUser(person)).richMenuId, waiting);
        assert.equal((await sandbox.transcript(person)).rich_menu, waiting);
        await client.unlinkRichMenuIdFromUser(person);
        assert.equal((await sandbox.transcript(person)).rich_menu, everyday);

        await client.createRichMenuAlias({ richMenuAliasId: 'waiting', richMenuId: waiting });
        const again = await refusal(client.createRichMenuAlias({ richMenuAliasId: 'waiting', richMenuId: waiting }));
        assert.equal(again.body.message, 'conflict richmenu alias id');
        await client.updateRichMenuAlias('waiting', { richMenuId: everyday });
        assert.equal((await client.getRichMenuAlias('waiting')).richMenuId, everyday);
        assert.equal((await client.getRichMenuAliasList()).aliases.length, 1);
        await client.deleteRichMenuAlias('waiting');
        assert.equal((await refusal(client.getRichMenuAlias('waiting'))).body.message, 'richmenu alias not found');
    });

    test('bulk link is accepted with 202; who blocked is left out silently', async () => {
        const [one, other] = [await sandbox.person('一'), await sandbox.person('二')];
        await sandbox.post(`people/${other}/unfollow`);
        const richMenuId = await ready();
        const linked = await client.linkRichMenuIdToUsersWithHttpInfo({ richMenuId, userIds: [one, other] });
        assert.equal(linked.httpResponse.status, 202);
        assert.equal((await client.getRichMenuIdOfUser(one)).richMenuId, richMenuId);
        assert.equal((await refusal(client.getRichMenuIdOfUser(other))).status, 404);
        await client.unlinkRichMenuIdFromUsers({ userIds: [one] });
        assert.equal((await refusal(client.getRichMenuIdOfUser(one))).status, 404);
    });
});

describe('channel access tokens', () => {
    const oauth = () => new channelAccessToken.ChannelAccessTokenClient({ baseURL: sandbox.base });
    const works = async (token) =>
        (await sandbox.platform('GET', '/v2/bot/info', { token })).status === 200;

    test('stateless by id and secret: fifteen minutes, no more than that', async () => {
        const issued = await oauth().issueStatelessChannelTokenByClientSecret(channelId, channelSecret);
        assert.equal(issued.token_type, 'Bearer');
        assert.ok(issued.expires_in <= 900 && issued.expires_in > 890);
        assert.ok(await works(issued.access_token));
        const refused = await refusal(oauth().issueStatelessChannelTokenByClientSecret(channelId, 'wrong'));
        assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_client']);
    });

    test('by a JWT assertion: stateless and v2.1, with a key id, and its claims are checked', async () => {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
        const assertion = (claims = {}) => {
            const exp = Math.floor(Date.now() / 1000) + 600;
            const head = part({ alg: 'RS256', typ: 'JWT', kid: 'key-of-the-test' });
            const body = part({ iss: channelId, sub: channelId, aud: 'https://api.line.me/', exp, token_exp: 86_400, ...claims });
            return `${head}.${body}.${sign('sha256', Buffer.from(`${head}.${body}`), privateKey).toString('base64url')}`;
        };
        assert.ok(await works((await oauth().issueStatelessChannelTokenByJWTAssertion(assertion())).access_token));
        const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
        const issue = (jwt) => oauth().issueChannelTokenByJWT('client_credentials', type, jwt);
        const issued = await issue(assertion());
        assert.equal(issued.expires_in, 86_400);
        assert.ok(await works(issued.access_token));
        assert.deepEqual((await oauth().getsAllValidChannelAccessTokenKeyIds(type, assertion())).kids, [issued.key_id]);
        assert.equal((await oauth().verifyChannelTokenByJWT(issued.access_token)).client_id, channelId);
        await oauth().revokeChannelTokenByJWT(channelId, channelSecret, issued.access_token);
        assert.equal(await works(issued.access_token), false);
        for (const claims of [{ exp: 1 }, { exp: Math.floor(Date.now() / 1000) + 7200 }, { aud: 'x' }, { iss: '1' }, { token_exp: 31 * 86_400 }])
            assert.equal((await refusal(issue(assertion(claims)))).status, 400, JSON.stringify(claims));
    });

    test('secrets and tokens stay out of the log', async () => {
        const issued = await oauth().issueStatelessChannelTokenByClientSecret(channelId, channelSecret);
        await works(issued.access_token);
        const log = JSON.stringify(await sandbox.get('requests'));
        for (const secret of [channelSecret, accessToken, issued.access_token]) assert.ok(!log.includes(secret));
    });
});

test('a path that LINE does not have is a 404, and the log says so', async () => {
    assert.equal((await sandbox.platform('POST', '/v2/bot/message/pusch', { body: {} })).status, 404);
    assert.deepEqual((await sandbox.requests()).at(-1).notes, ['the sandbox does not know this path']);
});

test('the signature is what the documentation says it is', async () => {
    const person = await sandbox.person();
    await sandbox.say(person, '署名');
    await bot.text('署名');
    const { headers, body } = bot.bodies.at(-1);
    assert.equal(headers['x-line-signature'], createHmac('sha256', channelSecret).update(JSON.stringify(body)).digest('base64'));
});
