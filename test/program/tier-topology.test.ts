import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Cluster, Redis } from 'ioredis';
import { createCluster } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidationBus, RedisTier, TieredCache } from '../../src/tier/index.ts';
import { bareNode, DIST } from '../helpers/program.ts';
import { openClient } from '../helpers/redis-clients.ts';
import { freePort, RedisServer, withoutRedis } from '../helpers/redis-server.ts';
import { TcpProxy } from '../helpers/tcp-proxy.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const SLOTS = 16_384;

interface Opened {
  readonly cache: TieredCache<string>;
  readonly close: () => Promise<void>;
}

function openCache(client: unknown, closeClient: () => unknown, sharded: boolean = true): Opened {
  const place = { client, namespace: 'topology' };
  const cache = new TieredCache<string>({
    l1: { maxEntries: 1000 },
    l2: new RedisTier<string>(place),
    bus: new InvalidationBus({ ...place, maxStaleness: 1000, sharded }),
    ttl: '10m',
    timeout: '2s',
    onL2Error: client instanceof Cluster || 'masters' in (client as object) ? 'throw' : 'miss',
    breaker: { openFor: 50, maxOpenFor: 200 },
    lease: '10s',
    onAlert: () => {},
  });
  const close = async (): Promise<void> => {
    await cache.close();
    closeClient();
  };
  return { cache, close };
}

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe.skipIf(withoutRedis)('a cluster of three', () => {
  const servers: RedisServer[] = [];
  const caches: Opened[] = [];

  beforeAll(async () => {
    // The bus of the cluster needs a port of its own, given so that it is free too.
    for (let at = 0; at < 3; at++) {
      const own = [
        '--cluster-enabled',
        'yes',
        '--cluster-node-timeout',
        '15000',
        '--cluster-port',
        String(await freePort()),
      ];
      servers.push(await RedisServer.start(own));
    }
    const share = Math.ceil(SLOTS / 3);
    for (const [at, server] of servers.entries()) {
      const last = Math.min(SLOTS, (at + 1) * share) - 1;
      await server.command('CLUSTER', 'ADDSLOTSRANGE', String(at * share), String(last));
      const [first] = servers;
      const busPort = (await first!.command('CONFIG', 'GET', 'cluster-port')).split('\r\n').at(-1)!;
      if (at > 0) await server.command('CLUSTER', 'MEET', '127.0.0.1', String(first!.port), busPort);
    }
    for (const server of servers) {
      while (!(await server.command('CLUSTER', 'INFO')).includes('cluster_state:ok')) await soon();
      while (!(await server.command('CLUSTER', 'INFO')).includes('cluster_known_nodes:3')) await soon();
    }
    const rootNodes = servers.map(({ url }) => ({ url }));
    const nodeRedis = createCluster({ rootNodes });
    nodeRedis.on('error', () => {});
    await nodeRedis.connect();
    const nodes = servers.map(({ port }) => ({ host: '127.0.0.1', port }));
    const ioredis = new Cluster(nodes, { shardedSubscribers: true });
    ioredis.on('error', () => {});
    await new Promise((resolve) => ioredis.once('ready', resolve));
    const other = createCluster({ rootNodes });
    other.on('error', () => {});
    await other.connect();
    caches.push(
      openCache(nodeRedis, () => nodeRedis.destroy()),
      openCache(other, () => other.destroy()),
      openCache(ioredis, () => ioredis.disconnect()),
    );
    await Promise.all(caches.map(({ cache }) => cache.ready()));
  });
  afterAll(async () => {
    await Promise.all(caches.map(({ close }) => close()));
    await Promise.all(servers.map((server) => server.end()));
  });

  const keys = Array.from({ length: 300 }, (_, at) => (at % 2 === 0 ? `k${at}` : `k{${at}}`));

  test('entries on all nodes, by both clients: many at once, deletes, tags, leases, clear', async () => {
    const [one, two, three] = caches.map(({ cache }) => cache);
    expect(
      await one!.setMany(
        keys.map((key) => [key, `value of ${key}`]),
        { tags: ['all'] },
      ),
    ).toBe(true);
    for (const server of servers) expect(Number((await server.command('DBSIZE')).slice(1))).toBeGreaterThan(50);
    for (const cache of [two!, three!]) expect((await cache.getMany(keys)).size).toBe(300);
    expect(await three!.delete('k0')).toBe(true);
    // Until it has been told; what it loaded while it was being told it gives, and does not store.
    const load = (): Promise<unknown> => two!.getOrLoad('k0', async () => 'loaded');
    while ((await load()) !== 'loaded' || (await one!.get('k0')) !== 'loaded') await soon();
    expect(await three!.getOrLoad('k0', async () => 'not this')).toBe('loaded');
    expect(await three!.invalidateTag('all')).toBe(true);
    expect(await three!.getMany(keys)).toEqual(new Map([['k0', 'loaded']]));
    while ((await one!.getMany(keys)).size > 1) await soon();
    const loaded = new Map(keys.map((key) => [key, `loaded ${key}`]));
    let loads = 0;
    const loadMany = (): ReadonlyMap<string, string> => {
      loads++;
      return loaded;
    };
    expect(await three!.delete('k0')).toBe(true);
    while ((await one!.get('k0')) !== undefined) await soon();
    expect(await one!.getOrLoadMany(keys, loadMany)).toEqual(loaded);
    for (const cache of [two!, three!]) expect(await cache.getOrLoadMany(keys, loadMany)).toEqual(loaded);
    expect(loads).toBe(1);
    expect(await one!.clear()).toBe(true);
    expect(await one!.getMany(keys)).toEqual(new Map());
    // What is invalid goes in the background; two generations stay, one of the tag and one of everything.
    const left = async (): Promise<number> => {
      const sizes = await Promise.all(servers.map((server) => server.command('DBSIZE')));
      return sizes.reduce((sum, size) => sum + Number(size.slice(1)), 0);
    };
    while ((await left()) > 3) await soon();
  });

  test('changes are told over sharded pub/sub', async () => {
    const [one, two] = caches.map(({ cache }) => cache);
    await Promise.all([one!.ready(), two!.ready()]);
    await one!.set('told', 'old');
    while ((await two!.get('told')) !== 'old' || two!.getSync('told') !== 'old') await soon();
    await one!.set('told', 'new');
    while (two!.getSync('told') === 'old') await soon();
    expect(await two!.get('told')).toBe('new');
    const channels = await Promise.all(servers.map((server) => server.command('PUBSUB', 'SHARDCHANNELS')));
    expect(channels.join().match(/topology:#bus/g)).toHaveLength(1);
  });

  test('a cluster of ioredis that cannot subscribe so is refused, and may go by every node', async () => {
    const cluster = new Cluster([{ host: '127.0.0.1', port: servers[0]!.port }]);
    cluster.on('error', () => {});
    await new Promise((resolve) => cluster.once('ready', resolve));
    expect(() => new InvalidationBus({ client: cluster, namespace: 'topology' })).toThrow(/`shardedSubscribers: true`/);
    const nodeRedis = createCluster({ rootNodes: servers.map(({ url }) => ({ url })) });
    nodeRedis.on('error', () => {});
    await nodeRedis.connect();
    const one = openCache(cluster, () => cluster.disconnect(), false);
    const two = openCache(nodeRedis, () => nodeRedis.destroy(), false);
    await Promise.all([one.cache.ready(), two.cache.ready()]);
    for (const [writer, reader] of [[one, two] as const, [two, one] as const]) {
      await writer.cache.set('kin', 'old');
      while ((await reader.cache.get('kin')) !== 'old' || reader.cache.getSync('kin') !== 'old') await soon();
      await writer.cache.set('kin', 'new');
      while (reader.cache.getSync('kin') === 'old') await soon();
      expect(await reader.cache.get('kin')).toBe('new');
    }
    await Promise.all([one.close(), two.close()]);
  });
});

/** Whether the one replica of `primary` has all that was written to it. */
async function isPassedOn(primary: RedisServer): Promise<boolean> {
  const told = await primary.command('INFO', 'replication');
  const written = /^master_repl_offset:(\d+)/m.exec(told)?.[1];
  return written !== undefined && /^slave0:.*offset=(\d+)/m.exec(told)?.[1] === written;
}

describe.skipIf(withoutRedis)('a replica that becomes the primary', () => {
  const servers: RedisServer[] = [];
  const startServer = async (args?: readonly string[]): Promise<RedisServer> => {
    const server = await RedisServer.start(args);
    servers.push(server);
    return server;
  };
  afterAll(() => Promise.all(servers.map((server) => server.end())));

  test('all goes on there: nothing acknowledged and passed on is lost, nothing old is returned', async () => {
    const primary = await startServer();
    const replica = await startServer(['--replicaof', '127.0.0.1', String(primary.port)]);
    const proxy = await TcpProxy.start(primary.port);
    while (!(await replica.command('INFO', 'replication')).includes('master_link_status:up')) await soon();
    const clients = [await openClient('node-redis', proxy.port), await openClient('ioredis', proxy.port)];
    const [one, two] = clients.map((open) => openCache(open.client, () => open.close()));
    await Promise.all([one!.cache.ready(), two!.cache.ready()]);
    const keys = Array.from({ length: 100 }, (_, at) => `k${at}`);
    expect(await one!.cache.setMany(keys.map((key) => [key, 'first']))).toBe(true);
    await two!.cache.getMany(keys);
    // Not by WAIT, which waits for the writes of its own connection alone.
    while (!(await isPassedOn(primary))) await soon();

    await primary.kill();
    // While there is none, writes say so.
    while (await one!.cache.set('k0', 'unheard')) await soon();
    await replica.command('REPLICAOF', 'NO', 'ONE');
    proxy.target = replica.port;
    proxy.reset();
    while (!(await one!.cache.set('k1', 'second'))) await soon();
    await Promise.all([one!.cache.ready(), two!.cache.ready()]);
    while (one!.cache.stats().owed + two!.cache.stats().owed > 0) await soon();

    const found = await two!.cache.getMany(keys);
    expect([found.get('k0'), found.get('k1'), found.get('k2'), found.size]).toEqual([undefined, 'second', 'first', 99]);
    await Promise.all([one!.close(), two!.close()]);
    await proxy.end();
  });

  test('a client that is left with a replica that refuses writes is an outage, not an answer', async () => {
    const primary = await startServer();
    const replica = await startServer(['--replicaof', '127.0.0.1', String(primary.port)]);
    while (!(await replica.command('INFO', 'replication')).includes('master_link_status:up')) await soon();
    const client = new Redis(replica.port);
    client.on('error', () => {});
    await new Promise((resolve) => client.once('ready', resolve));
    const { cache, close } = openCache(client, () => client.disconnect());
    while (cache.stats().l2.breaker === 'closed') expect(await cache.set('k', 'v')).toBe(false);
    await replica.command('REPLICAOF', 'NO', 'ONE');
    while (!(await cache.set('k', 'v'))) await soon();
    await close();
  });
});

describe.skipIf(withoutRedis)('the example', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.end());

  test('asks the database once, hears of the change, and ends', async () => {
    await withTempDir(async (folder) => {
      const source = fs.readFileSync('examples/redis-tier/users.mjs', 'utf8');
      const urlOf = (file: string): string => `'${pathToFileURL(path.resolve(file)).href}'`;
      const script = path.join(folder, 'users.mjs');
      const built = urlOf(path.join(DIST, 'tier/index.js'));
      fs.writeFileSync(
        script,
        source.replace("'plimsoll/redis'", built).replace("'redis'", urlOf('node_modules/redis/dist/index.js')),
      );
      const { status, stdout, stderr } = await bareNode([script, server.url]);
      expect([stderr, status]).toEqual(['', 0]);
      expect(stdout.toString()).toContain('three asked, queries: 1\nthe other has Ada\nwithout its team: user 7\n');
    });
  });
});
