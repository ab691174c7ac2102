import type { Clock } from '../../base/clock.ts';
import { CacheCore } from '../core/cache-core.ts';
import { resolveCacheOptions } from '../options.ts';

/** That a load gave nothing, or failed. */
export type Negative = { readonly error: unknown } | { readonly error?: never };

/** The most that are remembered, whatever the size of the cache: errors hold stacks. */
const MOST = 1000;

/**
 * Keys that have no value, and loads that failed, for a while.
 *
 * In a bounded table of its own: a flood of keys that do not exist never pushes out an entry that does.
 */
export class Negatives<K> {
  readonly #table: CacheCore<K, Negative>;

  constructor(maxEntries: number, clock: Clock) {
    const options = { maxEntries: Math.min(maxEntries, MOST), policy: 'fifo', clock } as const;
    this.#table = new CacheCore(resolveCacheOptions<K, Negative>(options));
  }

  /** What is remembered of `key`. */
  get(key: K): Negative | undefined {
    const slot = this.#table.slotOf(key);
    return slot === 0 ? undefined : (this.#table.store.slots.valueAt(slot) as Negative);
  }

  /** Remembers `negative` for `ttl` ms. */
  set(key: K, negative: Negative, ttl: number): void {
    this.#table.set(key, negative, { ttl });
  }

  /** The keys of which something is remembered. */
  keys(): K[] {
    const { slots } = this.#table.store;
    return Array.from(this.#table.walk(), (slot) => slots.keyAt(slot) as K);
  }

  delete(key: K): void {
    this.#table.delete(key);
  }

  clear(): void {
    this.#table.clear('deleted');
  }
}
