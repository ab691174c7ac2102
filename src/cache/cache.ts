/** The bounded cache: the methods of `Map` and a bound that holds after every call. */
import { registerLive } from '../base/registry.ts';
import { readInteger } from '../base/options.ts';
import { CacheCore } from './core/cache-core.ts';
import { PAGE_BITS, PAGE_MASK, State } from './core/slots.ts';
import { TABLE_BITS } from './core/slot-index.ts';
import type { Store } from './core/store.ts';
import { readBounds, resolveCacheOptions } from './options.ts';
import type { CacheBounds, CacheOptions, EntryOptions } from './options.ts';
import { isCallOptions } from './load/load-options.ts';
import { newLoadCounters } from './load/load-counters.ts';
import type { LoadStats } from './load/load-counters.ts';
import { Loading } from './load/loading.ts';
import type { BulkLoader, LoadCallOptions, Loader } from './load/load-options.ts';
import type { CacheStats } from './stats.ts';

// Copied: the engine compiles a constant of the file itself into the code, and loads an imported or exported one each time.
const { QUIET } = State;
const TABLE_SHIFT: number = TABLE_BITS;
const PAGE_SHIFT: number = PAGE_BITS;
const IN_PAGE: number = PAGE_MASK;

/** The inside of a cache; for the package's own use and its tests. */
export let coreOf: <K, V>(cache: Cache<K, V>) => CacheCore<K, V>;

const NO_LOADS: LoadStats = newLoadCounters();

/**
 * A map that never holds more than it is allowed to.
 *
 * Keys are compared as in `Map`; any value may be stored, `undefined` too. `has`, `peek` and iteration are no use of an
 * entry.
 *
 * **Cost:** a hit costs about as much as in a `Map`; an entry takes about 36 bytes besides key and value; an empty cache
 * takes some 2 kB, whatever its bound.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` when an option is outside its rule, or no bound is given
 *
 * @example
 * const users = new Cache<string, User>({ name: 'users', maxEntries: 10_000 });
 * users.set('u1', user);
 * users.get('u1');
 */
export class Cache<K, V> {
  readonly #core: CacheCore<K, V>;
  readonly #unregister: () => void;
  #loading: Loading<K, V> | undefined;

  static {
    coreOf = (cache) => cache.#core;
  }

  constructor(options: CacheOptions<K, V>) {
    this.#core = new CacheCore(resolveCacheOptions(options));
    this.#unregister = registerLive('cache', this);
  }

  /** What it is called in warnings and reports, if it has a name. */
  get name(): string | undefined {
    return this.#core.options.name;
  }

  /** Entries now, those included whose time is up and which have not been taken out yet. */
  get size(): number {
    return this.#core.size;
  }

  /** Entries at most; `undefined` when only bytes are bounded. */
  get maxEntries(): number | undefined {
    return finite(this.#core.maxEntries);
  }

  /** Bytes at most; `undefined` when only entries are bounded. */
  get maxBytes(): number | undefined {
    return finite(this.#core.maxBytes);
  }

  /** Bytes of all entries; `undefined` when they are not weighed. */
  get bytes(): number | undefined {
    return this.#core.weights?.total;
  }

  /**
   * The value of `key`, and a use of its entry; `undefined` when it is not here.
   *
   * **Cost:** one probe of a hash table, and one byte read to see that nobody need hear of it.
   */
  get(key: K): V | undefined {
    // The first probe is written out here, and nothing else, so that the engine compiles it into the caller's loop.
    const core = this.#core;
    const { store } = core;
    const hash = typeof key === 'string' ? store.keyHash.ofString(key) : store.keyHash.ofOther(key);
    const item = store.tables[(hash >>> TABLE_SHIFT) & store.directoryMask]![hash & store.placeMask]!;
    if (((item ^ hash) & store.tagMask) === 0) {
      const slot = item & store.slotMask;
      const page = store.pages[slot >>> PAGE_SHIFT]!;
      const at = (slot & IN_PAGE) * 2;
      if (page[at] === key && (store.state[slot]! & QUIET) !== 0) {
        store.hits++;
        return page[at + 1] as V;
      }
    }
    return core.get(key, hash);
  }

  /** The value of `key`; no use of its entry. */
  peek(key: K): V | undefined {
    const slot = this.#core.slotOf(key);
    return slot === 0 ? undefined : (this.#core.store.slots.valueAt(slot) as V);
  }

  /** Whether there is an entry for `key`, also one whose value is `undefined`; no use of it. */
  has(key: K): boolean {
    return this.#core.slotOf(key) !== 0;
  }

  /**
   * Stores `value` under `key`, over what was there. When the cache is full, others leave first.
   *
   * An entry that alone is larger than `maxBytes` is not stored: `stats().rejected` counts it, a warning says so once,
   * and what was under the key leaves. Nor is anything stored in a closed cache.
   */
  set(key: K, value: V, options?: EntryOptions): this {
    this.#core.set(key, value, options);
    return this;
  }

  /**
   * The value of `key`; when it is not here, what `load` gives, which is stored. However many ask for a key at once, one
   * load runs. The loader's own error comes through as it is.
   *
   * A `set`, `delete`, `clear` or `close` meanwhile wins: the result is not stored. Callers that wait already get it all the
   * same, but `close` rejects them. A `signal` lets its caller go, with the signal's reason; when the last has gone, the
   * loader's `signal` aborts.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` when there is no loader
   * @throws {DisposedError} `PLIM_ERR_CACHE_CLOSED`
   * @throws {LoadError} `PLIM_ERR_CACHE_LOAD_CYCLE` when a loader asks for its own key before it returns
   */
  getOrLoad(key: K, load?: Loader<K, V>, options?: LoadCallOptions): Promise<V>;
  getOrLoad(key: K, options: LoadCallOptions): Promise<V>;
  getOrLoad(key: K, load?: Loader<K, V> | LoadCallOptions, options?: LoadCallOptions): Promise<V> {
    const loading = this.#startLoading();
    return isCallOptions(load) ? loading.getOrLoad(key, undefined, load) : loading.getOrLoad(key, load, options);
  }

  /**
   * {@link getOrLoad} for many keys: one call of `loadMany` for all that are neither here nor being loaded, or one of `load`
   * for each. The result has the keys that have a value, in the order given. The first error rejects it; what other loads
   * give is stored all the same.
   */
  getOrLoadMany(keys: Iterable<K>, loadMany?: BulkLoader<K, V>, options?: LoadCallOptions): Promise<Map<K, V>>;
  getOrLoadMany(keys: Iterable<K>, options: LoadCallOptions): Promise<Map<K, V>>;
  getOrLoadMany(
    keys: Iterable<K>,
    loadMany?: BulkLoader<K, V> | LoadCallOptions,
    options?: LoadCallOptions,
  ): Promise<Map<K, V>> {
    const loading = this.#startLoading();
    return isCallOptions(loadMany)
      ? loading.getOrLoadMany(keys, undefined, loadMany)
      : loading.getOrLoadMany(keys, loadMany, options);
  }

  /** Loads `key` whether it is here or not, or joins a load under way. The old value stays until the new one is there. */
  refresh(key: K, load?: Loader<K, V>, options?: LoadCallOptions): Promise<V>;
  refresh(key: K, options: LoadCallOptions): Promise<V>;
  refresh(key: K, load?: Loader<K, V> | LoadCallOptions, options?: LoadCallOptions): Promise<V> {
    const loading = this.#startLoading();
    return isCallOptions(load) ? loading.refresh(key, undefined, load) : loading.refresh(key, load, options);
  }

  /** Takes the entry of `key` out; whether there was one. */
  delete(key: K): boolean {
    return this.#core.delete(key);
  }

  /** Takes every entry out and gives the memory back. */
  clear(): void {
    this.#core.clear('deleted');
  }

  /** Calls `visit` with each entry; order and changes meanwhile as for {@link entries}. */
  forEach(visit: (value: V, key: K, cache: this) => void, thisArg?: unknown): void {
    for (const [key, value] of this.entries()) visit.call(thisArg, value, key, this);
  }

  keys(): IterableIterator<K> {
    return this.#walk((slot, { slots }) => slots.keyAt(slot) as K);
  }

  values(): IterableIterator<V> {
    return this.#walk((slot, { slots }) => slots.valueAt(slot) as V);
  }

  /**
   * Keys and values. The order is that of the policy for `lru` (used least recently first) and `fifo` (set first), and
   * otherwise none to rely on. The cache may be changed meanwhile: as in `Map`, what has left is not met, what stays is met
   * once, what comes in may be.
   */
  entries(): IterableIterator<[K, V]> {
    return this.#walk((slot, { slots }) => [slots.keyAt(slot) as K, slots.valueAt(slot) as V]);
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  /**
   * Evicts up to `count` entries, those whose time is up first, then as the policy says; returns how many. Their cause is
   * `pressure`.
   */
  evict(count: number): number {
    return this.#core.evict(readInteger('count', count, 0), 'pressure');
  }

  /**
   * Changes the bounds, and evicts what is too much; a bound that is not given stays as it is.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
   */
  resize(bounds: CacheBounds): void {
    const { maxEntries, maxBytes } = readBounds(bounds);
    this.#core.resize(maxEntries, maxBytes);
  }

  /** What it has done so far. */
  stats(): CacheStats {
    const { counters, store, size } = this.#core;
    const loads = this.#loading?.counters ?? NO_LOADS;
    return { hits: store.hits, ...counters, evictions: { ...counters.evictions }, ...loads, size, bytes: this.bytes };
  }

  /** Takes every entry out, with cause `disposed`, and stores nothing from now on. */
  close(): void {
    this.#core.isClosed = true;
    this.#unregister();
    this.#core.clear('disposed');
  }

  [Symbol.dispose](): void {
    this.close();
  }

  *#walk<T>(read: (slot: number, store: Store) => T): Generator<T, void, undefined> {
    for (const slot of this.#core.walk()) yield read(slot, this.#core.store);
  }

  #startLoading(): Loading<K, V> {
    this.#loading ??= new Loading(this.#core, this.#core.options.loading);
    this.#core.flights = this.#loading;
    return this.#loading;
  }
}

function finite(bound: number): number | undefined {
  return bound === Number.POSITIVE_INFINITY ? undefined : bound;
}
