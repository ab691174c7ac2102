/** What goes wrong in other caches, each by its name. What only a collection can show is in test/program/cache-memory. */
import { describe, expect, it } from 'vitest';
import { checkCache } from '../../src/cache/check.ts';
import { Cache, type CacheOptions } from '../../src/cache/index.ts';
import { POLICIES } from '../helpers/cache-policies.ts';

describe.each(POLICIES)('%s', (policy) => {
  const make = <V = number>(options: Partial<CacheOptions<unknown, V>> = {}): Cache<unknown, V> =>
    new Cache<unknown, V>({ maxEntries: 10, policy, ...options });

  it('a set on a full cache returns although no entry ever expires', () => {
    const cache = make({ maxEntries: 2 });
    for (let key = 0; key < 10; key++) cache.set(key, key);
    expect(cache.size).toBe(2);
  });

  it('size is the number of entries, and there are never more than it says', () => {
    const cache = make({ maxEntries: 1_000 });
    for (let key = 0; key < 5_000; key++) {
      cache.set(key, key);
      cache.get(key - 500);
    }
    const reachable = Array.from({ length: 5_000 }, (_, key) => key).filter((key) => cache.has(key));
    expect(reachable).toHaveLength(1_000);
    expect(cache.size).toBe(1_000);
  });

  it('disposers that set each other anew do not overflow the stack', () => {
    let calls = 0;
    const cache: Cache<unknown, number> = make({
      maxEntries: 1,
      dispose: (value, key) => {
        if (++calls < 50_000) cache.set(key === 'a' ? 'b' : 'a', value + 1);
      },
    });
    cache.set('a', 0);
    expect(() => cache.set('b', 0)).not.toThrow();
    expect(cache.size).toBe(1);
    void cache.close();
    checkCache(cache);
  });

  it('a disposer that sets again for ever does not hold its caller for ever', () => {
    let calls = 0;
    const cache: Cache<unknown, number> = make({ dispose: (value, key) => void (calls++, cache.set(key, value + 1)) });
    cache.set('a', 0);
    cache.set('a', 1);
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThan(10_000);
    void cache.close();
    expect(calls).toBeLessThan(20_000);
    expect(cache.size).toBe(0);
  });

  it('1 and "1", two objects, and an object and its text are different keys', () => {
    const cache = make<string>();
    const [one, other] = [{}, {}];
    const keys = [1, '1', 1n, true, 'true', one, other, '[object Object]'];
    keys.forEach((key, place) => cache.set(key, `value ${place}`));
    expect(keys.map((key) => cache.get(key))).toEqual(keys.map((_, place) => `value ${place}`));
  });

  it('a stored undefined or null is an entry, found again each time', () => {
    const cache = make<undefined | null>();
    cache.set('undefined', undefined).set('null', null);
    for (let time = 0; time < 3; time++) {
      expect(cache.get('undefined')).toBeUndefined();
      expect(cache.get('null')).toBeNull();
    }
    expect(cache.stats()).toMatchObject({ hits: 6, misses: 0, size: 2 });
    expect(cache.has('undefined')).toBe(true);
  });

  it('no disposal is left out or done twice when a disposer replaces what is being replaced', () => {
    const disposed: number[] = [];
    const cache: Cache<unknown, number> = make({
      dispose: (value, key) => {
        disposed.push(value);
        if (value < 5) cache.set(key, value + 100);
      },
    });
    for (let value = 0; value < 10; value++) cache.set('key', value);
    const last = cache.peek('key');
    cache.clear();
    const made = [...Array.from({ length: 10 }, (_, value) => value), 100, 101, 102, 103, 104];
    expect([...disposed].sort((a, b) => a - b)).toEqual(made);
    expect(disposed).toContain(last);
  });

  it('entries deleted and set again leave nothing behind in the order of eviction', () => {
    const cache = make({ maxEntries: 50 });
    for (let round = 0; round < 5_000; round++) {
      cache.set(round % 60, round);
      if (round % 3 === 0) cache.delete((round * 7) % 60);
      if (round % 11 === 0) cache.get((round * 5) % 60);
    }
    checkCache(cache);
    for (let key = 1_000; key < 1_050; key++) cache.set(key, key);
    expect(cache.size).toBe(50);
    for (const key of cache.keys()) expect(cache.delete(key)).toBe(true);
    expect(cache.size).toBe(0);
    expect(cache.evict(1)).toBe(0);
    checkCache(cache);
  });

  it('a set that stores nothing is told: counted, warned of, and no old value stays', () => {
    const cache = make<string>({ maxBytes: 100, sizeOf: (value) => value.length });
    cache.set('key', 'short');
    cache.set('key', 'x'.repeat(101));
    expect(cache.get('key')).toBeUndefined();
    expect(cache.stats()).toMatchObject({ rejected: 1, size: 0, bytes: 0 });
  });

  it('entries that weigh nothing do not make a bound by bytes no bound: never more entries than bytes', () => {
    const cache = new Cache<number, number>({ maxBytes: 1_000, policy, sizeOf: () => 0 });
    for (let key = 0; key < 5_000; key++) cache.set(key, key);
    expect(cache.size).toBe(1_000);
    expect(cache.bytes).toBe(0);
    checkCache(cache);
  });

  it('the options given are not written to, nor read again', () => {
    const options = Object.freeze({ maxEntries: 3, policy, evictBatch: 1 });
    const cache = new Cache<number, number>(options);
    for (let key = 0; key < 10; key++) cache.set(key, key);
    expect(options).toEqual({ maxEntries: 3, policy, evictBatch: 1 });
    const changing = { maxEntries: 3, policy };
    const other = new Cache<number, number>(changing);
    changing.maxEntries = 1_000;
    for (let key = 0; key < 10; key++) other.set(key, key);
    expect(other.size).toBe(3);
  });
});

it.each(['adaptive', 'lru', 'lfu'] as const)('%s: entries in use outlive a scan of keys that come once', (policy) => {
  const cache = new Cache<unknown, number>({ maxEntries: 100, policy });
  const useAll = (): void => {
    for (let key = 0; key < 20; key++) if (cache.get(key) === undefined) cache.set(key, key);
  };
  for (let round = 0; round < 20; round++) useAll();
  for (let scanned = 0; scanned < 70; scanned++) cache.set(`scan ${scanned}`, 0);
  useAll();
  for (let scanned = 100; scanned < 170; scanned++) cache.set(`scan ${scanned}`, 0);
  expect(Array.from({ length: 20 }, (_, key) => cache.has(key))).toEqual(Array.from({ length: 20 }, () => true));
});

describe('a cache without a bound', () => {
  it.each([{}, { policy: 'lru' as const }, { name: 'users' }])('is refused, with what to give: %j', (options) => {
    expect(() => new Cache(options)).toThrow(/maxEntries.*maxBytes/s);
    expect(() => new Cache(options)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
  });

  it.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 'many', null, 10n])(
    'is not made by maxEntries %s',
    (maxEntries) => {
      expect(() => new Cache({ maxEntries: maxEntries as number })).toThrow('`maxEntries`');
    },
  );

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '', '5 apples', null])(
    'is not made by maxBytes %s',
    (maxBytes) => {
      expect(() => new Cache({ maxBytes: maxBytes as number })).toThrow('`maxBytes`');
    },
  );

  it.each([
    [{ policy: 'arc' }, '`policy`'],
    [{ evictBatch: 0 }, '`evictBatch`'],
    [{ sizeOf: 5 }, '`sizeOf`'],
    [{ dispose: 'log' }, '`dispose`'],
    [{ onError: {} }, '`onError`'],
    [{ name: 7 }, '`name`'],
  ])('and no other option is taken for what it is not: %j', (wrong, named) => {
    expect(() => new Cache({ maxEntries: 10, ...(wrong as object) })).toThrow(named);
  });

  it.each([undefined, null, 100, 'lru'])('nor anything but options: %s', (options) => {
    expect(() => new Cache(options as never)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }));
  });
});
