/** What may be set for a broker of sessions, read once. */
import { type Clock, systemClock } from '../base/clock.ts';
import { OptionsError } from '../base/errors.ts';
import { type Logger, readLogger } from '../base/logger.ts';
import { invalidOption, readBytes, readChoice, readDuration, readInteger, readName } from '../base/options.ts';
import type { CacheOptions } from '../cache/index.ts';
import { type OverBudget, STORE_COMPONENT } from './budget.ts';

/** What becomes of a session that there is no room for. */
export type WhenFull =
  /** `open` rejects. */
  | 'refuse'
  /** It waits until another has closed: first come, first served. */
  | 'queue'
  /** As `queue`, and the session used least recently that nobody holds is closed. */
  | 'closeLeastRecent';

/** Told of objects that should be collected soon, such as a `RetentionWatcher`. */
export interface CollectionWatcher {
  expectCollected(object: object, label: string): unknown;
}

/** @see {@link SessionBroker} */
export interface SessionBrokerOptions<K = unknown, V = unknown> {
  /** What reports call it. @default 'sessions' */
  readonly name?: string;
  /** Sessions at most, from 1; those count that have not ended yet. One of `maxSessions` and `total` is required. */
  readonly maxSessions?: number;
  /** Bytes that each session may use, a number or text such as `'10MB'`. @default no limit */
  readonly perSession?: number | string;
  /** Bytes that the budgets of all sessions may come to; needs `perSession`. @default no limit */
  readonly total?: number | string;
  /**
   * Parts of a session's budget, with the bytes of each: `{ cache: '5MB', renderer: '1MB' }`. The store counts in `cache`.
   * Nothing else can be charged then. @default any parts, without limits of their own
   */
  readonly components?: Readonly<Record<string, number | string>>;
  /**
   * The store of each session, as for a `Cache`. @default bounded by the bytes of the component `cache`, or of the whole
   * session
   */
  readonly store?: Omit<CacheOptions<K, V>, 'name' | 'clock'>;
  /** Share of a budget from which there is a warning, above 0 and up to 1. @default 0.8 */
  readonly warnAt?: number;
  /** What happens to a charge that is too much. @default 'refuse' */
  readonly onOver?: OverBudget;
  /** What becomes of a session that there is no room for. @default 'refuse' */
  readonly onFull?: WhenFull;
  /** How long `open` waits for room: ms or text such as `'30s'`. @default '30s' */
  readonly queueDeadline?: number | string;
  /** How many may wait. @default 100 */
  readonly maxQueued?: number;
  /** A session is closed when it was not used so long. @default never */
  readonly idleTtl?: number | string;
  /** A session is closed so long after it was opened. @default never */
  readonly ttl?: number | string;
  /** How often budgets are looked at for what stores have grown by; times are kept exactly. @default '1m' */
  readonly checkInterval?: number | string;
  /** How long a session may take to end; what has not ended by then is reported and left behind. @default '10s' */
  readonly closeTimeout?: number | string;
  /** Told of each closed session, its store and its scope: they should be gone soon. */
  readonly watcher?: CollectionWatcher;
  /** Takes alerts. */
  readonly logger?: Logger;
  /** Tells the time and waits. @default the system's */
  readonly clock?: Clock;
}

/** {@link SessionBrokerOptions}, checked, with defaults; times in ms. */
export interface ResolvedBrokerOptions<K, V> {
  readonly name: string;
  readonly maxSessions: number;
  readonly perSessionBytes: number;
  readonly totalBytes: number;
  readonly components: ReadonlyMap<string, number> | undefined;
  readonly store: Omit<CacheOptions<K, V>, 'name' | 'clock'>;
  readonly warnAt: number;
  readonly onOver: OverBudget;
  readonly onFull: WhenFull;
  readonly queueDeadlineMs: number;
  readonly maxQueued: number;
  readonly idleMs: number;
  readonly ageMs: number;
  readonly checkMs: number;
  readonly closeTimeoutMs: number;
  readonly watcher: CollectionWatcher | undefined;
  readonly logger: Logger | undefined;
  readonly clock: Clock;
}

const SECOND = 1000;

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveBrokerOptions<K, V>(options: SessionBrokerOptions<K, V>): ResolvedBrokerOptions<K, V> {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const maxSessions = options.maxSessions === undefined ? Infinity : readCount('maxSessions', options.maxSessions, 1);
  const perSessionBytes = limit('perSession', options.perSession);
  const totalBytes = limit('total', options.total);
  if (maxSessions === Infinity && totalBytes === Infinity) {
    throw unbounded('A broker needs a bound: give `maxSessions`, such as 15, or `total` with `perSession`, or both.');
  }
  if (totalBytes !== Infinity && perSessionBytes === Infinity) {
    throw unbounded('Expected `perSession` with `total`: what a session may use is kept for it from the start.');
  }
  if (perSessionBytes > totalBytes) throw invalidOption('perSession', 'at most `total`', options.perSession);
  const components = readComponents(options.components, perSessionBytes);
  return {
    name: options.name === undefined ? 'sessions' : readName('name', options.name),
    maxSessions,
    perSessionBytes,
    totalBytes,
    components,
    store: resolveStore(options.store, components?.get(STORE_COMPONENT) ?? perSessionBytes),
    warnAt: readShare(options.warnAt),
    onOver: options.onOver === undefined ? 'refuse' : readChoice('onOver', options.onOver, ['refuse', 'evict']),
    onFull:
      options.onFull === undefined
        ? 'refuse'
        : readChoice('onFull', options.onFull, ['refuse', 'queue', 'closeLeastRecent']),
    queueDeadlineMs: time('queueDeadline', options.queueDeadline, 30 * SECOND),
    maxQueued: options.maxQueued === undefined ? 100 : readCount('maxQueued', options.maxQueued, 0),
    idleMs: time('idleTtl', options.idleTtl, Infinity, 1),
    ageMs: time('ttl', options.ttl, Infinity, 1),
    checkMs: time('checkInterval', options.checkInterval, 60 * SECOND, 1),
    closeTimeoutMs: time('closeTimeout', options.closeTimeout, 10 * SECOND),
    watcher: readWatcher(options.watcher),
    logger: readLogger('logger', options.logger),
    clock: options.clock ?? systemClock,
  };
}

function limit(name: string, value: number | string | undefined): number {
  return value === undefined ? Infinity : readBytes(name, value, 1);
}

function time(name: string, value: number | string | undefined, otherwise: number, min: number = 0): number {
  return value === undefined ? otherwise : readDuration(name, value, min);
}

function readCount(name: string, value: unknown, min: number): number {
  if (typeof value !== 'number') throw invalidOption(name, `a whole number of at least ${min}`, value);
  return readInteger(name, value, min);
}

function readShare(value: number = 0.8): number {
  if (typeof value === 'number' && value > 0 && value <= 1) return value;
  throw invalidOption('warnAt', 'a number above 0 and up to 1', value);
}

function readComponents(
  components: Readonly<Record<string, number | string>> | undefined,
  perSessionBytes: number,
): Map<string, number> | undefined {
  if (components === undefined) return undefined;
  if (typeof components !== 'object' || components === null) throw invalidOption('components', 'an object', components);
  const sizes = Object.entries(components).map(
    ([name, size]) => [name, readBytes(`components.${name}`, size)] as const,
  );
  const sum = sizes.reduce((total, [, bytes]) => total + bytes, 0);
  if (sum > perSessionBytes) throw invalidOption('components', `${perSessionBytes} B (\`perSession\`) in all`, sum);
  return new Map(sizes);
}

/** The store keeps to its part of the budget by itself. */
function resolveStore<K, V>(
  store: Omit<CacheOptions<K, V>, 'name' | 'clock'> = {},
  budgetBytes: number,
): Omit<CacheOptions<K, V>, 'name' | 'clock'> {
  if (typeof store !== 'object' || store === null) throw invalidOption('store', 'an object', store);
  if (budgetBytes === Infinity) return { ...store };
  if (store.maxBytes === undefined) return { ...store, maxBytes: Math.max(1, budgetBytes) };
  if (readBytes('store.maxBytes', store.maxBytes, 1) > budgetBytes) {
    throw invalidOption('store.maxBytes', `at most the ${budgetBytes} B of its budget`, store.maxBytes);
  }
  return { ...store };
}

function readWatcher(watcher: CollectionWatcher | undefined): CollectionWatcher | undefined {
  if (watcher === undefined || typeof (watcher as CollectionWatcher | null)?.expectCollected === 'function')
    return watcher;
  throw invalidOption('watcher', 'an object with `expectCollected`, such as a RetentionWatcher', watcher);
}

function unbounded(message: string): OptionsError {
  return new OptionsError('PLIM_ERR_OPTION_INVALID', message);
}
