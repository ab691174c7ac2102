// node --test
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectCollected, expectNoLeak, leakTester } from 'plimsoll/test/node';
import { end, open } from './sessions.mjs';

const leakTest = leakTester();

leakTest('a session that is ended leaves nothing', (i) => {
  open(`token ${i}`);
  end(`token ${i}`);
});

void test('a session that is not ended stays, and the error says where', async () => {
  await assert.rejects(
    expectNoLeak((i) => void open(`left ${i}`)),
    (error) => error.leaks[0].owner === 'sessions' && error.leaks[0].perCall === 1,
  );
});

void test('an ended session can be collected', () =>
  expectCollected(() => {
    const session = open('mine');
    end('mine');
    return session;
  }));
