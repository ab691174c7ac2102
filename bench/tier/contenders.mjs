// Caches over one Redis, each as its documentation sets it up: `open` gives `get`, `set` and, where there is one, a read without
// a promise; `close` ends it. All store small objects as JSON.
import { importTierPeer } from './packages.mjs';

const MOST = 200_000;

/** @param {string} library Plimsoll's entry. @param {string} url Of the server. */
export async function tierContenders(library, url) {
  const { createClient, BasicClientSideCache } = await importTierPeer('redis');
  const plimsoll = await import(library);

  const connect = async (options = {}) => {
    const client = createClient({ url, ...options });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const openPlimsoll = async (name, isTracking, codec) => {
    const client = await connect();
    const place = { client, namespace: name };
    const cache = new plimsoll.TieredCache({
      l1: { maxEntries: MOST, warnUtilisation: false },
      l2: new plimsoll.RedisTier({ ...place, codec }),
      bus: isTracking ? new plimsoll.TrackingBus(place) : new plimsoll.InvalidationBus(place),
      ttl: '10m',
      timeout: '5s',
    });
    await cache.ready();
    return {
      get: (key) => cache.get(key),
      getSync: (key) => cache.getSync(key),
      set: (key, value) => cache.set(key, value),
      forget: () => cache.l1.clear(),
      close: () => cache.close().then(() => client.destroy()),
    };
  };

  const bare = (name, options) => ({
    name,
    open: async (prefix) => {
      const client = await connect(options);
      return {
        get: async (key) => {
          const text = await client.get(`${prefix}${key}`);
          return text === null ? undefined : JSON.parse(text);
        },
        set: (key, value) => client.set(`${prefix}${key}`, JSON.stringify(value), { PX: 600_000 }),
        forget: () => {},
        close: async () => client.destroy(),
      };
    },
  });

  return [
    bare('bare node-redis'),
    bare('bare node-redis without its time limit', { commandOptions: { timeout: undefined } }),
    { name: 'plimsoll', open: (prefix) => openPlimsoll(prefix, false, 'json') },
    { name: 'plimsoll, tracking', open: (prefix) => openPlimsoll(prefix, true, 'json') },
    {
      name: 'node-redis client-side cache',
      open: async (prefix) => {
        const store = new BasicClientSideCache({ maxEntries: MOST, ttl: 0, evictPolicy: 'LRU' });
        const client = await connect({ RESP: 3, clientSideCache: store });
        const writer = await connect();
        return {
          get: async (key) => {
            const text = await client.get(`${prefix}${key}`);
            return text === null ? undefined : JSON.parse(text);
          },
          set: (key, value) => writer.set(`${prefix}${key}`, JSON.stringify(value), { PX: 600_000 }),
          forget: () => store.clear(),
          close: async () => {
            client.destroy();
            writer.destroy();
          },
        };
      },
    },
    { name: 'bentocache', open: (prefix) => openBento(prefix, url) },
    { name: 'cacheable', open: (prefix) => openCacheable(prefix, url) },
  ];
}

async function openBento(prefix, url) {
  const { BentoCache, bentostore } = await importTierPeer('bentocache');
  const { memoryDriver } = await importTierPeer('bentocache/drivers/memory');
  const { redisBusDriver, redisDriver } = await importTierPeer('bentocache/drivers/redis');
  const { port } = new URL(url);
  const connection = { host: '127.0.0.1', port: Number(port) };
  const store = bentostore()
    .useL1Layer(memoryDriver({ maxItems: MOST }))
    .useL2Layer(redisDriver({ connection }))
    .useBus(redisBusDriver({ connection }));
  const bento = new BentoCache({ default: 'all', prefix, ttl: '10m', stores: { all: store } });
  return {
    get: (key) => bento.get({ key }),
    set: (key, value) => bento.set({ key, value }),
    // It has no way to clear its first tier alone.
    forget: () => 'reopen',
    close: () => bento.disconnectAll(),
  };
}

async function openCacheable(prefix, url) {
  const { Cacheable } = await importTierPeer('cacheable');
  const keyvRedis = await importTierPeer('@keyv/redis');
  const KeyvRedis = keyvRedis.default.default ?? keyvRedis.default;
  const cache = new Cacheable({ secondary: new KeyvRedis(url), namespace: prefix, ttl: '10m' });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    forget: () => cache.primary.clear(),
    close: () => cache.disconnect(),
  };
}
