// Jest as it comes: CommonJS only, `import()` is out of reach.
const { problems } = require('./requires.cjs');

test('every entry works', async () => {
  expect(await problems({ canImport: false })).toEqual([]);
});
