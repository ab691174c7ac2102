import {
  invalidOption,
  readBoolean,
  readBytes,
  readChoice,
  readFunction,
  readInteger,
  readName,
} from '../base/options.ts';
import { OptionsError } from '../base/errors.ts';
import { resolveCleanupOptions } from './cleanup/cleanup-options.ts';
import type { CleanupOptions, ResolvedCleanupOptions } from './cleanup/cleanup-options.ts';
import { resolveExpiryOptions } from './expiry/lifetime.ts';
import type { EntryTimes, ExpiryOptions, ResolvedExpiryOptions } from './expiry/lifetime.ts';
import { resolveHealthOptions } from './health/health-options.ts';
import type { HealthOptions, ResolvedHealthOptions } from './health/health-options.ts';
import { resolveLoadOptions } from './load/load-options.ts';
import type { LoadOptions, ResolvedLoadOptions } from './load/load-options.ts';
import type { CachePolicy } from './policy/make-policy.ts';
import { resolveTagOptions } from './tags/entry-tags.ts';
import type { EntryTags, ResolvedTagOptions, TagOptions } from './tags/entry-tags.ts';

const POLICIES: readonly CachePolicy[] = ['adaptive', 'lru', 'lfu', 'fifo', 'largest'];

/** How a cache is bounded and who is told what. One of `maxEntries` and `maxBytes` is required. */
export interface CacheOptions<K, V>
  extends ExpiryOptions<K, V>,
    LoadOptions<K, V>,
    CleanupOptions<K, V>,
    HealthOptions,
    TagOptions<K, V> {
  /** What warnings, health reports and metrics call it. */
  readonly name?: string;
  /** Entries at most, from 1. Never one more, after any call. */
  readonly maxEntries?: number;
  /** Bytes at most: a number or a size such as `'64MB'` (binary). Every entry is weighed by {@link sizeOf}. */
  readonly maxBytes?: number | string;
  /** The bytes of an entry, from 0. @default the package's `sizeOf` of value and key */
  readonly sizeOf?: (value: V, key: K) => number;
  /**
   * Which entry leaves when the cache is full: `adaptive` (best over all, see the reference), `lru` (used least recently),
   * `lfu` (used least often), `fifo` (set first), `largest` (most bytes). @default 'adaptive'
   */
  readonly policy?: CachePolicy;
  /** Entries that leave at once when the cache is full, from 1: room for that many sets to come. @default 1 */
  readonly evictBatch?: number;
  /** Takes what `dispose` or `sizeOf` threw. @default one warning, `PLIM_WARN_CACHE_CALLBACK` */
  readonly onError?: (error: unknown) => void;
  /** What a miss costs, in ms; `valuePerByte` goes by it. @default the mean time of a load; 1 where nothing was loaded */
  readonly missCost?: number;
  /**
   * Keys are secrets, such as credentials: wherever the package shows one (logs, reports, alerts, warnings, metrics), it shows
   * a keyed hash in its place, and no message of an error of yours. @default false
   */
  readonly secretKeys?: boolean;
}

/** What one entry may have of its own. */
export interface EntryOptions extends EntryTimes, EntryTags {}

/** {@link CacheOptions}, checked, with defaults. */
export interface ResolvedCacheOptions<K, V> {
  readonly name: string | undefined;
  readonly maxEntries: number | undefined;
  readonly maxBytes: number | undefined;
  readonly sizeOf: ((value: V, key: K) => number) | undefined;
  readonly policy: CachePolicy;
  readonly evictBatch: number;
  readonly onError: ((error: unknown) => void) | undefined;
  readonly missCost: number | undefined;
  readonly secretKeys: boolean;
  readonly expiry: ResolvedExpiryOptions<K, V>;
  readonly loading: ResolvedLoadOptions<K, V>;
  readonly cleanup: ResolvedCleanupOptions<K, V>;
  readonly health: ResolvedHealthOptions;
  readonly tagging: ResolvedTagOptions<K, V>;
}

/** The new bounds of `Cache.resize`; what is not given stays. */
export type CacheBounds = Pick<CacheOptions<unknown, unknown>, 'maxEntries' | 'maxBytes'>;

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveCacheOptions<K, V>(options: CacheOptions<K, V>): ResolvedCacheOptions<K, V> {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const { maxEntries, maxBytes } = readBounds(options);
  if (maxEntries === undefined && maxBytes === undefined) {
    throw new OptionsError(
      'PLIM_ERR_OPTION_INVALID',
      'A cache needs a bound: give `maxEntries`, such as 10_000, or `maxBytes`, such as "64MB", or both.',
    );
  }
  const expiry = resolveExpiryOptions(options);
  return {
    name: options.name === undefined ? undefined : readName('name', options.name),
    maxEntries,
    maxBytes,
    sizeOf: readFunction('sizeOf', options.sizeOf),
    policy: options.policy === undefined ? 'adaptive' : readChoice('policy', options.policy, POLICIES),
    evictBatch: options.evictBatch === undefined ? 1 : readCount('evictBatch', options.evictBatch),
    onError: readFunction('onError', options.onError),
    missCost: options.missCost === undefined ? undefined : readMissCost(options.missCost),
    secretKeys: options.secretKeys === undefined ? false : readBoolean('secretKeys', options.secretKeys),
    expiry,
    loading: resolveLoadOptions(options),
    cleanup: resolveCleanupOptions(options, expiry.clock),
    health: resolveHealthOptions(options),
    tagging: resolveTagOptions(options),
  };
}

/** Checks bounds. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readBounds({ maxEntries, maxBytes }: CacheBounds): {
  maxEntries: number | undefined;
  maxBytes: number | undefined;
} {
  return {
    maxEntries: maxEntries === undefined ? undefined : readCount('maxEntries', maxEntries),
    maxBytes: maxBytes === undefined ? undefined : readBytes('maxBytes', maxBytes, 1),
  };
}

function readMissCost(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
  throw invalidOption('missCost', 'a number of ms of at least 0', value);
}

/** A whole number from 1; unlike bytes and durations it is never given as text. */
function readCount(name: string, value: unknown): number {
  if (typeof value !== 'number') throw invalidOption(name, 'a whole number of at least 1', value);
  return readInteger(name, value, 1);
}
