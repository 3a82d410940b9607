#!/usr/bin/env node
// Holds every request a running sandbox has received against LINE's OpenAPI description.
//   node validate-requests.mjs [http://127.0.0.1:8090] [path/to/messaging-api.yml]
// Exit 0: all are right, or the description is not there. Exit 1: the list of what is wrong.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Description } from './openapi.mjs';
import { repository } from './support.mjs';

const base = process.argv[2] ?? process.env.TSUNAGI_SANDBOX_URL ?? 'http://127.0.0.1:8090';
const file = process.argv[3] ?? process.env.LINE_OPENAPI ?? resolve(repository, '../shared/line/openapi/messaging-api.yml');
const isToken = ({ path }) => path.startsWith('/oauth2/') || path.startsWith('/v2/oauth/'); // described elsewhere, logged without body

if (!existsSync(file)) {
    console.log(`LINE's OpenAPI description is not here (${file}): nothing was checked.`);
    process.exit(0);
}
const description = new Description(file);
let after = 0, checked = 0, wrong = 0;
for (;;) {
    const { rows, forgotten } = await (await fetch(`${base}/_sandbox/requests?after=${after}&limit=1000`)).json();
    if (after === 0 && forgotten > 0) console.log(`the sandbox has forgotten its first ${forgotten} requests`);
    if (rows.length === 0) break;
    after = rows.at(-1).number;
    for (const row of rows.filter((one) => !isToken(one))) {
        checked += 1;
        const problems = description.problems(row);
        wrong += problems.length > 0;
        for (const problem of problems) console.error(`request ${row.number}: ${row.method} ${row.path}: ${problem}`);
    }
}
console.log(`${checked} requests held against ${file}: ${wrong} wrong`);
process.exit(wrong > 0 ? 1 : 0);
