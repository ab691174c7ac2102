import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CLIENT_KINDS } from '../helpers/redis-clients.ts';
import { RedisServer, withoutRedis } from '../helpers/redis-server.ts';
import { TcpProxy } from '../helpers/tcp-proxy.ts';
import { Fleet, type WorkerStats } from '../helpers/tier-fleet.ts';

/** Operations of all processes together; 2,000,000 for the long form. */
const OPERATIONS = Number(process.env['PLIMSOLL_TIER_OPERATIONS'] ?? 12_000);
/** Length of the outage over which memory is watched; 60 for the long form. */
const OUTAGE_SECONDS = Number(process.env['PLIMSOLL_TIER_OUTAGE_SECONDS'] ?? 1);

/** For the long forms, on a machine with other work. */
const LONGEST = 120_000 + OPERATIONS * 2 + OUTAGE_SECONDS * 3000;

describe.skipIf(withoutRedis)('four processes over one Redis', () => {
  let server: RedisServer;
  let proxy: TcpProxy;
  let fleet: Fleet;
  beforeAll(async () => {
    server = await RedisServer.start();
    proxy = await TcpProxy.start(server.port);
    fleet = await Fleet.start({ ports: Array.from({ length: 4 }, () => proxy.port), valueLength: 300 });
  });
  afterAll(async () => {
    fleet.kill();
    await proxy.end();
    await server.end();
  });
  afterEach(async () => {
    proxy.mend();
    await fleet.all('stop');
    await fleet.recovered();
    await fleet.all('reset');
  });

  /** Runs, lets something happen, and checks. */
  const during = async (happen: () => Promise<void>, mayLose = false): Promise<void> => {
    await fleet.all('run');
    await fleet.until(({ counts }) => counts.writes > 20 && counts.hits > 200);
    await happen();
    await fleet.recovered();
    await fleet.until(({ counts }) => counts.writes > 40);
    const found = await fleet.check({ mayLose });
    expect([found.stale, found.lost]).toEqual([[], []]);
    expect(found.reads).toBeGreaterThan(0);
  };
  const isOpen = ({ l2 }: WorkerStats): boolean => l2.breaker !== 'closed';
  const infoOf = async (section: string, name: string): Promise<number> =>
    Number(new RegExp(`${name}:(\\d+)`).exec(await server.command('INFO', section))![1]);

  test(
    'read and write: nothing stale, nothing lost',
    async () => {
      await fleet.all('burst', OPERATIONS / 4);
      const { stale, lost, acknowledged, longestStaleMs } = await fleet.check();
      expect([stale, lost]).toEqual([[], []]);
      console.log(`${OPERATIONS} operations, ${acknowledged} writes, longest stale ${longestStaleMs.toFixed(1)} ms`);
      // Nothing is left behind.
      await fleet.until(({ underWay, owed, l2 }) => underWay === 0 && owed === 0 && l2['pending'] === 0);
    },
    LONGEST,
  );

  test('kill -9 of the server', async () => {
    await during(async () => {
      await server.kill();
      await fleet.until(isOpen);
      await server.run();
    }, true);
    const [stats] = await fleet.all<WorkerStats>('stats');
    expect(stats!.alerts).toBe(1);
  });

  test('a server that is stopped and goes on', async () => {
    await during(async () => {
      server.signal('SIGSTOP');
      await fleet.until(isOpen);
      server.signal('SIGCONT');
    });
  });

  test('a network that is cut', async () => {
    await during(async () => {
      proxy.cut();
      await fleet.until(isOpen);
      proxy.mend();
    });
  });

  test('a network that swallows everything', async () => {
    await during(async () => {
      proxy.hold();
      await fleet.until((stats) => isOpen(stats) && !stats.bus.isLive);
      proxy.mend();
    });
  });

  test('reconnect storms', async () => {
    await during(async () => {
      for (let at = 0; at < 10; at++) {
        const worker = fleet.workers[at % 4]!;
        const { losses } = (await worker.ask<WorkerStats>('stats')).bus;
        proxy.reset();
        await fleet.until(({ bus }) => bus.losses > losses || !bus.isLive, [worker]);
      }
    });
  });

  test('a server slower than it may be', async () => {
    await during(async () => {
      proxy.delay(250);
      await fleet.until(isOpen);
      proxy.mend();
    });
  });

  test('FLUSHALL: every process hears of it', async () => {
    await during(async () => {
      await server.command('FLUSHALL');
      await fleet.until(({ counts }) => counts.writes > 40);
    }, true);
    const [a, b] = fleet.workers;
    await a!.ask('set', 'flushed', { n: 1 });
    await b!.ask('get', 'flushed');
    await server.command('FLUSHALL');
    for (const worker of [a!, b!]) {
      while ((await worker.ask('peek', 'flushed')) !== null) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await worker.ask('get', 'flushed')).toBeNull();
    }
  });

  test('memory full: the server refuses, nobody falls over', async () => {
    await during(async () => {
      await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
      await server.command(
        'CONFIG',
        'SET',
        'maxmemory',
        String(Math.floor((await infoOf('memory', 'used_memory')) / 2)),
      );
      await fleet.until(({ l2, counts }) => l2['refusals']! > 10 && counts.failed > 3);
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
    });
  });

  test('memory full: the server evicts', async () => {
    await during(async () => {
      const before = await infoOf('stats', 'evicted_keys');
      await server.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
      // Less than there is, so that keys have to go with every write.
      await server.command('CONFIG', 'SET', 'maxmemory', String((await infoOf('memory', 'used_memory')) - 2000));
      while ((await infoOf('stats', 'evicted_keys')) < before + 20)
        await new Promise((resolve) => setTimeout(resolve, 20));
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
    }, true);
  });

  test(
    'an outage leaves memory as it was',
    async () => {
      await fleet.all('run');
      await fleet.until(({ counts }) => counts.writes > 100);
      proxy.hold();
      await fleet.until(isOpen);
      // What is kept of failed writes is full soon; then nothing may grow.
      await fleet.until(({ counts }) => counts.failed > 100);
      const before = await fleet.all<number>('floor');
      const began = performance.now();
      while (performance.now() - began < OUTAGE_SECONDS * 1000) {
        const { counts } = await fleet.workers[0]!.ask<WorkerStats>('stats');
        await fleet.until((stats) => stats.counts.reads > counts.reads + 1000, [fleet.workers[0]!]);
      }
      const after = await fleet.all<number>('floor');
      const grown = after.map((bytes, at) => bytes - before[at]!);
      const shown = grown.map((bytes) => `${(bytes / 1024).toFixed(0)} KiB`).join(', ');
      console.log(`floor over ${OUTAGE_SECONDS} s without Redis: ${shown}`);
      expect(grown.every((bytes) => bytes < 1_000_000)).toBe(true);
      const stats = await fleet.all<WorkerStats>('stats');
      expect(stats.every(({ l2 }) => l2['pending']! <= 5000)).toBe(true);
      proxy.mend();
      await fleet.recovered();
      const found = await fleet.check();
      expect([found.stale, found.lost]).toEqual([[], []]);
    },
    LONGEST,
  );

  test('a process that is killed between its write and its word', async () => {
    const [writer, ...readers] = fleet.workers;
    await writer!.ask('set', 'k0', { n: 1e8 });
    for (const reader of readers) await reader.ask('get', 'k0');
    void writer!.ask('setAndDie', 'k0').catch(() => {});
    expect(await writer!.ended).toMatch(/^SIGKILL/);
    expect(writer!.lastWord?.died).toBe(true);
    fleet = fleet.of(readers);
    for (const reader of readers) {
      while ((await reader.ask<{ n: number } | null>('peek', 'k0'))?.n === 1e8) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      // A read that a busy machine does not grant its time is a miss; it is never the old value.
      let found: { n: number } | null;
      do found = await reader.ask<{ n: number } | null>('get', 'k0');
      while (found === null);
      expect(found.n).toBe(1e9);
    }
    // The others have come through all of it, and end as they should.
    expect(await fleet.end()).toEqual([]);
    fleet = fleet.of([]);
  });
});

describe.skipIf(withoutRedis)('processes that load under a lease', () => {
  let server: RedisServer;
  const fleets: Fleet[] = [];
  const start = async (lease: string): Promise<Fleet> => {
    const fleet = await Fleet.start({
      ports: [server.port, server.port, server.port],
      cache: { lease, timeout: '10s' },
    });
    fleets.push(fleet);
    return fleet;
  };
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(async () => {
    for (const fleet of fleets) fleet.kill();
    await server.end();
  });

  test('load once, whoever asks', async () => {
    const fleet = await start('1m');
    const found = await fleet.all('load', 'shared', { n: 1 }, 50);
    expect(found).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
    const loads = (await fleet.all<WorkerStats>('stats')).map((stats) => stats.loads);
    expect(loads.reduce((sum, one) => sum + one)).toBe(1);
    expect(await fleet.end()).toEqual([]);
  });

  test('go on when the one that loads is killed', async () => {
    const fleet = await start('500ms');
    const [holder, ...others] = fleet.workers;
    void holder!.ask('load', 'held', { n: 1 }, 1e6).catch(() => {});
    await fleet.until(({ loads }) => loads === 1, [holder!]);
    const waiting = others.map((worker) => worker.ask('load', 'held', { n: 2 }, 0));
    holder!.child.kill('SIGKILL');
    expect(await Promise.all(waiting)).toEqual([{ n: 2 }, { n: 2 }]);
    expect(await fleet.of(others).end()).toEqual([]);
  });
});

describe.skipIf(withoutRedis).each(CLIENT_KINDS)('the server itself tells what is written, over %s', (client) => {
  let server: RedisServer;
  let fleet: Fleet;
  beforeAll(async () => {
    server = await RedisServer.start();
    fleet = await Fleet.start({ ports: [server.port, server.port], client, isTracking: true });
  });
  afterAll(async () => {
    fleet.kill();
    await server.end();
  });

  test('by the caches and by anybody else', async () => {
    await fleet.all('burst', 3000);
    const found = await fleet.check();
    expect([found.stale, found.lost]).toEqual([[], []]);
    const [worker] = fleet.workers;
    await worker!.ask('get', 'k0');
    await worker!.ask('set', 'k0', { n: 1e6 });
    await worker!.ask('get', 'k0');
    await server.command('DEL', 'fleet::k0');
    while ((await worker!.ask('peek', 'k0')) !== null) await new Promise((resolve) => setImmediate(resolve));
    await server.kill();
    await fleet.until(({ bus }) => !bus.isLive);
    await server.run();
    await fleet.recovered();
    expect(await worker!.ask('set', 'k0', { n: 2e6 })).toBe(true);
    expect(await fleet.end()).toEqual([]);
  });
});
