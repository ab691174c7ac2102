/** What a user says about loading. */
import { readFunction } from '../../base/options.ts';
import { readTtl } from '../expiry/lifetime.ts';
import type { EntryTimes, Ttl } from '../expiry/lifetime.ts';
import type { EntryTags } from '../tags/entry-tags.ts';

/** What a loader may say of the entry that it makes. */
export interface KeepOptions extends EntryTimes, EntryTags {}

/** What a loader is told. */
export interface LoadContext<V> {
  /** Aborts when every caller has given up, or the cache is closed. */
  readonly signal: AbortSignal;
  /** The value that is to be renewed, if one is still there: for a conditional request. */
  readonly staleValue: V | undefined;
  /** Gives the entry a lifetime and tags of its own; `ttl: 0`: it is not stored. */
  readonly keepFor: (options: KeepOptions) => void;
}

/** Gets the value of a key from where it comes from. `undefined`: there is none. */
export type Loader<K, V> = (key: K, context: LoadContext<V>) => V | PromiseLike<V>;

/** What a loader of many keys is told. */
export interface BulkLoadContext<K> {
  /** Aborts when every caller has given up on every key, or the cache is closed. */
  readonly signal: AbortSignal;
  /** Gives the entry of one of the keys a lifetime and tags of its own; `ttl: 0`: it is not stored. */
  readonly keepFor: (key: K, options: KeepOptions) => void;
}

/** Gets many at once. A key that the map lacks has no value. */
export type BulkLoader<K, V> = (
  keys: readonly K[],
  context: BulkLoadContext<K>,
) => ReadonlyMap<K, V> | PromiseLike<ReadonlyMap<K, V>>;

/** How long to remember that there is no value, or that a load failed. */
export interface NegativeTtl {
  /** After a load that gave `undefined`. @default not at all */
  readonly missing?: Ttl;
  /** After a load that failed; callers get the same error again. @default not at all */
  readonly error?: Ttl;
}

/** How a cache loads what it does not have. */
export interface LoadOptions<K, V> {
  /** Gets what `getOrLoad` does not find. */
  readonly load?: Loader<K, V>;
  /** Gets what `getOrLoadMany` does not find, in one call. @default one `load` for each key */
  readonly loadMany?: BulkLoader<K, V>;
  /** An entry older than this is loaded again in the background when `getOrLoad` finds it. @default never */
  readonly refreshAfter?: Ttl;
  /** For so long after its time is up, `getOrLoad` returns the old value and loads in the background. @default 0 */
  readonly staleWhileRevalidate?: Ttl;
  /** For so long after its time is up, the old value is returned when the load fails. @default 0 */
  readonly staleIfError?: Ttl;
  /**
   * How long to remember that a load gave `undefined`, or failed: one time for both, or each its own. `undefined` is not
   * stored as a value; `null` is one like any other. @default not at all
   */
  readonly negativeTtl?: Ttl | NegativeTtl;
}

/** {@link LoadOptions}, checked; times in ms. */
export interface ResolvedLoadOptions<K, V> {
  readonly load: Loader<K, V> | undefined;
  readonly loadMany: BulkLoader<K, V> | undefined;
  readonly refreshAfter: number;
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  readonly missingTtl: number;
  readonly errorTtl: number;
}

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveLoadOptions<K, V>(options: LoadOptions<K, V>): ResolvedLoadOptions<K, V> {
  const { negativeTtl } = options;
  const each = typeof negativeTtl === 'object' && negativeTtl !== null;
  const { missing, error } = each ? negativeTtl : { missing: undefined, error: undefined };
  const both = each || negativeTtl === undefined ? 0 : readTtl('negativeTtl', negativeTtl);
  return {
    load: readFunction('load', options.load),
    loadMany: readFunction('loadMany', options.loadMany),
    refreshAfter: readTime('refreshAfter', options.refreshAfter, Infinity),
    staleWhileRevalidate: readTime('staleWhileRevalidate', options.staleWhileRevalidate, 0),
    staleIfError: readTime('staleIfError', options.staleIfError, 0),
    missingTtl: readTime('negativeTtl.missing', missing, both),
    errorTtl: readTime('negativeTtl.error', error, both),
  };
}

/** What one `getOrLoad`, `getOrLoadMany` or `refresh` may be told. */
export interface LoadCallOptions {
  /** Gives up waiting: the promise is rejected with the signal's reason. The load goes on for others who wait. */
  readonly signal?: AbortSignal | undefined;
}

/** Whether an argument is the options of a call, rather than a loader or nothing. */
export function isCallOptions(given: unknown): given is LoadCallOptions {
  return typeof given === 'object' && given !== null;
}

export function isSignal(given: unknown): given is AbortSignal {
  return typeof given === 'object' && given !== null && 'addEventListener' in given && 'aborted' in given;
}

function readTime(name: string, value: unknown, otherwise: number): number {
  return value === undefined ? otherwise : readTtl(name, value);
}
