import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problems } from './imports.mjs';

void test('every entry is one instance and works', async () => {
  assert.deepEqual(await problems(), []);
});
