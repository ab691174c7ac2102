import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { Cache } from '../../../src/cache/index.ts';
import type { CacheOptions, RemovalCause } from '../../../src/cache/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const DAY = 86_400_000;
let clock: FakeClock;
let left: [key: string, value: number, cause: RemovalCause][];

beforeEach(() => {
  clock = new FakeClock();
  left = [];
});

function makeCache(options: Partial<CacheOptions<string, number>> = {}): Cache<string, number> {
  return new Cache<string, number>({
    maxEntries: 10,
    clock,
    dispose: (value, key, cause) => left.push([key, value, cause]),
    ...options,
  });
}

describe('ttl', () => {
  test('an entry is there until its time, and not at it', () => {
    const cache = makeCache({ ttl: 1000, sweepInterval: '1d' });
    cache.set('a', 1);
    clock.advance(999);
    expect([cache.get('a'), cache.peek('a'), cache.has('a')]).toEqual([1, 1, true]);
    clock.advance(1);
    expect([cache.peek('a'), cache.has('a'), [...cache.keys()], cache.get('a')]).toEqual([
      undefined,
      false,
      [],
      undefined,
    ]);
    expect(left).toEqual([['a', 1, 'expired']]);
    expect(cache.stats()).toMatchObject({ hits: 1, misses: 1, evictions: { expired: 1 } });
  });

  test('an expired entry is not deleted, and its place is taken as that of one that expired', () => {
    const cache = makeCache({ ttl: 1000, sweepInterval: '1d' });
    cache.set('old', 0);
    clock.advance(1000);
    // The timer's first run.
    cache.set('a', 1).set('b', 2);
    clock.advance(1000);
    left.length = 0;
    expect(cache.delete('a')).toBe(false);
    cache.set('b', 3);
    expect(left).toEqual([
      ['a', 1, 'expired'],
      ['b', 2, 'expired'],
    ]);
    expect(cache.get('b')).toBe(3);
  });

  test('leaves through the timer, which does not run when nothing can expire', () => {
    const cache = makeCache({ ttl: '5m' });
    expect(clock.pendingTimers).toBe(0);
    cache.set('a', 1).set('b', 2, { ttl: Infinity });
    expect(clock.pendingTimers).toBe(1);
    clock.advance(299_999);
    expect(left).toEqual([]);
    clock.advance(60);
    expect(left).toEqual([['a', 1, 'expired']]);
    expect(cache.size).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  test('set again begins again; set without a time of its own has the time of the cache', () => {
    const cache = makeCache({ ttl: 1000 });
    cache.set('a', 1, { ttl: 5000 }).set('b', 1);
    clock.advance(900);
    cache.set('a', 2).set('b', 2);
    clock.advance(900);
    expect([cache.get('a'), cache.get('b')]).toEqual([2, 2]);
    clock.advance(100);
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, undefined]);
  });

  test('an entry may lose its deadline, and get a first one', () => {
    const cache = makeCache();
    cache.set('a', 1, { ttl: 1000 }).set('b', 1);
    cache.set('a', 2).set('b', 2, { ttl: '2s' });
    clock.advance(1999);
    expect([cache.get('a'), cache.get('b')]).toEqual([2, 2]);
    clock.advance(DAY);
    expect([cache.get('a'), cache.get('b')]).toEqual([2, undefined]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('by a function, which an entry of its own overrules', () => {
    const cache = makeCache({ ttl: (value) => (value > 10 ? '10s' : value === 0 ? undefined : 1000) });
    cache.set('short', 1).set('long', 11).set('ever', 0).set('own', 1, { ttl: 20_000 });
    clock.advance(1000);
    expect([...cache.keys()].sort()).toEqual(['ever', 'long', 'own']);
    clock.advance(9000);
    expect([...cache.keys()].sort()).toEqual(['ever', 'own']);
    clock.advance(DAY);
    expect([...cache.keys()]).toEqual(['ever']);
  });

  test('a function that throws, or gives no duration, changes nothing', () => {
    const problem = new Error('mine');
    const cache = makeCache({
      ttl: (value) => {
        if (value === 1) throw problem;
        return value === 2 ? -5 : 1000;
      },
    });
    cache.set('a', 0);
    expect(() => cache.set('a', 1)).toThrow(problem);
    expect(() => cache.set('a', 2)).toThrow(
      "Expected `ttl` to be a duration such as 500, '30s' or '5m', or Infinity, got -5",
    );
    expect(cache.get('a')).toBe(0);
    expect(left).toEqual([]);
  });

  test('0: nothing is stored, and what was there leaves', () => {
    const cache = makeCache();
    cache.set('a', 1);
    cache.set('a', 2, { ttl: 0 }).set('b', 2, { idleTtl: '0s' });
    expect([cache.has('a'), cache.has('b'), cache.size]).toEqual([false, false, 0]);
    expect(left).toEqual([['a', 1, 'replaced']]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('longer than any timer of the platform', () => {
    const cache = makeCache({ ttl: '60d' });
    cache.set('a', 1);
    clock.advance(60 * DAY - 1);
    expect(cache.has('a')).toBe(true);
    clock.advance(60);
    expect(left).toEqual([['a', 1, 'expired']]);
  });

  test('counts the time that the machine slept, and no change of the wall clock backwards', () => {
    const cache = makeCache({ ttl: '1h' });
    cache.set('a', 1);
    clock.setWall(0);
    clock.advance(1000);
    expect(cache.get('a')).toBe(1);
    clock.sleep(3_600_000);
    expect(cache.get('a')).toBeUndefined();
    cache.set('b', 1);
    clock.setWall(0);
    clock.advance(3_600_000);
    expect(cache.has('b')).toBe(false);
  });
});

describe("the system's clock", () => {
  // All caches on it share its time, which only grows.
  let steady = 0;

  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test.each([
    ['nothing', {}],
    ['a stale value', { staleIfError: '1h' }],
  ])('a value that took long to compute lives as long as any other, over %s', (_, options) => {
    vi.useFakeTimers();
    steady += 1_000_000;
    vi.spyOn(systemClock, 'steadyNow').mockImplementation(() => steady);
    const cache = new Cache<string, number>({ maxEntries: 10, ttl: 1000, ...options });
    cache.set('a', 1);
    steady += 1000;
    vi.advanceTimersByTime(1);
    expect(cache.get('a')).toBeUndefined();
    steady += 5000;
    cache.set('a', 2);
    steady += 900;
    vi.advanceTimersByTime(1);
    expect(cache.get('a')).toBe(2);
  });
});

describe('idleTtl', () => {
  test('is renewed by get and set, and by nothing else', () => {
    const cache = makeCache({ idleTtl: 1000, sweepInterval: '1d' });
    cache.set('got', 1).set('set', 1).set('peeked', 1);
    for (let i = 0; i < 5; i++) {
      clock.advance(600);
      expect(cache.get('got')).toBe(1);
      cache.set('set', 1);
      cache.peek('peeked');
      cache.has('peeked');
      cache.forEach(() => {});
    }
    expect([...cache.keys()].sort()).toEqual(['got', 'set']);
    clock.advance(1000);
    expect([...cache.keys()]).toEqual([]);
  });

  test('with ttl: what ends first counts', () => {
    const cache = makeCache({ ttl: 2500, idleTtl: 1000 });
    cache.set('used', 1).set('unused', 1).set('own', 1, { idleTtl: 5000 });
    for (let i = 0; i < 4; i++) {
      clock.advance(600);
      expect(cache.get('used')).toBe(1);
    }
    expect([...cache.keys()].sort()).toEqual(['own', 'used']);
    clock.advance(100);
    expect([...cache.keys()]).toEqual([]);
  });

  test('entries with one and without stand side by side', () => {
    const cache = makeCache({ ttl: 5000 });
    cache.set('plain', 1).set('idle', 1, { idleTtl: 1000 }).set('after', 1);
    clock.advance(900);
    for (const key of ['plain', 'idle', 'after']) cache.get(key);
    clock.advance(1000);
    expect([...cache.keys()].sort()).toEqual(['after', 'plain']);
    clock.advance(3150);
    expect(cache.size).toBe(0);
  });

  test('the slot of an idle entry keeps nothing of it', () => {
    const cache = makeCache({ maxEntries: 1 });
    cache.set('a', 1, { idleTtl: 1000 });
    cache.set('b', 1, { ttl: 500 });
    clock.advance(400);
    cache.get('b');
    clock.advance(100);
    expect(cache.has('b')).toBe(false);
    cache.set('c', 1);
    clock.advance(DAY);
    expect(cache.has('c')).toBe(true);
  });
});

describe('eviction', () => {
  test('takes what has expired before anything that lives, and says so', () => {
    const cache = makeCache({ maxEntries: 3, sweepInterval: '1d' });
    cache.set('warm-up', 0, { ttl: 1 });
    clock.advance(1);
    clock.advance(100);
    left.length = 0;
    cache.set('live', 1, { ttl: '1h' }).set('dead', 1, { ttl: 1000 }).set('ever', 1);
    clock.advance(1000);
    cache.set('new', 1);
    expect(left).toEqual([['dead', 1, 'expired']]);
    expect(cache.stats().evictions).toMatchObject({ capacity: 0 });
    expect([...cache.keys()].sort()).toEqual(['ever', 'live', 'new']);
  });

  test('clear() and close() leave no timer', () => {
    const cache = makeCache({ ttl: 1000 });
    cache.set('a', 1);
    cache.clear();
    expect(clock.pendingTimers).toBe(0);
    cache.set('b', 2);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1100);
    cache.set('c', 3);
    void cache.close();
    expect(clock.pendingTimers).toBe(0);
    expect(left.map(([key, , cause]) => `${key} ${cause}`)).toEqual(['a deleted', 'b expired', 'c disposed']);
  });
});

describe('the timer', () => {
  test('is one for all caches of a clock', () => {
    const caches = Array.from({ length: 50 }, (_, i) => makeCache({ ttl: 1000 + i * 10 }).set('a', i));
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1600);
    expect(caches.map(({ size }) => size)).toEqual(caches.map(() => 0));
    expect(clock.pendingTimers).toBe(0);
  });

  test('sweeps a cache no more often than its interval, and no later than that', () => {
    const cache = makeCache({ maxEntries: 1000, sweepInterval: '10s' });
    const sizes: number[] = [];
    for (let i = 0; i < 300; i++) cache.set(`k${i}`, i, { ttl: 1000 + 100 * i });
    for (let i = 0; i < 310; i++) {
      clock.advance(100);
      if (sizes.at(-1) !== cache.size) sizes.push(cache.size);
    }
    clock.advance(10_000);
    expect(cache.size).toBe(0);
    expect(sizes.length).toBeLessThanOrEqual(5);
  });

  test('takes out many in pieces', () => {
    const cache = makeCache({ maxEntries: 5000, ttl: 1000 });
    for (let i = 0; i < 5000; i++) cache.set(`k${i}`, i);
    clock.advance(1000);
    const sizes = new Set([cache.size]);
    for (let i = 0; i < 60; i++) {
      clock.advance(1);
      sizes.add(cache.size);
    }
    expect([...sizes]).toEqual([5000, 4000, 3000, 2000, 1000, 0]);
    expect(left).toHaveLength(5000);
  });

  test('looks at the time once a minute, since it stood still while the machine slept', () => {
    const cache = makeCache({ ttl: '24h' });
    cache.set('a', 1);
    clock.advance(1000);
    clock.sleep(DAY);
    clock.advance(60_100);
    expect(cache.size).toBe(0);
  });

  test('lets the event loop turn when disposers take long', () => {
    let disposed = 0;
    const caches = Array.from({ length: 6 }, () =>
      makeCache({
        dispose: () => {
          disposed++;
          clock.block(3);
        },
      }),
    );
    for (const cache of caches) cache.set('a', 1, { ttl: 50 });
    const seen = new Set<number>();
    for (let i = 0; i < 200; i++) {
      clock.advance(1);
      seen.add(disposed);
    }
    expect([...seen]).toEqual([0, 2, 4, 6]);
  });

  test('goes on for a cache that takes the place of one that was closed meanwhile', () => {
    const heir = makeCache();
    const cache = makeCache({
      dispose: () => {
        void cache.close();
        heir.set('b', 1, { ttl: 1000 });
      },
    });
    cache.set('a', 1, { ttl: 1000 });
    clock.advance(1060);
    expect(heir.size).toBe(1);
    clock.advance(1060);
    expect(heir.size).toBe(0);
  });

  test('a disposer may use the cache, and close it', () => {
    const cache: Cache<string, number> = new Cache<string, number>({
      maxEntries: 10,
      clock,
      ttl: 1000,
      dispose: (value, key, cause) => {
        left.push([key, value, cause]);
        if (value === 1) cache.set('again', 2);
        if (value === 2) void cache.close();
      },
    });
    cache.set('a', 1);
    clock.advance(1060);
    expect(cache.get('again')).toBe(2);
    clock.advance(2000);
    expect(left.map(([key]) => key)).toEqual(['a', 'again']);
    expect(clock.pendingTimers).toBe(0);
  });
});

test('a cache that gives memory back keeps its deadlines', () => {
  const cache = new Cache<number, number>({ maxEntries: 20_000, clock, sweepInterval: '1d' });
  for (let i = 0; i < 20_000; i++) cache.set(i, i, i % 3 === 0 ? { ttl: 5000 } : i % 3 === 1 ? { idleTtl: 2000 } : {});
  cache.resize({ maxEntries: 300 });
  const keys = [...cache.keys()];
  clock.advance(1900);
  expect(cache.size).toBe(300);
  for (const key of keys) if (key % 2 === 0) cache.get(key);
  clock.advance(1900);
  const living = keys.filter((key) => key % 3 !== 1 || key % 2 === 0);
  expect([...cache.keys()].sort((a, b) => a - b)).toEqual(living.sort((a, b) => a - b));
  clock.advance(1900);
  expect([...cache.keys()].sort((a, b) => a - b)).toEqual(keys.filter((key) => key % 3 === 2).sort((a, b) => a - b));
});

describe('options', () => {
  test.each([
    [{ ttl: -1 }, 'Expected `ttl` to be a duration'],
    [{ ttl: Number.NaN }, 'Expected `ttl` to be a duration'],
    [{ ttl: '5 apples' }, 'Expected `ttl` to be a duration'],
    [{ ttl: null }, 'Expected `ttl` to be a duration'],
    [{ idleTtl: {} }, 'Expected `idleTtl` to be a duration'],
    [{ sweepInterval: 10 }, 'Expected `sweepInterval` to be a duration of at least 50 ms'],
    [{ sweepInterval: Infinity }, 'Expected `sweepInterval` to be a duration'],
    [{ clock: {} }, 'Expected `clock` to be an object with'],
    [{ clock: 5 }, 'Expected `clock` to be an object with'],
  ])('%j is refused', (options, message) => {
    expect(() => makeCache(options as Partial<CacheOptions<string, number>>)).toThrow(message);
  });

  test('a bad time of an entry is refused, and changes nothing', () => {
    const cache = makeCache();
    cache.set('a', 1);
    expect(() => cache.set('a', 2, { ttl: '5 apples' })).toThrow('Expected `ttl`');
    expect(() => cache.set('a', 2, { idleTtl: -1 })).toThrow('Expected `idleTtl`');
    expect(cache.get('a')).toBe(1);
  });
});
