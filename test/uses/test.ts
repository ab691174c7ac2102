/** A program that uses `plimsoll/test`: checks for leaks, as data and as errors. */
import { isPlimsollError } from 'plimsoll/errors';
import {
  expectCollected,
  expectReleased,
  formatLeakResult,
  junitReport,
  type LeakResult,
  measureLeak,
} from 'plimsoll/test';

export async function use(): Promise<Record<string, boolean>> {
  const result: LeakResult = await measureLeak(() => JSON.parse('[1,2]'), {
    name: 'parsing',
    iterations: 5,
    rounds: 3,
  });
  await expectCollected(() => ({ made: 'here' }));
  const released = await expectReleased((scope) => scope.setTimeout(() => {}, '1h').constructor.name.length > 0);
  const unknown = await measureLeak(() => {}, { rounds: 4 }).catch((error: unknown) => error);
  return {
    'what keeps nothing passes': result.verdict === 'pass' && result.leaks.length === 0,
    'a result is text': formatLeakResult(result).startsWith('parsing does not leak.'),
    'a result is a case of JUnit': junitReport([result]).includes('<testcase name="parsing"'),
    'work gives its result': released,
    'bad options are refused': isPlimsollError(unknown, 'PLIM_ERR_OPTION_INVALID'),
  };
}
