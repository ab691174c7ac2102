/** What a user says of a tiered cache. */
import type { Alert } from '../base/alert.ts';
import { systemClock } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { readLogger } from '../base/logger.ts';
import type { Logger } from '../base/logger.ts';
import { invalidOption, readChoice, readDuration, readFunction, readInteger, readName } from '../base/options.ts';
import { Cache } from '../cache/index.ts';
import type { BulkLoader, CacheOptions, LoadCallOptions, Loader, LoadOptions, Ttl } from '../cache/index.ts';
import { resolveBreakerOptions } from './breaker.ts';
import type { BreakerOptions, ResolvedBreakerOptions } from './breaker.ts';
import type { Bus } from './bus/bus.ts';
import type { Held } from './held.ts';
import type { Tier } from './tier.ts';

/** How the first tier is bounded: options of `Cache` but those of loading, disposal and tags, which both tiers share. */
export interface FirstTierOptions<V>
  extends Pick<
    CacheOptions<string, V>,
    'maxEntries' | 'maxBytes' | 'sizeOf' | 'policy' | 'evictBatch' | 'idleTtl' | 'sweepInterval' | 'secretKeys'
  > {
  /** How long an entry stays in the first tier at most; never longer than in the second. @default as long as in the second */
  readonly ttl?: Ttl;
}

/** How a {@link TieredCache} is set up. */
export interface TieredCacheOptions<V> extends LoadOptions<string, V> {
  /** What alerts, health reports and metrics call it. */
  readonly name?: string;
  /** The first tier: its bounds, or a cache that holds nothing else. */
  readonly l1: FirstTierOptions<V> | Cache<string, Held<V>>;
  /** The second tier, such as a `RedisTier`. */
  readonly l2: Tier<V>;
  /** How this process hears of what others write. @default none: an entry may be old for as long as the first tier keeps it */
  readonly bus?: Bus | undefined;
  /** How long an entry is fresh, in both tiers. @default without end */
  readonly ttl?: Ttl;
  /** Takes up to this share of it off each entry's ttl, at random, so that what came together does not go together. @default 0.1 */
  readonly jitter?: number;
  /**
   * What becomes of a call when the second tier does not serve it. `miss`: reads go on as if there were nothing, writes resolve
   * to `false`. `throw`: the call rejects with a `TierError`. @default 'miss'
   */
  readonly onL2Error?: 'miss' | 'throw';
  /** How long one call of the second tier is waited for, from 1 ms. @default '100ms' */
  readonly timeout?: number | string;
  /** Calls of the second tier under way at most, those included that are no longer waited for. @default 5_000 */
  readonly maxPending?: number;
  /** When the second tier is left alone, and when it is tried again. */
  readonly breaker?: BreakerOptions;
  /** How long the first tier alone keeps what the second could not take. @default '5s' */
  readonly outageTtl?: number | string;
  /** Only one process loads a key, for so long at most; longer than a load takes. @default no lease: each process may load */
  readonly lease?: number | string;
  /**
   * How long a delete is remembered in the second tier, so that a load that began before it is not stored after it. What takes
   * longer to load is not stored. @default '30s'
   */
  readonly fenceTtl?: number | string;
  /** Failed writes that are made good later, at most; beyond, everything is cleared. @default 10_000 */
  readonly maxOwed?: number;
  /** Takes log lines. */
  readonly logger?: Logger;
  /** Takes alerts. @default a warning of the process, unless there is a logger */
  readonly onAlert?: (alert: Alert) => void;
  /** Tells time and starts timers; for tests. @default the system's */
  readonly clock?: Clock;
}

/** What one write may have of its own. */
export interface TierEntryOptions {
  /** How long it is fresh. `Infinity`: without end. 0: not stored, and what was there leaves. */
  readonly ttl?: Ttl | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** What one `getOrLoad`, `getOrLoadMany` or `refresh` may be told. */
export interface TierLoadOptions extends LoadCallOptions {
  /** Tags of what is loaded: their state is noted before the load begins. */
  readonly tags?: readonly string[] | undefined;
}

/** {@link TieredCacheOptions}, checked; times in ms. */
export interface ResolvedTierOptions<V> {
  readonly name: string | undefined;
  readonly load: Loader<string, V> | undefined;
  readonly loadMany: BulkLoader<string, V> | undefined;
  readonly ttl: number;
  readonly firstTtl: number;
  readonly jitter: number;
  readonly missingTtl: number;
  readonly staleIfError: number;
  readonly isRefreshing: boolean;
  readonly throws: boolean;
  readonly timeout: number;
  readonly maxPending: number;
  readonly breaker: ResolvedBreakerOptions;
  readonly outageTtl: number;
  readonly lease: number | undefined;
  readonly fenceTtl: number;
  readonly maxOwed: number;
  readonly logger: Logger | undefined;
  readonly onAlert: ((alert: Alert) => void) | undefined;
  readonly clock: Clock;
}

const SHORTEST_LEASE = 50;

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveTierOptions<V>(options: TieredCacheOptions<V>): ResolvedTierOptions<V> {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const { l1, l2, bus, name, jitter = 0.1, onL2Error = 'miss', negativeTtl, lease, clock = systemClock } = options;
  if (typeof l1 !== 'object' || l1 === null) throw invalidOption('l1', 'bounds such as `{ maxEntries: 10_000 }`', l1);
  if (typeof l2?.get !== 'function') throw invalidOption('l2', 'a tier, such as a `RedisTier`', l2);
  if (bus !== undefined && typeof bus?.start !== 'function') {
    throw invalidOption('bus', 'a bus, such as an `InvalidationBus`', bus);
  }
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter <= 1)) {
    throw invalidOption('jitter', 'a number from 0 to 1', jitter);
  }
  const missing = typeof negativeTtl === 'object' ? negativeTtl.missing : negativeTtl;
  return {
    name: name === undefined ? undefined : readName('name', name),
    load: readFunction('load', options.load),
    loadMany: readFunction('loadMany', options.loadMany),
    ttl: readTtl('ttl', options.ttl ?? Infinity),
    firstTtl: l1 instanceof Cache ? Infinity : readTtl('l1.ttl', l1.ttl ?? Infinity),
    jitter,
    missingTtl: readTtl('negativeTtl', missing ?? 0),
    staleIfError: readTtl('staleIfError', options.staleIfError ?? 0),
    isRefreshing: options.refreshAfter !== undefined,
    throws: readChoice('onL2Error', onL2Error, ['miss', 'throw']) === 'throw',
    timeout: readDuration('timeout', options.timeout ?? '100ms', 1),
    maxPending: readInteger('maxPending', options.maxPending ?? 5000, 1),
    breaker: resolveBreakerOptions(options.breaker),
    outageTtl: readDuration('outageTtl', options.outageTtl ?? '5s'),
    lease: lease === undefined ? undefined : readDuration('lease', lease, SHORTEST_LEASE),
    fenceTtl: readDuration('fenceTtl', options.fenceTtl ?? '30s', 1),
    maxOwed: readInteger('maxOwed', options.maxOwed ?? 10_000, 1),
    logger: readLogger('logger', options.logger),
    onAlert: readFunction('onAlert', options.onAlert),
    clock,
  };
}

/** A time of life in ms, `Infinity` included. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readTtl(name: string, value: unknown): number {
  return value === Infinity ? Infinity : Math.ceil(readDuration(name, value));
}

/** Tags as they are stored. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readTags(tags: readonly string[] | undefined): readonly string[] {
  if (tags === undefined) return NONE;
  if (!Array.isArray(tags)) throw invalidOption('tags', 'an array of texts', tags);
  for (const tag of tags) readTag(tag);
  return tags.length > 1 ? [...new Set(tags as readonly string[])] : (tags as readonly string[]);
}

/** One tag. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readTag(tag: unknown): string {
  if (typeof tag === 'string' && tag !== '' && tag.length <= LONGEST_TAG) return tag;
  throw invalidOption('tag', `a text of 1 to ${LONGEST_TAG} characters`, tag);
}

const NONE: readonly string[] = [];
/** Its length in bytes is written in 16 bits. */
const LONGEST_TAG = 16_000;
