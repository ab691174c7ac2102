/**
 * Loading what the cache does not have: one load per key and moment, however many ask.
 *
 * Loads under way are kept beside the bounded table, so nothing that is evicted takes a load with it. A `set`, `delete`,
 * `clear` or `close` overtakes a load: its result is not stored. Who already waits gets what the load gives (it was under
 * way when they asked); who asks afterwards finds what was set, or starts a load anew. `close` stops all loads and rejects
 * whoever waits.
 */
import { LoadError } from '../../base/errors.ts';
import { invalidOption } from '../../base/options.ts';
import { closedError } from '../cleanup/closed.ts';
import type { CacheCore } from '../core/cache-core.ts';
import type { Flights } from '../core/features.ts';
import { tagsFor } from '../tags/entry-tags.ts';
import { Flight } from './flight.ts';
import type { Fallback } from './flight.ts';
import { BulkContext, Context } from './load-context.ts';
import { newLoadCounters } from './load-counters.ts';
import type { LoadCounters } from './load-counters.ts';
import { isCallOptions, isSignal } from './load-options.ts';
import type { BulkLoader, KeepOptions, LoadCallOptions, Loader, ResolvedLoadOptions } from './load-options.ts';
import { Negatives } from './negatives.ts';
import { TagTurns } from './tag-turns.ts';
import { takeFrom, waitFor, waitForAll } from './wait.ts';
import { Work } from './work.ts';

/** What one call has at hand for a key that is not fresh in the cache. */
type Found<K, V> =
  | { readonly kind: 'value'; readonly value: V }
  | { readonly kind: 'flight'; readonly flight: Flight<V, K> }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'nothing' };

export class Loading<K, V> implements Flights {
  readonly counters: LoadCounters = newLoadCounters();
  readonly #core: CacheCore<K, V>;
  readonly #options: ResolvedLoadOptions<K, V>;
  readonly #flights = new Map<K, Flight<V, K>>();
  readonly #tagTurns = new TagTurns();
  #negatives: Negatives<K> | undefined;

  constructor(core: CacheCore<K, V>, options: ResolvedLoadOptions<K, V>) {
    this.#core = core;
    this.#options = options;
  }

  getOrLoad(key: K, load: Loader<K, V> | undefined, options: LoadCallOptions | undefined): Promise<V> {
    const found = this.#findOrStart(key, load, options);
    if (found.kind === 'value') return Promise.resolve(found.value);
    return found.kind === 'error' ? Promise.reject(found.error) : this.#join(found.flight, options?.signal);
  }

  /**
   * {@link getOrLoad} for who must have the value at the very moment at which it is there: `take` is called with it then,
   * and with the load that brought it, if one did.
   */
  takeOrLoad<T>(
    key: K,
    load: Loader<K, V> | undefined,
    options: LoadCallOptions | undefined,
    take: (value: V, flight: Flight<V, K> | undefined) => T,
  ): Promise<T> {
    const found = this.#findOrStart(key, load, options);
    if (found.kind === 'value') return Promise.resolve(take(found.value, undefined));
    if (found.kind === 'error') return Promise.reject(found.error);
    const { flight } = found;
    if (flight.isStarting) return Promise.reject(cycleError());
    return takeFrom<V, Flight<V, K>, T>(flight, options?.signal, this.#desert, (value) => take(value, flight));
  }

  /** Loads `key` whatever is there; joins a load that is under way. */
  refresh(key: K, load: Loader<K, V> | undefined, options: LoadCallOptions | undefined): Promise<V> {
    const loader = load ?? this.#options.load;
    const problem = this.#problem('load', loader, options);
    if (problem !== undefined) return Promise.reject(problem.error);
    return this.#join(this.#flights.get(key) ?? this.#start(key, loader!, false), options?.signal);
  }

  async getOrLoadMany(
    keys: Iterable<K>,
    loadMany: BulkLoader<K, V> | undefined,
    options: LoadCallOptions | undefined,
  ): Promise<Map<K, V>> {
    const { load } = this.#options;
    const bulk = loadMany ?? this.#options.loadMany;
    const problem = this.#problem('loadMany', bulk ?? load, options);
    if (problem !== undefined) throw problem.error;
    const startAll = (wanted: readonly K[], isBackground: boolean): Flight<V, K>[] => {
      if (bulk !== undefined) return wanted.length === 0 ? [] : this.#startMany(wanted, bulk, isBackground);
      return wanted.map((key) => this.#start(key, load!, isBackground));
    };

    const values = new Map<K, V>();
    const flights: Flight<V, K>[] = [];
    const missing: K[] = [];
    const aged: K[] = [];
    const wanted = new Set(keys);
    for (const key of wanted) {
      const found = this.#find(key, () => aged.push(key));
      if (found.kind === 'error') throw found.error;
      if (found.kind === 'value') values.set(key, found.value);
      else if (found.kind === 'flight') flights.push(found.flight);
      else missing.push(key);
    }
    startAll(aged, true);
    flights.push(...startAll(missing, false));
    if (flights.some((flight) => flight.isStarting)) throw cycleError();
    const loaded = await waitForAll<V, Flight<V, K>>(flights, options?.signal, this.#desert);
    loaded.forEach((value, at) => values.set(flights[at]!.key, value));
    return inOrder(wanted, values);
  }

  overtaken(key: unknown): void {
    this.#negatives?.delete(key as K);
    const flight = this.#flights.get(key as K);
    if (flight === undefined) return;
    flight.isOvertaken = true;
    this.#flights.delete(key as K);
  }

  allOvertaken(): void {
    const flights = [...this.#flights.values()];
    this.#flights.clear();
    this.#negatives?.clear();
    for (const flight of flights) {
      flight.isOvertaken = true;
      if (this.#core.isClosed) flight.abandon(closedError(this.#core.options.name));
    }
  }

  tagOvertaken(tag: string, hasTag: (key: unknown) => boolean): void {
    for (const key of [...this.#flights.keys(), ...(this.#negatives?.keys() ?? [])]) {
      if (hasTag(key)) this.overtaken(key);
    }
    if (this.#flights.size > 0) this.#tagTurns.note(tag);
    else this.#tagTurns.forget();
  }

  /** What is at hand, or a load. */
  #findOrStart(
    key: K,
    load: Loader<K, V> | undefined,
    options: LoadCallOptions | undefined,
  ): Exclude<Found<K, V>, { readonly kind: 'nothing' }> {
    const loader = load ?? this.#options.load;
    const problem = this.#problem('load', loader, options);
    if (problem !== undefined) return { kind: 'error', error: problem.error };
    const found = this.#find(key, (stale) => this.#start(key, loader!, true, stale));
    return found.kind === 'nothing' ? { kind: 'flight', flight: this.#start(key, loader!, false) } : found;
  }

  /** What is at hand. A value that is old and yet returned is given to `renew`. */
  #find(key: K, renew: (stale: V) => void): Found<K, V> {
    const core = this.#core;
    const value = core.use(key) as V;
    const slot = value === undefined || this.#options.refreshAfter < Infinity ? core.slotOf(key) : -1;
    if (slot !== 0) {
      if (slot > 0 && this.#isOld(slot) && this.#mayRenew(key)) renew(value);
      return { kind: 'value', value };
    }
    const stale = this.#staleOf(key);
    const { staleWhileRevalidate, staleIfError } = this.#options;
    if (stale !== undefined && stale.late < staleWhileRevalidate) {
      this.counters.staleHits++;
      if (this.#mayRenew(key)) renew(stale.value);
      return { kind: 'value', value: stale.value };
    }
    const flight = this.#flights.get(key);
    if (flight !== undefined) return { kind: 'flight', flight };
    const negative = this.#negatives?.get(key);
    if (negative === undefined) return { kind: 'nothing' };
    if (!('error' in negative)) return { kind: 'value', value: undefined as V };
    if (stale === undefined || stale.late >= staleIfError) return { kind: 'error', error: negative.error };
    this.counters.staleHits++;
    return { kind: 'value', value: stale.value };
  }

  #isOld(slot: number): boolean {
    const { refreshAfter } = this.#options;
    return refreshAfter < Infinity && this.#core.deadlines!.age(slot) >= refreshAfter;
  }

  /** No load is under way, and none has failed so lately that another is not to be tried. */
  #mayRenew(key: K): boolean {
    return !this.#flights.has(key) && this.#negatives?.get(key) === undefined;
  }

  /** The value that is still there, whether its time is up or not, and for how long it has been. */
  #staleOf(key: K): { readonly value: V; readonly late: number } | undefined {
    const { store, deadlines } = this.#core;
    const slot = store.find(key, store.keyHash.of(key));
    // What a tag has invalidated is not old, but wrong.
    if (slot === 0 || this.#core.tags?.isDead(slot) === true) return undefined;
    return { value: store.slots.valueAt(slot) as V, late: deadlines?.lateness(slot) ?? -Infinity };
  }

  #start(key: K, load: Loader<K, V>, isBackground: boolean, known?: V): Flight<V, K> {
    const flight = this.#takeOff(key, new Work(), isBackground);
    const context = new Context(flight.work, known ?? flight.fallback?.value ?? this.#staleOf(key)?.value);
    void this.#run(
      () => load(key, context),
      (value) => this.#land(flight, value, context.kept),
      (error) => this.#fail(flight, error),
    );
    flight.isStarting = false;
    return flight;
  }

  #startMany(keys: readonly K[], loadMany: BulkLoader<K, V>, isBackground: boolean): Flight<V, K>[] {
    const work = new Work();
    const flights = keys.map((key) => this.#takeOff(key, work, isBackground));
    const context = new BulkContext<K>(work);
    void this.#run(
      async () => asMap(await loadMany(keys, context)),
      (values) =>
        flights.forEach((flight) => this.#land(flight, values.get(flight.key) as V, context.kept.get(flight.key))),
      (error) => flights.forEach((flight) => this.#fail(flight, error)),
    );
    for (const flight of flights) flight.isStarting = false;
    return flights;
  }

  #takeOff(key: K, work: Work, isBackground: boolean): Flight<V, K> {
    const flight = new Flight<V, K>(key, work, isBackground);
    if (this.#options.staleIfError > 0) flight.fallback = this.#fallbackFor(key);
    flight.tagTurn = this.#tagTurns.now;
    this.#flights.set(key, flight);
    return flight;
  }

  #fallbackFor(key: K): Fallback<V> | undefined {
    const stale = this.#staleOf(key);
    if (stale === undefined) return undefined;
    return { value: stale.value, until: this.#now() - stale.late + this.#options.staleIfError };
  }

  /** Calls a loader, and hands on what becomes of it. Neither `land` nor `fail` throws. */
  async #run<T>(
    call: () => T | PromiseLike<T>,
    land: (result: T) => void,
    fail: (error: unknown) => void,
  ): Promise<void> {
    const { counters } = this;
    counters.loads++;
    counters.loading++;
    const began = this.#now();
    const end = (): void => {
      counters.loading--;
      counters.loadMs += this.#now() - began;
    };
    // What it throws at once is to come as late as a rejection: nobody waits yet.
    const outcome = new Promise<T>((resolve) => resolve(call()));
    let result: T;
    try {
      result = await outcome;
    } catch (error) {
      end();
      counters.loadFailures++;
      fail(error);
      return;
    }
    end();
    land(result);
  }

  #land(flight: Flight<V, K>, value: V, kept: KeepOptions | undefined): void {
    try {
      if (this.#finish(flight)) this.#store(flight, value, kept);
      flight.resolve(value);
    } catch (error) {
      // The user's `ttl` function threw, or gave no duration.
      this.#tell(flight, error);
    }
  }

  #fail(flight: Flight<V, K>, error: unknown): void {
    if (!this.#finish(flight)) return flight.reject(error);
    const { errorTtl } = this.#options;
    if (errorTtl > 0) this.#remember(flight.key, { error }, errorTtl);
    const { fallback } = flight;
    if (fallback === undefined || this.#now() >= fallback.until) return this.#tell(flight, error);
    if (flight.isAwaited) this.counters.staleHits++;
    flight.hasFallenBack = true;
    flight.resolve(fallback.value);
    this.#core.complaints.callback('load', error);
  }

  /** Whoever waits hears of an error; when nobody does, the cache's owner. */
  #tell(flight: Flight<V, K>, error: unknown): void {
    if (flight.isAwaited) flight.reject(error);
    else this.#core.complaints.callback('load', error);
  }

  /** Takes a flight from the table; whether its result counts. */
  #finish(flight: Flight<V, K>): boolean {
    if (flight.isOvertaken) return false;
    this.#flights.delete(flight.key);
    return true;
  }

  #store({ key, tagTurn }: Flight<V, K>, value: V, kept: KeepOptions | undefined): void {
    if (value !== undefined) {
      const isCurrent = tagTurn === this.#tagTurns.now;
      const tags = isCurrent ? undefined : tagsFor(this.#core.options.tagging, value, key, kept);
      if (tags === undefined) this.#core.set(key, value, kept);
      else if (!this.#tagTurns.isOld(tags, tagTurn)) this.#core.set(key, value, { ...kept, tags });
      return;
    }
    // What was there is not true any more.
    this.#core.delete(key, 'replaced');
    const { missingTtl } = this.#options;
    if (missingTtl > 0) this.#remember(key, {}, missingTtl);
  }

  #remember(key: K, negative: { readonly error?: unknown }, ttl: number): void {
    const { maxEntries, options } = this.#core;
    this.#negatives ??= new Negatives(maxEntries, options.expiry.clock);
    this.#negatives.set(key, negative, ttl);
  }

  #join(flight: Flight<V, K>, signal: AbortSignal | undefined): Promise<V> {
    if (flight.isStarting) return Promise.reject(cycleError());
    return waitFor<V, Flight<V, K>>(flight, signal, this.#desert);
  }

  readonly #desert = (flight: Flight<V, K>): void => {
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key);
  };

  /** Why a call cannot even begin. */
  #problem(name: string, load: unknown, options: LoadCallOptions | undefined): { readonly error: unknown } | undefined {
    if (typeof load !== 'function') return { error: invalidOption(name, 'a function, here or as an option', load) };
    if (options !== undefined && !isCallOptions(options))
      return { error: invalidOption('options', 'an object', options) };
    const signal = options?.signal;
    if (signal !== undefined && !isSignal(signal)) return { error: invalidOption('signal', 'an AbortSignal', signal) };
    if (this.#core.isClosed) return { error: closedError(this.#core.options.name) };
    return signal?.aborted === true ? { error: signal.reason } : undefined;
  }

  #now(): number {
    return this.#core.options.expiry.clock.steadyNow();
  }
}

function cycleError(): LoadError {
  // Without the key, which may be a secret.
  return new LoadError('PLIM_ERR_CACHE_LOAD_CYCLE', 'A load asked for its own key, and would wait for itself.');
}

/** What the wanted keys have, in their order; keys without a value are left out. */
function inOrder<K, V>(wanted: ReadonlySet<K>, values: ReadonlyMap<K, V>): Map<K, V> {
  const ordered = new Map<K, V>();
  for (const key of wanted) {
    const value = values.get(key);
    if (value !== undefined) ordered.set(key, value);
  }
  return ordered;
}

function asMap<K, V>(result: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  if (typeof result === 'object' && typeof result?.get === 'function') return result;
  throw invalidOption('loadMany', 'a function that gives a Map', result);
}
