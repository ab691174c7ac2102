// Jest with ES modules, where `jest` is no global.
import { expectNoLeak, installMatchers, leakTester, measureLeak, track } from 'plimsoll/test/jest';
import { wrongs } from './checks.cjs';

installMatchers();
leakTester()('a leak test of its own', () => {});
test('the kit', async () => {
  expect(await wrongs({ measureLeak, expectNoLeak, track, expect, mock: import.meta.jest.fn() })).toEqual([]);
}, 240_000);
