import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkCache } from '../../../../src/cache/check.ts';
import { Cache, coreOf } from '../../../../src/cache/cache.ts';
import { mixed } from '../../../../src/cache/core/key-hash.ts';
import { setHashKey } from '../../../../src/cache/core/seed.ts';
import { SOME_KEYS } from '../../../helpers/cache-keys.ts';

const SEED = 12345;

/** Whole numbers that begin their search at the same place of a small index. */
function collidingNumbers(count: number): number[] {
  const numbers: number[] = [];
  for (let i = 0; numbers.length < count; i++) if ((mixed(i ^ SEED) & 1023) === 5) numbers.push(i);
  return numbers;
}

describe('get', () => {
  afterEach(() => setHashKey(undefined));

  test.each([
    ['whole numbers', (i: number): unknown => Math.imul(i, 0x9e3779b1)],
    ['strings', (i: number): unknown => `user:${i}`],
  ])('finds nearly all quiet entries by its own first look: %s', (_, keyOf) => {
    const cache = new Cache<unknown, number>({ maxEntries: 1000 });
    for (let i = 0; i < 1000; i++) cache.set(keyOf(i), i);
    const core = coreOf(cache);
    const [rest, uses] = [vi.spyOn(core, 'get'), vi.spyOn(core, 'hit')];
    for (let i = 0; i < 1000; i++) expect(cache.get(keyOf(i))).toBe(i);
    expect(uses).toHaveBeenCalledTimes(1000);
    for (let i = 0; i < 1000; i++) expect(cache.get(keyOf(i))).toBe(i);
    expect(rest.mock.calls.length).toBeLessThan(200);
    expect(uses.mock.calls.length).toBeLessThan(1100);
    expect(cache.stats().hits).toBe(2000);
    checkCache(cache);
  });

  test('finds keys of every kind after whole numbers made to collide had the hash exchanged', () => {
    setHashKey({ low: SEED, high: 678 });
    const cache = new Cache<unknown, unknown>({ maxEntries: 1000 });
    for (const key of SOME_KEYS) cache.set(key, key);
    const numbers = collidingNumbers(400);
    for (const number of numbers) cache.set(number, number);
    expect(coreOf(cache).store.keyHash.strength).not.toBe('sampled');
    for (let round = 0; round < 3; round++) {
      for (const key of [...SOME_KEYS, ...numbers]) expect(cache.get(key)).toBe(key);
      expect([cache.get(1.5), cache.get('2'), cache.get({ id: 1 }), cache.get(2n)]).toEqual(Array(4).fill(undefined));
    }
    checkCache(cache);
  });

  test('looks where the entries are after clear and resize', () => {
    const cache = new Cache<number, number>({ maxEntries: 20_000 });
    for (let i = 0; i < 20_000; i++) cache.set(i, i);
    expect(cache.get(7)).toBe(7);
    cache.resize({ maxEntries: 100 });
    expect([...cache.keys()].every((key) => cache.get(key) === key)).toBe(true);
    checkCache(cache);
    cache.clear();
    expect(cache.get(7)).toBeUndefined();
    cache.set(7, 8);
    expect([cache.get(7), cache.get(7), cache.stats().hits]).toEqual([8, 8, 103]);
    checkCache(cache);
  });
});
