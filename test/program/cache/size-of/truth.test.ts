/** The table of V8's layout, held against the V8 that runs the tests: what a heap snapshot says of many values. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const dist = process.env['PLIMSOLL_DIST'] ?? 'dist';

/** One kind for each part of the table. */
const KINDS = [
  'text with one emoji',
  'record of mixed fields',
  'JWT claims',
  'rows of a database, 50',
  'embedding, plain array of 384',
  'GeoJSON polygon',
  'embedding, Float32Array(384)',
  'Map of counts, 100',
  'Set of ids, 50',
  'object used as a map, 40 ids',
  'array with wide gaps',
  'instance with private fields',
  'Buffer of 10 kB',
  'bigint id',
  'date',
];

test.each(KINDS)('%s is weighed within 5 per cent of the truth', (kind) => {
  const args = ['--expose-gc', 'bench/size-of/truth.mjs', dist, kind, '300'];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 100_000 });
  const { bytes, estimates } = JSON.parse(output.trim().split('\n').at(-1)!) as {
    bytes: number;
    estimates: { sizeOf: number };
  };
  expect(Math.abs(estimates.sizeOf / bytes - 1)).toBeLessThan(0.05);
});
