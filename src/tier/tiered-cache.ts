/** A cache in two tiers: one in this process, one that processes share, and word from each other of what was written. */
import type { Alert } from '../base/alert.ts';
import { DisposedError } from '../base/errors.ts';
import { invalidOption } from '../base/options.ts';
import type { BulkLoader, Cache, LoadContext, Loader } from '../cache/index.ts';
import { TierAlerts } from './alerts.ts';
import { BatchSource } from './batch-source.ts';
import type { BatchLoader } from './batch-source.ts';
import type { Bus } from './bus/bus.ts';
import { Calls } from './calls.ts';
import { Debts } from './debts.ts';
import { FirstTier } from './first-tier.ts';
import { Generations } from './generations.ts';
import { valueOf } from './held.ts';
import type { Held } from './held.ts';
import { Leases } from './leases.ts';
import { SingleSource } from './load-source.ts';
import { readTag, readTags, resolveTierOptions } from './options.ts';
import type { ResolvedTierOptions, TieredCacheOptions, TierEntryOptions, TierLoadOptions } from './options.ts';
import { newTierCounters } from './parts.ts';
import type { TierParts } from './parts.ts';
import { PlainReads } from './plain-reads.ts';
import { ReadThrough } from './read-through.ts';
import type { LoadRequest } from './read-through.ts';
import { MOST_AT_ONCE, SecondReads } from './second-reads.ts';
import { newStamp } from './stamp.ts';
import { readStats } from './stats.ts';
import type { TierStats } from './stats.ts';
import { UnderWay } from './under-way.ts';
import { Upkeep } from './upkeep.ts';
import { Writes } from './writes.ts';

/**
 * A `Cache` in front of a store that several processes share.
 *
 * With a bus, no process returns a value from its first tier for longer than the bus's `maxStaleness` after another one has
 * replaced it, whatever is lost on the way. When the second tier fails, nothing waits longer than `timeout`, and after some failures
 * not even that; reads go on with the first tier and the loader, and what could not be written is made good afterwards.
 *
 * **Cost:** a read that the first tier serves costs what it does in a `Cache`, and the promise; {@link TieredCache.getSync} spares
 * that. A read that the second tier serves costs one command. An entry of the first tier takes about 40 bytes more than in a `Cache`.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 *
 * @example
 * const client = await createClient().connect();
 * const users = new TieredCache<User>({
 *   name: 'users',
 *   l1: { maxEntries: 10_000 },
 *   l2: new RedisTier({ client, namespace: 'app:users' }),
 *   bus: new InvalidationBus({ client, namespace: 'app:users' }),
 *   ttl: '10m',
 *   load: (id) => db.findUser(id),
 * });
 * const user = await users.getOrLoad('u1');
 */
export class TieredCache<V> {
  readonly #options: ResolvedTierOptions<V>;
  readonly #parts: TierParts<V>;
  readonly #first: FirstTier<V>;
  readonly #second: SecondReads<V>;
  readonly #reads: PlainReads<V>;
  readonly #readThrough: ReadThrough<V>;
  readonly #writes: Writes<V>;
  readonly #upkeep: Upkeep<V>;
  readonly #bus: Bus | undefined;
  #closing: Promise<void> | undefined;

  constructor(given: TieredCacheOptions<V>) {
    const options = resolveTierOptions(given);
    const { clock } = options;
    const tier = given.l2;
    const { bus } = given;
    const calls = new Calls({
      ...options,
      name: tier.name,
      isAnswer: (error) => tier.isAnswer(error),
      probe: () => tier.generation('', newStamp(), Infinity),
      onChange: (state, error) => this.#upkeep.breakerChanged(state, error),
    });
    const { lease } = options;
    this.#options = options;
    this.#bus = bus;
    this.#first = new FirstTier(given, options);
    this.#parts = {
      options,
      first: this.#first,
      tier,
      calls,
      generations: new Generations(tier, calls, clock),
      underWay: new UnderWay(),
      leases: lease === undefined ? undefined : new Leases(tier, calls, { ms: lease, clock }),
      debts: new Debts(options.maxOwed, () => this.#upkeep.owed()),
      alerts: new TierAlerts(options),
      counters: newTierCounters(),
      publish: (op) => bus?.publish(op),
      sweep: (generation) => this.#upkeep.sweep(generation),
    };
    this.#second = new SecondReads(this.#parts);
    this.#reads = new PlainReads(this.#parts, this.#second);
    this.#readThrough = new ReadThrough(this.#parts, this.#second);
    this.#writes = new Writes(this.#parts);
    this.#upkeep = new Upkeep(this.#parts, this.#writes, bus !== undefined);
    bus?.start(this.#upkeep, clock);
  }

  /** What it is called in alerts and reports, if it has a name. */
  get name(): string | undefined {
    return this.#options.name;
  }

  /** The first tier, to look at. */
  get l1(): Cache<string, Held<V>> {
    return this.#first.cache;
  }

  /**
   * The value of `key` if the first tier has it and may be trusted, and a use of its entry; `undefined` when not, which says
   * nothing of the second tier.
   *
   * **Cost:** a hit of a `Cache`, and one comparison.
   */
  getSync(key: string): V | undefined {
    const first = this.#first;
    const held = first.cache.get(key);
    if (held === undefined || held.epoch !== first.epoch) return undefined;
    this.#parts.counters.hits++;
    return held.value;
  }

  /** The value of `key` if the first tier has it and may be trusted; no use of its entry. */
  peek(key: string): V | undefined {
    const held = this.#first.cache.peek(key);
    return held !== undefined && this.#first.isTrusted(held) ? held.value : undefined;
  }

  /** The value of `key`, of either tier; `undefined` when there is none. */
  get(key: string): Promise<V | undefined> {
    const first = this.#first;
    if (this.#closing !== undefined) return this.#refuse();
    const held = first.cache.get(key);
    if (held !== undefined && held.epoch === first.epoch) {
      this.#parts.counters.hits++;
      return Promise.resolve(held.value);
    }
    return this.#reads.one(key, held).then(valueOf);
  }

  /** The values that there are, by key, in the order of `keys`. The second tier is asked for all that are missing at once. */
  async getMany(keys: Iterable<string>): Promise<Map<string, V>> {
    if (this.#closing !== undefined) return this.#refuse();
    const all = new Map<string, Held<V> | undefined>();
    const wanted = new Map<string, Held<V> | undefined>();
    for (const key of keys) {
      const held = this.#first.cache.get(key);
      if (held !== undefined && this.#first.isTrusted(held)) this.#parts.counters.hits++;
      else wanted.set(key, held);
      all.set(key, held);
    }
    if (wanted.size > 0) {
      const found = await this.#reads.many(wanted);
      [...wanted.keys()].forEach((key, at) => all.set(key, found[at]));
    }
    const values = new Map<string, V>();
    for (const [key, held] of all) if (held !== undefined && !held.isMissing) values.set(key, held.value as V);
    return values;
  }

  /** Whether there is a value for `key`, in either tier. */
  async has(key: string): Promise<boolean> {
    if (this.#closing !== undefined) return this.#refuse();
    const held = this.#first.cache.peek(key);
    const found = held !== undefined && this.#first.isTrusted(held) ? held : await this.#reads.one(key, held);
    return found !== undefined && !found.isMissing;
  }

  /**
   * Stores `value` in both tiers. Resolves to whether the second tier has acknowledged it: then every process will find it or what
   * came after it. If not, what was there before is deleted as soon as that is possible.
   *
   * @throws {TierError} `PLIM_ERR_TIER_VALUE` when it cannot be encoded; others with `onL2Error: 'throw'`
   */
  async set(key: string, value: V, options?: TierEntryOptions): Promise<boolean> {
    if (this.#closing !== undefined) return this.#refuse();
    return this.#writes.set(key, value, options);
  }

  /** {@link set} for many, all with the same options; whether the second tier has acknowledged all of them. */
  async setMany(entries: Iterable<readonly [key: string, value: V]>, options?: TierEntryOptions): Promise<boolean> {
    if (this.#closing !== undefined) return this.#refuse();
    const all = [...entries];
    let isStored = true;
    // The client sends together what it is given at once; not without a bound.
    for (let at = 0; at < all.length; at += MOST_AT_ONCE) {
      const chunk = all.slice(at, at + MOST_AT_ONCE);
      const done = await Promise.all(chunk.map(([key, value]) => this.#writes.set(key, value, options)));
      isStored &&= !done.includes(false);
    }
    return isStored;
  }

  /** Takes `key` out of both tiers; whether the second one had an entry. A failed delete is made good later. */
  async delete(key: string): Promise<boolean> {
    if (this.#closing !== undefined) return this.#refuse();
    return this.#writes.delete(key);
  }

  /**
   * The value of `key`, of either tier, or what `load` gives, which is stored in both. However many ask in this process, one look
   * and one load run; with `lease`, among all processes. What was loaded before a write or delete of the key is not stored after it.
   *
   * `undefined` from the loader means that there is no value, and is remembered for `negativeTtl`. The loader's own error comes
   * through as it is, unless an old value may stand in for it (`staleIfError`).
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
   */
  getOrLoad(key: string, load?: Loader<string, V>, options?: TierLoadOptions): Promise<V>;
  getOrLoad(key: string, options: TierLoadOptions): Promise<V>;
  getOrLoad(key: string, load?: Loader<string, V> | TierLoadOptions, options?: TierLoadOptions): Promise<V> {
    if (this.#closing !== undefined) return this.#refuse();
    const first = this.#first;
    const held = first.cache.get(key);
    const isTrusted = held !== undefined && held.epoch === first.epoch;
    if (isTrusted && !this.#options.isRefreshing) {
      this.#parts.counters.hits++;
      return Promise.resolve(held.value as V);
    }
    if (isTrusted) this.#parts.counters.hits++;
    return this.#loadOne(key, load, options, isTrusted ? undefined : held, false);
  }

  /**
   * {@link getOrLoad} for many keys: the first tier, one look into the second for all that it lacks, and one call of `loadMany` for
   * what neither has and nobody is loading, or one of `load` for each. The result has the keys that have a value, in the order
   * given. The first error rejects it; what other loads give is stored all the same.
   *
   * With `lease`, keys that another process loads are waited for, and are loaded in a call of their own if it brings nothing.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
   */
  getOrLoadMany(
    keys: Iterable<string>,
    loadMany?: BulkLoader<string, V>,
    options?: TierLoadOptions,
  ): Promise<Map<string, V>>;
  getOrLoadMany(keys: Iterable<string>, options: TierLoadOptions): Promise<Map<string, V>>;
  async getOrLoadMany(
    keys: Iterable<string>,
    loadMany?: BulkLoader<string, V> | TierLoadOptions,
    options?: TierLoadOptions,
  ): Promise<Map<string, V>> {
    if (this.#closing !== undefined) return this.#refuse();
    const isOptions = typeof loadMany === 'object' && loadMany !== null;
    return isOptions ? this.#loadMany(keys, undefined, loadMany) : this.#loadMany(keys, loadMany, options);
  }

  /** Loads `key` whether it is there or not, or joins a load under way, and stores it in both tiers. */
  refresh(key: string, load?: Loader<string, V>, options?: TierLoadOptions): Promise<V>;
  refresh(key: string, options: TierLoadOptions): Promise<V>;
  refresh(key: string, load?: Loader<string, V> | TierLoadOptions, options?: TierLoadOptions): Promise<V> {
    if (this.#closing !== undefined) return this.#refuse();
    return this.#loadOne(key, load, options, this.#first.cache.peek(key), true);
  }

  /**
   * Makes all entries that were stored with `tag` invalid, in all processes; whether the second tier has acknowledged it.
   *
   * **Cost:** one command, however many they are; entries leave the second tier when their time is up.
   *
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
   */
  async invalidateTag(tag: string): Promise<boolean> {
    if (this.#closing !== undefined) return this.#refuse();
    return this.#writes.endTag(readTag(tag));
  }

  /**
   * Makes all entries invalid, in all processes; whether the second tier has acknowledged it. It takes effect at once; what is
   * invalid is removed from the second tier in the background.
   */
  async clear(): Promise<boolean> {
    if (this.#closing !== undefined) return this.#refuse();
    return this.#writes.clear();
  }

  /** What it has done so far, and how it is. */
  stats(): TierStats {
    return readStats(this.#parts, this.#bus);
  }

  /** The last 50 alerts, oldest first. */
  alerts(): Alert[] {
    return this.#parts.alerts.list();
  }

  /** Resolves when the first tier is in use, for which the bus must hear everything; at once without a bus. */
  ready(): Promise<void> {
    return this.#upkeep.ready();
  }

  /** Lets go of all that it opened, and of the first tier; clients that were handed in stay open. Every use from now on rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { calls, tier, generations } = this.#parts;
    this.#upkeep.end();
    await this.#bus?.close();
    calls.end();
    generations.close();
    if (!this.#first.isForeign) await this.#first.cache.close();
    await tier.close();
  }

  #loadOne(
    key: string,
    load: Loader<string, V> | TierLoadOptions | undefined,
    given: TierLoadOptions | undefined,
    held: Held<V> | undefined,
    isForced: boolean,
  ): Promise<V> {
    const isOptions = typeof load === 'object' && load !== null;
    const options = isOptions ? load : given;
    const loader = (isOptions ? undefined : load) ?? this.#options.load;
    if (typeof loader !== 'function') {
      return Promise.reject(invalidOption('load', 'a function, here or as an option', loader));
    }
    let tags: readonly string[];
    try {
      tags = readTags(options?.tags);
    } catch (error) {
      return Promise.reject(error);
    }
    const source = new SingleSource(this.#parts, this.#second, loader);
    const suspect = held !== undefined && this.#first.isTrusted(held) ? undefined : held;
    return this.#loadThrough({ key, source, tags, suspect, isForced }, held, options).then(valueOf) as Promise<V>;
  }

  async #loadMany(
    keys: Iterable<string>,
    loadMany: BulkLoader<string, V> | undefined,
    options: TierLoadOptions | undefined,
  ): Promise<Map<string, V>> {
    const tags = readTags(options?.tags);
    const source = new BatchSource(this.#parts, this.#second, this.#batchLoader(loadMany));
    const wanted = new Map<string, Held<V> | Promise<Held<V>>>();
    for (const key of new Set(keys)) {
      const held = this.#first.cache.get(key);
      const isTrusted = held !== undefined && this.#first.isTrusted(held);
      if (isTrusted) this.#parts.counters.hits++;
      if (isTrusted && !this.#options.isRefreshing) {
        wanted.set(key, held);
        continue;
      }
      const suspect = isTrusted ? undefined : held;
      wanted.set(key, this.#loadThrough({ key, source, tags, suspect, isForced: false }, suspect, options));
    }
    source.go();
    const all = await Promise.all(Array.from(wanted.values(), async (one) => one));
    const values = new Map<string, V>();
    [...wanted.keys()].forEach((key, at) => {
      const value = valueOf(all[at]);
      if (value !== undefined) values.set(key, value);
    });
    return values;
  }

  #batchLoader(loadMany: BulkLoader<string, V> | undefined): BatchLoader<V> {
    const { load, loadMany: standard } = this.#options;
    const bulk = loadMany ?? standard;
    if (bulk === undefined && load !== undefined) return { bulk: undefined, each: load };
    if (typeof bulk === 'function') return { bulk };
    throw invalidOption('loadMany', 'a function, here or as an option', bulk);
  }

  /** What the first tier holds of a key, or a load brings; one load of a key at a time. */
  #loadThrough(
    request: LoadRequest<V>,
    held: Held<V> | undefined,
    options: TierLoadOptions | undefined,
  ): Promise<Held<V>> {
    const { key, source, isForced } = request;
    const { cache } = this.#first;
    const run = (_key: string, context: LoadContext<Held<V>>): Promise<Held<V>> =>
      source.begin(key, () => this.#readThrough.run(request, context));
    // What is there and not trusted must not be found.
    return isForced || held !== undefined ? cache.refresh(key, run, options) : cache.getOrLoad(key, run, options);
  }

  #refuse(): Promise<never> {
    const name = this.name === undefined ? 'A tiered cache' : `The tiered cache '${this.name}'`;
    return Promise.reject(new DisposedError('PLIM_ERR_TIER_CLOSED', `${name} is closed.`));
  }
}
