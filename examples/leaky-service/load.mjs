// One round of load: the same number of requests of the same mix every time. The choice of customers and products
// goes on where the round before stopped, as it would in life.
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { skuOf } from './catalogue.mjs';
import { CUSTOMERS } from './profiles.mjs';
import { Random } from './random.mjs';

const port = Number(process.env.PORT ?? 3210);
const CONCURRENCY = 8;
const THINK_MS = 55;
const PRODUCTS = 16_000;
const ROUND = { session: 70, profile: 210, order: 100, export: 45, search: 20, product: 20 };

const agent = new http.Agent({ keepAlive: true, maxSockets: CONCURRENCY });
let requests = 0;

function send(method, path, { token, body } = {}) {
  requests++;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method, path, headers, agent }, async (response) => {
      try {
        const data = JSON.parse(Buffer.concat(await response.toArray()).toString());
        if (response.statusCode === 200) resolve(data);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${data.error}`));
      } catch (error) {
        reject(error);
      }
    });
    request.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const sku = (random) => skuOf(random.below(PRODUCTS));
/** A few customers come often and many come seldom (Zipf's law). */
const customer = (random) => Math.floor(CUSTOMERS ** random.next()) - 1;

const VISITS = {
  async session(random) {
    const { token } = await send('POST', '/sessions');
    for (const quantity of [1, 10]) await send('GET', `/quotes/${sku(random)}?quantity=${quantity}`, { token });
  },
  profile: (random) => send('GET', `/profiles/${customer(random)}`),
  order(random) {
    const lines = Array.from({ length: 10 }, () => ({ sku: sku(random), quantity: 1 + random.below(12) }));
    const note = `Deliver to berth ${random.below(400)}. ${random.words(['before noon', 'by boat', 'ring the bell'], 20)}`;
    return send('POST', '/orders', { body: { customer: customer(random), lines, note } });
  },
  export: (random) => send('POST', '/exports', { body: { skus: Array.from({ length: 45 }, () => sku(random)) } }),
  search: (random) => send('GET', `/products?kind=${random.pick(['anchor', 'rope', 'winch'])}&text=spare`),
  product: (random) => send('GET', `/products/${sku(random)}`),
};

async function work(visits, random) {
  for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) {
    await VISITS[visit](random);
    await delay(THINK_MS);
  }
}

try {
  const { served } = await send('GET', '/health');
  const random = new Random(served);
  const visits = random.shuffle(Object.entries(ROUND).flatMap(([visit, count]) => Array(count).fill(visit)));
  const begun = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, () => work(visits, random)));
  console.log(`load: ${requests} requests in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
} catch (error) {
  console.error(`load: ${error.code === 'ECONNREFUSED' ? `nothing listens on port ${port}` : error.message}`);
  process.exitCode = 1;
}
agent.destroy();
