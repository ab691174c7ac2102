// One server that is stopped once: `server.mjs CONTENDER DIST PEERS`. Tells its port to its parent, stops when told to.
import http from 'node:http';
import { contenders } from './contenders.mjs';

const [name, dist, peers] = process.argv.slice(2);
/** Answers take up to so long, so that some are always under way. */
const LONGEST_ANSWER_MS = 10;

let answers = 0;
const server = http.createServer((request, response) => {
  setTimeout(() => response.end('ok'), (answers++ % LONGEST_ANSWER_MS) + 1);
});
const stop = await contenders[name](server, { dist, peers });
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.once('message', async () => {
  await stop();
  process.exit();
});
