// Sends a fixed list of requests, always the same ones, over a fixed number of connections. Told what to do by its parent.
import http from 'node:http';

/** The request with this number: half reads, a quarter searches, a quarter orders. */
function requestOf(number) {
  if (number % 4 === 1) return { path: `/search?tag=tag-${number % 17}&from=${(number * 37) % 20_000}` };
  if (number % 4 === 3) return { path: '/orders', body: JSON.stringify(orderOf(number)) };
  return { path: `/items/${(number * 7919) % 20_000}` };
}

function orderOf(number) {
  const lines = Array.from({ length: 5 }, (_, k) => ({ id: number * 11 + k * 17, count: 1 + (k % 3) }));
  return { id: `order-${number}`, customer: { name: `customer ${number % 1000}`, city: 'Bristol' }, lines };
}

function send(agent, port, { path, body }) {
  return new Promise((resolve, reject) => {
    const options = { agent, port, host: '127.0.0.1', path, method: body === undefined ? 'GET' : 'POST' };
    const request = http.request(options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function drive({ port, first, requests, connections }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const end = first + requests;
  let next = first;
  let failed = 0;
  const work = async () => {
    while (next < end) if ((await send(agent, port, requestOf(next++))) !== 200) failed++;
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return { failed };
}

process.on('message', async (order) => {
  try {
    process.send(await drive(order));
  } catch (error) {
    process.send({ error: error.message });
  }
});
