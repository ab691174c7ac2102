/** What the options of an `LRUCache` must be. They are checked as lru-cache checks them, by the house's sentences. */
import { KindError } from '../../base/errors.ts';
import { invalidOption } from '../../base/options.ts';
import type { OptionsBase } from './types.ts';

/** How large a cache may grow; 0 for no bound of that kind. */
export interface Bounds {
  readonly max: number;
  readonly maxSize: number;
  readonly maxEntrySize: number;
  readonly hasSizes: boolean;
  /** Nothing else bounds it: entries leave when their time is up, whether `ttlAutopurge` is on or not. */
  readonly isBoundedByTimeOnly: boolean;
}

/** Options of any cache, not yet looked at. */
type AnyOptions = { readonly [P in keyof OptionsBase<never, never>]?: unknown };

const FUNCTIONS = ['sizeCalculation', 'fetchMethod', 'memoMethod', 'dispose', 'disposeAfter', 'onInsert'] as const;

/** The bounds in `options`. @throws {KindError} `PLIM_ERR_OPTION_INVALID` when an option is outside its rule, or no bound is given */
export function readBounds(options: AnyOptions): Bounds {
  if (typeof options !== 'object' || options === null) throw refusal('options', 'an object', options);
  const [max, maxSize, ttl] = [readWhole(options, 'max'), readWhole(options, 'maxSize'), readWhole(options, 'ttl')];
  const maxEntrySize = readWhole(options, 'maxEntrySize') || maxSize;
  if (max === 0 && maxSize === 0 && ttl === 0) {
    throw new KindError(
      'PLIM_ERR_OPTION_INVALID',
      'A cache needs a bound: give `max`, such as 500, or `maxSize`, or `ttl`, or several.',
    );
  }
  checkRest(options);
  const hasSizes = maxSize !== 0 || maxEntrySize !== 0;
  if (options.sizeCalculation !== undefined && !hasSizes) {
    throw refusal('sizeCalculation', 'given together with `maxSize` or `maxEntrySize`', options.sizeCalculation);
  }
  return { max, maxSize, maxEntrySize, hasSizes, isBoundedByTimeOnly: max === 0 && maxSize === 0 };
}

/** A size: a whole number from 1. @throws {KindError} `PLIM_ERR_OPTION_INVALID` */
export function readSize(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw refusal(name, 'a whole number of at least 1 (of a cache with sizes, each `set` needs one)', value);
}

/** A number that is one: with `NaN` an entry would be fresh for ever. @throws {KindError} `PLIM_ERR_OPTION_INVALID` */
export function readNumber(name: string, value: unknown): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  throw refusal(name, 'a number', value);
}

/** The error about an argument or option; a `TypeError`, as in lru-cache. */
export function refusal(name: string, rule: string, value: unknown): KindError {
  return new KindError('PLIM_ERR_OPTION_INVALID', invalidOption(name, rule, value).message);
}

function readWhole(options: AnyOptions, name: 'max' | 'maxSize' | 'maxEntrySize' | 'ttl'): number {
  const value: unknown = options[name] ?? 0;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw refusal(name, 'a whole number of at least 0', value);
}

function checkRest(options: AnyOptions): void {
  for (const name of FUNCTIONS) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== 'function') throw refusal(name, 'a function', value);
  }
  const perf = options.perf as { now?: unknown } | null | undefined;
  if (perf !== undefined && typeof perf?.now !== 'function') {
    throw refusal('perf', 'an object with a method `now`', perf);
  }
  if (options.backgroundFetchSize !== undefined) readSize('backgroundFetchSize', options.backgroundFetchSize);
}
