/** A program that uses `plimsoll/test/node`, with a `test` of its own making. */
import { leakTester, measureLeak, track } from 'plimsoll/test/node';

export async function use(): Promise<Record<string, boolean>> {
  const declared: { name: string; run: () => Promise<void>; timeout: number }[] = [];
  const leakTest = leakTester((name, { timeout }, run) => declared.push({ name, run, timeout }), { rounds: 3 });
  leakTest('nothing', () => {}, { iterations: 2 });
  await declared[0]?.run();
  const result = await measureLeak(() => {}, { rounds: 3, iterations: 2 });
  return {
    'a leak test is a test with time enough': declared[0]?.name === 'nothing' && declared[0].timeout === 60_000,
    'a result is data': result.verdict === 'pass',
    'a handle holds an object': !track(result).isCollected,
  };
}
