import { expect, test } from 'vitest';
import { armNearLimitSnapshot, type NearLimitFacts, whyNotArmed } from '../../../src/runtime/near-limit.ts';

const MIB = 1024 * 1024;

const facts: NearLimitFacts = {
  folder: '/data',
  files: 1,
  heap: { limitBytes: 500 * MIB, usedBytes: 100 * MIB },
  disk: 100_000 * MIB,
  room: { freeBytes: 1000 * MIB, limitBytes: 2048 * MIB, of: 'container' },
};

test.each<[string, Partial<NearLimitFacts>, string | null]>([
  ['room for all of it', {}, null],
  ['room to the byte', { room: { ...facts.room, freeBytes: 900 * MIB } }, null],
  [
    'one byte too little memory',
    { room: { ...facts.room, freeBytes: 900 * MIB - 1 } },
    "A full heap and the writing take about 900 MiB more; 900 MiB are left of the container's 2.00 GiB.",
  ],
  ['a runtime without a heap limit', { heap: null }, 'This runtime cannot.'],
  ['no such folder', { disk: null }, 'The folder /data is not there.'],
  ['a full disk', { disk: 0 }, expect.stringMatching(/^The file may take [\d.]+ [MG]iB; 0 B are left in \/data\.$/)],
  [
    'a disk with room for one of ten',
    { disk: 2000 * MIB, files: 10 },
    expect.stringMatching(/^The files may take [\d.]+ GiB; 1\.95 GiB are left in \/data\.$/),
  ],
])('%s', (_, given, reason) => {
  expect(whyNotArmed({ ...facts, ...given })).toEqual(reason);
});

/** Bun has none. */
const hasHeapLimit = process.versions['bun'] === undefined;

test('what is refused is not armed, and may be asked for again', () => {
  const before = process.env['NODE_OPTIONS'];
  try {
    for (const folder of ['/no/such/folder', '/nor/this one']) {
      process.env['NODE_OPTIONS'] = `"--diagnostic-dir=${folder}"`;
      expect(armNearLimitSnapshot(1)).toEqual({
        isArmed: false,
        folder,
        reason: hasHeapLimit ? `The folder ${folder} is not there.` : 'This runtime cannot.',
      });
    }
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  }
});
