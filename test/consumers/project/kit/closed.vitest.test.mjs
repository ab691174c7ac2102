import { afterAll, test } from 'vitest';

let timer;
test('starts a timer', () => {
  timer = setInterval(() => {}, 60_000);
});
afterAll(() => clearInterval(timer));
