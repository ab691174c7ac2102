import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { bareNode, DIST } from '../helpers/program.ts';
import { withTempDir } from '../helpers/temp-dir.ts';

const CACHE = pathToFileURL(path.join(DIST, 'cache/index.js')).href;

test('time and loading on the real clock', async () => {
  const began = performance.now();
  const { status, stdout, stderr } = await bareNode(['test/fixtures/cache/features.mjs', CACHE]);
  expect([stderr, status]).toEqual(['', 0]);
  const result = JSON.parse(stdout.toString()) as Record<string, unknown>;
  expect(result).toMatchObject({
    before: [true, true, true, true],
    after: [false, true, false, true],
    swept: ['cache expired', 'idle expired'],
    size: 2,
    together: ['a1', 'a1'],
    stale: 'a1',
    renewed: 'a3',
    fallback: 'a3',
    error: 'no b',
    many: ['b', 'c'],
    aborted: 'TimeoutError',
    refreshed: [true, false],
    memoized: 1,
    coalesced: 1,
    inFlight: 0,
  });
  expect(result['none']).toEqual([null, null, 2]);
  // A thread that is never let go of sees its own time pass.
  expect(result['busyMs']).toBeGreaterThan(95);
  expect(result['busyMs']).toBeLessThan(1000);
  // Entries with ten minutes to live do not keep the process up.
  expect(performance.now() - began).toBeLessThan(30_000);
});

test('a cache that was dropped is collected, with deadlines to come', async () => {
  const { status, stdout, stderr } = await bareNode(['--expose-gc', 'test/fixtures/cache/dropped.mjs', CACHE]);
  expect([stderr, status]).toEqual(['', 0]);
  expect(stdout.toString().trim()).toBe('0 1');
});

test('the request that stored the first entry is let go, and disposers run outside it', async () => {
  const { status, stdout, stderr } = await bareNode(['--expose-gc', 'test/fixtures/cache/request-context.mjs', CACHE]);
  expect([stderr, status]).toEqual(['', 0]);
  expect(stdout.toString().trim()).toBe('true true true');
});

test('the example serves thousands with a few calls', async () => {
  await withTempDir(async (folder) => {
    const source = fs.readFileSync('examples/cache-with-loader/rates.mjs', 'utf8');
    const script = path.join(folder, 'rates.mjs');
    fs.writeFileSync(script, source.replace("'plimsoll/cache'", `'${CACHE}'`));
    const { status, stdout } = await bareNode([script]);
    expect(status).toBe(0);
    const said = stdout.toString();
    const [served, calls] = [/served: (\d+)/, /calls: (\d+)/].map((pattern) => Number(pattern.exec(said)![1]));
    expect(served).toBeGreaterThan(500);
    expect(calls).toBeLessThan(60);
  });
});
