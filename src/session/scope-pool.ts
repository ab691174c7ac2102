/**
 * A bounded map of scopes: what belongs to a key ends with it, whether it is deleted, replaced, evicted or outlived.
 *
 * The map is a `Cache`. Whatever takes an entry out of it tells the scope to end within the same call, so no timer of an
 * evicted key fires afterwards; what takes its time ends in the background.
 */
import { BudgetError, DisposedError } from '../base/errors.ts';
import { Cache, type CacheBounds, type CacheStats, type RemovalCause } from '../cache/index.ts';
import { type EntryKind, Scope } from '../scope/index.ts';
import {
  type ResolvedScopePoolOptions,
  resolveScopePoolOptions,
  type ScopePoolOptions,
  type Slot,
} from './scope-pool-options.ts';
import { tellError } from './tell-error.ts';

/** @see {@link ScopePool.stats} */
export interface ScopePoolStats extends CacheStats {
  /** What the scopes hold open, scopes within them included. */
  readonly open: {
    readonly total: number;
    readonly byKind: Readonly<Partial<Record<EntryKind, number>>>;
    /** By the name that an entry was given. */
    readonly byName: Readonly<Record<string, number>>;
  };
  /** Scopes that have left and not yet ended. */
  readonly closing: number;
}

/** The pool's own entry in each of its scopes, which no figure shows. */
const OWN_ENTRY = 'plimsoll: leaves its pool';

/**
 * A map of key to scope, or to what was made with it, that never holds more than it is allowed to.
 *
 * `get`, `open` and `set` are a use; `peek`, `has` and iteration are none. Iteration begins with the least recently used.
 *
 * **Cost:** `get` is that of a `Cache`; a key costs a scope, about 1 us and 600 bytes.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 *
 * @example
 * const threads = new ScopePool({ name: 'threads', maxEntries: 500, evictBatch: 50, create: (scope) => new Thread(scope) });
 * threads.open('t1').append('delta');
 */
export class ScopePool<K, V = Scope> {
  readonly #options: ResolvedScopePoolOptions<K, V>;
  readonly #cache: Cache<K, Slot<V>>;
  /** Of all scopes that the pool makes. */
  readonly #owner: Scope;
  readonly #closing: Set<Promise<void>> = new Set();
  #isClosed = false;
  #closed: Promise<void> | undefined;

  constructor(options: ScopePoolOptions<K, V>) {
    this.#options = resolveScopePoolOptions(options);
    const { name, traces, clock } = this.#options;
    this.#owner = new Scope({ name, clock, onError: (error) => this.#failed(error), ...(traces && { traces }) });
    this.#cache = new Cache({
      ...this.#options.cache,
      dispose: (slot, key, cause) => this.#left(slot, key, cause),
    });
  }

  get name(): string {
    return this.#options.name;
  }

  /** Keys now. */
  get size(): number {
    return this.#cache.size;
  }

  /** Keys at most. */
  get maxEntries(): number {
    return this.#cache.maxEntries!;
  }

  /**
   * The value of `key`, made if it is not there.
   *
   * @throws what `create` threw; its scope has been told to end then
   * @throws {BudgetError} `PLIM_ERR_POOL_FULL` when everything else is pinned
   * @throws {DisposedError} `PLIM_ERR_POOL_CLOSED`
   */
  open(key: K): V {
    return this.get(key) ?? this.#make(key);
  }

  /** The value of `key`; `undefined` when it is not there, or its scope has begun to close. */
  get(key: K): V | undefined {
    return this.#isClosed ? undefined : this.#value(this.#cache.get(key));
  }

  /** {@link get}, which is no use of it. */
  peek(key: K): V | undefined {
    return this.#isClosed ? undefined : this.#value(this.#cache.peek(key));
  }

  has(key: K): boolean {
    return this.#slot(key) !== undefined;
  }

  /** The scope of `key`; no use of it. */
  scopeOf(key: K): Scope | undefined {
    return this.#slot(key)?.scope;
  }

  /**
   * Puts a value in with its scope, over what was there, which ends.
   *
   * @param scope - @default the value, if it is a scope; else a new one
   * @throws {BudgetError} `PLIM_ERR_POOL_FULL`; the scope has been told to end then
   */
  set(key: K, value: V, scope: Scope = value instanceof Scope ? value : this.#newScope()): this {
    const present = this.#slot(key);
    if (present?.scope === scope && present.value === value) this.#cache.set(key, present);
    else this.#put(key, { value, scope });
    return this;
  }

  /** Takes `key` out and tells its scope to end; whether it was there. {@link settled} waits for the end. */
  delete(key: K): boolean {
    return !this.#isClosed && this.#cache.delete(key);
  }

  /** Takes every key out, and tells their scopes to end. */
  clear(): void {
    if (!this.#isClosed) this.#cache.clear();
  }

  /** Takes up to `count` keys out, those that would be evicted next; how many. */
  evict(count: number): number {
    return this.#isClosed ? 0 : this.#cache.evict(count);
  }

  /** Changes the bounds; what is too much ends. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
  resize(bounds: CacheBounds): void {
    this.#open().resize(bounds);
  }

  /** Keeps `key` from being evicted and its idle time from running, until {@link unpin}; whether it is there. */
  pin(key: K): boolean {
    return this.#slot(key) !== undefined && this.#cache.pin(key);
  }

  unpin(key: K): boolean {
    return !this.#isClosed && this.#cache.unpin(key);
  }

  /** Weighs the value of `key` again, which has grown or shrunk; no use of it. Whether it is (still) there. */
  weigh(key: K): boolean {
    const slot = this.#slot(key);
    if (slot === undefined) return false;
    this.#cache.weigh(key);
    return this.#slot(key) === slot;
  }

  *keys(): IterableIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  *entries(): IterableIterator<[K, V]> {
    for (const [key, { value, scope }] of this.#isClosed ? [] : this.#cache) if (!scope.disposed) yield [key, value];
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: K, pool: this) => void, thisArg?: unknown): void {
    for (const [key, value] of this.entries()) visit.call(thisArg, value, key, this);
  }

  /**
   * Figures of the map, and of what its scopes hold open.
   *
   * **Cost:** looks at everything that is open in every scope.
   */
  stats(): ScopePoolStats {
    const byKind: Partial<Record<EntryKind, number>> = {};
    const byName = new Map<string, number>();
    let total = 0;
    for (const { scope } of this.#isClosed ? [] : this.#cache.values()) {
      for (const { kind, name } of scope.list()) {
        if (kind === 'scope' || name === OWN_ENTRY) continue;
        total++;
        byKind[kind] = (byKind[kind] ?? 0) + 1;
        if (name !== undefined) byName.set(name, (byName.get(name) ?? 0) + 1);
      }
    }
    const open = { total, byKind, byName: Object.fromEntries(byName) };
    return { ...this.#cache.stats(), open, closing: this.#closing.size };
  }

  /** Waits until everything that has left until now has ended. Never rejects: what fails goes to `onError`. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  /**
   * Takes every key out, and waits until all have ended. From now on `open`, `set` and `resize` throw; to everything else the
   * pool is empty, so that what ends may use it as ever. Never rejects.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The cache of a pool that is not closed. */
  #open(): Cache<K, Slot<V>> {
    if (!this.#isClosed) return this.#cache;
    throw new DisposedError('PLIM_ERR_POOL_CLOSED', `The pool ${this.name} is closed.`);
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    await this.#cache.close();
    await this.settled();
    await this.#owner.close().catch((error: unknown) => this.#failed(error));
  }

  #slot(key: K): Slot<V> | undefined {
    const slot = this.#isClosed ? undefined : this.#cache.peek(key);
    return slot?.scope.disposed === false ? slot : undefined;
  }

  #value(slot: Slot<V> | undefined): V | undefined {
    return slot?.scope.disposed === false ? slot.value : undefined;
  }

  #newScope(): Scope {
    this.#open();
    return this.#owner.child('entry');
  }

  #make(key: K): V {
    const scope = this.#newScope();
    let value: V;
    try {
      value = this.#options.create?.(scope, key) ?? (scope as V);
    } catch (error) {
      this.#end(scope);
      throw error;
    }
    this.#put(key, { value, scope });
    return value;
  }

  #put(key: K, slot: Slot<V>): void {
    const { scope } = slot;
    // Oldest in a new scope, so told last: one that is closed by itself leaves the map too.
    scope.defer(() => this.#forget(key, slot), { name: OWN_ENTRY });
    try {
      this.#open().set(key, slot);
    } catch (error) {
      this.#end(scope);
      throw error;
    }
    if (scope.disposed || this.#slot(key) === slot) return;
    this.#end(scope);
    throw new BudgetError(
      'PLIM_ERR_POOL_FULL',
      `The pool ${this.name} is full, and all in it are pinned or too large.`,
    );
  }

  #forget(key: K, slot: Slot<V>): void {
    if (!this.#isClosed && this.#cache.peek(key) === slot) this.#cache.delete(key);
  }

  #left(slot: Slot<V>, key: K, cause: RemovalCause): void {
    // Another value with the same scope: it has not left.
    if (cause === 'replaced' && !this.#isClosed && this.#cache.peek(key)?.scope === slot.scope) return;
    this.#end(slot.scope);
    try {
      this.#options.onRemoved?.(slot.value, key, cause);
    } catch (error) {
      this.#failed(error);
    }
  }

  #end(scope: Scope): void {
    const ending = scope.close({ deadline: this.#options.closeTimeoutMs }).catch((error: unknown) => {
      this.#failed(error);
    });
    this.#closing.add(ending);
    void ending.then(() => this.#closing.delete(ending));
  }

  #failed(error: unknown): void {
    // A scope's own message says what did not end; keys, which may be secret, are in none of them.
    tellError(`pool ${this.name}`, this.#options.onError, error);
  }
}
