// A busy service of ordinary make: JSON routes over a warm, bounded store. Prints its port, ends with SIGTERM.
import http from 'node:http';

const ITEMS = 20_000;
const KEPT_ORDERS = 2_000;

const items = new Map(Array.from({ length: ITEMS }, (_, id) => [id, makeItem(id)]));
const recentOrders = new Map();

function makeItem(id) {
  return {
    id,
    name: `item ${id.toString(36)} of the catalogue`,
    price: ((id * 7919) % 10_000) / 100,
    stock: (id * 31) % 500,
    tags: [`tag-${id % 17}`, `tag-${id % 23}`, `tag-${id % 41}`],
    dimensions: { width: id % 90, height: id % 70, depth: id % 50 },
    updatedAt: new Date(1.7e12 + id * 1000).toISOString(),
  };
}

function showItem(id) {
  const item = items.get(id % ITEMS);
  const related = Array.from({ length: 8 }, (_, k) => items.get((id * 13 + k * 101) % ITEMS));
  return { ...item, related: related.map(({ id, name, price }) => ({ id, name, price })) };
}

function search(tag, from) {
  const found = [];
  for (let id = from; id < from + 400; id++) {
    const item = items.get(id % ITEMS);
    if (item.tags.includes(tag)) found.push({ id: item.id, name: item.name.toUpperCase(), price: item.price });
  }
  found.sort((a, b) => a.price - b.price);
  return { tag, total: found.length, items: found.slice(0, 20) };
}

function placeOrder(order) {
  const lines = order.lines.map(({ id, count }) => ({ ...items.get(id % ITEMS), count }));
  const total = lines.reduce((sum, line) => sum + line.price * line.count, 0);
  recentOrders.set(order.id, { customer: order.customer, lines, total, at: Date.now() });
  if (recentOrders.size > KEPT_ORDERS) recentOrders.delete(recentOrders.keys().next().value);
  return { id: order.id, total: Math.round(total * 100) / 100, lines: lines.length };
}

/** What the process has used so far: the bench asks before and after the requests that count. */
function usage() {
  const { user, system } = process.cpuUsage();
  return { pid: process.pid, cpuUs: user + system, rssBytes: process.memoryUsage.rss() };
}

async function readJson(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

async function answer(request) {
  const url = new URL(request.url, 'http://localhost');
  const [, route, argument] = url.pathname.split('/');
  if (route === 'items') return showItem(Number(argument));
  if (route === 'search') return search(url.searchParams.get('tag'), Number(url.searchParams.get('from')));
  if (route === 'orders' && request.method === 'POST') return placeOrder(await readJson(request));
  if (route === 'usage') return usage();
  return undefined;
}

const server = http.createServer(async (request, response) => {
  const content = await answer(request);
  const body = JSON.stringify(content ?? { error: 'not found' });
  response.writeHead(content === undefined ? 404 : 200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
