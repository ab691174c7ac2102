import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Bus, InvalidationBus, RedisTier, TieredCache, TrackingBus } from '../../../src/tier/index.ts';
import { CLIENT_KINDS, type OpenClient, openClient } from '../../helpers/redis-clients.ts';
import { RedisServer, withoutRedis } from '../../helpers/redis-server.ts';

interface Place {
  readonly client: unknown;
  readonly namespace: string;
  readonly maxStaleness: string;
}

/** Nothing that a busy machine does is taken for a loss. */
const UNHURRIED = '1m';
const QUICK = '400ms';

const BUSES: readonly [string, (place: Place) => Bus][] = [
  ['InvalidationBus', (place) => new InvalidationBus(place)],
  ['TrackingBus', (place) => new TrackingBus(place)],
];

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
let made = 0;

describe.skipIf(withoutRedis)('a bus', () => {
  let server: RedisServer;
  const opened: { close(): unknown }[] = [];
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.end());
  afterEach(async () => {
    for (const one of opened.splice(0).toReversed()) await one.close();
  });

  const openCache = (place: Place, makeBus: (place: Place) => Bus): TieredCache<string> => {
    const { client, namespace } = place;
    const cache = new TieredCache<string>({
      l1: { maxEntries: 100 },
      l2: new RedisTier<string>({ client, namespace }),
      bus: makeBus(place),
      ttl: '10m',
      // A busy machine is no outage.
      timeout: '10s',
      onL2Error: 'throw',
      onAlert: () => {},
    });
    opened.push(cache);
    return cache;
  };
  const connect = async (kind: (typeof CLIENT_KINDS)[number]): Promise<unknown> => {
    const one: OpenClient = await openClient(kind, server.port);
    opened.push(one);
    return one.client;
  };

  describe.each(BUSES)('%s', (_name, makeBus) => {
    test.each(CLIENT_KINDS)('over %s: who is ready keeps its trust, whoever joins', async (kind) => {
      const place = { namespace: `b${made++}`, maxStaleness: UNHURRIED };
      const join = async (): Promise<TieredCache<string>> =>
        openCache({ client: await connect(kind), ...place }, makeBus);
      const caches = await Promise.all([join(), join()]);
      await Promise.all(caches.map((cache) => cache.ready()));
      for (let at = 0; at < 20; at++) await caches[at % 2]!.set(`of ${at % 2}`, 'v');
      const late = await join();
      await late.ready();
      caches.push(late);
      for (let at = 0; at < 30; at++) await caches[at % 3]!.set(`of ${at % 3}`, 'v');
      for (const cache of caches) expect(cache.stats().bus).toMatchObject({ isLive: true, losses: 0 });
      for (const cache of caches) await cache.get('of 0');
      await late.delete('of 0');
      while (caches.some((cache) => cache.getSync('of 0') !== undefined)) await soon();
    });

    test.each(CLIENT_KINDS)('over %s: a connection that is cut is a loss, and it begins anew', async (kind) => {
      const client = await connect(kind);
      const cache = openCache({ client, namespace: `b${made++}`, maxStaleness: QUICK }, makeBus);
      await cache.ready();
      for (let times = 1; times <= 2; times++) {
        await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await server.command('CLIENT', 'KILL', 'TYPE', 'normal');
        while (cache.stats().bus!.losses < times) await soon();
        await cache.ready();
      }
      await cache.set('k', 'v').catch(() => cache.set('k', 'v'));
      expect(await cache.get('k')).toBe('v');
    });
  });

  test.each(CLIENT_KINDS)('TrackingBus over %s hears of anybody, of many at once, and of all', async (kind) => {
    const namespace = `b${made++}`;
    const client = await connect(kind);
    const cache = openCache({ client, namespace, maxStaleness: QUICK }, (place) => new TrackingBus(place));
    await cache.ready();
    const keys = ['plain', 'with,commas', 'naïve', 'spaced out'];
    const hold = async (): Promise<void> => {
      // What has just been written is told of as well, and then read again.
      await cache.setMany(keys.map((key) => [key, 'v']));
      while (keys.some((key) => cache.getSync(key) === undefined)) await cache.getMany(keys);
    };
    await hold();
    await server.command('DEL', ...keys.map((key) => `${namespace}::${key}`));
    while (keys.some((key) => cache.getSync(key) !== undefined)) await soon();
    await cache.set('short', 'v');
    while (cache.getSync('short') === undefined) await cache.get('short');
    await server.command('PEXPIRE', `${namespace}::short`, '1');
    while (cache.getSync('short') !== undefined) await soon();
    await hold();
    await server.command('FLUSHALL');
    while (cache.stats().bus!.isLive) await soon();
    await cache.ready();
    expect(await cache.getMany(keys)).toEqual(new Map());
  });

  test('over clients that keep nothing for later, and connect when they are told to', async () => {
    const url = server.url;
    const ioredis = new Redis(url, { enableOfflineQueue: false, lazyConnect: true });
    opened.push({ close: () => ioredis.disconnect() });
    await ioredis.connect();
    const nodeRedis = createClient({ url, disableOfflineQueue: true });
    opened.push({ close: () => nodeRedis.destroy() });
    await nodeRedis.connect();
    for (const client of [ioredis, nodeRedis]) {
      for (const [, makeBus] of BUSES) {
        await openCache({ client, namespace: `b${made++}`, maxStaleness: QUICK }, makeBus).ready();
      }
    }
  });
});
