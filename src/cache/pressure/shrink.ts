import type { CacheCore } from '../core/cache-core.ts';
import { totalBytes } from './entry-bytes.ts';

/** What `Cache.shrink` gave back. */
export interface Shrunk {
  /** Entries that left. */
  readonly entries: number;
  /** What they weighed; in a cache that does not weigh its entries, an estimate. */
  readonly bytes: number;
}

/** Lets go of that share of what `core` holds: by bytes if they are known, else by entries. Expired ones go first. */
export function shrink<K, V>(core: CacheCore<K, V>, fraction: number): Shrunk {
  const { weights, size } = core;
  const bytes = totalBytes(core);
  if (fraction === 0 || size === 0) return { entries: 0, bytes: 0 };
  if (weights === undefined || bytes === 0) core.evictSome(Math.ceil(size * fraction), 'pressure');
  else core.shrinkTo(Math.floor(bytes * (1 - fraction)), size);
  core.health.evicted();
  // Before anybody hears of it: a disposer may store entries.
  const entries = size - core.size;
  const shrunk = {
    entries,
    bytes: weights === undefined ? Math.round(bytes * (entries / size)) : bytes - weights.total,
  };
  core.giveBackRoom();
  core.deliver();
  return shrunk;
}
