import type { CacheCore } from '../core/cache-core.ts';
import { sizeOf } from '../size-of/index.ts';

/** What the cache itself takes for an entry, about. */
const OWN_BYTES = 48;
/** Entries measured for an estimate. */
const SAMPLE = 32;

/** What the entry in `slot` weighs; measured where the cache does not weigh its entries. At least 1. */
export function bytesOf<K, V>({ store, weights }: CacheCore<K, V>, slot: number): number {
  if (weights !== undefined) return Math.max(1, weights.of(slot));
  return sizeOf(store.slots.valueAt(slot)) + sizeOf(store.slots.keyAt(slot)) + OWN_BYTES;
}

/** What all entries weigh; where the cache does not weigh them, going by 32 of them. */
export function totalBytes<K, V>(core: CacheCore<K, V>): number {
  const { store, weights, size } = core;
  if (weights !== undefined) return weights.total;
  const { slots } = store;
  const step = Math.max(1, Math.floor(slots.count / SAMPLE));
  let bytes = 0;
  let measured = 0;
  for (let slot = 1; slot <= slots.count && measured < SAMPLE; slot += step) {
    if (!slots.isTaken(slot)) continue;
    bytes += bytesOf(core, slot);
    measured++;
  }
  return measured === 0 ? 0 : Math.round((bytes / measured) * size);
}
