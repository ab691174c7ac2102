import { type Clock, systemClock } from '../../base/clock.ts';
import type { OnListenerError } from '../../base/emitter.ts';
import { type Logger, readLogger } from '../../base/logger.ts';
import { invalidOption, readBytes, readDuration, readFunction } from '../../base/options.ts';
import { type LoadDoor, systemLoadDoor } from '../../runtime/index.ts';

/** @see LoadLine */
export interface LoadLineOptions {
  /**
   * What the heap and its buffers may take together, in bytes or as `'512MB'`; `'auto'`: the heap what V8 lets survive a
   * collection, and the whole process what the container may hold. @default 'auto'
   */
  readonly limit?: number | string;
  /**
   * Share of the limit above which caches are asked, above `low` to 1. From 0.8 on V8 ends a program that collects most of the
   * time and finds little. @default 0.8
   */
  readonly high?: number;
  /** Share of the limit down to which they are asked, from above 0 to below `high`. @default 0.7 */
  readonly low?: number;
  /** How often it looks between collections, in ms or as `'5s'`; at least 100 ms. Above `low` ten times as often. @default '5s' */
  readonly interval?: number | string;
  /** Is told at `warn` of what was taken. */
  readonly logger?: Logger;
  /** Takes what a listener threw. Without it, a warning of the process. */
  readonly onError?: OnListenerError;
  /** Tells time, in tests. */
  readonly clock?: Clock;
  /** Reads memory, in tests. */
  readonly door?: LoadDoor;
}

/** {@link LoadLineOptions}, checked and complete. */
export interface LoadLineSettings {
  readonly limitBytes: number | 'auto';
  readonly high: number;
  readonly low: number;
  readonly intervalMs: number;
  readonly logger: Logger | undefined;
  readonly onError: OnListenerError | undefined;
  readonly clock: Clock;
  readonly door: LoadDoor;
}

export const LOAD_LINE_DEFAULTS = { limit: 'auto', high: 0.8, low: 0.7, interval: '5s' } as const;

const LEAST_INTERVAL = 100;

/** Checks the options. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveLoadLineOptions(options: LoadLineOptions): LoadLineSettings {
  const { limit, high, low, interval } = { ...LOAD_LINE_DEFAULTS, ...withoutUndefined(options) };
  const checkedHigh = readShare('high', high, 1);
  return Object.freeze({
    limitBytes: limit === 'auto' ? limit : readBytes('limit', limit, 1),
    high: checkedHigh,
    low: readShare('low', low, checkedHigh, 'below `high`'),
    intervalMs: readDuration('interval', interval, LEAST_INTERVAL),
    logger: readLogger('logger', options.logger),
    onError: readFunction('onError', options.onError),
    clock: options.clock ?? systemClock,
    door: options.door ?? systemLoadDoor,
  });
}

function withoutUndefined(options: LoadLineOptions): LoadLineOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function readShare(name: string, value: unknown, most: number, below = 'at most 1'): number {
  const isShare = typeof value === 'number' && value > 0 && (most === 1 ? value <= 1 : value < most);
  if (isShare) return value;
  throw invalidOption(name, `a share above 0 and ${below}`, value);
}
