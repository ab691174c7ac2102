// For runners whose `test` and `expect` are globals: Jest, `vitest --globals`, `bun test`.
import { problems } from './imports.mjs';

test('every entry is one instance by import and require, and works', async () => {
  expect(await problems()).toEqual([]);
});
