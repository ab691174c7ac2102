import { test } from 'node:test';

void test('starts a timer', () => {
  setInterval(() => {}, 60_000).unref();
});
