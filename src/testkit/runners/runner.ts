/** What the adapters share: they take of a runner what they need, by its shape, and import none. Its tests take their time limit last. */
import { invalidOption } from '../../base/options.ts';
import { expectNoLeak } from '../check/expect.ts';
import type { Work } from '../check/driver.ts';
import type { ExpectOptions } from '../check/options.ts';
import { leakMatchers } from '../collected/matchers.ts';
import { type DetectOptions, detectLeaksBy, type FileHooks, type LeakDetector } from '../released/detect-leaks.ts';

/** `expect` of Jest, vitest and Bun. */
export interface ExpectLike {
  extend(matchers: never): unknown;
}

/** `test` of Jest, vitest and Bun. */
export type TestLike = (name: string, run: () => Promise<void>, timeout: number) => unknown;

/** Declares a test that checks `work` for leaks. */
export type LeakTest = (name: string, work: Work, options?: Omit<ExpectOptions, 'name'>) => void;

/** A check that finds a leak takes two heap snapshots: longer than most runners allow a test, ms. */
export const CHECK_TIMEOUT_MS = 60_000;

/** Something of the runner's: what was handed in, else its global. */
export function ofRunner<T>(name: string, given: T | undefined): T {
  const found: unknown = given ?? Reflect.get(globalThis, name);
  if (typeof found === 'function') return found as T;
  throw missing(name, found);
}

function missing(name: string, found: unknown): Error {
  return invalidOption(name, `the runner's \`${name}\`, handed in where it is no global`, found);
}

/** Adds `toBeCollected` to `expect`. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function installMatchers(expect?: ExpectLike): void {
  const runners = expect ?? (Reflect.get(globalThis, 'expect') as ExpectLike | undefined);
  if (typeof runners?.extend !== 'function') throw missing('expect', runners);
  runners.extend(leakMatchers as never);
}

/**
 * Makes `leakTest(name, work, options)`, which declares a test with `expectNoLeak` and time enough for it.
 *
 * @param test - the runner's, where it is no global
 * @param defaults - options of every check
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 */
export function leakTester(test?: TestLike, defaults: ExpectOptions = {}): LeakTest {
  const declare = ofRunner('test', test);
  return (name, work, options) =>
    void declare(name, () => checked(name, work, { ...defaults, ...options }), CHECK_TIMEOUT_MS);
}

/**
 * For a set-up file: every test file is watched, and fails at its end when scopes, timers, handles, listeners of the
 * process or files are open, or tracked objects still there.
 *
 * @param hooks - `{ afterAll }` of the runner, where it is no global
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 */
export function detectLeaks(options?: DetectOptions, hooks?: FileHooks): LeakDetector {
  return detectLeaksBy({ afterAll: ofRunner('afterAll', hooks?.afterAll) }, options);
}

export async function checked(name: string, work: Work, options: ExpectOptions): Promise<void> {
  await expectNoLeak(work, { ...options, name });
}
