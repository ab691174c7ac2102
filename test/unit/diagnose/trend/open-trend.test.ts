import { describe, expect, test } from 'vitest';
import { judgeOpen, judgeOpenByRounds, type OpenCounts } from '../../../../src/diagnose/trend/open-trend.ts';
import type { Resources } from '../../../../src/diagnose/wire.ts';

/** Counts once a second; `descriptors` by the number of the count. */
const counts = (
  length: number,
  descriptors: (i: number) => number,
  threads: (i: number) => number = () => 11,
): OpenCounts[] =>
  Array.from({ length }, (_, i) => ({ at: i * 1000, descriptors: descriptors(i), threads: threads(i) }));

test('descriptors that are never closed', () => {
  expect(
    judgeOpen(
      counts(61, (i) => 20 + 5 * i),
      [],
    ),
  ).toEqual([
    { kind: 'descriptors', from: 95, to: 320, perMinute: 300, advice: expect.stringContaining('/proc/PID/fd') },
  ]);
});

test('threads, and handles by their kind, most first', () => {
  const resources = Array.from(
    { length: 20 },
    (_, i): Resources => ({
      kind: 'resources',
      at: i * 3000,
      counts: i < 3 ? { Timeout: 1 } : { Timeout: 1, PipeWrap: i * 90 },
    }),
  );
  const grown = judgeOpen(
    counts(
      60,
      () => 30,
      (i) => 11 + i,
    ),
    resources,
  );
  expect(grown.map(({ kind }) => kind)).toEqual(['PipeWrap', 'threads']);
});

describe('no growth', () => {
  test.each([
    ['nothing is known', counts(0, () => 0)],
    ['too little is known', counts(7, (i) => i * 100)],
    ['a step', counts(60, (i) => (i < 40 ? 20 : 500))],
    ['a pool that is full', counts(60, (i) => Math.min(60, 20 + 4 * i))],
    ['a saw-tooth', counts(60, (i) => 20 + (i % 10) * 30)],
    ['a few', counts(60, (i) => 20 + i / 4)],
    ['little beside what there is', counts(60, (i) => 5000 + i * 10)],
  ])('%s', (_, series) => {
    expect(judgeOpen(series, [])).toEqual([]);
  });
});

describe('by rounds', () => {
  const rounds = (...timers: number[]): Parameters<typeof judgeOpenByRounds>[0] =>
    timers.map((Timeout, i) => ({ warmup: i < 2, at: i * 6_000, open: { Timeout, descriptors: 20 } }));

  test('what rises with every round, from the last warm-up round on', () => {
    expect(judgeOpenByRounds(rounds(0, 2, 4, 6, 8, 10))).toEqual([
      { kind: 'Timeout', from: 2, to: 10, perMinute: 20, advice: expect.stringContaining('scope.setTimeout') },
    ]);
    expect(judgeOpenByRounds(rounds(0, 2, 4, 4, 8, 10))).toHaveLength(1);
  });

  test.each([
    ['no rounds', rounds()],
    ['one round', rounds(0, 0, 5)],
    ['as many as ever', rounds(9, 3, 3, 3, 3, 3)],
    ['up and down', rounds(0, 2, 9, 2, 9, 2)],
    ['a pool that is full', rounds(0, 2, 9, 12, 12, 12)],
    ['less than one a round', rounds(0, 2, 3, 4, 4, 5)],
    ['nothing is known', rounds(1, 2, 3, 4).map(({ warmup, at }) => ({ warmup, at }))],
  ])('none: %s', (_, given) => {
    expect(judgeOpenByRounds(given)).toEqual([]);
  });
});
