import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeFloors, judgeRounds, type Point } from '../../../../src/diagnose/trend/floor-trend.ts';
import { holds } from '../../../helpers/properties.ts';
import { MB, seeded, series } from '../../../helpers/series.ts';

const BASE = 50 * MB;
const word = (points: readonly Point[]): string => judgeFloors(points).word;

/** Adds up to `share` of its value to each point, up or down. */
function noisy(points: readonly Point[], share: number, seed: number): Point[] {
  const random = seeded(seed);
  return points.map(({ at, value }) => ({ at, value: value * (1 + share * (2 * random() - 1)) }));
}

describe('judgeFloors', () => {
  test('a steady leak rises, and its rate is that of the series', () => {
    const trend = judgeFloors(series(61, (share) => BASE + 30 * MB * share));
    expect(trend).toMatchObject({ word: 'rising', count: 61 });
    expect(Math.abs(trend.bytesPerMinute / MB - 60)).toBeLessThan(2);
    expect(trend.steps).toHaveLength(4);
    expect((trend.base + trend.growth - BASE) / MB).toBeCloseTo(27.75, 0);
  });

  test('so does a noisy one', () => {
    for (let seed = 1; seed <= 50; seed++) {
      expect(
        word(
          noisy(
            series(60, (share) => BASE + 25 * MB * share),
            0.03,
            seed,
          ),
        ),
      ).toBe('rising');
    }
  });

  test.each([
    ['a plateau', () => BASE],
    ['a warm-up that is over in the first quarter', (share: number) => BASE + 40 * MB * Math.min(1, share / 0.24)],
    ['a slow decline', (share: number) => BASE - 10 * MB * share],
    ['a growth of 0.9 % on the whole', (share: number) => BASE * (1 + 0.009 * share)],
    ['a growth of 3 % in a noise of as much', (share: number, i: number) => BASE * (1 + 0.03 * share + 0.03 * (i % 2))],
    ['a saw-tooth', (_: number, i: number) => BASE + (i % 8) * 2 * MB],
    ['a step at the very end', (share: number) => (share < 0.95 ? BASE : BASE * 2)],
    ['a step back', (share: number) => (share < 0.5 ? BASE : BASE / 2)],
  ])('%s is flat', (_, shape) => {
    expect(word(series(80, shape))).toBe('flat');
  });

  test.each([
    ['a store that is full at 60 % of the time', (share: number) => BASE + 30 * MB * Math.min(1, share / 0.6)],
    ['one step in the first half', (share: number) => (share < 0.4 ? BASE : BASE * 1.3)],
    ['a growth that wears out', (share: number) => BASE + 30 * MB * (1 - Math.exp(-4 * share))],
  ])('%s has stopped', (_, shape) => {
    expect(word(series(80, shape))).toBe('stopped');
  });

  test('a saw-tooth on a rising base rises', () => {
    expect(word(series(120, (share, i) => BASE + 40 * MB * share + (i % 6) * MB))).toBe('rising');
  });

  test('floors that are dense early and sparse late weigh by time, not by number', () => {
    const dense = series(200, () => BASE, 50);
    const sparse = series(30, (share) => BASE + 30 * MB * share, 5_000).map(({ at, value }) => ({
      at: at + 10_000,
      value,
    }));
    expect(word([...dense, ...sparse])).toBe('rising');
    const stopped = series(200, (share) => BASE + 30 * MB * share, 50);
    const flat = series(30, () => BASE + 30 * MB, 5_000).map(({ at, value }) => ({ at: at + 10_000, value }));
    expect(word([...stopped, ...flat])).toBe('flat');
  });

  test('a small growth counts when it is a straight line, as a leak in a large heap is', () => {
    expect(word(series(60, (share) => 500 * MB * (1 + 0.02 * share)))).toBe('rising');
    expect(
      word(
        noisy(
          series(60, (share) => 500 * MB * (1 + 0.02 * share)),
          0.02,
          1,
        ),
      ),
    ).toBe('flat');
  });

  test('what has begun to rise lately is no leak yet', () => {
    expect(word(series(80, (share) => BASE * (1 + Math.max(0, share - 0.7))))).toBe('late');
  });

  test('a handful of floors says something only when all of them rise along a line', () => {
    const handful = (...values: number[]): Point[] => values.map((value, i) => ({ at: i * 2000, value: value * MB }));
    expect(judgeFloors(handful(50, 52, 54, 56, 58, 60, 62))).toMatchObject({ word: 'rising', count: 7 });
    expect(word(handful(50, 52, 54, 56, 55, 60, 62))).toBe('few');
    expect(word(handful(50, 50, 50, 50, 50, 50, 50))).toBe('few');
    expect(word(handful(50, 50, 50.1, 50.2, 50.3, 50.4))).toBe('few');
  });

  test.each([0, 1, 2, 4])('%i floors are too few to say', (count) => {
    const trend = judgeFloors(series(count, (_, i) => BASE + i * MB));
    const growth = Math.max(0, count - 1) * MB;
    const steps = Array.from({ length: Math.max(0, count - 1) }, () => MB);
    expect(trend).toMatchObject({ word: 'few', count, growth, steps });
    expect(trend.bytesPerMinute).toBeGreaterThanOrEqual(growth);
  });

  test('many floors of one moment are too few as well', () => {
    expect(word(series(50, (share) => BASE * (1 + share), 0))).toBe('few');
  });

  test('a line whose noise is a fifth of its step always rises', () => {
    holds(
      fc.property(
        fc.integer({ min: 12, max: 200 }),
        fc.double({ min: 0.25, max: 5, noNaN: true }),
        fc.integer(),
        fc.integer({ min: 50, max: 60_000 }),
        (count, gain, seed, everyMs) => {
          const random = seeded(seed);
          const step = (BASE * gain) / count;
          const points = series(count, (_, i) => BASE + step * (i + 0.2 * (2 * random() - 1)), everyMs);
          expect(word(points)).toBe('rising');
        },
      ),
      300,
    );
  });

  test('noise without growth is called rising in less than one of a hundred watches', () => {
    for (const [count, share] of [
      [12, 0.05],
      [25, 0.05],
      [60, 0.05],
      [200, 0.05],
    ] as const) {
      const alarms = Array.from({ length: 500 }, (_, seed) =>
        word(
          noisy(
            series(count, () => BASE),
            share,
            seed,
          ),
        ),
      );
      expect(alarms.filter((one) => one === 'rising').length).toBeLessThan(5);
    }
  });
});

describe('judgeRounds', () => {
  const rounds = (...values: number[]): Point[] => values.map((value, i) => ({ at: i * 3_000, value: value * MB }));

  test('a growth in every round is proof, small as it is', () => {
    const trend = judgeRounds(rounds(50, 50.2, 50.4, 50.6, 50.8, 51, 51.2, 51.4));
    expect(trend).toMatchObject({ word: 'rising', count: 8, base: 50 * MB });
    expect(trend.steps).toHaveLength(7);
    expect(trend.bytesPerMinute / MB).toBeCloseTo(4);
  });

  test('of seven rounds one may fall, of fewer none', () => {
    expect(judgeRounds(rounds(50, 51, 52, 51.5, 53, 54, 55, 56)).word).toBe('rising');
    expect(judgeRounds(rounds(50, 51, 52, 51.5, 53, 54, 53, 56)).word).toBe('flat');
    expect(judgeRounds(rounds(50, 51, 52, 51.5, 53)).word).toBe('flat');
    expect(judgeRounds(rounds(50, 51, 52, 53)).word).toBe('rising');
  });

  test('what has stopped in the last two is no leak any more', () => {
    expect(judgeRounds(rounds(50, 55, 60, 64, 66, 66.1, 66.2, 66.2)).word).toBe('stopped');
    expect(judgeRounds(rounds(50, 50, 50, 50, 50, 50, 50, 50)).word).toBe('flat');
  });

  test('a growth below 1 % or 64 KiB is no growth', () => {
    expect(judgeRounds(rounds(500, 500.5, 501, 501.5, 502)).word).toBe('flat');
    expect(judgeRounds(rounds(1, 1.01, 1.02, 1.03, 1.04)).word).toBe('flat');
  });

  test('three floors are too few', () => {
    expect(judgeRounds(rounds(50, 60, 70))).toMatchObject({ word: 'few', count: 3, growth: 20 * MB });
    expect(judgeRounds([])).toMatchObject({ word: 'few', count: 0, base: 0, growth: 0 });
  });

  // Four floors that rise by chance look like four that rise: one in 24 does.
  test.each([
    [4, 0.04],
    [5, 0.01],
    [6, 0.01],
    [7, 0.01],
    [8, 0.01],
    [10, 0.01],
  ])('noise over %i floors is called rising in less than %d of all watches', (count, most) => {
    const words = Array.from(
      { length: 500 },
      (_, seed) =>
        judgeRounds(
          noisy(
            series(count, () => BASE),
            0.05,
            seed,
          ),
        ).word,
    );
    expect(words.filter((one) => one === 'rising').length).toBeLessThan(500 * most);
  });

  test('a line whose noise is a fifth of its step always rises', () => {
    holds(
      fc.property(
        fc.integer({ min: 4, max: 30 }),
        fc.double({ min: 0.03, max: 2, noNaN: true }),
        fc.integer(),
        (count, gain, seed) => {
          const random = seeded(seed);
          const step = (BASE * gain) / count;
          expect(judgeRounds(series(count, (_, i) => BASE + step * (i + 0.2 * (2 * random() - 1)))).word).toBe(
            'rising',
          );
        },
      ),
      300,
    );
  });
});
