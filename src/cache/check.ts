/**
 * Walks everything inside a cache and throws on the first thing that does not hold: index against slots, slots against the
 * policy's queues, counts against contents, bytes against weights, bounds. For tests; **Cost:** O(entries).
 */
import { coreOf } from './cache.ts';
import type { Cache } from './cache.ts';
import { isForeign } from './core/key-hash.ts';
import { State } from './core/slots.ts';

/** Throws unless everything inside `cache` fits together. */
export function checkCache<K, V>(cache: Cache<K, V>): void {
  const { store, policy, weights, maxEntries, maxBytes } = coreOf(cache);
  const { slots, index } = store;
  const taken = takenSlots(cache);
  expect(taken.length === store.count, () => `${taken.length} slots are taken, ${store.count} counted`);
  expect(store.count <= maxEntries, () => `${store.count} entries, at most ${maxEntries} allowed`);
  let foreign = 0;
  for (const slot of taken) {
    const key = slots.keyAt(slot);
    expect(store.find(key, store.keyHash.of(key)) === slot, () => `slot ${slot} is not found by its key`);
    const quiet = store.state[slot]! & (State.QUIET | State.TOUCHED);
    expect(quiet !== State.QUIET, () => `slot ${slot} is taken and marked as gone`);
    if (isForeign(key)) foreign++;
  }
  expect(
    foreign === store.keyHash.foreign.size,
    () => `${store.keyHash.foreign.size} private hashes for ${foreign} keys`,
  );
  policy.check();
  const queued = [...policy.slots()].sort((a, b) => a - b);
  expect(
    queued.length === taken.length && queued.every((slot, i) => slot === taken[i]),
    () => 'the policy has other slots',
  );
  expect(store.tables === index.tables && store.state === slots.state, () => 'the store has copies out of date');
  checkIndex(cache);
  coreOf(cache).tags?.check((slot) => slots.isTaken(slot));
  if (weights === undefined) return;
  const bytes = taken.reduce((sum, slot) => sum + weights.of(slot), 0);
  expect(bytes === weights.total, () => `entries weigh ${bytes}, counted ${weights.total}`);
  expect(bytes <= maxBytes, () => `${bytes} bytes, at most ${maxBytes} allowed`);
}

function takenSlots<K, V>(cache: Cache<K, V>): number[] {
  const { slots } = coreOf(cache).store;
  return Array.from({ length: slots.count }, (_, i) => i + 1).filter((slot) => slots.isTaken(slot));
}

function checkIndex<K, V>(cache: Cache<K, V>): void {
  const { store } = coreOf(cache);
  const { index, slots } = store;
  const seen = new Set<number>();
  let total = 0;
  for (const { items, count } of index.contents()) {
    expect(items.length === count, () => `a table has ${items.length} items, ${count} counted`);
    total += count;
    for (const item of items) {
      const slot = item & index.slotMask;
      expect(slots.isTaken(slot) && !seen.has(slot), () => `the index has slot ${slot} twice, or vacant`);
      seen.add(slot);
      expect(((item ^ slots.hashes[slot]!) & index.tagMask) === 0, () => `slot ${slot} stands under another tag`);
    }
  }
  expect(total <= store.count, () => `the index has ${total} items for ${store.count} entries`);
}

/** The sentence is made only when it is needed: a check after every call of a test should cost little. */
function expect(holds: boolean, otherwise: () => string): void {
  if (!holds) throw new Error(`cache check: ${otherwise()}`);
}
