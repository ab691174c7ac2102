import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { bareNode, DIST } from '../helpers/program.ts';

const CACHE = pathToFileURL(path.join(DIST, 'cache/index.js')).href;

test('disposers that fail and hang, on the real clock; close() keeps the process up, and nothing else does', async () => {
  const { status, stdout, stderr } = await bareNode(['test/fixtures/cache/clean-up.mjs', CACHE]);
  expect([stderr, status]).toEqual(['', 0]);
  const timeout = 'A value that left the cache was not disposed of in 200 ms.';
  expect(JSON.parse(stdout.toString())).toEqual({
    // Of two values that were given up within a minute, one alert speaks.
    said: [
      timeout,
      timeout,
      timeout,
      'critical PLIM_WARN_CACHE_DISPOSAL',
      'fails deleted',
      'leased deleted',
      'never',
      'never',
      'never',
      'not yet',
      'not yet',
      'quick deleted',
      'stays disposed',
    ],
    tries: [
      ['broken', 3],
      ['fails', 3],
      ['hangs', 3],
      ['leased', 1],
      ['quick', 1],
      ['stays', 1],
    ],
    disposing: 0,
    leases: 0,
    disposeFailures: 2,
    use: 'DisposedError PLIM_ERR_CACHE_CLOSED',
    end: ['a', 'b'],
  });
});
