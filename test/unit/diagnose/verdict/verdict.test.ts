import { describe, expect, test } from 'vitest';
import type { FloorTrend } from '../../../../src/diagnose/trend/floor-trend.ts';
import type { SnapshotTrend } from '../../../../src/diagnose/trend/snapshot-trend.ts';
import { decide, type Findings } from '../../../../src/diagnose/verdict/verdict.ts';
import { MB } from '../../../helpers/series.ts';
import { reportedOf } from '../../../helpers/suspects.ts';

const trend = (parts: Partial<FloorTrend> = {}): FloorTrend => ({
  word: 'rising',
  count: 40,
  base: 50 * MB,
  growth: 20 * MB,
  steps: [5 * MB, 5 * MB, 5 * MB, 5 * MB],
  bytesPerMinute: 40 * MB,
  isClimbing: false,
  order: 0,
  ...parts,
});

const shots = (parts: Partial<SnapshotTrend> = {}): SnapshotTrend => ({
  word: 'leak',
  rate: 1,
  survival: 0.95,
  topShare: 0.9,
  ...parts,
});

const findings = (parts: Partial<Findings> = {}): Findings => ({
  floors: trend(),
  isDriven: false,
  watchedMs: 60_000,
  native: undefined,
  snapshots: shots(),
  suspects: [reportedOf()],
  growthBytes: 18 * MB,
  ...parts,
});

/** Word and reason. */
const say = (parts: Partial<Findings>): string => {
  const { verdict, explanation } = decide(findings(parts));
  return `${verdict}: ${explanation}`;
};

const flat = trend({ word: 'flat', growth: MB, steps: [MB, -MB, MB, 0], bytesPerMinute: 2 * MB });
const native = trend({ growth: 120 * MB, bytesPerMinute: 240 * MB });

describe('floors that rise', () => {
  test('are a leak, with or without snapshots', () => {
    expect(say({})).toMatchInlineSnapshot(
      `"leak: The heap floor grew by 20 MiB (40 %) after warm-up, 40 MiB/min and did not stop; 95 % of what was made in the first part was still held at the end."`,
    );
    expect(say({ snapshots: undefined, suspects: [], growthBytes: undefined })).toMatchInlineSnapshot(
      `"leak: The heap floor grew by 20 MiB (40 %) after warm-up, 40 MiB/min and did not stop."`,
    );
  });

  test('are filling when nearly all that grew looks bounded', () => {
    expect(say({ suspects: [reportedOf({ kind: 'filling' })] })).toMatchInlineSnapshot(
      `"filling: The heap floor grew by 20 MiB (40 %) after warm-up, 40 MiB/min, but nearly all of it is in stores that look bounded."`,
    );
    const small = reportedOf({ bytes: MB / 2 });
    expect(say({ suspects: [reportedOf({ kind: 'filling' }), small] })).toMatch(/^filling/);
    expect(say({ suspects: [reportedOf({ kind: 'filling' }), reportedOf()] })).toMatch(/^leak/);
  });

  test('are what the snapshots say', () => {
    expect(say({ snapshots: shots({ word: 'filling', rate: 0.12 }) })).toMatchInlineSnapshot(
      `"filling: The heap floor grew by 20 MiB (40 %) after warm-up, 40 MiB/min, ever slower: in the second part it grew at 12 % of the first part's rate."`,
    );
    expect(say({ snapshots: shots({ word: 'step', rate: -0.1 }) })).toMatchInlineSnapshot(
      `"step: The heap floor grew by 20 MiB (40 %) after warm-up, 40 MiB/min, and stopped: in the second part it grew at 0.0 % of the first part's rate."`,
    );
    expect(say({ snapshots: shots({ word: 'churn', survival: 0.18 }) })).toMatchInlineSnapshot(
      `"churn: The heap floor grew by 20 MiB (40 %) after warm-up, 40 MiB/min, but what was made did not stay: 18 % of what was made in the first part was still held at the end."`,
    );
    expect(say({ snapshots: shots({ word: 'none', topShare: 0 }) })).toMatchInlineSnapshot(
      `"unclear: The heap floor grew by 20 MiB (40 %) after warm-up, 40 MiB/min, but the snapshots hold no more at the end than at first. Watch longer."`,
    );
  });

  test('are unclear for a reason that is true', () => {
    expect(say({ snapshots: shots({ word: 'unclear', topShare: 0.1 }) })).toMatchInlineSnapshot(
      `"unclear: The heap floor grew by 20 MiB (40 %) after warm-up, 40 MiB/min, but no holder stands out: the first two suspects hold 10 %. Watch longer."`,
    );
    expect(say({ snapshots: shots({ word: 'unclear', rate: 7 }) })).toMatchInlineSnapshot(
      `"unclear: The heap floor grew by 20 MiB (40 %) after warm-up, 40 MiB/min, but unevenly: in the second part it grew at 700 % of the first part's rate. Watch longer."`,
    );
    expect(say({ snapshots: shots({ word: 'unclear', rate: Number.POSITIVE_INFINITY }) })).toMatchInlineSnapshot(
      `"unclear: The heap floor grew by 20 MiB (40 %) after warm-up, 40 MiB/min, but unevenly: in the first part nothing grew. Watch longer."`,
    );
  });

  test('by little, at the start of a program and without snapshots to compare, are unclear', () => {
    const small = trend({ base: 6.5 * MB, growth: MB / 2, steps: [1e5, 1e5, 1e5, 2e5], bytesPerMinute: 10 * MB });
    const unseen = { floors: small, snapshots: undefined, suspects: [], growthBytes: undefined, watchedMs: 5_700 };
    expect(say(unseen)).toMatchInlineSnapshot(
      `"unclear: The heap floor grew by 512 KiB (7.7 %) after warm-up, 10 MiB/min, but no two snapshots say whether that is data or the engine's own warming up. Watch longer."`,
    );
    expect(say({ ...unseen, watchedMs: 60_000 })).toMatch(/^leak/);
    expect(say({ ...unseen, floors: { ...small, growth: 3 * MB } })).toMatch(/^leak/);
    expect(say({ ...unseen, isDriven: true })).toMatch(/^leak/);
    expect(say({ ...unseen, suspects: [reportedOf()], growthBytes: MB / 2 })).toMatch(/^leak/);
  });

  test('are told in rounds when the load is driven', () => {
    const floors = trend({ steps: [MB, MB, -MB / 2, MB, MB, MB, MB] });
    expect(say({ isDriven: true, floors })).toMatchInlineSnapshot(
      `"leak: The heap floor grew by 20 MiB (40 %), in 6 of 7 equal rounds and did not stop; 95 % of what was made in the first part was still held at the end."`,
    );
  });

  test('come before memory outside of the heap', () => {
    expect(say({ native })).toMatch(/^leak/);
  });
});

describe('floors that stand', () => {
  test('are nothing', () => {
    expect(say({ floors: flat, snapshots: undefined, suspects: [] })).toMatchInlineSnapshot(
      `"none: No growth that lasts: the heap floor rose by 1.0 MiB (2.0 %) over 60 s."`,
    );
    expect(say({ floors: trend({ word: 'flat', growth: -MB, steps: [-1, 0, 0, 0] }) })).toMatch(
      'fell by 1.0 MiB (2.0 %)',
    );
    expect(say({ floors: flat, isDriven: true })).toMatch('over 4 rounds');
  });

  test('are native when the rest of the memory grows', () => {
    expect(say({ floors: flat, native })).toMatchInlineSnapshot(
      `"native: The JavaScript heap is steady, but memory outside of it grew by 120 MiB (240 MiB/min): a native module, or an allocator that keeps what it is given back (try MALLOC_ARENA_MAX=2)."`,
    );
    expect(say({ floors: trend({ word: 'stopped', steps: [9 * MB, 8 * MB, 3 * MB, 0] }), native })).toMatch(/^native/);
  });

  test('and that stopped were a step or a filling', () => {
    const filled = trend({ word: 'stopped', steps: [9 * MB, 8 * MB, 3 * MB, 0] });
    const step = trend({ word: 'stopped', steps: [18 * MB, 2 * MB, 0, 0] });
    expect(say({ floors: filled })).toMatchInlineSnapshot(
      `"filling: The heap floor grew by 20 MiB (40 %) ever slower, and no longer does."`,
    );
    expect(say({ floors: step })).toMatchInlineSnapshot(
      `"step: The heap floor grew by 20 MiB (40 %) in one step, and no longer does."`,
    );
  });

  test('that began to rise lately are unclear', () => {
    expect(say({ floors: trend({ word: 'late', steps: [0, 0, 4 * MB, 6 * MB] }) })).toMatchInlineSnapshot(
      `"unclear: It began to grow lately: the heap floor rose by 10 MiB in the last part of the watch, and not before. Watch longer, to see whether it goes on."`,
    );
  });
});

describe('a slow leak in a large heap', () => {
  const slow = trend({ word: 'flat', base: 500 * MB, growth: 5 * MB, steps: [MB, MB, MB, 2 * MB] });
  const steady = reportedOf({ steps: [2 * MB, 1.8 * MB] });

  test('is told by one holder that takes in the same in both parts', () => {
    expect(say({ floors: slow, suspects: [steady], growthBytes: 4 * MB })).toMatchInlineSnapshot(
      `"leak: The heap floor grew by 5.0 MiB (1.0 %) after warm-up, 40 MiB/min: little, but in every part of the watch, and one holder keeps nearly all of it."`,
    );
  });

  test.each<[string, Partial<Findings>]>([
    ['a part of the watch without growth', { floors: { ...slow, steps: [MB, MB, -1, 2 * MB] } }],
    ['next to no growth', { floors: { ...slow, growth: 2 * MB } }],
    ['other words of the snapshots', { snapshots: shots({ word: 'unclear' }) }],
    ['no snapshots', { snapshots: undefined }],
    ['little that stays', { snapshots: shots({ survival: 0.7 }) }],
    ['many holders', { snapshots: shots({ topShare: 0.5 }) }],
    ['nobody to name', { suspects: [] }],
    ['few things', { suspects: [{ ...steady, count: 99 }] }],
    ['a holder that is filling', { suspects: [{ ...steady, kind: 'filling' }] }],
    ['uneven growth', { suspects: [{ ...steady, steps: [3 * MB, MB] }] }],
    ['little growth in the snapshots', { growthBytes: 100_000 }],
  ])('not with %s', (_, parts) => {
    expect(say({ floors: slow, suspects: [steady], growthBytes: 4 * MB, ...parts })).toMatch(/^none/);
  });
});

describe('a small share of a large heap', () => {
  const steps = [MB / 2, MB / 2, MB / 2, MB / 2];
  const floors = trend({ word: 'flat', count: 20, base: 320 * MB, growth: 2 * MB, steps, order: 0.95 });
  const holder = reportedOf({ kind: 'leak', count: 5000, bytes: 1.8 * MB });
  const small = { floors, snapshots: undefined, growthBytes: 2 * MB, suspects: [holder] };

  test('is a leak where floors in order and one holder agree', () => {
    expect(say(small)).toMatch(/^leak: The heap floor grew by 2.0 MiB \(0.6 %\)/);
    expect(say({ ...small, snapshots: shots() })).toMatch(/^leak/);
  });

  test.each<[string, Partial<Findings>]>([
    ['no order in the floors', { floors: { ...floors, order: 0.7 } }],
    ['few floors', { floors: { ...floors, count: 8 } }],
    ['a heap that is not large', { floors: { ...floors, base: 60 * MB } }],
    ['a share that is not small', { floors: { ...floors, growth: 17 * MB } }],
    ['an end of it', { floors: { ...floors, steps: [MB, MB, 0, 1] } }],
    ['nothing of it in the snapshots', { growthBytes: 0.7 * MB }],
    ['many holders', { suspects: [{ ...holder, bytes: MB }] }],
    ['few things held', { suspects: [{ ...holder, count: 99 }] }],
    ['a holder that is bounded', { suspects: [{ ...holder, kind: 'filling' }] }],
    ['nobody', { suspects: [] }],
    ['snapshots that say something else', { snapshots: shots({ word: 'churn' }) }],
  ])('is none with %s', (_, parts) => {
    expect(say({ ...small, ...parts })).not.toMatch(/^leak/);
  });
});

describe('too few floors', () => {
  const few = trend({ word: 'few', count: 5, growth: 0, steps: [], bytesPerMinute: 0 });

  test('are unclear', () => {
    const said = say({ floors: { ...few, count: 1 }, watchedMs: 850, snapshots: undefined, suspects: [] });
    expect(said).toMatchInlineSnapshot(
      `"unclear: Too short to tell: 1 full collection seen in 850 ms. Let it run longer, or drive a load with --drive."`,
    );
  });

  const big = reportedOf({ bytes: 15 * MB });

  test('are not proven where only the snapshots show somebody', () => {
    expect(say({ floors: few, growthBytes: MB })).toMatchInlineSnapshot(
      `"unclear: Not proven: 5 full collections seen in 60 s. Let it run longer, or drive a load with --drive."`,
    );
  });

  test('are a leak where three snapshots leave no doubt', () => {
    expect(say({ floors: few, suspects: [big] })).toMatchInlineSnapshot(
      `"leak: What lives grew by 18 MiB over three snapshots; 95 % of what was made in the first part was still held at the end."`,
    );
  });

  test('are a leak where two do, and every floor rose', () => {
    const floors = { ...few, steps: [MB, 2 * MB, MB] };
    const two = { floors, snapshots: undefined, suspects: [big] };
    expect(say(two)).toMatchInlineSnapshot(
      `"leak: What lives grew by 18 MiB between two snapshots, most of it in one place, and every floor rose."`,
    );
    expect(say({ ...two, floors: { ...floors, steps: [MB, -1, MB] } })).toMatch(/^unclear/);
    expect(say({ ...two, floors: { ...floors, steps: [MB] } })).toMatch(/^unclear/);
    expect(say({ ...two, suspects: [{ ...big, count: 99 }] })).toMatch(/^unclear/);
  });

  test('are a leak with less growth where one holder has many', () => {
    const floors = { ...few, base: 7 * MB, steps: [MB / 4, MB / 4] };
    const server = { floors, snapshots: undefined, growthBytes: MB / 2 };
    const suspect = { ...big, bytes: MB / 3 };
    expect(say({ ...server, suspects: [{ ...suspect, count: 1000 }] })).toMatch(/^leak/);
    expect(say({ ...server, suspects: [{ ...suspect, count: 999 }] })).toMatch(/^unclear/);
    expect(say({ ...server, growthBytes: MB / 5, suspects: [{ ...suspect, count: 1000 }] })).toMatch(/^unclear/);
  });

  test.each<[string, Partial<Findings>]>([
    ['fewer floors yet', { floors: { ...few, count: 3 } }],
    ['little growth', { growthBytes: 1.5 * MB }],
    ['a holder of less than half', { suspects: [{ ...big, bytes: 8 * MB }] }],
    ['a holder that is filling', { suspects: [{ ...big, kind: 'filling' }] }],
    ['nobody to name', { suspects: [] }],
    ['snapshots that say something else', { snapshots: shots({ word: 'churn' }) }],
  ])('are not with %s', (_, parts) => {
    expect(say({ floors: few, suspects: [big], ...parts })).toMatch(/^unclear/);
  });
});

describe('floors that climb and prove nothing by themselves', () => {
  const climbing = trend({ word: 'flat', base: 9 * MB, growth: MB, steps: [MB, 0, -1, 1], isClimbing: true });
  const holder = reportedOf({ bytes: 0.6 * MB, count: 150 });
  const two = { floors: climbing, snapshots: undefined, suspects: [holder], growthBytes: MB };

  test('are a leak when one holder has most of what two snapshots show', () => {
    expect(say(two)).toMatchInlineSnapshot(
      `"leak: The heap floor grew by 1.0 MiB (11 %) after warm-up, 40 MiB/min: unevenly, but nearly every floor stands above the ones before it, and one holder has most of what was gained."`,
    );
    expect(say({ ...two, floors: { ...climbing, word: 'few' } })).toMatch(/^leak/);
    expect(say({ ...two, floors: { ...climbing, word: 'stopped' } })).toMatch(/^leak/);
    expect(say({ ...two, snapshots: shots() })).toMatch(/^leak/);
  });

  test.each([
    ['no order in them', { floors: { ...climbing, isClimbing: false } }],
    ['a holder that fills', { suspects: [reportedOf({ ...holder, kind: 'filling' })] }],
    ['few things held', { suspects: [reportedOf({ ...holder, count: 49 })] }],
    ['many holders', { suspects: [reportedOf({ ...holder, bytes: 0.4 * MB })] }],
    ['nobody suspect', { suspects: [] }],
    ['no snapshots', { growthBytes: undefined }],
    ['little in the snapshots', { growthBytes: 0.2 * MB }],
    ['things that go again', { snapshots: shots({ word: 'churn' }) }],
  ])('are none with %s', (_, parts) => {
    expect(say({ ...two, ...parts })).not.toMatch(/^leak/);
  });
});

describe('a growth that the snapshots do not see', () => {
  const warming = { floors: trend({ growth: 2 * MB }), suspects: [], growthBytes: 0.1 * MB, snapshots: undefined };

  test('is the engine warming up', () => {
    expect(say(warming)).toMatchInlineSnapshot(
      `"none: The heap floor grew by 2.0 MiB (4.0 %) after warm-up, 40 MiB/min, but only 102 KiB of it is data that stayed: the rest is compiled code and other warming up of the engine, which ends by itself."`,
    );
    expect(say({ ...warming, growthBytes: -MB })).toMatch(/^none/);
  });

  test.each([
    ['no snapshots were taken', { growthBytes: undefined }],
    ['it is large', { floors: trend({ growth: 12 * MB }) }],
    ['they see a good part of it', { growthBytes: MB }],
    ['somebody is suspect', { suspects: [reportedOf()] }],
  ])('not when %s', (_, parts) => {
    expect(say({ ...warming, ...parts })).toMatch(/^leak/);
  });
});
