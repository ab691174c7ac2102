/** How long entries live: what the user says, and what it comes to for one entry. */
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { invalidOption, readDuration } from '../../base/options.ts';
import { parseDuration } from '../../base/units.ts';

/** Milliseconds, text such as `'5m'`, or `Infinity` for without end. */
export type Ttl = number | string;

/** How long one entry lives, other than the cache's own rule says. */
export interface EntryTimes {
  /** From this `set` on. `Infinity`: without end. 0: not stored. */
  readonly ttl?: Ttl | undefined;
  /** From its last use on. `Infinity`: without end. 0: not stored. */
  readonly idleTtl?: Ttl | undefined;
}

/** How a cache tells time. */
export interface ExpiryOptions<K, V> {
  /**
   * How long an entry lives from its `set`: milliseconds, text such as `'5m'`, or a function of the entry that returns one
   * of these or `undefined` (without end). @default without end
   */
  readonly ttl?: Ttl | ((value: V, key: K) => Ttl | undefined);
  /** How long an entry lives from its last `get` or `set`; with `ttl` too, what ends first counts. @default without end */
  readonly idleTtl?: Ttl;
  /**
   * How long an expired entry may take up room before the process's one timer takes it out, at least 50 ms. It is not
   * returned in any case. @default '1s'
   */
  readonly sweepInterval?: Ttl;
  /** Tells time and starts timers; for tests. @default the system's */
  readonly clock?: Clock;
}

/** Milliseconds of one entry's life, whole; `Infinity`: without end. */
export interface Lifetime {
  readonly ttl: number;
  readonly idleTtl: number;
  /** The shorter of the two. */
  readonly first: number;
}

/** {@link ExpiryOptions}, checked. */
export interface ResolvedExpiryOptions<K, V> {
  /** What holds for entries that say nothing themselves. */
  readonly standard: Lifetime;
  readonly ttlOf: ((value: V, key: K) => Ttl | undefined) | undefined;
  readonly sweepInterval: number;
  readonly clock: Clock;
}

const FOREVER: Lifetime = { ttl: Infinity, idleTtl: Infinity, first: Infinity };
const SHORTEST_SWEEP = 50;
const DEFAULT_SWEEP = 1000;

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveExpiryOptions<K, V>(options: ExpiryOptions<K, V>): ResolvedExpiryOptions<K, V> {
  const { ttl, idleTtl, sweepInterval, clock } = options;
  const ttlOf = typeof ttl === 'function' ? ttl : undefined;
  return {
    standard: lifetimeFrom({ ttl: typeof ttl === 'function' ? undefined : ttl, idleTtl }, FOREVER),
    ttlOf,
    sweepInterval:
      sweepInterval === undefined ? DEFAULT_SWEEP : readDuration('sweepInterval', sweepInterval, SHORTEST_SWEEP),
    clock: clock === undefined ? systemClock : readClock(clock),
  };
}

/**
 * The life of an entry that is about to be stored. The user's function is called only for what `times` leaves open; what it
 * throws passes through.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 */
export function lifetimeOf<K, V>(
  { standard, ttlOf }: ResolvedExpiryOptions<K, V>,
  value: V,
  key: K,
  times: EntryTimes | undefined,
): Lifetime {
  if (times === undefined && ttlOf === undefined) return standard;
  const known = ttlOf === undefined || times?.ttl !== undefined ? times : { ...times, ttl: ttlOf(value, key) };
  return known === undefined ? standard : lifetimeFrom(known, standard);
}

/** Whether an entry of that lifetime never expires. */
export function isForever({ first }: Lifetime): boolean {
  return first === Infinity;
}

/** Whether an entry of that lifetime would have expired when it is stored. */
export function isNever({ first }: Lifetime): boolean {
  return first === 0;
}

/** Checks `times`, and returns them. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function checkTimes(times: EntryTimes): EntryTimes {
  if (typeof times !== 'object' || times === null) throw invalidOption('times', 'an object', times);
  lifetimeFrom(times, FOREVER);
  return times;
}

/** A time of life in whole milliseconds, `Infinity` included. */
export function readTtl(name: string, value: unknown): number {
  if (value === Infinity) return Infinity;
  const ms = typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : undefined;
  if (ms === undefined) throw invalidOption(name, "a duration such as 500, '30s' or '5m', or Infinity", value);
  return Math.ceil(ms);
}

function lifetimeFrom(times: EntryTimes, standard: Lifetime): Lifetime {
  if (times.ttl === undefined && times.idleTtl === undefined) return standard;
  const ttl = times.ttl === undefined ? standard.ttl : readTtl('ttl', times.ttl);
  const idleTtl = times.idleTtl === undefined ? standard.idleTtl : readTtl('idleTtl', times.idleTtl);
  return { ttl, idleTtl, first: Math.min(ttl, idleTtl) };
}

function readClock(clock: Clock): Clock {
  const methods = ['wallNow', 'steadyNow', 'startTimer'] as const;
  if (typeof clock === 'object' && clock !== null && methods.every((name) => typeof clock[name] === 'function')) {
    return clock;
  }
  throw invalidOption('clock', 'an object with `wallNow`, `steadyNow` and `startTimer`', clock);
}
