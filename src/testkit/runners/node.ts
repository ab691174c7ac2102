/** `plimsoll/test/node`: leak tests under node:test. */
import type { ExpectOptions } from '../check/options.ts';
import { nodeTest, setImmediateOriginal } from '../../runtime/index.ts';
import { turn } from '../check/heap.ts';
import { type DetectOptions, detectLeaksBy, type FileHooks, type LeakDetector } from '../released/detect-leaks.ts';
import { CHECK_TIMEOUT_MS, checked, type LeakTest } from './runner.ts';

export { expectCollected, expectNoLeak, expectReleased, measureLeak, track } from '../index.ts';
export type { DetectOptions, LeakDetector, LeakTest };

/** Declares a test. */
export type NodeTestLike = (name: string, options: { timeout: number }, run: () => Promise<void>) => unknown;

/**
 * Makes `leakTest(name, work, options)`, which declares a test with `expectNoLeak`.
 *
 * @param test - default: that of node:test; `t.test` or a wrapper of your own will do
 * @param defaults - options of every check
 */
export function leakTester(test?: NodeTestLike, defaults: ExpectOptions = {}): LeakTest {
  const declare = test ?? nodeTest().test;
  return (name, work, options) =>
    void declare(name, { timeout: CHECK_TIMEOUT_MS }, () => checked(name, work, { ...defaults, ...options }));
}

/**
 * For a file that is loaded by `--import`: every test file is watched, and fails at its end when scopes, timers, handles,
 * listeners of the process or files are open, or tracked objects still there.
 */
export function detectLeaks(options?: DetectOptions): LeakDetector {
  const { after, beforeEach } = nodeTest();
  let hasBegun = false;
  let declared: (() => void) | undefined;
  const isDeclared = new Promise<void>((resolve) => (declared = resolve));
  // The first hook also lets the runner set itself up, with its listeners of the process, before we look at those.
  beforeEach(async () => {
    hasBegun = true;
    // A turn is waited for beside it: nothing else may keep the process up.
    await Promise.all([isDeclared, turn()]);
  });
  const declare: FileHooks['afterAll'] = (check, timeout = CHECK_TIMEOUT_MS) => {
    // Hooks run in the order of their declaration: when the first test begins, those of the test file are declared. Only
    // from here, where no test is under way, is a hook declared for the whole file.
    const lookAgain = (): void => void setImmediateOriginal(look).unref();
    const look = (): void => {
      if (!hasBegun) return lookAgain();
      after(check, { timeout });
      declared!();
    };
    lookAgain();
  };
  return detectLeaksBy({ afterAll: declare }, options);
}
