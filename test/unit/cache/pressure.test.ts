import { beforeEach, describe, expect, test } from 'vitest';
import { checkCache } from '../../../src/cache/check.ts';
import { Cache } from '../../../src/cache/index.ts';
import type { CacheOptions, RemovalCause } from '../../../src/cache/index.ts';
import { POLICIES, POLICIES_BY_USE } from '../../helpers/cache-policies.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

let clock: FakeClock;
let left: [key: number, cause: RemovalCause][];

beforeEach(() => {
  clock = new FakeClock();
  left = [];
});

function makeCache(options: Partial<CacheOptions<number, number>> = {}): Cache<number, number> {
  return new Cache<number, number>({
    maxEntries: 10_000,
    clock,
    sweepInterval: '1d',
    dispose: (_, key, cause) => void left.push([key, cause]),
    ...options,
  });
}

function fill(cache: Cache<number, number>, count: number, bytes = 100): Cache<number, number> {
  for (let i = 0; i < count; i++) cache.set(i, bytes);
  return cache;
}

const weighed = { maxBytes: '1GB', sizeOf: (value: number) => value } as const;

describe('shrink', () => {
  test.each(POLICIES)('%s: a share of the entries, of those of least use', (policy) => {
    const cache = fill(makeCache({ policy }), 1000);
    for (let i = 0; i < 100; i++) cache.get(i);
    const { entries, bytes } = cache.shrink(0.25);
    checkCache(cache);
    expect([entries, cache.size, left.length]).toEqual([250, 750, 250]);
    expect(new Set(left.map(([, cause]) => cause))).toEqual(new Set(['pressure']));
    expect(bytes).toBeGreaterThanOrEqual(250 * 48);
    if (!POLICIES_BY_USE.some((one) => one === policy)) return;
    expect(left.every(([key]) => key >= 100)).toBe(true);
  });

  test('a share of the bytes, where they are known', () => {
    const cache = makeCache({ ...weighed, policy: 'lru' });
    cache.set(1, 500).set(2, 100).set(3, 400);
    expect(cache.shrink(0.5)).toEqual({ entries: 1, bytes: 500 });
    expect(cache.shrink(0.1)).toEqual({ entries: 1, bytes: 100 });
    expect(cache.bytes).toBe(400);
  });

  test('entries that weigh nothing', () => {
    const cache = fill(makeCache({ ...weighed, policy: 'lru' }), 10, 0);
    expect(cache.shrink(0.5)).toEqual({ entries: 5, bytes: 0 });
  });

  test('none, all, and of an empty cache', () => {
    const cache = fill(makeCache(), 10);
    expect(cache.shrink(0)).toEqual({ entries: 0, bytes: 0 });
    expect(cache.shrink(1).entries).toBe(10);
    expect(cache.shrink(1)).toEqual({ entries: 0, bytes: 0 });
    expect(cache.size).toBe(0);
  });

  test('what has expired leaves first, and what is pinned stays', () => {
    const cache = makeCache({ policy: 'lru' });
    cache.set(1, 1).set(2, 2).set(3, 3, { ttl: 10 }).set(4, 4);
    cache.pin(1);
    clock.block(10);
    expect(cache.shrink(0.5).entries).toBe(2);
    expect(left).toEqual([
      [3, 'expired'],
      [2, 'pressure'],
    ]);
    expect(cache.shrink(1).entries).toBe(1);
    expect([...cache.keys()]).toEqual([1]);
  });

  test('a disposer that stores again is not fought', () => {
    const cache: Cache<number, number> = makeCache({
      ...weighed,
      dispose: (value, key) => void (cache.size < 5 && cache.set(key + 1000, value)),
    });
    fill(cache, 10);
    expect(cache.shrink(1)).toEqual({ entries: 10, bytes: 1000 });
    expect(cache.size).toBe(5);
    checkCache(cache);
  });

  test('the bounds stay, and the entries that stay are found', () => {
    const cache = fill(makeCache({ maxEntries: 5000, policy: 'lru' }), 5000);
    cache.shrink(0.9);
    checkCache(cache);
    expect([...cache.keys()]).toEqual(Array.from({ length: 500 }, (_, i) => 4500 + i));
    fill(cache, 5000);
    expect(cache.size).toBe(5000);
  });

  test.each([[-0.1], [1.1], [Number.NaN], ['0.5'], [undefined], [null]])('refuses %j', (fraction) => {
    expect(() => makeCache().shrink(fraction as number)).toThrow(/`fraction` to be a number from 0 to 1/);
  });
});

describe('valuePerByte', () => {
  let state = 7;

  /** Mixed well: an entry that a poor generator passes over looks useless, and is. */
  function nextRandom(): number {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }

  /** Evenly random uses of the first `keys` entries, at `rate` for each of them and second. */
  function use(cache: Cache<number, number>, keys: number, rate: number, seconds: number): void {
    for (let i = 0; i < keys * rate * seconds; i++) {
      cache.get(nextRandom() % keys);
    }
    clock.advance(seconds * 1000);
  }

  /** The value after ten looks, five seconds apart. */
  function valueAfter(cache: Cache<number, number>, keys: number, rate: number): number {
    let value = cache.valuePerByte();
    for (let i = 0; i < 10; i++) {
      use(cache, keys, rate, 5);
      value = cache.valuePerByte();
    }
    checkCache(cache);
    return value;
  }

  test.each(POLICIES)('%s: where all entries are used alike, it is their rate over their bytes', (policy) => {
    const cache = fill(makeCache({ ...weighed, policy, missCost: 20 }), 1000);
    clock.advance(1000);
    const value = valueAfter(cache, 1000, 0.1);
    // 0.1 uses a second of 100 bytes, 20 ms each.
    expect(value / 0.02).toBeGreaterThan(0.6);
    expect(value / 0.02).toBeLessThan(1.4);
  });

  test.each(POLICIES)('%s: entries with a lifetime are seen as well', (policy) => {
    const cache = fill(makeCache({ ...weighed, policy, missCost: 20, ttl: '1d' }), 1000);
    clock.advance(1000);
    expect(valueAfter(cache, 1000, 0.1) / 0.02).toBeGreaterThan(0.6);
  });

  test('uses too many to tell apart one by one go by the mean', () => {
    const cache = fill(makeCache({ ...weighed, missCost: 1 }), 100);
    clock.advance(1000);
    const value = valueAfter(cache, 100, 50);
    expect(value / (50 / 100)).toBeGreaterThan(0.8);
    expect(value / (50 / 100)).toBeLessThan(1.2);
  });

  test('a busy head does not save an idle tail', () => {
    const even = fill(makeCache(weighed), 1000);
    const uneven = fill(makeCache(weighed), 1000);
    clock.advance(1000);
    const evenValue = valueAfter(even, 1000, 0.1);
    expect(valueAfter(uneven, 500, 2)).toBeLessThan(evenValue / 10);
    expect(uneven.stats().hits).toBeGreaterThan(even.stats().hits);
  });

  test.each(POLICIES)(
    '%s: a stream of keys that nobody asks for again is worth little, whatever stays beside it',
    (policy) => {
      const even = fill(makeCache({ ...weighed, maxEntries: 1000, policy }), 1000);
      clock.advance(1000);
      const evenValue = valueAfter(even, 1000, 0.1);
      const stream = fill(makeCache({ ...weighed, maxEntries: 1000, policy }), 1000);
      clock.advance(1000);
      let value = stream.valuePerByte();
      for (let look = 1; look <= 10; look++) {
        for (let i = 0; i < 3000; i++) {
          stream.set(look * 10_000 + i, 100);
          if (stream.get(i % 100) === undefined) stream.set(i % 100, 100);
        }
        clock.advance(5000);
        value = stream.valuePerByte();
      }
      expect(stream.stats().hits).toBeGreaterThan(even.stats().hits);
      expect(value).toBeLessThan(evenValue / 10);
    },
  );

  test('short lives are no sign of uselessness', () => {
    const cache = makeCache({ ...weighed, ttl: 1000, sweepInterval: 50 });
    let value = 0;
    for (let look = 0; look < 10; look++) {
      clock.advance(5000);
      expect(cache.size).toBe(0);
      for (let key = 0; key < 1000; key++) cache.set(look * 1000 + key, 100);
      for (let use = 0; use < 5; use++) for (let key = 0; key < 1000; key++) cache.get(look * 1000 + key);
      value = cache.valuePerByte();
    }
    // Five uses of each in five seconds, of 100 bytes.
    expect(value).toBeCloseTo(1 / 100, 4);
  });

  test('shrinking does not make a cache look useless', () => {
    const cache = fill(makeCache(weighed), 1000);
    clock.advance(1000);
    const before = valueAfter(cache, 1000, 0.2);
    cache.shrink(0.5);
    use(cache, 1000, 0.2, 5);
    expect(cache.valuePerByte()).toBeGreaterThan(before * 0.8);
  });

  test('many short looks see as much as few long ones', () => {
    const cache = fill(makeCache(weighed), 2000);
    clock.advance(1000);
    for (let look = 0; look < 120; look++) {
      use(cache, 2000, 0.02, 1);
      cache.valuePerByte();
    }
    expect(cache.valuePerByte() / (0.02 / 100)).toBeGreaterThan(0.75);
    expect(cache.valuePerByte() / (0.02 / 100)).toBeLessThan(1.3);
  });

  test('nor are entries that are used once a minute like those that never are', () => {
    const cache = fill(makeCache(weighed), 2000);
    clock.advance(1000);
    for (let look = 0; look < 240; look++) {
      use(cache, 1000, 0.05, 1);
      cache.valuePerByte();
    }
    // Half of them are never used.
    expect(cache.valuePerByte() / (0.05 / 100)).toBeLessThan(0.1);
  });

  test('a cache that gives something away with each look is worth as much per byte as one that does not', () => {
    const [giving, keeping] = [0, 1].map(() => fill(makeCache(weighed), 4000));
    clock.advance(1000);
    for (let look = 0; look < 60; look++) {
      for (const cache of [giving!, keeping!]) for (let i = 0; i < 400; i++) cache.get(nextRandom() % 4000);
      clock.advance(1000);
      giving!.valuePerByte();
      keeping!.valuePerByte();
      giving!.shrink(0.01);
      fill(giving!, 4000);
    }
    expect(giving!.valuePerByte() / keeping!.valuePerByte()).toBeGreaterThan(0.7);
    expect(giving!.valuePerByte() / keeping!.valuePerByte()).toBeLessThan(1.4);
  });

  test('goes down when nobody asks any more, by half a minute', () => {
    const cache = fill(makeCache(weighed), 1000);
    clock.advance(1000);
    for (let i = 0; i < 4; i++) valueAfter(cache, 1000, 0.2);
    const before = cache.valuePerByte();
    for (let i = 0; i < 12; i++) {
      clock.advance(5000);
      cache.valuePerByte();
    }
    const ratio = cache.valuePerByte() / before;
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(0.6);
  });

  test('larger entries are worth less per byte', () => {
    const [small, large] = [100, 1000].map((bytes) => {
      const cache = fill(makeCache(weighed), 1000, bytes);
      clock.advance(1000);
      return valueAfter(cache, 1000, 0.1);
    });
    const ratio = small! / large!;
    expect(ratio).toBeGreaterThan(7);
    expect(ratio).toBeLessThan(13);
  });

  test('what a miss costs is the mean time of a load, where there are loads', async () => {
    const load = async (key: number): Promise<number> => {
      clock.block(40);
      return key;
    };
    const [loading, plain] = [makeCache({ ...weighed, load }), makeCache(weighed)];
    for (let i = 0; i < 100; i++) {
      await loading.getOrLoad(i);
      plain.set(i, i);
    }
    const hits = (cache: Cache<number, number>): void => {
      for (let i = 0; i < 100; i++) cache.get(i);
    };
    hits(loading);
    hits(plain);
    clock.advance(10_000);
    expect(loading.valuePerByte()).toBeCloseTo(plain.valuePerByte() * 40, 8);
  });

  test('at first goes by the whole life', () => {
    const cache = fill(makeCache({ ...weighed, missCost: 10 }), 100);
    const unused = fill(makeCache({ ...weighed, missCost: 10 }), 100);
    for (let i = 0; i < 100; i++) cache.get(i);
    clock.advance(10_000);
    // 100 hits in 10 s, on 100 entries of 100 bytes.
    expect(cache.valuePerByte()).toBeCloseTo((0.1 / 100) * 10, 10);
    expect(unused.valuePerByte()).toBe(0);
  });

  test('two calls in one second are one look', () => {
    const cache = fill(makeCache(weighed), 100);
    clock.advance(10_000);
    const value = cache.valuePerByte();
    use(cache, 100, 100, 0.9);
    expect(cache.valuePerByte()).toBe(value);
    clock.advance(100);
    expect(cache.valuePerByte()).toBeGreaterThan(value);
  });

  test('an empty cache is worth nothing, whatever it was', () => {
    const cache = makeCache();
    expect(cache.valuePerByte()).toBe(0);
    fill(cache, 100);
    for (let i = 0; i < 100; i++) cache.get(i);
    clock.advance(5000);
    expect(cache.valuePerByte()).toBeGreaterThan(0);
    cache.clear();
    for (let i = 0; i < 100; i++) {
      clock.advance(60_000);
      cache.valuePerByte();
    }
    expect(cache.valuePerByte()).toBeLessThan(1e-12);
  });

  test.each(POLICIES)('%s: looking changes neither what was used nor how often', (policy) => {
    const make = (): Cache<number, number> => fill(makeCache({ policy, maxEntries: 64 }), 64);
    const [watched, other] = [make(), make()];
    const counts = (cache: Cache<number, number>): unknown =>
      cache
        .dump()
        .entries.map(({ key, uses }) => `${key} ${uses}`)
        .sort();
    for (let round = 0; round < 5; round++) {
      clock.advance(1000);
      watched.valuePerByte();
      for (const cache of [watched, other]) for (let i = 0; i < 32; i++) cache.get(i);
    }
    clock.advance(1000);
    watched.valuePerByte();
    expect(counts(watched)).toEqual(counts(other));
    for (const cache of [watched, other]) cache.evict(64);
    expect(watched.stats().evictedUnused).toBe(other.stats().evictedUnused);
  });

  test.each([[-1], [Number.NaN], [Infinity], ['5']])('refuses missCost %j', (missCost) => {
    expect(() => makeCache({ missCost: missCost as number })).toThrow(/`missCost` to be a number of ms/);
  });
});
