import { expect, test, vi } from 'vitest';
import { expectNoLeak, installMatchers, leakTester, measureLeak, track } from 'plimsoll/test/vitest';
import { wrongs } from './checks.cjs';

installMatchers(expect);
leakTester(test)('a leak test of its own', () => {});
test('the kit', { timeout: 240_000 }, async () => {
  expect(await wrongs({ measureLeak, expectNoLeak, track, expect, mock: vi.fn() })).toEqual([]);
});
