import { expect, test } from 'bun:test';
import { expectNoLeak, installMatchers, leakTester, measureLeak, track } from 'plimsoll/test/bun';
import { wrongs } from './checks.cjs';

installMatchers(expect);
leakTester(test)('a leak test of its own', () => {});
test('the kit', async () => expect(await wrongs({ measureLeak, expectNoLeak, track, expect })).toEqual([]), 240_000);
