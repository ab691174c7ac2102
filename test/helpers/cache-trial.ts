/**
 * A cache under trial: every operation is done to it and noted, and after each one what it holds must be what was set
 * less what it gave notice of. Every value is a new object, so each notice says exactly which entry it speaks of, and
 * the account holds in any policy, whoever calls the cache and whenever.
 */
import { expect } from 'vitest';
import { Cache, type CacheOptions, type RemovalCause } from '../../src/cache/index.ts';
import { checkCache } from '../../src/cache/check.ts';
import { SOME_KEYS } from './cache-keys.ts';

export interface Value {
  readonly key: unknown;
  readonly bytes: number;
}

export interface Notice {
  readonly value: Value;
  readonly key: unknown;
  readonly cause: RemovalCause;
}

export type Operation =
  | { readonly do: 'set'; readonly key: number; readonly bytes: number }
  | { readonly do: 'get' | 'peek' | 'has' | 'delete'; readonly key: number }
  | { readonly do: 'clear' }
  | { readonly do: 'evict'; readonly count: number }
  | { readonly do: 'resize'; readonly maxEntries?: number; readonly maxBytes?: number }
  /** Goes through the entries and does one of the changes at each. */
  | { readonly do: 'walk'; readonly changes: readonly Operation[] }
  /** The next notices each do one of these, from inside the disposer. */
  | { readonly do: 'answer'; readonly answers: readonly Operation[] };

export type TrialOptions = Pick<CacheOptions<unknown, Value>, 'maxEntries' | 'maxBytes' | 'policy' | 'evictBatch'>;

export class CacheTrial {
  readonly cache: Cache<unknown, Value>;
  /** All notices so far, in order. */
  readonly notices: Notice[] = [];
  /** What must be in the cache. */
  readonly held = new Set<Value>();
  /** Bounds in force. */
  maxEntries: number;
  maxBytes: number;
  readonly #answers: Operation[] = [];
  readonly #failures: unknown[] = [];
  /** Inside a disposer: entries may have left whose notices are still to come. */
  #isAnswering = false;
  readonly #counts = { hits: 0, misses: 0, sets: 0, inserts: 0, rejected: 0 };

  constructor(options: TrialOptions) {
    this.maxEntries = options.maxEntries ?? Number.POSITIVE_INFINITY;
    this.maxBytes = Number(options.maxBytes ?? Number.POSITIVE_INFINITY);
    this.cache = new Cache<unknown, Value>({
      ...options,
      ...(options.maxBytes !== undefined || options.policy === 'largest' ? { sizeOf: ({ bytes }) => bytes } : {}),
      dispose: (value, key, cause) => this.#takeNotice(value, key, cause),
      onError: (error) => this.#failures.push(error),
    });
  }

  /** Does an operation, and checks all that must hold after it. */
  run(operation: Operation): void {
    this.runUnverified(operation);
    this.verify();
  }

  /** Only what the operation itself shows is checked. */
  runUnverified(operation: Operation): void {
    this.#do(operation);
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  verify(): void {
    const { cache, held } = this;
    checkCache(cache);
    const entries = [...cache];
    must(cache.size <= this.maxEntries, () => `${cache.size} entries, at most ${this.maxEntries} allowed`);
    must(entries.length === held.size && cache.size === held.size, () => `${entries.length} met, ${held.size} held`);
    const met = new Set(entries.map(([, value]) => value));
    for (const value of held) must(met.has(value), () => `the value of ${String(value.key)} is not met`);
    for (const [key, value] of entries) must(sameKey(key, value.key), () => `${String(key)} has another key's value`);
    this.#verifyBytes(entries);
    this.#verifyViews(entries);
    this.#verifyStats();
  }

  #verifyBytes(entries: readonly (readonly [unknown, Value])[]): void {
    if (this.maxBytes === Number.POSITIVE_INFINITY) return;
    const bytes = entries.reduce((sum, [, value]) => sum + value.bytes, 0);
    must(bytes <= this.maxBytes, () => `${bytes} bytes, at most ${this.maxBytes} allowed`);
    must(this.cache.bytes === bytes, () => `${bytes} bytes, counted ${this.cache.bytes}`);
  }

  /** All ways of looking at the entries agree, and none of them is a use. */
  #verifyViews(entries: readonly (readonly [unknown, Value])[]): void {
    const { cache } = this;
    const seen: (readonly [unknown, Value])[] = [];
    cache.forEach((value, key) => seen.push([key, value]));
    const [keys, values] = [[...cache.keys()], [...cache.values()]];
    must(
      [keys, values, seen].every(({ length }) => length === entries.length),
      () => 'a walk has another length',
    );
    entries.forEach(([key, value], i) => {
      must(Object.is(keys[i], key) && values[i] === value, () => `keys and values differ at ${i}`);
      must(Object.is(seen[i]![0], key) && seen[i]![1] === value, () => `forEach differs at ${i}`);
    });
    const expected = new Map([...this.held].map((value) => [value.key, value]));
    for (const key of SOME_KEYS) {
      const value = expected.get(key);
      must(cache.peek(key) === value, () => `peek of ${String(key)} gives something else`);
      must(cache.has(key) === (value !== undefined), () => `has of ${String(key)} is wrong`);
    }
  }

  #verifyStats(): void {
    const stats = this.cache.stats();
    const left = (wanted: RemovalCause): number => this.notices.filter(({ cause }) => cause === wanted).length;
    expect(stats).toMatchObject({
      ...this.#counts,
      evictions: { capacity: left('capacity'), expired: 0, pressure: left('pressure') },
      size: this.held.size,
    });
  }

  #do(operation: Operation): void {
    switch (operation.do) {
      case 'set':
        return this.#set(operation.key, operation.bytes);
      case 'get':
        return this.#get(operation.key);
      case 'delete':
        return this.#delete(operation.key);
      case 'clear':
        return this.#clear();
      case 'evict':
        return this.#evict(operation.count);
      case 'resize':
        return this.#resize(operation);
      case 'walk':
        return this.#walk(operation.changes);
      case 'answer':
        this.#answers.push(...operation.answers);
        return;
      default:
        return this.#look(operation.key, operation.do);
    }
  }

  /** What the cache must hold under a key. While an answer runs, only the cache can tell. */
  #expected(key: unknown): Value | undefined {
    if (!this.#isAnswering) return [...this.held].find((value) => sameKey(value.key, key));
    const value = this.cache.peek(key);
    expect(value === undefined || this.held.has(value)).toBe(true);
    return value;
  }

  #set(index: number, bytes: number): void {
    const value: Value = { key: SOME_KEYS[index], bytes };
    const isStored = bytes <= this.maxBytes;
    this.#counts.sets++;
    if (!isStored) this.#counts.rejected++;
    else if (this.#expected(value.key) === undefined) this.#counts.inserts++;
    if (isStored) this.held.add(value);
    expect(this.cache.set(value.key, value)).toBe(this.cache);
    // A disposer may have taken it out again.
    if (isStored && this.held.has(value)) expect(this.cache.peek(value.key)).toBe(value);
    if (!isStored && !this.#isAnswering) expect(this.cache.peek(value.key)).toBe(this.#expected(value.key));
  }

  #get(index: number): void {
    const expected = this.#expected(SOME_KEYS[index]);
    if (expected === undefined) this.#counts.misses++;
    else this.#counts.hits++;
    expect(this.cache.get(SOME_KEYS[index])).toBe(expected);
  }

  #look(index: number, way: 'peek' | 'has'): void {
    const expected = this.#expected(SOME_KEYS[index]);
    expect(this.cache[way](SOME_KEYS[index])).toBe(way === 'has' ? expected !== undefined : expected);
  }

  #delete(index: number): void {
    const expected = this.#expected(SOME_KEYS[index]) !== undefined;
    expect(this.cache.delete(SOME_KEYS[index])).toBe(expected);
  }

  #clear(): void {
    this.cache.clear();
  }

  #evict(count: number): void {
    const before = this.cache.size;
    expect(this.cache.evict(count)).toBe(Math.min(count, before));
  }

  /** A cache that does not weigh its entries is not asked to keep to a number of bytes. */
  accepts({ maxBytes }: { readonly maxBytes?: number }): boolean {
    return maxBytes === undefined || this.maxBytes !== Number.POSITIVE_INFINITY;
  }

  #resize({ maxEntries, maxBytes }: { readonly maxEntries?: number; readonly maxBytes?: number }): void {
    if (!this.accepts({ ...(maxBytes !== undefined && { maxBytes }) })) return;
    this.maxEntries = maxEntries ?? this.maxEntries;
    this.maxBytes = maxBytes ?? this.maxBytes;
    this.cache.resize({ ...(maxEntries !== undefined && { maxEntries }), ...(maxBytes !== undefined && { maxBytes }) });
  }

  #walk(changes: readonly Operation[]): void {
    const before = new Set(this.held);
    const seen = new Map<Value, number>();
    let visits = 0;
    for (const [key, value] of this.cache) {
      expect(this.held.has(value)).toBe(true);
      expect(sameKey(key, value.key)).toBe(true);
      seen.set(value, (seen.get(value) ?? 0) + 1);
      const change = changes[visits++];
      if (change !== undefined) this.#do(change);
    }
    for (const [value, times] of seen) expect(times, `visits of ${String(value.key)}`).toBe(1);
    for (const value of before) if (this.held.has(value)) expect(seen.has(value)).toBe(true);
  }

  #takeNotice(value: Value, key: unknown, cause: RemovalCause): void {
    this.notices.push({ value, key, cause });
    expect(this.held.delete(value), `a notice of ${String(key)}, ${cause}, that was expected`).toBe(true);
    expect(sameKey(key, value.key)).toBe(true);
    const answer = this.#answers.shift();
    if (answer === undefined) return;
    this.#isAnswering = true;
    this.#do(answer);
    this.#isAnswering = false;
  }
}

/** An `expect` that costs nothing while it holds: there are a hundred of them after every operation. */
function must(isSo: boolean, otherwise: () => string): void {
  if (!isSo) throw new Error(`cache trial: ${otherwise()}`);
}

/** `Map`'s equality. */
export function sameKey(one: unknown, other: unknown): boolean {
  return one === other || (Number.isNaN(one) && Number.isNaN(other));
}
