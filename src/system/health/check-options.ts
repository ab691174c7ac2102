import { invalidOption, readBoolean, readDuration, readFunction, readInteger } from '../../base/options.ts';

/** How something is that a check has looked at. */
export interface CheckResult {
  readonly status: 'pass' | 'warn' | 'fail';
  /** What was measured, and its unit. */
  readonly value?: unknown;
  readonly unit?: string;
  /** What is wrong. */
  readonly output?: string;
}

/** Looks at something; `signal` aborts when its time is over. */
export type CheckRun = (context: { readonly signal: AbortSignal }) => unknown;

/** Durations are ms or text such as `'2s'`. */
export interface CheckOptions {
  /**
   * Looks. Well is nothing, `true`, or an object without a status; not well is `false`, a throw, a rejection, or `{ status,
   * value, unit, output }` that says so.
   */
  readonly run: CheckRun;
  /** Longest look; after it the check has failed. @default '2s' */
  readonly timeout?: number | string;
  /** How long a result is kept. @default '10s' */
  readonly interval?: number | string;
  /**
   * Whether readiness and health fail with it; else health warns. What all processes share must not be required, or all of
   * them are taken out at once. @default false
   */
  readonly required?: boolean;
  /** Failures in a row before it counts as failed. @default 1 */
  readonly failAfter?: number;
  /** Successes in a row before it counts as well again. @default 1 */
  readonly recoverAfter?: number;
  /** Mends it: called while it fails, 2 s after the failure, then 4 s, 8 s and so on to once a minute. */
  readonly recover?: () => unknown;
}

/** {@link CheckOptions} with every default in place. */
export interface CheckSettings {
  readonly run: CheckRun;
  readonly timeout: number;
  readonly interval: number;
  readonly required: boolean;
  readonly failAfter: number;
  readonly recoverAfter: number;
  readonly recover: (() => unknown) | undefined;
}

const TIMEOUT_MS = 2_000;
const INTERVAL_MS = 10_000;
const NAME = /^[\w.:/-]{1,64}$/;

/** Checks the option `checks`. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function readChecks(value: unknown): ReadonlyMap<string, CheckSettings> {
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidOption('checks', 'an object of checks by name', value);
  }
  return new Map(
    Object.entries(value).map(([name, check]) => [readCheckName(name), readCheck(`checks.${name}`, check)]),
  );
}

function readCheckName(name: string): string {
  if (NAME.test(name)) return name;
  throw invalidOption('checks', 'named by up to 64 letters, digits and _.:/-', name);
}

function readCheck(name: string, value: unknown): CheckSettings {
  const options = (typeof value === 'function' ? { run: value } : value) as CheckOptions | null;
  if (typeof options !== 'object' || options === null || typeof options.run !== 'function') {
    throw invalidOption(name, 'a function, or an object with `run`', value);
  }
  return Object.freeze({
    run: options.run,
    timeout: readDuration(`${name}.timeout`, options.timeout ?? TIMEOUT_MS, 1),
    interval: readDuration(`${name}.interval`, options.interval ?? INTERVAL_MS),
    required: readBoolean(`${name}.required`, options.required ?? false),
    failAfter: readInteger(`${name}.failAfter`, options.failAfter ?? 1, 1, 1_000),
    recoverAfter: readInteger(`${name}.recoverAfter`, options.recoverAfter ?? 1, 1, 1_000),
    recover: readFunction(`${name}.recover`, options.recover),
  });
}
