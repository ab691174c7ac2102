// npx jest --testMatch='**/*.test.cjs'
const { installMatchers, leakTester } = require('plimsoll/test/jest');
const { end, open } = require('./sessions.cjs');

installMatchers();
const leakTest = leakTester();

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
