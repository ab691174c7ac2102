/** What may be set for a pool of things that are lent, read once. */
import { type Clock, systemClock } from '../base/clock.ts';
import { invalidOption, readDuration, readFunction, readInteger, readName } from '../base/options.ts';

/** @see {@link Pool} */
export interface PoolOptions<T> {
  /** What messages call it. @default 'pool' */
  readonly name?: string;
  /** Things at most, lent and idle together, from 1. */
  readonly maxSize: number;
  /** Makes one; may take its time. */
  readonly create: () => T | PromiseLike<T>;
  /** Makes one that was given back fit for the next; when it fails, that one is destroyed. */
  readonly reset?: (value: T) => unknown;
  /** Ends one. */
  readonly destroy?: (value: T) => unknown;
  /** One that was not lent for so long is destroyed: ms or text such as `'5m'`. @default never */
  readonly idleTtl?: number | string;
  /** How long `acquire` waits. @default '30s' */
  readonly acquireDeadline?: number | string;
  /** How many may wait. @default 1000 */
  readonly maxQueued?: number;
  /** How long `close` waits for those that are lent. @default '10s' */
  readonly closeTimeout?: number | string;
  /** Told of what `reset` and `destroy` threw. @default the process is warned, with `PLIM_WARN_POOL_FAILED` */
  readonly onError?: (error: unknown) => void;
  /** Tells the time and waits. @default the system's */
  readonly clock?: Clock;
}

/** {@link PoolOptions}, checked, with defaults; times in ms. */
export interface ResolvedPoolOptions<T> {
  readonly name: string;
  readonly maxSize: number;
  readonly maxQueued: number;
  readonly create: () => T | PromiseLike<T>;
  readonly reset: ((value: T) => unknown) | undefined;
  readonly destroy: ((value: T) => unknown) | undefined;
  readonly onError: ((error: unknown) => void) | undefined;
  /** `Infinity`: never. */
  readonly idleMs: number;
  readonly deadlineMs: number;
  readonly closeTimeoutMs: number;
  readonly clock: Clock;
}

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolvePoolOptions<T>(options: PoolOptions<T>): ResolvedPoolOptions<T> {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const { name, maxSize, maxQueued = 1000, idleTtl, acquireDeadline = '30s', closeTimeout = '10s' } = options;
  const create = readFunction('create', options.create);
  if (create === undefined) throw invalidOption('create', 'a function', undefined);
  return {
    name: name === undefined ? 'pool' : readName('name', name),
    maxSize: readInteger('maxSize', maxSize, 1),
    maxQueued: readInteger('maxQueued', maxQueued, 0),
    create,
    reset: readFunction('reset', options.reset),
    destroy: readFunction('destroy', options.destroy),
    onError: readFunction('onError', options.onError),
    idleMs: idleTtl === undefined ? Infinity : readDuration('idleTtl', idleTtl, 1),
    deadlineMs: readDuration('acquireDeadline', acquireDeadline),
    closeTimeoutMs: readDuration('closeTimeout', closeTimeout),
    clock: options.clock ?? systemClock,
  };
}
