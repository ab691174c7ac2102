/**
 * lru-cache 11's class, by its names and with its behaviour, over Plimsoll's store and order of use. What differs, and
 * why, is in `docs/from/lru-cache.md`.
 */
import { Entries } from './entries.ts';
import type { WriteRules } from './entries.ts';
import { Fetching } from './fetching.ts';
import { Notices } from './notices.ts';
import { readBounds, refusal } from './read-options.ts';
import { defined, Settings } from './settings.ts';
import type * as Types from './types.ts';
import { Writing } from './writing.ts';

type Reader<K, V, T> = (key: K, value: V) => T;

/**
 * A drop-in for lru-cache's `LRUCache`: the entry used least recently leaves when the cache is full.
 *
 * All properties that are not read-only may be changed at any time and hold for calls from then on.
 *
 * **Cost:** memory for what is held, not for `max`; about 44 bytes an entry besides key and value, 16 more with `ttl`.
 *
 * @throws {KindError} `PLIM_ERR_OPTION_INVALID`, a `TypeError`, when an option is outside its rule, or no bound is given
 *
 * @example
 * const users = new LRUCache<string, User>({ max: 500, ttl: 60_000 });
 * users.set('u1', user);
 * users.get('u1');
 */
export class LRUCache<K extends {}, V extends {}, FC = unknown> extends Settings<K, V, FC> implements WriteRules {
  readonly [Symbol.toStringTag] = 'LRUCache';
  readonly #entries: Entries<K, V, FC>;
  readonly #notices: Notices<K, V>;
  readonly #hasSizes: boolean;
  readonly #writing: Writing<K, V, FC>;
  readonly #fetching: Fetching<K, V, FC>;

  /** Another cache does for options: the new one is made by the same, and is empty. */
  constructor(options: Types.Options<K, V, FC> | LRUCache<K, V, FC>) {
    const bounds = readBounds(options);
    super(options as Types.OptionsBase<K, V, FC>, bounds);
    this.#hasSizes = bounds.hasSizes;
    this.#notices = new Notices(options.dispose, options.disposeAfter, options.onInsert);
    // The platform's own clock is no choice of the user's, also where another cache was given for options.
    const clock = options.perf === globalThis.performance ? undefined : options.perf;
    this.#entries = new Entries(bounds, this.#notices, clock);
    if (this.ttl !== 0) this.#entries.keepAges();
    this.#writing = new Writing(this, this.#entries, this.#notices);
    this.#fetching = new Fetching(this, this.#entries, this.#notices, {
      use: (slot, options) => this.#use(slot, options.updateAgeOnGet),
      store: (key, value, writing, landing) => this.#writing.set(key, value, writing, landing),
    });
  }

  /** Sum of sizes now. */
  get calculatedSize(): number {
    return this.#entries.table.totalSize;
  }

  /** Entries now, the stale ones and those being fetched included. */
  get size(): number {
    return this.#entries.table.store.count;
  }

  /** The value of `key`, and a use of its entry; `undefined` when it is not here or stale. A stale entry leaves. */
  get(key: K, options?: Types.GetOptions<K, V, FC>): V | undefined {
    const entries = this.#entries;
    const slot = entries.table.slotOf(key);
    // What most calls are: no options, and a fresh value or none.
    if (options === undefined && entries.flights === 0) {
      if (slot === 0) return undefined;
      if (!entries.isStale(slot, this.ttlResolution)) {
        this.#use(slot);
        return entries.table.heldAt(slot) as V;
      }
    }
    return this.#getSlowly(slot, key, options ?? {});
  }

  /** The value of `key`; no use of its entry, which stays even if it is stale. */
  peek(key: K, options: Types.PeekOptions<K, V, FC> = {}): V | undefined {
    const { allowStale = this.allowStale, status } = options;
    const entries = this.#entries;
    const slot = entries.table.slotOf(key);
    const value = slot === 0 ? undefined : entries.valueAt(slot);
    const isStale = value !== undefined && !allowStale && entries.isStale(slot, this.ttlResolution);
    const known = isStale ? undefined : value;
    if (status !== undefined) {
      Object.assign(status, { op: 'peek', key, peek: isStale ? 'stale' : value === undefined ? 'miss' : 'hit' });
      if (known !== undefined) status.value = known;
    }
    return known;
  }

  /** Whether there is a fresh entry for `key`; no use of it. */
  has(key: K, options: Types.HasOptions<K, V, FC> = {}): boolean {
    const { updateAgeOnHas = this.updateAgeOnHas, status } = options;
    const entries = this.#entries;
    const slot = entries.table.slotOf(key);
    const isKnown = slot !== 0 && entries.valueAt(slot) !== undefined;
    const isFresh = isKnown && !entries.isStale(slot, this.ttlResolution);
    if (isFresh && updateAgeOnHas) entries.ages?.renew(slot, entries.ages.exactNow());
    if (status !== undefined) {
      Object.assign(status, { op: 'has', key, has: isFresh ? 'hit' : isKnown ? 'stale' : 'miss' });
      if (isKnown) entries.describeTime(slot, this.ttlResolution, status);
    }
    return isFresh;
  }

  /**
   * Stores `value` under `key`; `undefined` deletes. An entry larger than `maxEntrySize` is not stored, and what was under
   * its key leaves.
   *
   * @throws {KindError} `PLIM_ERR_OPTION_INVALID` when a size is needed and there is no valid one, or `ttl` or `start` is no number
   */
  set(key: K, value: V | undefined, options?: Types.SetOptions<K, V, FC>): this {
    if (value === undefined) {
      if (options?.status !== undefined) Object.assign(options.status, { op: 'set', key, set: 'deleted' });
      this.delete(key);
    } else if (options === undefined && !this.#hasSizes) {
      this.#entries.put(key, value, 0, this);
      this.#notices.deliver();
    } else this.#writing.set(key, value, options ?? {});
    return this;
  }

  /** Takes the entry of `key` out; whether there was one. */
  delete(key: K): boolean {
    return this.#writing.remove(key, 'delete');
  }

  /** Takes every entry out and gives the memory back. */
  clear(): void {
    this.#entries.clear();
    this.#notices.deliver();
  }

  /** Evicts the entry used least recently, and returns its value; `undefined` when there is none. */
  pop(): V | undefined {
    const { table } = this.#entries;
    let value: V | undefined;
    for (let slot = table.coldest(); slot !== 0 && value === undefined; slot = table.coldest()) {
      value = this.#entries.valueAt(slot);
      this.#entries.remove(slot, 'evict');
    }
    this.#notices.deliver();
    return value;
  }

  /** Takes out the entries whose time is up, but for those being fetched; whether there were any. */
  purgeStale(): boolean {
    const entries = this.#entries;
    const before = this.size;
    for (const slot of entries.table.walk(true)) {
      if (entries.flightAt(slot) === undefined && entries.isStale(slot, 0)) entries.remove(slot, 'expire');
    }
    const hasPurged = this.size < before;
    this.#notices.deliver();
    return hasPurged;
  }

  /** What is left of the time of `key`, ms: 0 when it is not here, below 0 when it is stale, `Infinity` for ever. */
  getRemainingTTL(key: K): number {
    const { table, ages } = this.#entries;
    const slot = table.slotOf(key);
    if (slot === 0 || this.#entries.valueAt(slot) === undefined) return 0;
    return ages === undefined ? Infinity : ages.leftAt(slot, ages.now(this.ttlResolution));
  }

  /** Value, size and time left of `key`, also when it is stale. */
  info(key: K): Types.Entry<V> | undefined {
    const { table, ages } = this.#entries;
    const slot = table.slotOf(key);
    const value = slot === 0 ? undefined : this.#entries.valueAt(slot);
    if (value === undefined) return undefined;
    const hasTime = ages !== undefined && ages.ttlAt(slot) !== 0;
    return {
      value,
      ...(hasTime && { ttl: ages.leftAt(slot, ages.exactNow()), start: Date.now() }),
      ...(this.#hasSizes && { size: table.sizeAt(slot) }),
    };
  }

  /**
   * The value of `key`; when it is not here or stale, what `fetchMethod` brings, which is stored. However many ask for a
   * key at once, one fetch runs, by the options of the first. Without `fetchMethod` it is a `get`.
   */
  async fetch(key: K, ...[given]: Types.FetchArguments<K, V, FC>): Promise<V | undefined> {
    const options: Types.FetchOptions<K, V, FC> = given ?? {};
    const { fetchMethod } = this;
    const { status } = options;
    if (status !== undefined) Object.assign(status, { op: 'fetch', key, ...contextOf(options) });
    if (fetchMethod !== undefined) return this.#fetching.fetch(key, fetchMethod, options);
    if (status !== undefined) status.fetch = 'get';
    return this.get(key, options);
  }

  /** As {@link fetch}, and an error when that gives `undefined`. */
  async forceFetch(key: K, ...options: Types.FetchArguments<K, V, FC>): Promise<V> {
    const value = await this.fetch(key, ...options);
    if (value === undefined) throw new Error('fetch() returned undefined');
    return value;
  }

  /**
   * The value of `key`; when it is not here or stale, what `memoMethod` returns, which is stored.
   *
   * @throws {KindError} `PLIM_ERR_OPTION_INVALID` when there is no `memoMethod`
   */
  memo(key: K, ...[given]: Types.MemoArguments<K, V, FC>): V {
    const { memoMethod } = this;
    if (memoMethod === undefined) throw refusal('memoMethod', 'a function', memoMethod);
    const { context, forceRefresh = false, ...options }: Types.MemoOptions<K, V, FC> = given ?? {};
    const { status } = options;
    const known = this.get(key, withoutStatus(options));
    const isHit = !forceRefresh && known !== undefined;
    const value = isHit ? known : memoMethod(key, known, { options, context: context as FC });
    if (!isHit) this.set(key, value, withoutStatus(options));
    if (status !== undefined) {
      Object.assign(status, { op: 'memo', key, ...contextOf({ context }), memo: isHit ? 'hit' : 'miss', value });
      if (forceRefresh) status.forceRefresh = true;
    }
    return value;
  }

  /** Gets the first value that `isWanted`, in the order of {@link entries}. */
  find(
    isWanted: (value: V, key: K, cache: LRUCache<K, V, FC>) => boolean,
    options?: Types.GetOptions<K, V, FC>,
  ): V | undefined {
    for (const [key, value] of this.entries()) if (isWanted(value, key, this)) return this.get(key, options);
    return undefined;
  }

  /** Calls `visit` with each entry, in the order of {@link entries}; `this` in it is `thisArg`, or the cache. */
  forEach(visit: (value: V, key: K, cache: LRUCache<K, V, FC>) => unknown, thisArg: unknown = this): void {
    for (const [key, value] of this.entries()) visit.call(thisArg, value, key, this);
  }

  /** As {@link forEach}, in the order of {@link rentries}. */
  rforEach(visit: (value: V, key: K, cache: LRUCache<K, V, FC>) => unknown, thisArg: unknown = this): void {
    for (const [key, value] of this.rentries()) visit.call(thisArg, value, key, this);
  }

  /**
   * Keys and values, used last first; stale ones with `allowStale` only. No use of the entries. The cache may be changed
   * meanwhile: what has left is not met, what stays is met once, what comes in may be.
   */
  entries(): Generator<[K, V], void, undefined> {
    return this.#walk(false, (key, value) => [key, value]);
  }

  keys(): Generator<K, void, undefined> {
    return this.#walk(false, (key) => key);
  }

  values(): Generator<V, void, undefined> {
    return this.#walk(false, (_key, value) => value);
  }

  /** As {@link entries}, used least recently first; so `rkeys` and `rvalues`. */
  rentries(): Generator<[K, V], void, undefined> {
    return this.#walk(true, (key, value) => [key, value]);
  }

  rkeys(): Generator<K, void, undefined> {
    return this.#walk(true, (key) => key);
  }

  rvalues(): Generator<V, void, undefined> {
    return this.#walk(true, (_key, value) => value);
  }

  [Symbol.iterator](): Generator<[K, V], void, undefined> {
    return this.entries();
  }

  /** All entries for {@link load}, stale ones too, used least recently first; times are on the scale of `Date.now()`. */
  dump(): [K, Types.Entry<V>][] {
    const { table, ages } = this.#entries;
    const date = Date.now();
    const now = ages?.exactNow() ?? 0;
    const dumped: [K, Types.Entry<V>][] = [];
    for (const slot of table.walk(true)) {
      const value = this.#entries.valueAt(slot);
      if (value === undefined) continue;
      const ttl = ages?.ttlAt(slot);
      const entry: Types.Entry<V> = { value, ...(ttl !== undefined && { ttl }) };
      if (ttl) entry.start = Math.floor(date - (now - ages!.startAt(slot)));
      if (this.#hasSizes) entry.size = table.sizeAt(slot);
      dumped.push([table.keyAt(slot), entry]);
    }
    return dumped;
  }

  /**
   * Empties the cache and stores the entries of a {@link dump}.
   *
   * @throws {KindError} `PLIM_ERR_OPTION_INVALID` when `dumped` is no such list; the cache is as it was
   */
  load(dumped: readonly (readonly [K, Types.Entry<V>])[]): void {
    if (!isDump(dumped)) throw refusal('dumped', 'a list of [key, { value }]', dumped);
    this.clear();
    const behind = this.perf.now() - Date.now();
    for (const [key, { value, ttl, size, start }] of dumped) {
      this.set(key, value, defined({ ttl, size, start: start === undefined ? undefined : start + behind }));
    }
  }

  #getSlowly(slot: number, key: K, options: Types.GetOptions<K, V, FC>): V | undefined {
    const entries = this.#entries;
    const { allowStale = this.allowStale, noDeleteOnStaleGet = this.noDeleteOnStaleGet, status } = options;
    if (status !== undefined) Object.assign(status, { op: status.op ?? 'get', key });
    const value = slot === 0 ? undefined : entries.valueAt(slot);
    const isFetching = slot !== 0 && entries.flightAt(slot) !== undefined;
    const isStale = value !== undefined && entries.isStale(slot, this.ttlResolution);
    if (status !== undefined && slot !== 0) entries.describeTime(slot, this.ttlResolution, status);
    if (slot !== 0 && !isStale) this.#use(slot, options.updateAgeOnGet);
    const known = isStale && !allowStale ? undefined : value;
    if (status !== undefined) {
      status.get = isFetching
        ? isStale
          ? 'stale-fetching'
          : 'fetching'
        : isStale
          ? 'stale'
          : slot === 0
            ? 'miss'
            : 'hit';
      if (isStale && allowStale) status.returnedStale = true;
      if (known !== undefined) status.value = known;
    }
    if (isStale && !isFetching && !noDeleteOnStaleGet) {
      entries.remove(slot, 'expire');
      this.#notices.deliver();
    }
    return known;
  }

  #use(slot: number, updatesAge: boolean = this.updateAgeOnGet): void {
    const { table, ages } = this.#entries;
    table.touch(slot);
    if (updatesAge) ages?.renew(slot, ages.exactNow());
  }

  *#walk<T>(fromColdest: boolean, read: Reader<K, V, T>): Generator<T, void, undefined> {
    const entries = this.#entries;
    for (const slot of entries.table.walk(fromColdest)) {
      const value = entries.valueAt(slot);
      if (value === undefined) continue;
      if (this.allowStale || !entries.isStale(slot, this.ttlResolution)) yield read(entries.table.keyAt(slot), value);
    }
  }
}

function withoutStatus<T extends { status?: unknown }>(options: T): Omit<T, 'status'> {
  const silent = { ...options };
  delete silent.status;
  return silent;
}

function contextOf({ context }: { context?: unknown }): { context?: unknown } {
  return context === undefined ? {} : { context };
}

function isDump(dumped: unknown): boolean {
  return (
    Array.isArray(dumped) &&
    dumped.every((pair) => Array.isArray(pair) && typeof pair[1] === 'object' && pair[1] !== null)
  );
}

/** The types of the class, by their names in lru-cache. */
// oxlint-disable-next-line typescript/no-namespace -- `LRUCache.Options` is how programs name it; it holds types alone
export declare namespace LRUCache {
  export type Size = number;
  export type Milliseconds = number;
  export type Count = number;
  export type DisposeReason = Types.DisposeReason;
  export type Disposer<K, V> = Types.Disposer<K, V>;
  export type InsertReason = Types.InsertReason;
  export type Inserter<K, V> = Types.Inserter<K, V>;
  export type SizeCalculator<K, V> = Types.SizeCalculator<K, V>;
  export type Fetcher<K, V, FC = unknown> = Types.Fetcher<K, V, FC>;
  export type FetcherOptions<K, V, FC = unknown> = Types.FetcherOptions<K, V, FC>;
  export type FetcherFetchOptions<K, V, FC = unknown> = Types.FetcherFetchOptions<K, V, FC>;
  export type FetchOptions<K, V, FC> = Types.FetchOptions<K, V, FC>;
  export type FetchOptionsWithContext<K, V, FC> = Types.FetchOptionsWithContext<K, V, FC>;
  export type FetchOptionsNoContext<K, V, FC extends undefined = undefined> = Types.FetchOptionsNoContext<K, V, FC>;
  export type Memoizer<K, V, FC = unknown> = Types.Memoizer<K, V, FC>;
  export type MemoizerOptions<K, V, FC = unknown> = Types.MemoizerOptions<K, V, FC>;
  export type MemoizerMemoOptions<K, V, FC = unknown> = Types.MemoizerMemoOptions<K, V, FC>;
  export type MemoOptions<K, V, FC = unknown> = Types.MemoOptions<K, V, FC>;
  export type MemoOptionsWithContext<K, V, FC> = Types.MemoOptionsWithContext<K, V, FC>;
  export type MemoOptionsNoContext<K, V, FC extends undefined = undefined> = Types.MemoOptionsNoContext<K, V, FC>;
  export type HasOptions<K, V, FC> = Types.HasOptions<K, V, FC>;
  export type GetOptions<K, V, FC> = Types.GetOptions<K, V, FC>;
  export type PeekOptions<K, V, FC> = Types.PeekOptions<K, V, FC>;
  export type SetOptions<K, V, FC> = Types.SetOptions<K, V, FC>;
  export type OptionsBase<K, V, FC> = Types.OptionsBase<K, V, FC>;
  export type OptionsMaxLimit<K, V, FC> = Types.OptionsMaxLimit<K, V, FC>;
  export type OptionsTTLLimit<K, V, FC> = Types.OptionsTTLLimit<K, V, FC>;
  export type OptionsSizeLimit<K, V, FC> = Types.OptionsSizeLimit<K, V, FC>;
  export type Options<K, V, FC> = Types.Options<K, V, FC>;
  // The original's third parameter has no bearing on what a status holds.
  export type Status<K, V, _FC = unknown> = Types.Status<K, V>;
  export type Entry<V> = Types.Entry<V>;
}
