/** A tag that more entries have than one call takes out. */
import { beforeEach, describe, expect, test } from 'vitest';
import { checkCache } from '../../../src/cache/check.ts';
import { Cache } from '../../../src/cache/index.ts';
import type { CacheOptions, RemovalCause } from '../../../src/cache/index.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

const MANY = 3500;
const AT_ONCE = 1000;
let clock: FakeClock;
let causes: Map<RemovalCause, number>;

beforeEach(() => {
  clock = new FakeClock();
  causes = new Map();
});

function makeCache(options: Partial<CacheOptions<number, unknown>> = {}): Cache<number, unknown> {
  const cache = new Cache<number, unknown>({
    maxEntries: MANY + 100,
    clock,
    dispose: (_value, _key, cause) => void causes.set(cause, (causes.get(cause) ?? 0) + 1),
    ...options,
  });
  for (let key = 0; key < MANY; key++) cache.set(key, key, { tags: ['t', `mod ${key % 2}`] });
  for (let key = 0; key < 50; key++) cache.set(-1 - key, 'other', { tags: ['other'] });
  return cache;
}

describe('invalidateTag', () => {
  test('takes out a part and returns how many there were; the others are gone all the same', () => {
    const cache = makeCache();
    expect(cache.invalidateTag('t')).toBe(MANY);
    expect(causes).toEqual(new Map([['invalidated', AT_ONCE]]));
    expect(cache.size).toBe(MANY - AT_ONCE + 50);
    expect([...cache.keys()].length).toBe(50);
    for (let key = 0; key < MANY; key += 7) expect([cache.has(key), cache.peek(key)]).toEqual([false, undefined]);
    expect(cache.dump().entries.length).toBe(50);
    checkCache(cache);
  });

  test('has the rest taken out by the timer, in pieces, with their disposers called', () => {
    const cache = makeCache();
    cache.invalidateTag('t');
    const sizes: number[] = [];
    for (let i = 0; i < 10; i++) {
      clock.advance(50);
      if (cache.size !== sizes.at(-1)) sizes.push(cache.size);
    }
    expect(sizes.length).toBeGreaterThanOrEqual(1);
    expect(cache.size).toBe(50);
    expect(causes).toEqual(new Map([['invalidated', MANY]]));
    expect(clock.pendingTimers).toBe(0);
    expect(cache.stats().evictions).toEqual({ capacity: 0, expired: 0, pressure: 0 });
    checkCache(cache);
  });

  test('each of them leaves when it is asked for, and is a miss', () => {
    const cache = makeCache();
    cache.invalidateTag('t');
    const { size } = cache;
    const dead = Array.from({ length: MANY }, (_, key) => key).slice(-10);
    for (const key of dead) expect(cache.get(key)).toBeUndefined();
    expect(cache.delete(0)).toBe(false);
    expect(cache.size).toBeLessThanOrEqual(size);
    expect(cache.stats()).toMatchObject({ hits: 0, misses: 10 });
  });

  test('they leave before anything that lives, when room is needed', () => {
    const cache = makeCache({ maxEntries: MANY + 50, policy: 'fifo' });
    cache.invalidateTag('t');
    for (let key = 0; key < AT_ONCE + 100; key++) cache.set(10_000 + key, 1);
    expect(cache.stats().evictions.capacity).toBe(0);
    expect(cache.has(-1)).toBe(true);
    checkCache(cache);
  });

  test('an entry set again has nothing to do with what was invalidated before', () => {
    const cache = makeCache();
    cache.invalidateTag('t');
    for (let key = 0; key < MANY; key += 3) cache.set(key, 'new', { tags: ['t'] });
    clock.advance(1000);
    const again = Math.ceil(MANY / 3);
    expect(cache.size).toBe(50 + again);
    expect(cache.invalidateTag('t')).toBe(again);
    expect([...cache.keys()].length).toBe(50);
    checkCache(cache);
  });

  test('those that another tag has taken along are counted, until they are taken out', () => {
    const cache = makeCache();
    expect(cache.invalidateTag('mod 0')).toBe(MANY / 2);
    expect([...cache.keys()].filter((key) => key >= 0).length).toBe(MANY / 2);
    const left = cache.invalidateTag('t');
    expect(left).toBeGreaterThanOrEqual(MANY / 2);
    expect(left).toBeLessThanOrEqual(MANY - AT_ONCE);
    clock.advance(1000);
    expect(cache.invalidateTag('t')).toBe(0);
    expect(cache.size).toBe(50);
    checkCache(cache);
  });

  test('gives no value of theirs to loads: neither as a stale one, nor to a load under way', async () => {
    const ends: ((value: unknown) => void)[] = [];
    const known: unknown[] = [];
    const load = (_key: number, { staleValue }: { staleValue: unknown }): Promise<unknown> => {
      known.push(staleValue);
      return new Promise((resolve) => ends.push(resolve));
    };
    const cache = makeCache({ load, staleIfError: '1h', staleWhileRevalidate: '1h' });
    const last = MANY - 1;
    const before = cache.refresh(last);
    cache.invalidateTag('t');
    const after = cache.refresh(last);
    const failing = cache.getOrLoad(last - 1);
    expect(known).toEqual([last, undefined, undefined]);
    ends[0]!('before');
    ends[1]!('after');
    ends[2]!(Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await settle();
    expect([await before, await after, cache.peek(last)]).toEqual(['before', 'after', 'after']);
  });

  test('a lease keeps its value until it ends', () => {
    const cache = makeCache();
    const lease = cache.acquire(MANY - 1)!;
    cache.invalidateTag('t');
    clock.advance(1000);
    expect(cache.has(MANY - 1)).toBe(false);
    expect([lease.value, causes.get('invalidated')]).toEqual([MANY - 1, MANY - 1]);
    lease.release();
    expect(causes.get('invalidated')).toBe(MANY);
  });

  test.each(['clear', 'close'] as const)('%s takes out the rest at once', (name) => {
    const cache = makeCache();
    cache.invalidateTag('t');
    void cache[name]();
    clock.advance(1000);
    expect([cache.size, clock.pendingTimers]).toEqual([0, 0]);
  });

  test('moving to fewer slots keeps them dead', () => {
    const cache = makeCache();
    cache.invalidateTag('t');
    cache.resize({ maxEntries: 700 });
    expect([...cache.keys()].length).toBe(50);
    checkCache(cache);
    clock.advance(1000);
    expect(cache.size).toBe(50);
  });
});
