// Brings a town up and keeps it, to look around by hand: node look.mjs
import { Town, password } from './support.mjs';

const town = await Town.start();
console.log(`phone ${town.line}/phone/  console ${town.base}/console/  login yamada / ${password}  (Ctrl+C ends it)`);
process.on('SIGINT', async () => { await town.stop(); process.exit(0); });
