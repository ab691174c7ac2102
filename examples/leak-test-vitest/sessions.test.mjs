// npx vitest run
import { expect, test } from 'vitest';
import { expectReleased, installMatchers, leakTester } from 'plimsoll/test/vitest';
import { end, open } from './sessions.mjs';

installMatchers(expect);
const leakTest = leakTester(test);

leakTest('a session that is ended leaves nothing', (i) => {
  open(`token ${i}`);
  end(`token ${i}`);
});

test('an ended session can be collected', async () => {
  await expect(() => {
    const session = open('mine');
    end('mine');
    return session;
  }).toBeCollected();
});

test('the heartbeat ends with its scope', async () => {
  await expectReleased((scope) => void scope.setInterval(() => {}, '30s'));
});
