/** What a check for leaks can be told. */
import { OptionsError } from '../../base/errors.ts';
import {
  invalidOption,
  readBoolean,
  readBytes,
  readChoice,
  readDuration,
  readFunction,
  readInteger,
  readName,
} from '../../base/options.ts';
import { type KnownLeak, readKnown } from '../accepted/known.ts';
import type { LeakResult } from './result.ts';

/** Options of `measureLeak`. */
export interface LeakOptions {
  /** Stands in results and reports. @default the function's name, else `'work'` */
  readonly name?: string;
  /** Measured rounds, an odd number from 3 to 101. @default 7 */
  readonly rounds?: number;
  /** Rounds before them, in which caches fill and code is compiled; 1 to 100. @default 2 */
  readonly warmup?: number;
  /**
   * Calls in a round, 1 to 1,000,000. @default as many as take about 20 ms, at most 100: the more, the smaller the leak
   * that stands out
   */
  readonly iterations?: number;
  /** Growth that is accepted, bytes per call or text such as `'1KB'`. @default 0 */
  readonly tolerance?: number | string;
  /** How long to wait for what settles late before calling it a leak: ms or text such as `'2s'`. @default '500ms' */
  readonly settle?: number | string;
  /**
   * `auto` confirms a suspicion by two heap snapshots, which name the owner; `never` lets the growth alone decide.
   * @default 'auto'
   */
  readonly snapshots?: 'auto' | 'never';
  /** Longest pause that a snapshot may be expected to cost: ms or text such as `'15s'`. @default '15s' */
  readonly maxPause?: number | string;
  /** Leaks to be ignored, each with its reason. @default none */
  readonly known?: readonly KnownLeak[];
  /** File of accepted leaks, by fingerprint; one that is missing is empty. @default none */
  readonly baseline?: string;
  /** Adds what is found to `baseline` instead of reporting it. @default false */
  readonly updateBaseline?: boolean;
  /** Told of the result, whatever it is. @default nobody */
  readonly onResult?: (result: LeakResult) => void;
}

/** Options of `expectNoLeak`. */
export interface ExpectOptions extends LeakOptions {
  /** Rejects when the check cannot decide, too. @default false */
  readonly failOnUnstable?: boolean;
}

/** The same, checked and complete. */
export interface Settings {
  readonly name: string;
  readonly rounds: number;
  readonly warmup: number;
  /** `null`: to be found. */
  readonly iterations: number | null;
  readonly tolerance: number;
  readonly settleMs: number;
  readonly snapshots: 'auto' | 'never';
  readonly maxPauseMs: number;
  readonly known: readonly KnownLeak[];
  readonly baseline: string | null;
  readonly updateBaseline: boolean;
  readonly onResult: ((result: LeakResult) => void) | undefined;
  readonly failOnUnstable: boolean;
}

const DEFAULTS = {
  rounds: 7,
  warmup: 2,
  tolerance: 0,
  settle: '500ms',
  snapshots: 'auto',
  maxPause: '15s',
  known: [],
  updateBaseline: false,
  failOnUnstable: false,
} as const;

const MOST_ROUNDS = 101;
const MOST_WARMUP = 100;
const MOST_ITERATIONS = 1_000_000;
const NAMES: ReadonlySet<string> = new Set([...Object.keys(DEFAULTS), 'name', 'iterations', 'baseline', 'onResult']);

/** @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`, `PLIM_ERR_OPTION_UNKNOWN` */
export function resolveOptions(work: unknown, options: ExpectOptions): Settings {
  if (typeof work !== 'function') throw invalidOption('work', 'a function', work);
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const unknown = Object.keys(options).find((name) => !NAMES.has(name));
  if (unknown !== undefined) {
    throw new OptionsError(
      'PLIM_ERR_OPTION_UNKNOWN',
      `There is no option \`${unknown}\`; there are: ${[...NAMES].join(', ')}.`,
    );
  }
  const all = { ...DEFAULTS, ...options };
  const rounds = readInteger('rounds', all.rounds, 3, MOST_ROUNDS);
  // The median of an even number lies between two rounds, and one step among few shows in it.
  if (rounds % 2 === 0) throw invalidOption('rounds', 'an odd number', all.rounds);
  const updateBaseline = readBoolean('updateBaseline', all.updateBaseline);
  if (updateBaseline && all.baseline === undefined)
    throw invalidOption('baseline', 'a file, as it is to be updated', undefined);
  return {
    name: readName('name', all.name ?? (work.name || 'work')),
    rounds,
    warmup: readInteger('warmup', all.warmup, 1, MOST_WARMUP),
    iterations: all.iterations === undefined ? null : readInteger('iterations', all.iterations, 1, MOST_ITERATIONS),
    tolerance: readBytes('tolerance', all.tolerance),
    settleMs: readDuration('settle', all.settle),
    snapshots: readChoice('snapshots', all.snapshots, ['auto', 'never']),
    maxPauseMs: readDuration('maxPause', all.maxPause),
    known: readKnown('known', all.known),
    baseline: all.baseline === undefined ? null : readName('baseline', all.baseline),
    updateBaseline,
    onResult: readFunction('onResult', all.onResult),
    failOnUnstable: readBoolean('failOnUnstable', all.failOnUnstable),
  };
}
