// Jest with ES modules where it cannot require them: `require` would get the CommonJS build, which is another copy.
import { problems } from './imports.mjs';

/** Every entry does its work once, and a check for leaks takes some seconds on a busy machine. */
const LIMIT = 60_000;

test(
  'every entry is one instance by import, and works',
  async () => {
    expect(await problems({ canRequire: false })).toEqual([]);
  },
  LIMIT,
);
