const { expectNoLeak, installMatchers, leakTester, measureLeak, track } = require('plimsoll/test/jest');
const { wrongs } = require('./checks.cjs');

installMatchers();
leakTester()('a leak test of its own', () => {});
test('the kit', async () => {
  expect(await wrongs({ measureLeak, expectNoLeak, track, expect, mock: jest.fn() })).toEqual([]);
}, 240_000);
