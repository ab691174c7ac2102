/** `plimsoll/test/jest`: leak tests under Jest. */
import { type DetectOptions, detectLeaksBy, type FileHooks, type LeakDetector } from '../released/detect-leaks.ts';
import { runLast } from './jest-hooks.ts';
import { ofRunner } from './runner.ts';

export {
  expectCollected,
  expectNoLeak,
  expectReleased,
  leakMatchers,
  type LeakMatchers,
  measureLeak,
  track,
} from '../index.ts';
export { type ExpectLike, installMatchers, type LeakTest, leakTester, type TestLike } from './runner.ts';
export type { DetectOptions, FileHooks, LeakDetector };

/**
 * For a file of `setupFilesAfterEnv`: every test file is watched, and fails at its end when scopes, timers, handles,
 * listeners of the process or files are open, or tracked objects still there.
 *
 * @param hooks - `{ afterAll }` of the runner, where it is no global
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 */
export function detectLeaks(options?: DetectOptions, hooks?: FileHooks): LeakDetector {
  const afterAll = ofRunner('afterAll', hooks?.afterAll);
  const declare: FileHooks['afterAll'] = (check, timeout) => {
    afterAll(check, timeout);
    runLast(check);
  };
  return detectLeaksBy({ afterAll: declare }, options);
}
