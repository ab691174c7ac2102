/** What a user says about watching over a cache. */
import type { Logger } from '../../base/logger.ts';
import { readLogger } from '../../base/logger.ts';
import { invalidOption, readBoolean, readBytes, readChoice, readFunction } from '../../base/options.ts';
import type { CacheAlert } from './alert.ts';

/** What a cache tells of itself, when, and to whom. */
export interface HealthOptions {
  /**
   * Above so many bytes there is a warning. Above twice as many, the cache is cut back to them, at once and on the next
   * sets: what has expired leaves first, then what is least useful, 10,000 entries per call at most. Every entry is weighed.
   * A bound would not let it come to that; this tells of a cache that is larger than its owner thought. @default never
   */
  readonly warnBytes?: number | string;
  /** Share of the bound at which it says that it is nearly full, above 0 and up to 1; `false`: never. @default 0.9 */
  readonly warnUtilisation?: number | false;
  /**
   * Whether `stats()` says how old the oldest entry is. **Cost:** 8 bytes an entry, a look at the clock at each set, and some
   * milliseconds per million entries at each `stats()`. @default false, but for a cache with `refreshAfter`
   */
  readonly trackAges?: boolean;
  /** Told of every alert. @default one warning of the process for each code, if the cache has neither this nor a logger */
  readonly onAlert?: (alert: CacheAlert) => unknown;
  /** Takes alerts, and a debug line for each batch of evictions and each clean-up. */
  readonly logger?: Logger;
  /** What a debug line is written for: a batch of evictions, or every entry that leaves. @default 'batch' */
  readonly logRemovals?: 'batch' | 'entry';
  /** Whether lines about single entries show their keys. @default false */
  readonly logKeys?: boolean;
}

/** {@link HealthOptions}, checked, with defaults. */
export interface ResolvedHealthOptions {
  readonly warnBytes: number | undefined;
  /** 0 to 1; `Infinity`: never. */
  readonly warnUtilisation: number;
  readonly onAlert: ((alert: CacheAlert) => unknown) | undefined;
  readonly logger: Logger | undefined;
  readonly tracksAges: boolean;
  readonly logsEntries: boolean;
  readonly logsKeys: boolean;
}

const DEFAULT_UTILISATION = 0.9;

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveHealthOptions(options: HealthOptions): ResolvedHealthOptions {
  const { warnBytes, trackAges, logRemovals, logKeys } = options;
  return {
    warnBytes: warnBytes === undefined ? undefined : readBytes('warnBytes', warnBytes, 1),
    warnUtilisation: readUtilisation(options.warnUtilisation),
    onAlert: readFunction('onAlert', options.onAlert),
    tracksAges: trackAges === undefined ? false : readBoolean('trackAges', trackAges),
    logger: readLogger('logger', options.logger),
    logsEntries: logRemovals !== undefined && readChoice('logRemovals', logRemovals, ['batch', 'entry']) === 'entry',
    logsKeys: logKeys === undefined ? false : readBoolean('logKeys', logKeys),
  };
}

function readUtilisation(value: number | false | undefined): number {
  if (value === undefined) return DEFAULT_UTILISATION;
  if (value === false) return Infinity;
  if (typeof value === 'number' && value > 0 && value <= 1) return value;
  throw invalidOption('warnUtilisation', 'a number above 0 and up to 1, or false', value);
}
