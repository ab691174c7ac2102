// Jest with ES modules where it cannot require them: `require` would get the CommonJS build, which is another copy.
import { problems } from './imports.mjs';

test('every entry is one instance by import, and works', async () => {
  expect(await problems({ canRequire: false })).toEqual([]);
});
