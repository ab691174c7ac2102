import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Cache, cacheHealth } from '../../../../src/cache/index.ts';
import type { CacheAlert, CacheOptions } from '../../../../src/cache/index.ts';
import { checkCache } from '../../../../src/cache/check.ts';
import { POLICIES } from '../../../helpers/cache-policies.ts';
import { FakeClock, settle } from '../../../helpers/fake-clock.ts';

let clock: FakeClock;
let alerts: CacheAlert[];
let errors: unknown[];
const open: { close(): Promise<void> }[] = [];

beforeEach(() => {
  clock = new FakeClock();
  alerts = [];
  errors = [];
});

afterEach(async () => {
  for (const cache of open.splice(0)) await cache.close();
  vi.restoreAllMocks();
});

function makeCache<V = number>(options: Partial<CacheOptions<number, V>> = {}): Cache<number, V> {
  const cache = new Cache<number, V>({
    name: 'users',
    maxEntries: 100,
    clock,
    onAlert: (alert) => void alerts.push(alert),
    onError: (error) => void errors.push(error),
    ...options,
  });
  open.push(cache);
  return cache;
}

function fill(cache: Cache<number, number>, from: number, to: number): void {
  for (let key = from; key < to; key++) cache.set(key, key);
}

/** Spies on the process's warnings, and keeps them off the terminal. */
function catchWarnings(): { readonly codes: unknown[] } {
  const codes: unknown[] = [];
  vi.spyOn(process, 'emitWarning').mockImplementation(((_: string, { code }: { code: string }) => {
    codes.push(code);
  }) as never);
  return { codes };
}

const codesOf = (list: readonly CacheAlert[]): string[] => list.map(({ code, level }) => `${code} ${level}`);
const FULL = 'PLIM_WARN_CACHE_FULL warning';
const THRASHING = 'PLIM_WARN_CACHE_THRASHING warning';
const MANY = 'PLIM_WARN_CACHE_BYTES warning';
const TOO_MANY = 'PLIM_WARN_CACHE_BYTES critical';

describe('statistics', () => {
  test('say how full it is, how often it hits, and how many it evicts in a minute', () => {
    const cache = makeCache({ maxEntries: 10, warnUtilisation: false });
    expect(cache.stats()).toMatchObject({ capacity: 10, utilisation: 0, hitRatio: undefined, evictionsPerMinute: 0 });
    fill(cache, 0, 5);
    cache.get(0);
    cache.get(1);
    cache.get(2);
    cache.get(99);
    expect(cache.stats()).toMatchObject({ size: 5, utilisation: 0.5, hitRatio: 0.75, bytes: undefined });
    fill(cache, 5, 22);
    expect(cache.stats()).toMatchObject({ size: 10, utilisation: 1, evictionsPerMinute: 12 });
  });

  test('with two bounds, the one reached first counts', () => {
    const cache = makeCache({ maxEntries: 10, maxBytes: 1000, sizeOf: () => 300 });
    fill(cache, 0, 2);
    expect(cache.stats()).toMatchObject({ capacity: 10, utilisation: 0.6, bytes: 600 });
    const byBytes = new Cache<number, number>({ maxBytes: 1000, sizeOf: () => 300 });
    expect(byBytes.stats()).toMatchObject({ capacity: undefined, utilisation: 0 });
  });

  test.each([{ trackAges: true }, { refreshAfter: '1h', load: (): number => 0 }])(
    'say how old the oldest entry is (%o)',
    (options) => {
      const cache = makeCache({ maxEntries: 3, policy: 'fifo', ...options });
      expect(cache.stats().oldestMs).toBeUndefined();
      cache.set(1, 1);
      clock.advance(1000);
      cache.set(2, 2);
      clock.advance(500);
      cache.get(1);
      expect(cache.stats().oldestMs).toBe(1500);
      cache.set(1, 7);
      expect(cache.stats().oldestMs).toBe(500);
      clock.advance(100);
      fill(cache, 3, 5);
      expect(cache.stats().oldestMs).toBe(600);
      fill(cache, 5, 7);
      clock.advance(100);
      expect(cache.stats().oldestMs).toBe(100);
      cache.clear();
      expect(cache.stats().oldestMs).toBeUndefined();
    },
  );

  test('do not say so by themselves', () => {
    const cache = makeCache({ ttl: '1m' });
    cache.set(1, 1);
    expect(cache.stats().oldestMs).toBeUndefined();
  });

  test('what expired is no part of the evictions in a minute', () => {
    const cache = makeCache({ ttl: 1000 });
    fill(cache, 0, 20);
    clock.advance(5000);
    expect(cache.stats()).toMatchObject({ evictions: { expired: 20 }, evictionsPerMinute: 0 });
    fill(cache, 0, 20);
    cache.evict(7);
    expect(cache.stats().evictionsPerMinute).toBe(7);
  });
});

describe('the alert on utilisation', () => {
  test('comes at 90 %, once, and again when it was below 80 % in between', () => {
    const cache = makeCache();
    fill(cache, 0, 89);
    expect(alerts).toEqual([]);
    fill(cache, 89, 90);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({
      level: 'warning',
      code: 'PLIM_WARN_CACHE_FULL',
      cache: 'users',
      at: clock.wallNow(),
    });
    expect(alerts[0]!.message).toMatch(/^The cache 'users' is 90 % full \(90 of 100 entries\)\. .*raise `maxEntries`/);
    fill(cache, 90, 130);
    for (const key of [...cache.keys()].slice(0, 19)) cache.delete(key);
    fill(cache, 130, 160);
    expect(alerts).toHaveLength(1);
    cache.evict(30);
    fill(cache, 160, 190);
    expect(codesOf(alerts)).toEqual([FULL, FULL]);
  });

  test.each([1, 2, 3, 7, 10, 15, 20, 63, 70, 101])('comes at the right entry of %i', (maxEntries) => {
    const cache = makeCache({ maxEntries });
    const at = Math.ceil(maxEntries * 0.9 - 1e-9);
    fill(cache, 0, at - 1);
    expect(alerts).toEqual([]);
    fill(cache, at - 1, at);
    expect(codesOf(alerts)).toEqual([FULL]);
    cache.clear();
    fill(cache, 0, at);
    expect(codesOf(alerts)).toEqual([FULL, FULL]);
  });

  test('a small cache that is emptied one by one has it again', () => {
    const cache = makeCache({ maxEntries: 10 });
    fill(cache, 0, 9);
    for (let key = 0; key < 5; key++) cache.delete(key);
    fill(cache, 0, 5);
    expect(codesOf(alerts)).toEqual([FULL, FULL]);
  });

  test('is by bytes where they are the nearer bound', () => {
    const cache = makeCache({ maxEntries: 1000, maxBytes: 1000, sizeOf: (value) => value });
    cache.set(1, 450).set(2, 449);
    expect(alerts).toEqual([]);
    cache.set(2, 450);
    expect(alerts[0]!.message).toMatch(/is 90 % full \(900 B of 1000 B|is 90 % full \(900 B of 1\.0 KiB/);
    expect(alerts[0]!.message).toContain('`maxBytes`');
    cache.delete(1);
    cache.set(3, 10).set(4, 440);
    expect(codesOf(alerts)).toEqual([FULL, FULL]);
  });

  test('is not raised again after every batch of evictions', () => {
    const cache = makeCache({ evictBatch: 50 });
    fill(cache, 0, 180);
    expect(codesOf(alerts)).toEqual([FULL]);
  });

  test('may have another mark, or none', () => {
    fill(makeCache({ warnUtilisation: 0.5 }), 0, 50);
    expect(codesOf(alerts)).toEqual([FULL]);
    fill(makeCache({ warnUtilisation: false, policy: 'lru' }), 0, 100);
    expect(alerts).toHaveLength(1);
  });

  test('is judged by new bounds at once', () => {
    const cache = makeCache();
    fill(cache, 0, 50);
    cache.resize({ maxEntries: 50 });
    expect(codesOf(alerts)).toEqual([FULL]);
    cache.resize({ maxEntries: 500 });
    fill(cache, 50, 450);
    expect(codesOf(alerts)).toEqual([FULL, FULL]);
  });
});

describe('the alert on thrashing', () => {
  test.each(POLICIES)('comes when entries leave unused (%s)', (policy) => {
    const cache = makeCache({
      policy,
      warnUtilisation: false,
      ...(policy === 'largest' ? { sizeOf: () => 1 } : {}),
    });
    fill(cache, 0, 190);
    expect(alerts).toEqual([]);
    fill(cache, 190, 1000);
    expect(codesOf(alerts)).toEqual([THRASHING]);
    expect(alerts[0]!.message).toMatch(
      /thrashes: of the last 1\d\d entries that it evicted for room, 100 % had never been used/,
    );
    expect(cache.health()).toMatchObject({ status: 'warning', reasons: ['PLIM_WARN_CACHE_THRASHING'] });
  });

  test('does not come while look-ups mostly hit, and ends when they do again', () => {
    const cache = makeCache({ policy: 'lru', warnUtilisation: false });
    let next = 1000;
    const round = (hot: number): void => {
      for (let key = 0; key < hot; key++) if (cache.get(key) === undefined) cache.set(key, key);
      for (let i = 0; i < 20; i++) if (cache.get(next) === undefined) cache.set(next++, 0);
    };
    for (let i = 0; i < 100; i++) round(50);
    expect(cache.stats().evictedUnused).toBeGreaterThan(1000);
    expect(alerts).toEqual([]);
    for (let i = 0; i < 100; i++) round(5);
    expect(codesOf(alerts)).toEqual([THRASHING]);
    for (let i = 0; i < 100; i++) round(50);
    expect(cache.health().status).toBe('healthy');
    expect(alerts).toHaveLength(1);
  });

  test('does not come when most were used before they left', () => {
    const cache = makeCache({ policy: 'fifo', warnUtilisation: false });
    for (let key = 0; key < 2000; key++) {
      cache.set(key, key);
      if (key % 10 < 6) cache.get(key);
      cache.get(-1);
    }
    expect(alerts).toEqual([]);
    expect(cache.stats().evictedUnused).toBe(760);
  });

  test('is over with other bounds, and what leaves by `evict` is no sign of it', () => {
    const cache = makeCache({ policy: 'lru', warnUtilisation: false });
    fill(cache, 0, 1000);
    cache.resize({ maxEntries: 200 });
    expect(cache.health().status).toBe('healthy');
    for (let i = 0; i < 20; i++) {
      fill(cache, 0, 150);
      cache.evict(200);
    }
    expect(codesOf(alerts)).toEqual([THRASHING]);
  });
});

describe('warnBytes', () => {
  const sized = (options: Partial<CacheOptions<number, number>> = {}): Cache<number, number> =>
    makeCache({
      maxEntries: 10_000,
      sizeOf: (value) => value,
      warnBytes: 1000,
      warnUtilisation: false,
      ...options,
    });

  test('warns above it, once, until it was below nine tenths of it', () => {
    const cache = sized();
    cache.set(1, 1000);
    expect(alerts).toEqual([]);
    cache.set(2, 1);
    expect(codesOf(alerts)).toEqual([MANY]);
    expect(alerts[0]!.message).toMatch(/^The cache 'users' holds .* more than its `warnBytes` of .*\. Store less/);
    expect(cache.health().status).toBe('warning');
    cache.delete(2);
    cache.set(3, 500);
    expect(alerts).toHaveLength(1);
    cache.delete(1);
    cache.set(4, 10);
    expect(cache.health()).toMatchObject({ status: 'healthy', reasons: [] });
    cache.set(1, 1000);
    expect(codesOf(alerts)).toEqual([MANY, MANY]);
  });

  test('is judged anew after somebody saw that it was over', () => {
    const cache = sized();
    cache.set(1, 600).set(2, 600);
    cache.delete(1);
    expect(cache.health().status).toBe('healthy');
    cache.set(1, 600);
    expect(codesOf(alerts)).toEqual([MANY, MANY]);
    expect(cache.health().status).toBe('warning');
  });

  test('above twice as much the cache is cut back: expired ones first, then the least useful', () => {
    const left: string[] = [];
    const cache = sized({
      policy: 'lru',
      sweepInterval: '1h',
      dispose: (_, key, cause) => void left.push(`${key} ${cause}`),
    });
    cache.set(1, 400).set(2, 400).set(3, 400);
    cache.set(4, 400, { ttl: 1000 });
    cache.get(1);
    clock.block(2000);
    cache.set(5, 401);
    expect(left).toEqual(['4 expired', '2 pressure', '3 pressure']);
    expect(cache.bytes).toBe(801);
    expect(codesOf(alerts)).toEqual([MANY, TOO_MANY]);
    expect(alerts[1]!.message).toContain('1 expired and 2 live entries were taken out');
    expect(alerts[1]!.message).toContain('holds 801 B now.');
    expect(cache.health().status).toBe('healthy');
    checkCache(cache);
  });

  test('it is critical at once when one set brings it above twice as much; a re-set counts too', () => {
    const cache = sized({ policy: 'fifo' });
    cache.set(1, 10).set(2, 10);
    cache.set(2, 2500);
    expect(codesOf(alerts)).toEqual([TOO_MANY]);
    expect(cache.size).toBe(0);
  });

  test('a cut of many entries goes on with the next sets', () => {
    const cache = sized({ maxEntries: 100_000, sizeOf: () => 1, warnBytes: 10_000 });
    fill(cache, 0, 20_001);
    expect(cache.bytes).toBe(10_001);
    expect(alerts.at(-1)!.message).toContain('the rest follows with the next sets');
    expect(cache.health().status).toBe('critical');
    cache.set(-1, 0);
    expect(cache.bytes).toBe(10_000);
    expect(codesOf(alerts)).toEqual([MANY, TOO_MANY]);
    expect(cache.health().status).toBe('warning');
    fill(cache, 20_001, 20_100);
    expect(cache.bytes).toBe(10_099);
    checkCache(cache);
  });

  test('weighs entries by itself, without any bound on bytes', () => {
    const cache = makeCache<string>({ warnBytes: '1KB' });
    cache.set(1, 'x'.repeat(1100));
    expect(cache.bytes).toBeGreaterThan(1100);
    expect(codesOf(alerts)).toEqual([MANY]);
  });
});

describe('alerts', () => {
  test('the last 50 are kept, oldest first', () => {
    const cache = makeCache({ maxEntries: 1 });
    for (let i = 0; i < 60; i++) {
      clock.advance(1000);
      cache.set(i, i);
      cache.clear();
    }
    const { alerts: kept } = cache.health();
    expect(kept).toHaveLength(50);
    expect(kept).toEqual(alerts.slice(10));
    expect(kept[1]!.at - kept[0]!.at).toBe(1000);
  });

  test('a handler may call the cache, without end too, and sees it whole', () => {
    const cache = makeCache({
      maxEntries: 4,
      onAlert: (alert) => {
        checkCache(cache);
        alerts.push(alert);
        cache.clear();
        fill(cache, 0, 4);
      },
    });
    fill(cache, 0, 4);
    expect(alerts).toHaveLength(50);
    expect(cache.size).toBe(4);
    expect(errors).toEqual([]);
  });

  test('what a handler throws or rejects with goes to `onError`', async () => {
    const [thrown, rejected] = [new Error('thrown'), new Error('rejected')];
    fill(
      makeCache({
        onAlert: () => {
          throw thrown;
        },
      }),
      0,
      100,
    );
    fill(
      makeCache({
        onAlert: async () => {
          throw rejected;
        },
      }),
      0,
      100,
    );
    await settle();
    expect(errors).toEqual([thrown, rejected]);
  });

  test('without a handler the process is warned, once of each, and only of a cache with a name', () => {
    const { codes } = catchWarnings();
    const options = { maxEntries: 100, clock };
    const named = new Cache<number, number>({ ...options, name: 'named' });
    const unnamed = new Cache<number, number>(options);
    open.push(named, unnamed);
    for (const cache of [named, unnamed]) {
      fill(cache, 0, 1000);
      cache.clear();
      fill(cache, 0, 100);
    }
    expect(codes).toEqual(['PLIM_WARN_CACHE_FULL', 'PLIM_WARN_CACHE_THRASHING']);
    expect(codesOf(unnamed.health().alerts)).toEqual([FULL, THRASHING, FULL]);
  });

  test('an alert on bytes is said of a cache without a name as well', () => {
    const { codes } = catchWarnings();
    const cache = new Cache<number, number>({ maxEntries: 10, sizeOf: () => 10, warnBytes: 15, clock });
    fill(cache, 0, 2);
    expect(codes).toEqual(['PLIM_WARN_CACHE_BYTES']);
  });
});

describe('a failed clean-up', () => {
  test('is an alert, and makes the cache critical for ten minutes', async () => {
    const cache = makeCache({
      dispose: () => {
        throw new Error('still open');
      },
    });
    cache.set(1, 1);
    cache.delete(1);
    await clock.advanceAsync(7000);
    expect(codesOf(alerts)).toEqual(['PLIM_WARN_CACHE_DISPOSAL critical']);
    expect(cache.health()).toMatchObject({
      status: 'critical',
      reasons: ['PLIM_WARN_CACHE_DISPOSAL'],
      stats: { disposeAttempts: 3, disposeRetries: 2, disposeFailures: 1 },
    });
    expect(cacheHealth().status).toBe('critical');
    await clock.advanceAsync(600_000);
    expect(cache.health()).toMatchObject({ status: 'healthy', reasons: [], alerts });
  });

  test('an entry that was not stored is an alert as well, and no state', () => {
    const cache = makeCache({ maxBytes: 10, sizeOf: (value) => value });
    cache.set(1, 11).set(2, 12);
    expect(codesOf(alerts)).toEqual(['PLIM_WARN_CACHE_REJECTED warning']);
    expect(cache.health().status).toBe('healthy');
  });
});

describe('the report on all caches', () => {
  test('has those with a name: status, statistics, alerts, and bytes together', () => {
    const before = cacheHealth();
    expect(before.status).toBe('healthy');
    const small = makeCache({ name: 'small', sizeOf: (value) => value, warnBytes: 10 });
    makeCache({ name: 'plain' });
    const unnamed = new Cache<number, number>({ maxEntries: 1 });
    small.set(1, 15);
    const { status, caches, totalBytes, unweighed, unnamed: others } = cacheHealth();
    expect(status).toBe('warning');
    expect(caches.map((cache) => [cache.name, cache.status])).toEqual([
      ['small', 'warning'],
      ['plain', 'healthy'],
    ]);
    expect(caches[0]).toMatchObject({ reasons: ['PLIM_WARN_CACHE_BYTES'], stats: { size: 1, bytes: 15 }, alerts });
    expect(totalBytes).toBe(15);
    expect(unweighed).toBe(1);
    expect(others).toBe(before.unnamed + 1);
    void unnamed.close();
    small.set(1, 25);
    expect(small.size).toBe(0);
    expect(JSON.parse(JSON.stringify(cacheHealth()))).toMatchObject({ status: 'healthy', totalBytes: 0 });
    void small.close();
    expect(cacheHealth().caches.map(({ name }) => name)).toEqual(['plain']);
  });
});

describe('bad options', () => {
  test.each([
    [{ warnBytes: 0 }, '`warnBytes`'],
    [{ warnBytes: 'lots' }, '`warnBytes`'],
    [{ warnUtilisation: 0 }, '`warnUtilisation`'],
    [{ warnUtilisation: 90 }, '`warnUtilisation`'],
    [{ warnUtilisation: true }, '`warnUtilisation`'],
    [{ onAlert: 'log' }, '`onAlert`'],
    [{ logger: {} }, '`logger`'],
    [{ logger: () => {} }, '`logger`'],
    [{ logger: null }, '`logger`'],
    [{ logRemovals: 'all' }, '`logRemovals`'],
    [{ logKeys: 'yes' }, '`logKeys`'],
    [{ trackAges: 1 }, '`trackAges`'],
  ])('%o', (options, named) => {
    const make = (): unknown => new Cache({ maxEntries: 1, ...options } as never);
    expect(make).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
    expect(make).toThrow(named);
  });
});
