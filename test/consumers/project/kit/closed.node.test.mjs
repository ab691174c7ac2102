import { after as afterAll, test } from 'node:test';

let timer;
void test('starts a timer', () => {
  timer = setInterval(() => {}, 60_000);
  timer.unref();
});
afterAll(() => clearInterval(timer));
