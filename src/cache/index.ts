/** `plimsoll/cache`: bounded caches, with the methods of `Map`. */
export type { Alert, AlertLevel } from '../base/alert.ts';
export type { Logger, LogLine } from '../base/logger.ts';
export { Cache } from './cache.ts';
export type { CleanupOptions } from './cleanup/cleanup-options.ts';
export type { CleanupStats } from './cleanup/cleanup-counters.ts';
export type { Lease } from './cleanup/lease.ts';
export { coalesce } from './coalesce.ts';
export type { Coalesced, CoalesceOptions } from './coalesce.ts';
export type { CacheDump, DumpedEntry, DumpOptions, RestoreReport } from './dump/cache-dump.ts';
export type { EntryTimes, ExpiryOptions, Ttl } from './expiry/lifetime.ts';
export type { CacheAlert } from './health/alert.ts';
export { cacheHealth } from './health/cache-health.ts';
export type { CacheHealth, CacheHealthReport } from './health/cache-health.ts';
export type { HealthFigures } from './health/figures.ts';
export type { HealthStatus } from './health/health.ts';
export type { HealthOptions } from './health/health-options.ts';
export type { LoadStats } from './load/load-counters.ts';
export type {
  BulkLoadContext,
  BulkLoader,
  KeepOptions,
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
export type { Shrunk } from './pressure/shrink.ts';
export { wasEvicted } from './removal.ts';
export type { Disposer, RemovalCause } from './removal.ts';
export { measureSize, sizeOf } from './size-of/index.ts';
export type { MeasuredSize, SizeOfOptions } from './size-of/index.ts';
export type { CacheStats } from './stats.ts';
export type { EntryTags, TagOptions } from './tags/entry-tags.ts';
export { WeakCache } from './weak-cache.ts';
