/** What may be set for a pool of scopes, read once. */
import { type Clock, systemClock } from '../base/clock.ts';
import { OptionsError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { invalidOption, readDuration, readFunction, readName } from '../base/options.ts';
import { type CacheAlert, type CacheOptions, type CachePolicy, type RemovalCause, sizeOf } from '../cache/index.ts';
import type { Scope, TraceMode } from '../scope/index.ts';

/** @see {@link ScopePool} */
export interface ScopePoolOptions<K, V> {
  /** What reports call the pool, and each of its scopes. @default 'scopes' */
  readonly name?: string;
  /** Scopes at most, from 1. */
  readonly maxEntries: number;
  /** Scopes that end at once when the pool is full, from 1: room for that many to come. @default 1 */
  readonly evictBatch?: number;
  /** Which of them: as in a `Cache`. @default 'lru', the one used least recently */
  readonly policy?: CachePolicy;
  /** A scope ends so long after it was made: ms or text such as `'1h'`. @default never */
  readonly ttl?: number | string;
  /** A scope ends so long after its last use. @default never */
  readonly idleTtl?: number | string;
  /** Bytes of all values at most; needs `sizeOf`, and {@link ScopePool.weigh} where values grow. @default no bound */
  readonly maxBytes?: number | string;
  /** What a value weighs; a scope is seen from everywhere, so nobody else can tell. */
  readonly sizeOf?: (value: V, key: K) => number;
  /** Makes the value of a key, with the scope that it ends with. @default the scope itself */
  readonly create?: (scope: Scope, key: K) => V;
  /** Told when a key has left and its scope has been told to end. */
  readonly onRemoved?: (value: V, key: K, cause: RemovalCause) => void;
  /** Told of what failed to end. @default the process is warned, with `PLIM_WARN_POOL_FAILED` */
  readonly onError?: (error: unknown) => void;
  /** How long a scope may take to end. @default '10s' */
  readonly closeTimeout?: number | string;
  /** Keys are shown nowhere but as a keyed hash. @default false */
  readonly secretKeys?: boolean;
  /** Share of the bound at which an alert says that it is nearly full. @default 0.9 */
  readonly warnUtilisation?: number | false;
  /** Told of alerts: nearly full, most ended before their second use. @default the process is warned, once for each code */
  readonly onAlert?: (alert: CacheAlert) => unknown;
  /** Takes alerts, and a debug line for each batch of evictions. */
  readonly logger?: Logger;
  /** For which entries of the scopes it is recorded where they were opened. @default 'sampled' */
  readonly traces?: TraceMode;
  /** Tells the time and waits. @default the system's */
  readonly clock?: Clock;
}

/** A value with the scope that it ends with. */
export interface Slot<V> {
  readonly value: V;
  readonly scope: Scope;
}

/** {@link ScopePoolOptions}, checked, with defaults. */
export interface ResolvedScopePoolOptions<K, V> {
  readonly name: string;
  readonly create: ((scope: Scope, key: K) => V) | undefined;
  readonly onRemoved: ((value: V, key: K, cause: RemovalCause) => void) | undefined;
  readonly onError: ((error: unknown) => void) | undefined;
  readonly closeTimeoutMs: number;
  readonly traces: TraceMode | undefined;
  readonly clock: Clock;
  /** Of the cache that keeps the scopes, without what it does with those that leave. */
  readonly cache: CacheOptions<K, Slot<V>>;
}

/** What a slot and its empty scope weigh, beside what the value says. */
const SLOT_BYTES = 600;

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveScopePoolOptions<K, V>(options: ScopePoolOptions<K, V>): ResolvedScopePoolOptions<K, V> {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const name = options.name === undefined ? 'scopes' : readName('name', options.name);
  const weigh = readFunction('sizeOf', options.sizeOf);
  if (options.maxBytes !== undefined && weigh === undefined) {
    const message = 'Expected `sizeOf` with `maxBytes`: only the program knows what its scopes hold.';
    throw new OptionsError('PLIM_ERR_OPTION_INVALID', message);
  }
  return {
    name,
    create: readFunction('create', options.create),
    onRemoved: readFunction('onRemoved', options.onRemoved),
    onError: readFunction('onError', options.onError),
    closeTimeoutMs: options.closeTimeout === undefined ? 10_000 : readDuration('closeTimeout', options.closeTimeout),
    traces: options.traces,
    clock: options.clock ?? systemClock,
    cache: withoutUndefined<CacheOptions<K, Slot<V>>>({
      name,
      maxEntries: options.maxEntries,
      maxBytes: options.maxBytes,
      sizeOf: weigh && (({ value }, key) => weigh(value, key) + sizeOf(key) + SLOT_BYTES),
      evictBatch: options.evictBatch,
      policy: options.policy ?? 'lru',
      ttl: options.ttl,
      idleTtl: options.idleTtl,
      secretKeys: options.secretKeys,
      warnUtilisation: options.warnUtilisation,
      onAlert: options.onAlert,
      logger: options.logger,
      clock: options.clock,
    }),
  };
}

type Loose<T> = { [Name in keyof T]?: T[Name] | undefined };

function withoutUndefined<T extends object>(options: Loose<T>): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
