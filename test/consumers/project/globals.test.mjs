// For runners whose `test` and `expect` are globals: Jest, `vitest --globals`, `bun test`.
import { problems } from './imports.mjs';

/** Every entry does its work once, and a check for leaks takes some seconds on a busy machine. */
const LIMIT = 60_000;

test(
  'every entry is one instance by import and require, and works',
  async () => {
    expect(await problems()).toEqual([]);
  },
  LIMIT,
);
