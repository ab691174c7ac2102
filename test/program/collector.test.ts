/** A forced collection, in a program of its own. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { bareNode, DIST } from '../helpers/program.ts';

test('nothing that is read after a forced collection counts a dead buffer', async () => {
  const entry = pathToFileURL(path.join(DIST, 'runtime/gc.js')).href;
  const { stdout, stderr } = await bareNode([path.resolve('test/fixtures/runtime/dead-buffers.mjs'), entry]);
  expect(stderr).toBe('');
  const left = JSON.parse(stdout.toString()) as number[];
  expect(left).toHaveLength(20);
  expect(Math.max(...left)).toBeLessThan(1_000_000);
});
