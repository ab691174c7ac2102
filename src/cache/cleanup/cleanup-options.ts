/** What a user says about the end of values. */
import { OptionsError } from '../../base/errors.ts';
import { invalidOption, readFunction, readInteger } from '../../base/options.ts';
import type { Clock } from '../../base/clock.ts';
import { readTtl } from '../expiry/lifetime.ts';
import type { Ttl } from '../expiry/lifetime.ts';
import type { Disposer } from '../removal.ts';
import { disposeValue } from './dispose-value.ts';

/** How a cache disposes of the values that have left it. */
export interface CleanupOptions<K, V> {
  /**
   * Told of every value that left, when the cache is whole again; may call the cache. When it returns a promise, the next
   * value waits until that is settled: one clean-up at a time. When it fails, it is called again for the same value.
   */
  readonly dispose?: Disposer<K, V>;
  /**
   * Calls `[Symbol.asyncDispose]`, or else `[Symbol.dispose]`, of every value that left and has one. Not together with
   * `dispose`. @default false
   */
  readonly disposeValues?: boolean;
  /** How long one attempt may take; after that it has failed, and the next value has its turn. @default '10s' */
  readonly disposeTimeout?: Ttl;
  /** Attempts for one value, from 1. After the last, an alert (critical) says so and `stats().disposeFailures` counts it. @default 3 */
  readonly disposeAttempts?: number;
  /** Wait before the second attempt; twice as long before each further one. @default '2s' */
  readonly disposeRetryDelay?: Ttl;
  /**
   * Values at most that wait for their turn or their next attempt, from 0. When there are more, the one that has waited
   * longest has its last attempt at once, and nothing waits for it. @default 1000
   */
  readonly disposeBacklog?: number;
  /** How long the promise of `close` waits for what is still to be disposed of. @default '10s' */
  readonly closeTimeout?: Ttl;
  /** A lease lapses so long after it was taken or renewed. @default '10m' */
  readonly leaseTimeout?: Ttl;
}

/** {@link CleanupOptions}, checked; times in ms. */
export interface ResolvedCleanupOptions<K, V> {
  readonly dispose: Disposer<K, V> | undefined;
  readonly disposeTimeout: number;
  readonly disposeAttempts: number;
  readonly disposeRetryDelay: number;
  readonly disposeBacklog: number;
  readonly closeTimeout: number;
  readonly leaseTimeout: number;
  readonly clock: Clock;
}

const SECOND = 1000;

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveCleanupOptions<K, V>(options: CleanupOptions<K, V>, clock: Clock): ResolvedCleanupOptions<K, V> {
  return {
    dispose: readDisposer(options),
    disposeTimeout: readTime('disposeTimeout', options.disposeTimeout, 10 * SECOND),
    disposeAttempts: readCount('disposeAttempts', options.disposeAttempts, 1, 3),
    disposeRetryDelay: readTime('disposeRetryDelay', options.disposeRetryDelay, 2 * SECOND),
    disposeBacklog: readCount('disposeBacklog', options.disposeBacklog, 0, 1000),
    closeTimeout: readTime('closeTimeout', options.closeTimeout, 10 * SECOND),
    leaseTimeout: readTime('leaseTimeout', options.leaseTimeout, 600 * SECOND),
    clock,
  };
}

function readDisposer<K, V>({ dispose, disposeValues }: CleanupOptions<K, V>): Disposer<K, V> | undefined {
  const own = readFunction('dispose', dispose);
  const isOwnMethod: unknown = disposeValues ?? false;
  if (typeof isOwnMethod !== 'boolean') throw invalidOption('disposeValues', 'true or false', isOwnMethod);
  if (!isOwnMethod) return own;
  if (own === undefined) return disposeValue;
  throw new OptionsError(
    'PLIM_ERR_OPTION_INVALID',
    'Expected `dispose` or `disposeValues`, got both: let `dispose` call what the value has.',
  );
}

function readTime(name: string, value: unknown, otherwise: number): number {
  return value === undefined ? otherwise : readTtl(name, value);
}

function readCount(name: string, value: unknown, min: number, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value !== 'number') throw invalidOption(name, `a whole number of at least ${min}`, value);
  return readInteger(name, value, min);
}
