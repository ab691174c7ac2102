import { describe, expect, test } from 'vitest';
import {
  type Attempt,
  floorBytesAt,
  floorGrowth,
  isSnapshotDue,
  keepNewest,
  shotsToAnalyse,
  type SnapshotPlan,
  snapshotRounds,
  threadsToFollow,
  wantsExitSnapshot,
} from '../../../src/diagnose/schedule.ts';
import type { Floor } from '../../../src/diagnose/wire.ts';

const AUTO: SnapshotPlan = { count: 'auto' };

function floor(at: number, heapUsed: number, extra: Partial<Floor> = {}): Floor {
  return {
    kind: 'floor',
    at,
    heapUsed,
    asked: false,
    heapTotal: 0,
    external: 0,
    arrayBuffers: 0,
    rss: 0,
    pauseMs: 0,
    ...extra,
  };
}

/** A floor each second, `bytesAt` the second. */
function floors(seconds: number, bytesAt: (second: number) => number): Floor[] {
  return Array.from({ length: seconds + 1 }, (_, second) => floor(second * 1_000, bytesAt(second)));
}

function taken(at: number, pauseMs = 100): Attempt {
  return { at, taken: true, pauseMs };
}

/** Ages, in whole seconds, at which a watch of `seconds` takes a snapshot. */
function shotsOf(plan: SnapshotPlan, seconds: number, bytesAt: (second: number) => number, pauseMs = 100): number[] {
  const attempts: Attempt[] = [];
  for (let second = 0; second <= seconds; second++) {
    const seen = floors(second, bytesAt);
    if (isSnapshotDue(plan, second * 1_000, seen, attempts)) attempts.push(taken(second * 1_000, pauseMs));
  }
  return attempts.map(({ at }) => at / 1_000);
}

const growing = (second: number): number => 10e6 + second * 1e6;

describe('when a snapshot is due', () => {
  test('at three seconds and each doubling while the floor grows', () => {
    expect(shotsOf(AUTO, 59, growing)).toEqual([3, 6, 12, 24, 48]);
  });

  test('after a minute each time the floor has grown by a fifth, half a minute apart at least', () => {
    const shots = shotsOf(AUTO, 400, growing);
    const late = shots.filter((second) => second > 60);
    expect(late.length).toBeGreaterThan(3);
    late.forEach((second, index) => {
      const before = index === 0 ? 48 : late[index - 1]!;
      expect(growing(second)).toBeGreaterThanOrEqual(growing(before) * 1.2);
      expect(second - before).toBeGreaterThanOrEqual(30);
    });
  });

  test('not while the floor stays where it was, and as soon as it moves', () => {
    expect(shotsOf(AUTO, 400, () => 10e6)).toEqual([3]);
    expect(shotsOf(AUTO, 59, (second) => (second < 20 ? 10e6 : 11e6))).toEqual([3, 20]);
  });

  test('a pause is followed by twice its time at least', () => {
    expect(shotsOf(AUTO, 59, growing, 2_000)).toEqual([3, 7, 14, 28, 56]);
  });

  test('one that was refused is asked for again ever more rarely', () => {
    const refused = (at: number): Attempt => ({ at, taken: false, pauseMs: 0 });
    const seen = floors(200, growing);
    expect(isSnapshotDue(AUTO, 5_900, seen, [refused(3_000)])).toBe(false);
    expect(isSnapshotDue(AUTO, 6_000, seen, [refused(3_000)])).toBe(true);
    expect(isSnapshotDue(AUTO, 199_000, seen, [taken(3_000), refused(100_000)])).toBe(false);
    expect(isSnapshotDue(AUTO, 200_000, seen, [taken(3_000), refused(100_000)])).toBe(true);
  });

  test('never means never', () => {
    expect(shotsOf({ count: 'never' }, 100, growing)).toEqual([]);
  });

  test('a number is spread evenly over a known length, its last one left for the end', () => {
    expect(shotsOf({ count: 4, durationMs: 100_000 }, 100, growing)).toEqual([25, 50, 75]);
    expect(shotsOf({ count: 2, durationMs: 100_000 }, 100, growing)).toEqual([25]);
  });

  test('a number without a known length leaves its last one for the exit, or for growth much later', () => {
    expect(shotsOf({ count: 3 }, 59, growing)).toEqual([3, 6]);
    expect(shotsOf({ count: 3 }, 400, growing)).toEqual([3, 6, 60]);
  });

  test('none shortly before a planned end, where one is taken anyway', () => {
    expect(shotsOf({ count: 'auto', durationMs: 26_000 }, 26, growing)).toEqual([3, 6, 12]);
  });
});

test('one at exit is wanted once there is another, within the number', () => {
  expect(wantsExitSnapshot(AUTO, [])).toBe(false);
  expect(wantsExitSnapshot(AUTO, [{ at: 3_000, taken: false, pauseMs: 0 }])).toBe(false);
  expect(wantsExitSnapshot(AUTO, [taken(3_000)])).toBe(true);
  expect(wantsExitSnapshot({ count: 2 }, [taken(3_000)])).toBe(true);
  expect(wantsExitSnapshot({ count: 2 }, [taken(3_000), taken(6_000)])).toBe(false);
  expect(wantsExitSnapshot({ count: 'never' }, [taken(3_000)])).toBe(false);
});

test('driven rounds: after the warm-up, evenly on, after the last', () => {
  expect(snapshotRounds(AUTO, 2, 7)).toEqual([2, 6, 9]);
  expect(snapshotRounds(AUTO, 0, 4)).toEqual([1, 2, 4]);
  expect(snapshotRounds({ count: 5 }, 2, 8)).toEqual([2, 4, 6, 8, 10]);
  expect(snapshotRounds({ count: 9 }, 1, 2)).toEqual([1, 2, 3]);
  expect(snapshotRounds({ count: 'never' }, 2, 7)).toEqual([]);
});

test('the newest stay on disk', () => {
  expect(keepNewest(AUTO, [1, 2, 3, 4, 5, 6])).toEqual({ keep: [3, 4, 5, 6], drop: [1, 2] });
  expect(keepNewest({ count: 9 }, [1, 2, 3, 4, 5, 6]).drop).toEqual([]);
  expect(keepNewest(AUTO, [])).toEqual({ keep: [], drop: [] });
});

describe('which snapshots are compared', () => {
  const at = (...times: number[]): { at: number }[] => times.map((time) => ({ at: time }));

  test.each([
    ['none', at(), at()],
    ['a single one', at(3), at(3)],
    ['two', at(3, 6), at(3, 6)],
    ['of many the first after start-up, the middle and the last', at(3, 6, 12, 24, 48), at(6, 24, 48)],
    ['two even when the first is of the start-up', at(3, 100), at(3, 100)],
    ['no middle that leaves a part too short to compare', at(10, 11, 40), at(10, 40)],
  ])('%s', (_, shots, chosen) => expect(shotsToAnalyse(shots)).toEqual(chosen));
});

test('growth leaves out the start-up and what is cleared away at exit', () => {
  const flatAfterStart = floors(40, (second) => Math.min(second, 8) * 1e6);
  expect(floorGrowth(flatAfterStart)).toBe(0);
  const rising = floors(40, growing);
  const exit = floor(41_000, 1e6, { atExit: true });
  expect(floorGrowth([...rising, exit])).toBe(floorGrowth(rising));
  expect(floorGrowth(rising)).toBeGreaterThan(20e6);
  expect(floorGrowth([floor(0, 5), floor(1, 9)])).toBe(4);
  expect(floorGrowth([])).toBe(0);
});

test('live bytes at a time are those of the floor before it, buffers outside the heap included', () => {
  const seen = [floor(10, 1, { external: 4 }), floor(20, 2)];
  expect(floorBytesAt(seen, 15)).toBe(5);
  expect(floorBytesAt(seen, 25)).toBe(2);
  expect(floorBytesAt(seen, 5)).toBe(5);
  expect(floorBytesAt([], 5)).toBeUndefined();
});

test('every thread gets a first snapshot, further ones only the two that grew most', () => {
  const thread = (growth: number, shots: number): { growth: number; shots: number } => ({ growth, shots });
  const [a, b, c, fresh] = [thread(5, 1), thread(9, 2), thread(7, 1), thread(0, 0)];
  expect(threadsToFollow([a, b, c, fresh])).toEqual([fresh, b, c]);
});
