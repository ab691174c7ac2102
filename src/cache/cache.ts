/** The bounded cache: the methods of `Map` and a bound that holds after every call. */
import { registerLive } from '../base/registry.ts';
import { invalidOption, readInteger, readName } from '../base/options.ts';
import { closedError } from './cleanup/closed.ts';
import { Holds } from './cleanup/holds.ts';
import type { Lease } from './cleanup/lease.ts';
import { CacheCore } from './core/cache-core.ts';
import { mixed } from './core/key-hash.ts';
import { PAGE_BITS, PAGE_MASK, State } from './core/slots.ts';
import { TABLE_BITS } from './core/slot-index.ts';
import type { Store } from './core/store.ts';
import type { CacheDump, DumpOptions, RestoreReport } from './dump/cache-dump.ts';
import { checkDumpOptions, makeDump } from './dump/make-dump.ts';
import { restoreDump } from './dump/restore.ts';
import { shrink } from './pressure/shrink.ts';
import type { Shrunk } from './pressure/shrink.ts';
import { ValueMeter } from './pressure/value-meter.ts';
import { readBounds, resolveCacheOptions } from './options.ts';
import type { CacheBounds, CacheOptions, EntryOptions } from './options.ts';
import type { CacheHealth } from './health/cache-health.ts';
import { isCallOptions } from './load/load-options.ts';
import { newLoadCounters } from './load/load-counters.ts';
import type { LoadStats } from './load/load-counters.ts';
import { Loading } from './load/loading.ts';
import type { BulkLoader, LoadCallOptions, Loader } from './load/load-options.ts';
import type { CacheStats } from './stats.ts';
import { invalidateTag } from './tags/invalidate-tag.ts';

// Copied: the engine compiles a constant of the file itself into the code, and loads an imported or exported one each time.
const { QUIET } = State;
const QUIET_OR_GUARDED: number = State.QUIET | State.GUARDED;
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
  /** That of the core: what a hit reads is found in it. */
  readonly #store: Store;
  readonly #unregister: () => void;
  #loading: Loading<K, V> | undefined;
  #holds: Holds<K, V> | undefined;
  #meter: ValueMeter<K, V> | undefined;
  #closing: Promise<void> | undefined;

  static {
    coreOf = (cache) => cache.#core;
  }

  constructor(options: CacheOptions<K, V>) {
    this.#core = new CacheCore(resolveCacheOptions(options));
    this.#store = this.#core.store;
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
    // The way of most, written out, and nothing else, so that the engine compiles it into the caller's loop.
    const store = this.#store;
    let hash = 0;
    if (typeof key === 'string') hash = store.keyHash.ofString(key);
    // As if it were whole and no stronger hash in use: where that is not so, it is not found here, and looked for again.
    else if (typeof key === 'number') hash = mixed(key ^ store.seed);
    else hash = store.keyHash.ofOther(key);
    const table = store.directoryMask === 0 ? store.table : store.tables[(hash >>> TABLE_SHIFT) & store.directoryMask]!;
    // Its place or the next, where nearly all are, chosen without a branch, which the processor would often guess wrong.
    const first = table[hash & store.placeMask]!;
    const difference = (first ^ hash) & store.tagMask;
    const isOther = (difference | -difference) >> 31;
    const item = first ^ ((first ^ table[(hash + 1) & store.placeMask]!) & isOther);
    if (((item ^ hash) & store.tagMask) === 0) {
      const slot = item & store.slotMask;
      const page = slot <= IN_PAGE ? store.page : store.pages[slot >>> PAGE_SHIFT]!;
      const at = (slot & IN_PAGE) * 2;
      if (page[at] === key) {
        if ((store.state[slot]! & QUIET_OR_GUARDED) !== QUIET) return this.#core.hit(slot);
        store.hits++;
        return page[at + 1] as V;
      }
    }
    return this.#core.get(key, hash);
  }

  /** The value of `key`; no use of its entry. */
  peek(key: K): V | undefined {
    const slot = this.#open().slotOf(key);
    return slot === 0 ? undefined : (this.#core.store.slots.valueAt(slot) as V);
  }

  /** Whether there is an entry for `key`, also one whose value is `undefined`; no use of it. */
  has(key: K): boolean {
    return this.#open().slotOf(key) !== 0;
  }

  /**
   * Stores `value` under `key`, over what was there. When the cache is full, others leave first.
   *
   * An entry that alone is larger than `maxBytes` is not stored: `stats().rejected` counts it, a warning says so once,
   * and what was under the key leaves. So it is when every other entry is pinned or leased.
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

  /**
   * Weighs the value of `key` again, which has grown or shrunk since it was set: `maxBytes` counts what it weighs now, and others
   * leave if they must; one that alone is too large leaves itself. No use of the entry: its times and its rank stay.
   *
   * @returns whether it is there still
   */
  weigh(key: K): boolean {
    return this.#open().weigh(key);
  }

  /** Takes the entry of `key` out; whether there was one. */
  delete(key: K): boolean {
    return this.#open().delete(key);
  }

  /**
   * Takes out the entries that were set with `tag`; returns how many. Their cause is `invalidated`. A load that began
   * before gives its value to those who ask for its key, and is not stored if it turns out to have the tag.
   *
   * Up to 1,000 leave there and then. When there are more, the others are gone for every look-up and for iteration at once;
   * `size` and `bytes` count them, and their values are kept, until they are taken out: when one is asked for, when room is
   * needed, or by the process's one timer, 1,000 at a time. Then their disposers are called. The number returned includes
   * those of the others whose time was up already.
   *
   * **Cost:** O(1): that of deleting 1,000 entries at most, whatever there is.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
   */
  invalidateTag(tag: string): number {
    return invalidateTag(this.#open(), readName('tag', tag));
  }

  /** Takes every entry out and gives the memory back. */
  clear(): void {
    this.#open().clear('deleted');
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
    return this.#open().evict(readInteger('count', count, 0), 'pressure');
  }

  /**
   * Gives back that share of what it holds, from 0 to 1: of its bytes, or of its entries where they are not weighed. Those
   * whose time is up leave first, then as the policy says, with cause `pressure`. Its bounds stay, so it may grow again.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
   */
  shrink(fraction: number): Shrunk {
    if (typeof fraction !== 'number' || !(fraction >= 0 && fraction <= 1)) {
      throw invalidOption('fraction', 'a number from 0 to 1', fraction);
    }
    return shrink(this.#open(), fraction);
  }

  /**
   * What its least useful bytes are worth: the milliseconds of misses that each of them saves in a second. To be compared with
   * the same figure of other caches, when some memory has to be given back: the lowest is to `shrink` first.
   *
   * It is the rate at which the least useful quarter of the entries was used since the last call, over its bytes, times what a
   * miss costs (`missCost`, or the mean time of this cache's loads, or 1 ms). Looks of the last minutes count too, half as much
   * with each minute. The first call goes by the cache's whole life and all its entries. An empty cache is worth 0.
   *
   * **Cost:** a look at 128 entries at most; where entries are not weighed, the new ones among them are measured. Nothing for
   * hits.
   */
  valuePerByte(): number {
    const core = this.#open();
    this.#meter ??= new ValueMeter(core);
    const { loads, loadMs } = this.#loading?.counters ?? NO_LOADS;
    const missCost = core.options.missCost ?? (loads === 0 ? 1 : loadMs / loads);
    return this.#meter.usesPerByte() * missCost;
  }

  /**
   * Changes the bounds, and evicts what is too much; a bound that is not given stays as it is.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
   */
  resize(bounds: CacheBounds): void {
    const { maxEntries, maxBytes } = readBounds(bounds);
    this.#open().resize(maxEntries, maxBytes);
  }

  /**
   * What it holds, as plain data to be written to a file or handed to another process: entries with the time they have
   * left, what they weigh, how often they were used and their tags, the most useful first. No use of any of them.
   *
   * It has the keys and values themselves. Of a cache with `secretKeys` it is given to those only who say so.
   *
   * **Cost:** a small object for each entry, all at once.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` when keys are secret and `includeSecretKeys` is not `true`
   */
  dump(options?: DumpOptions): CacheDump<K, V> {
    const core = this.#open();
    checkDumpOptions(options, core.options.secretKeys);
    return makeDump(core);
  }

  /**
   * Stores what a {@link dump} has, as far as there is room; the report says what became of each entry. Time that has passed
   * since the dump counts; idle times begin anew. What is here already stays. Restored entries count as sets.
   *
   * Never throws for what it is given: a dump that is damaged, or none at all, costs a warning, `PLIM_WARN_CACHE_RESTORE`.
   */
  restore(dump: unknown): RestoreReport {
    return restoreDump(this.#open(), dump);
  }

  /** What it has done so far. */
  stats(): CacheStats {
    const { counters, store, size, cleanup } = this.#core;
    const loads = this.#loading?.counters ?? NO_LOADS;
    return {
      hits: store.hits,
      ...counters.read(),
      ...loads,
      ...cleanup,
      ...this.#core.health.figures(),
      size,
      bytes: this.bytes,
    };
  }

  /** How it is: its status and what that comes from, its statistics, and its last 50 alerts. Plain data. */
  health(): CacheHealth {
    const { health } = this.#core;
    return { name: this.name, ...health.status(), stats: this.stats(), alerts: health.alerts() };
  }

  /**
   * Uses the entry of `key`, as `get` does, and leases its value; `undefined` when it is not here.
   *
   * While it is leased, the entry is not evicted and its idle time does not run; its `ttl` does. Whatever takes it out all the
   * same (`ttl`, `set`, `delete`, `clear`, `close`), its value is disposed of only when the last lease has ended. A lease ends
   * with `release()`, at the end of a `using`, or `leaseTimeout` after it was taken.
   *
   * @example
   * using lease = cache.acquire(apiKey);
   * await lease?.value.request('/models');
   */
  acquire(key: K): Lease<V> | undefined {
    this.#open();
    return this.#startHolding().acquire(key);
  }

  /**
   * {@link getOrLoad} and {@link acquire} in one: a lease on the value that is here, or that `load` gives. It begins at the
   * moment at which the value is there, so nothing can take the value away in between.
   *
   * A value that is not stored (the key was written meanwhile, there was no room, its time of life is 0) belongs to those who
   * waited for it: it is disposed of when the last of their leases has ended, with cause `replaced` if the key was written,
   * and `capacity` otherwise.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` when there is no loader
   * @throws {DisposedError} `PLIM_ERR_CACHE_CLOSED`
   * @throws {LoadError} `PLIM_ERR_CACHE_LOAD_CYCLE` when a loader asks for its own key before it returns
   *
   * @example
   * using lease = await clients.acquireOrLoad(apiKey, connect);
   * await lease.value.request('/models');
   */
  acquireOrLoad(key: K, load?: Loader<K, V>, options?: LoadCallOptions): Promise<Lease<V>>;
  acquireOrLoad(key: K, options: LoadCallOptions): Promise<Lease<V>>;
  acquireOrLoad(key: K, load?: Loader<K, V> | LoadCallOptions, options?: LoadCallOptions): Promise<Lease<V>> {
    const loading = this.#startLoading();
    const holds = this.#startHolding();
    const [loader, call] = isCallOptions(load) ? [undefined, load] : [load, options];
    return loading.takeOrLoad(key, loader, call, (value, flight) => holds.acquireLoaded(key, value, flight));
  }

  /**
   * Keeps the entry of `key` from being evicted, and its idle time from running, until {@link unpin}; whether it is here. It
   * counts in the bounds: when every entry is pinned or leased, a `set` of another key stores nothing. The pin stays when the
   * value is replaced, and goes with the entry.
   */
  pin(key: K): boolean {
    this.#open();
    return this.#startHolding().pin(key);
  }

  /** Takes back the pin of `key`; whether there was one. */
  unpin(key: K): boolean {
    this.#open();
    return this.#holds?.unpin(key) ?? false;
  }

  /**
   * Takes every entry out, with cause `disposed`. Every use from now on throws; `size` and `stats()` go on.
   *
   * What it returns is for whoever wants to wait: it resolves when all values are disposed of, those that had left before
   * too, or when `closeTimeout` is over. Then each value that is left has its disposer called one last time, also if leased,
   * and an alert says so. It never rejects.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #close(): Promise<void> {
    const core = this.#core;
    core.isClosed = true;
    this.#unregister();
    core.clear('disposed');
    return core.disposals?.finish(() => this.#holds?.endAll()) ?? Promise.resolve();
  }

  /** The inside of a cache that is not closed. */
  #open(): CacheCore<K, V> {
    if (this.#core.isClosed) throw closedError(this.name);
    return this.#core;
  }

  #startHolding(): Holds<K, V> {
    this.#holds ??= new Holds(this.#core);
    this.#core.uses = this.#holds;
    return this.#holds;
  }

  #walk<T>(read: (slot: number, store: Store) => T): Generator<T, void, undefined> {
    return readAll(this.#open(), read);
  }

  #startLoading(): Loading<K, V> {
    this.#loading ??= new Loading(this.#core, this.#core.options.loading);
    this.#core.flights = this.#loading;
    return this.#loading;
  }
}

function* readAll<K, V, T>(
  core: CacheCore<K, V>,
  read: (slot: number, store: Store) => T,
): Generator<T, void, undefined> {
  for (const slot of core.walk()) yield read(slot, core.store);
}

function finite(bound: number): number | undefined {
  return bound === Number.POSITIVE_INFINITY ? undefined : bound;
}
