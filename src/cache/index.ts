/** `plimsoll/cache`: bounded caches, with the methods of `Map`. */
export { Cache } from './cache.ts';
export { coalesce } from './coalesce.ts';
export type { Coalesced, CoalesceOptions } from './coalesce.ts';
export type { EntryTimes, ExpiryOptions, Ttl } from './expiry/lifetime.ts';
export type { LoadStats } from './load/load-counters.ts';
export type {
  BulkLoadContext,
  BulkLoader,
  LoadCallOptions,
  LoadContext,
  Loader,
  LoadOptions,
  NegativeTtl,
} from './load/load-options.ts';
export { memoize } from './memoize.ts';
export type { Memoized, MemoizeOptions } from './memoize.ts';
export type { CacheBounds, CacheOptions, EntryOptions } from './options.ts';
export type { CachePolicy } from './policy/make-policy.ts';
export { wasEvicted } from './removal.ts';
export type { Disposer, RemovalCause } from './removal.ts';
export { measureSize, sizeOf } from './size-of/index.ts';
export type { MeasuredSize, SizeOfOptions } from './size-of/index.ts';
export type { CacheStats } from './stats.ts';
