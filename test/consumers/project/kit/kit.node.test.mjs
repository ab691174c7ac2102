import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { expectNoLeak, leakTester, measureLeak, track } from 'plimsoll/test/node';
import { wrongs } from './checks.cjs';

leakTester()('a leak test of its own', () => {});
void test('the kit', async () => {
  assert.deepEqual(await wrongs({ measureLeak, expectNoLeak, track, mock: mock.fn() }), []);
});
