import { describe, expect, test } from 'vitest';
import { Store } from '../../../../src/cache/core/store.ts';

const put = (store: Store, key: unknown, value: unknown): number => store.insert(key, value, store.keyHash.of(key));
const get = (store: Store, key: unknown): unknown => {
  const slot = store.find(key, store.keyHash.of(key));
  return slot === 0 ? undefined : store.slots.valueAt(slot);
};
const drop = (store: Store, key: unknown): void => {
  const slot = store.find(key, store.keyHash.of(key));
  store.remove(slot);
  store.slots.release(slot);
};

describe('Store', () => {
  test('stores 0 for -0, as Map does', () => {
    const store = new Store(10);
    expect(Object.is(store.slots.keyAt(put(store, -0, 'zero')), 0)).toBe(true);
    expect(get(store, 0)).toBe('zero');
  });

  test('finds everything while many entries move to another hash, and after some left meanwhile', () => {
    const store = new Store(60_000);
    const innocent = (i: number): string => `${String(i).padStart(8, '0')}${'-'.repeat(20)}`;
    const flood = (i: number): string => `${'0'.repeat(8)}${String(i).padStart(20, '-')}`;
    for (let i = 0; i < 20_000; i++) put(store, innocent(i), i);
    const before = store.keyHash;
    let floods = 0;
    while (store.keyHash === before) put(store, flood(floods++), floods);
    expect(floods).toBeLessThan(2000);
    // In the midst of the move: some are under the new hash, most under the old one.
    for (let i = 0; i < 1000; i++) drop(store, innocent(i * 7));
    for (let i = 0; i < 1000; i++) put(store, innocent(i * 7), -i);
    for (let i = 0; i < 20_000; i++) expect(get(store, innocent(i))).toBe(i % 7 === 0 && i < 7000 ? -i / 7 : i);
    for (let i = 0; i < floods; i++) expect(get(store, flood(i))).toBe(i + 1);
    for (let i = 0; i < 3000; i++) put(store, `more ${i}`, i);
    expect(store.index.count).toBe(store.count);
  });

  test('takes more entries than it was made for', () => {
    const store = new Store(100);
    for (let i = 0; i < 100; i++) put(store, `key ${i}`, i);
    store.setLimit(200_000);
    for (let i = 100; i < 200_000; i++) put(store, `key ${i}`, i);
    for (let i = 0; i < 200_000; i += 101) expect(get(store, `key ${i}`)).toBe(i);
  });

  test('swaps one entry for another in its slot', () => {
    const store = new Store(10);
    const object = {};
    const slot = put(store, object, 1);
    store.swap(slot, Number.NaN, 2, store.keyHash.of(Number.NaN));
    expect([get(store, object), get(store, Number.NaN), store.count]).toEqual([undefined, 2, 1]);
    expect(store.keyHash.foreign.size).toBe(0);
    store.swap(slot, object, 3, store.keyHash.of(object));
    expect([get(store, object), store.keyHash.foreign.size]).toEqual([3, 1]);
  });

  test('does not take a stale place of the index for a key', () => {
    const store = new Store(10);
    put(store, 'a', 1);
    drop(store, 'a');
    put(store, 'b', 2);
    expect(get(store, 'a')).toBeUndefined();
  });
});
