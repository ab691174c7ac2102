/** A program that uses `plimsoll/test/jest`, with a runner of its own making. */
import { detectLeaks, installMatchers, type LeakMatchers, leakTester, track } from 'plimsoll/test/jest';

export async function use(): Promise<Record<string, boolean>> {
  const declared: { name: string; run: () => Promise<void>; timeout: number }[] = [];
  const leakTest = leakTester((name, run, timeout) => declared.push({ name, run, timeout }), { rounds: 3 });
  leakTest('nothing', () => {}, { iterations: 2 });
  await declared[0]?.run();
  const matchers: (keyof LeakMatchers)[] = [];
  installMatchers({ extend: (added: object) => matchers.push(...(Object.keys(added) as (keyof LeakMatchers)[])) });
  const hooks: (() => unknown)[] = [];
  const detector = detectLeaks({ mode: 'report', print: () => {} }, { afterAll: (check) => hooks.push(check) });
  detector.track({});
  await hooks.at(0)?.();
  return {
    'a leak test is a test with time enough': declared[0]?.name === 'nothing' && declared[0].timeout === 60_000,
    'the matcher is added': matchers.join() === 'toBeCollected',
    'a file is looked at when its tests have ended': hooks.length > 0,
    'a handle holds an object': !track(detector).isCollected,
  };
}
