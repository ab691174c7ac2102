/**
 * Keys made to collide cost time, never a wrong answer; this counts the time, in items of the index that are passed by, so
 * that no clock is asked. Floods as in bench/micro/floods.mjs, into the map from keys to slots that is under every cache.
 */
import { describe, expect, it } from 'vitest';
import { Store } from '../../../src/cache/core/store.ts';
import { keyShapes } from '../../helpers/cache-keys.ts';

const scattered = (index: number): string => (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');

/** 36 characters that differ in eight, from `from` on. */
const differingAt = (from: number) => (index: number) =>
  `${'x'.repeat(from)}${scattered(index)}${'x'.repeat(28 - from)}`;

/** The same hash wherever a hash is a polynomial of 31. */
const ofOnePolynomial = (index: number): string =>
  Array.from({ length: 16 }, (_, bit) => ((index >>> bit) & 1 ? 'Aa' : 'BB')).join('');

const many = (count: number, keyOf: (index: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, index) => keyOf(index));

const floods: Readonly<Record<string, () => unknown[]>> = {
  'keys that differ where the innocent ones before them do not': () => [
    ...many(2_000, differingAt(0)),
    ...many(20_000, differingAt(20)),
  ],
  'three waves, each differing elsewhere': () => [0, 14, 28].flatMap((from) => many(8_000, differingAt(from))),
  'one hash wherever a hash is a polynomial of 31': () => [
    ...many(4_000, differingAt(0)),
    ...many(4_000, differingAt(14)),
    ...many(20_000, ofOnePolynomial),
  ],
  'texts too long to be read whole, differing inside': () =>
    many(3_000, (index) => `${'x'.repeat(3_001)}${scattered(index)}${'x'.repeat(7_000)}`),
  'integers in steps of 65,536': () => many(30_000, (index) => (index * 65_536) | 0),
  'integers in steps of 2^20 - 3': () => many(30_000, (index) => (index * 1_048_573) | 0),
  ...Object.fromEntries(Object.entries(keyShapes).map(([name, keyOf]) => [name, () => many(8_000, keyOf)])),
};

/** Items passed by on the way to `slot`, whose key has `hash`. */
function passedBy(store: Store, hash: number, slot: number): number {
  const { index } = store;
  const table = index.tables[(hash >>> 16) & index.directoryMask]!;
  let at = hash & index.placeMask;
  let passed = 0;
  while ((table[at]! & index.slotMask) !== slot) {
    if (table[at] === 0) throw new Error(`Slot ${slot} is not where its hash says.`);
    at = (at + 1) & index.placeMask;
    passed++;
  }
  return passed;
}

/** Inserts the keys one after the other; gives the work of each. */
function insertAll(keys: readonly unknown[]): { store: Store; work: number[] } {
  const store = new Store(100_000);
  const work = keys.map((key, place) => {
    const hash = store.keyHash.of(key);
    if (store.find(key, hash) !== 0) throw new Error(`Key ${place} is there before it is inserted.`);
    const slot = store.insert(key, place, hash);
    const kept = store.slots.hashes[slot]!;
    // It may have to wait in the former index when the store takes another hash.
    return store.index.has(kept, slot) ? passedBy(store, kept, slot) : 0;
  });
  return { store, work };
}

describe.each(Object.entries(floods))('%s', (_, makeKeys) => {
  it('is inserted with little work a key, and found with little in the end', () => {
    const keys = makeKeys();
    const { store, work } = insertAll(keys);
    const mean = work.reduce((sum, passed) => sum + passed, 0) / keys.length;
    expect(mean).toBeLessThan(12);
    expect(Math.max(...work)).toBeLessThan(4_000);
    let passed = 0;
    keys.forEach((key, place) => {
      const hash = store.keyHash.of(key);
      const slot = store.find(key, hash);
      if (store.slots.valueAt(slot) !== place) throw new Error(`Key ${place} is not found.`);
      passed += passedBy(store, hash, slot);
    });
    expect(passed / keys.length).toBeLessThan(12);
  });
});
