/**
 * The first tier and how far it may be trusted. Every entry bears the epoch in which it came; the epoch moves whenever something
 * may have been missed, and then all that is here is suspect: it is returned no more before the second tier has said that it still
 * holds. So nothing has to be walked or thrown away, and what was good stays.
 */
import type { Clock } from '../base/clock.ts';
import { Cache } from '../cache/index.ts';
import type { CacheOptions } from '../cache/index.ts';
import { Held } from './held.ts';
import type { ResolvedTierOptions, TieredCacheOptions } from './options.ts';
import type { TierEntry } from './tier.ts';

/** Of what came while nobody would have told us of changes. */
const NEVER_TRUSTED = 0;

export class FirstTier<V> {
  readonly cache: Cache<string, Held<V>>;
  /** Whether it was handed in, and is not ours to close. */
  readonly isForeign: boolean;
  /** The time of trust that lasts now. */
  epoch = 1;
  /** When the last one ended. */
  suspectSince = 0;
  #isHeard = true;
  readonly #clock: Clock;
  readonly #ttl: number;

  constructor(options: TieredCacheOptions<V>, { clock, firstTtl }: ResolvedTierOptions<V>) {
    const { l1 } = options;
    this.#clock = clock;
    this.#ttl = firstTtl;
    this.isForeign = l1 instanceof Cache;
    this.cache = l1 instanceof Cache ? l1 : new Cache(cacheOptions(options, clock));
    // Until the bus says that it hears everything.
    if (options.bus !== undefined) this.lost();
  }

  /** The epoch of what is read from the second tier now. */
  get fillEpoch(): number {
    return this.#isHeard ? this.epoch : NEVER_TRUSTED;
  }

  get isHeard(): boolean {
    return this.#isHeard;
  }

  isTrusted(held: Held<V>): boolean {
    return held.epoch === this.epoch;
  }

  /** All that is here is suspect, from now on. */
  suspect(): void {
    this.epoch++;
    this.suspectSince = this.#clock.steadyNow();
  }

  /** Changes are not heard from now on. */
  lost(): void {
    this.#isHeard = false;
    this.suspect();
  }

  /** Changes are heard from now on. */
  live(): void {
    this.#isHeard = true;
    this.suspect();
  }

  /** How long an entry may stay here, in ms: not longer than it is fresh. */
  ttlOf({ expiresAt }: Pick<TierEntry<V>, 'expiresAt'>): number {
    return Math.min(this.#ttl, Math.max(0, expiresAt - this.#clock.wallNow()));
  }

  put(key: string, held: Held<V>, ttl: number, tags?: readonly string[]): void {
    this.cache.set(key, held, tags === undefined || tags.length === 0 ? { ttl } : { ttl, tags });
  }
}

/** What is held of an entry. */
export function heldOf<V>({ kind, value, stamp }: TierEntry<V>, epoch: number): Held<V> {
  return new Held(value, kind === 'missing', stamp, epoch);
}

function cacheOptions<V>(options: TieredCacheOptions<V>, clock: Clock): CacheOptions<string, Held<V>> {
  const { name, refreshAfter, staleWhileRevalidate, staleIfError, negativeTtl, logger, onAlert } = options;
  const { ttl: _ttl, sizeOf, ...bounds } = options.l1 as Exclude<TieredCacheOptions<V>['l1'], Cache<string, Held<V>>>;
  const error = typeof negativeTtl === 'object' ? negativeTtl.error : negativeTtl;
  const given = {
    ...bounds,
    name,
    refreshAfter,
    staleWhileRevalidate,
    staleIfError,
    negativeTtl: error === undefined ? undefined : { error },
    logger,
    onAlert,
    clock,
    sizeOf: sizeOf && ((held: Held<V>, key: string) => (held.isMissing ? 0 : sizeOf(held.value as V, key))),
  };
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined);
}
