import { invalidOption, readFunction } from '../base/options.ts';
import { Cache } from './cache.ts';
import type { Ttl } from './expiry/lifetime.ts';
import { argumentKey } from './load/argument-key.ts';
import type { NegativeTtl } from './load/load-options.ts';
import type { CacheOptions } from './options.ts';

/** The options of the cache, and how calls are told apart. */
export interface MemoizeOptions<A extends readonly unknown[], R, K = unknown>
  extends Omit<CacheOptions<K, Awaited<R>>, 'load' | 'loadMany'> {
  /** Calls with equal keys are one, as in `Map`. @default the arguments; objects among them are refused */
  readonly key?: (...args: A) => K;
}

/** @see {@link memoize} */
export interface Memoized<A extends readonly unknown[], R, K = unknown> {
  (...args: A): R;
  /** Where the results are: to look at, to delete from, to close. */
  readonly cache: Cache<K, Awaited<R>>;
}

/**
 * `fn`, such that a call with arguments that were seen returns what it returned then. Results are kept in a {@link Cache},
 * which needs a bound like any other.
 *
 * A function that returns promises is called once for callers at the same time, its results are kept and not its
 * promises, and what it rejects with is not kept (but see `negativeTtl`). What a function throws is not kept either.
 * `undefined` is a result. A function either always returns promises or never.
 *
 * `fn` is called without `this`: results that depend on it would get mixed up. Memoize a method for each object, bound.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`; a call whose arguments need a `key` throws it too
 *
 * @example
 * const rates = memoize((currency: string) => fetchRate(currency), { maxEntries: 200, ttl: '1m' });
 * await rates('EUR');
 * rates.cache.delete('EUR');
 */
export function memoize<A extends readonly unknown[], R, K = unknown>(
  fn: (this: void, ...args: A) => R,
  options: MemoizeOptions<A, R, K>,
): Memoized<A, R, K> {
  if (typeof fn !== 'function') throw invalidOption('fn', 'a function', fn);
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const { key, ...rest } = options;
  const keyOf = readFunction('key', key) ?? ((...args: A) => argumentKey(args) as K);
  const cache = new Cache<K, Awaited<R>>({ ...rest, negativeTtl: negativeTtlOf(rest) });
  let isAsync = false;

  const memoized = (...args: A): R => {
    const key = keyOf(...args);
    if (isAsync) return cache.getOrLoad(key, () => fn(...args) as Awaited<R>) as R;
    const known = cache.get(key);
    if (known !== undefined || cache.has(key)) return known as R;
    const result = fn(...args);
    if (!isThenable(result)) {
      cache.set(key, result as Awaited<R>);
      return result;
    }
    isAsync = true;
    return cache.getOrLoad(key, () => result as Awaited<R>) as R;
  };
  return Object.defineProperty(memoized, 'cache', { value: cache }) as unknown as Memoized<A, R, K>;
}

/** `undefined` is a result for as long as any other, where that is known beforehand and nothing else is asked for. */
function negativeTtlOf<K, V>({ negativeTtl, ttl, idleTtl }: CacheOptions<K, V>): Ttl | NegativeTtl {
  const missing = typeof ttl === 'function' ? 0 : (ttl ?? idleTtl ?? Infinity);
  if (negativeTtl === undefined) return { missing };
  return typeof negativeTtl === 'object' && negativeTtl !== null ? { missing, ...negativeTtl } : negativeTtl;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
