// Jest as it comes: CommonJS only, `import()` is out of reach.
const { problems } = require('./requires.cjs');

/** Every entry does its work once, and a check for leaks takes some seconds on a busy machine. */
const LIMIT = 60_000;

test(
  'every entry works',
  async () => {
    expect(await problems({ canImport: false })).toEqual([]);
  },
  LIMIT,
);
