import { type Clock, systemClock } from '../base/clock.ts';
import type { OnListenerError } from '../base/emitter.ts';
import { invalidOption, readDuration, readFunction, readInteger } from '../base/options.ts';
import { systemWatchDoor, type WatchDoor } from '../runtime/index.ts';

/** @see RetentionWatcher */
export interface RetentionWatcherOptions {
  /** How long an object may live on before it is judged, in ms or as `'5s'`. @default '5s' */
  readonly grace?: number | string;
  /** Major collections that it must survive; at least 2, as one may have begun before. @default 2 */
  readonly collections?: number;
  /** Objects watched at a time; what is more is counted and not watched. @default 100000 */
  readonly maxWatched?: number;
  /** Groups (label and class) at a time; what is more goes into the group `(other)`. @default 1000 */
  readonly maxGroups?: number;
  /**
   * Retained groups that are known: their fingerprints. They are counted and listed, and no event tells of them. @default none
   */
  readonly known?: Iterable<string>;
  /** Takes what a listener threw. Without it, a warning of the process. */
  readonly onError?: OnListenerError;
  /** Tells time, in tests. */
  readonly clock?: Clock;
  /** Tells of collections, in tests. */
  readonly door?: WatchDoor;
}

/** {@link RetentionWatcherOptions}, checked and complete. */
export interface WatcherSettings {
  readonly graceMs: number;
  readonly collections: number;
  readonly maxWatched: number;
  readonly maxGroups: number;
  readonly known: ReadonlySet<string>;
  readonly onError: OnListenerError | undefined;
  readonly clock: Clock;
  readonly door: WatchDoor;
}

export const WATCHER_DEFAULTS = { grace: '5s', collections: 2, maxWatched: 100_000, maxGroups: 1_000 } as const;

/** Checks the options. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveWatcherOptions(options: RetentionWatcherOptions): WatcherSettings {
  const { grace, collections, maxWatched, maxGroups } = WATCHER_DEFAULTS;
  return Object.freeze({
    graceMs: readDuration('grace', options.grace ?? grace),
    collections: readInteger('collections', options.collections ?? collections, 2),
    maxWatched: readInteger('maxWatched', options.maxWatched ?? maxWatched, 1),
    maxGroups: readInteger('maxGroups', options.maxGroups ?? maxGroups, 1),
    known: readKnown(options.known),
    onError: readFunction('onError', options.onError),
    clock: options.clock ?? systemClock,
    door: options.door ?? systemWatchDoor,
  });
}

function readKnown(value: unknown): ReadonlySet<string> {
  const rule = 'a list of fingerprints';
  if (value === undefined) return new Set();
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value))
    throw invalidOption('known', rule, value);
  const known = new Set(value as Iterable<unknown>);
  for (const each of known) if (typeof each !== 'string') throw invalidOption('known', rule, each);
  return known as ReadonlySet<string>;
}
