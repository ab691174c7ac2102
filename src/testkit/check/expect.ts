import { LeakError } from '../../base/errors.ts';
import { formatLeakResult } from '../report/report-text.ts';
import type { Work } from './driver.ts';
import { systemHeap } from './heap.ts';
import { measureWith } from './measure.ts';
import { type ExpectOptions, resolveOptions, type Settings } from './options.ts';
import type { Leak, LeakResult } from './result.ts';

/**
 * Rejects when `work` keeps memory from call to call; resolves with the result otherwise, also when the check could not
 * decide, unless told to fail then.
 *
 * **Cost:** as `measureLeak`. A check that finds a leak takes seconds in a large heap: give its test a time limit of 60 s.
 *
 * @throws {LeakError} `PLIM_ERR_LEAK_FOUND`; `PLIM_ERR_LEAK_UNSTABLE` with `failOnUnstable`; `PLIM_ERR_LEAK_COLLECTOR`;
 *   `PLIM_ERR_LEAK_BASELINE`
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`, `PLIM_ERR_OPTION_UNKNOWN`
 * @throws whatever `work` throws
 */
export async function expectNoLeak(work: Work, options: ExpectOptions = {}): Promise<LeakResult> {
  const settings = resolveOptions(work, options);
  const result = await measureWith(work, settings, systemHeap);
  const error = errorOf(result, settings);
  if (error !== undefined) throw error;
  return result;
}

/** The error that a result is for a test, if it is one. */
export function errorOf(
  result: LeakResult,
  { failOnUnstable }: Pick<Settings, 'failOnUnstable'>,
): LeakError<Leak> | undefined {
  if (result.verdict === 'fail') return new LeakError('PLIM_ERR_LEAK_FOUND', formatLeakResult(result), result.leaks);
  if (result.verdict === 'pass' || !failOnUnstable) return undefined;
  return new LeakError('PLIM_ERR_LEAK_UNSTABLE', formatLeakResult(result), result.leaks);
}
