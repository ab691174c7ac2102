// Two processes' caches over one Redis: what one changes the other sees, and when Redis stops, both go on.
import { createClient } from 'redis';
import { InvalidationBus, RedisTier, TieredCache } from 'plimsoll/redis';

const url = process.argv[2] ?? 'redis://127.0.0.1:6379';
let queries = 0;

/** Stands for the database. */
async function findUser(id) {
  queries++;
  return { id, name: `user ${id}` };
}

async function openCache(name) {
  const client = createClient({ url });
  client.on('error', () => {}); // the cache tells
  await client.connect();
  const place = { client, namespace: 'example:users' };
  const cache = new TieredCache({
    name,
    l1: { maxEntries: 1000 },
    l2: new RedisTier(place),
    bus: new InvalidationBus(place),
    ttl: '1m',
    timeout: '1s', // the first calls of a program take a while
    lease: '5s', // one of the processes asks the database
    load: findUser,
    onAlert: ({ message }) => console.log(`alert: ${message}`),
  });
  await cache.ready();
  return { cache, close: () => cache.close().then(() => client.destroy()) };
}

const [one, other] = await Promise.all([openCache('one'), openCache('other')]);
await one.cache.clear();

await Promise.all([one.cache.getOrLoad('7'), other.cache.getOrLoad('7'), one.cache.getOrLoad('7')]);
console.log(`three asked, queries: ${queries}`);

await one.cache.set('7', { id: '7', name: 'Ada' }, { tags: ['team'] });
while (other.cache.getSync('7')?.name === 'user 7') await new Promise(setImmediate); // the message is on its way
console.log(`the other has ${(await other.cache.get('7')).name}`);

await other.cache.invalidateTag('team');
console.log(`without its team: ${(await other.cache.getOrLoad('7')).name}`);

const { hits, secondHits, loads, bus } = other.cache.stats();
console.log({ hits, secondHits, loads, isLive: bus.isLive });
await Promise.all([one.close(), other.close()]);
