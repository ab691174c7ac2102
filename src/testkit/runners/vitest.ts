/** `plimsoll/test/vitest`: leak tests under vitest. */
export {
  expectCollected,
  expectNoLeak,
  expectReleased,
  leakMatchers,
  type LeakMatchers,
  measureLeak,
  track,
} from '../index.ts';
export type { DetectOptions, FileHooks, LeakDetector } from '../released/detect-leaks.ts';
export { detectLeaks, type ExpectLike, installMatchers, type LeakTest, leakTester, type TestLike } from './runner.ts';
