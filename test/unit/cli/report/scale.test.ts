import { expect, test } from 'vitest';
import { niceTicks, scaleOf, tickTexts, timeTicks } from '../../../../src/cli/report/html/client/scale.ts';

const KIB = 1024;
const MIB = 1024 ** 2;

test.each([
  [0, 10 * MIB, ['0 MiB', '2 MiB', '4 MiB', '6 MiB', '8 MiB', '10 MiB']],
  [13.5 * MIB, 16 * MIB, ['13.5 MiB', '14.0 MiB', '14.5 MiB', '15.0 MiB', '15.5 MiB', '16.0 MiB']],
  [13.4 * MIB, 16.6 * MIB, ['14 MiB', '15 MiB', '16 MiB']],
  [0, 800 * KIB, ['0 KiB', '200 KiB', '400 KiB', '600 KiB', '800 KiB']],
  [0, 100, ['0 B', '20 B', '40 B', '60 B', '80 B', '100 B']],
])('ticks from %i to %i are told apart', (low, high, texts) => {
  expect(tickTexts(niceTicks(low, high))).toEqual(texts);
});

test('a scale begins at 0 where that leaves something to see', () => {
  expect(
    scaleOf(
      [1, 10].map((size) => size * MIB),
      100,
      0,
    ).low,
  ).toBe(0);
  expect(
    scaleOf(
      [100, 105].map((size) => size * MIB),
      100,
      0,
    ).low,
  ).toBeGreaterThan(90 * MIB);
});

test('what hardly moves does not fill the picture', () => {
  const { at } = scaleOf(
    [100, 101].map((size) => size * MIB),
    100,
    0,
  );
  expect(at(100 * MIB) - at(101 * MIB)).toBeLessThan(10);
});

test.each([[[]], [[0]], [[5, 5, 5]], [[-3, 4]]])('a scale of %j is one', (values) => {
  const { low, high, at } = scaleOf(values, 100, 0);
  expect(high).toBeGreaterThan(low);
  for (const value of values) expect(at(value)).toBeGreaterThanOrEqual(0);
});

test('times are as many as there is room for', () => {
  expect(timeTicks(0, 35_000, 7)).toEqual([0, 5_000, 10_000, 15_000, 20_000, 25_000, 30_000, 35_000]);
  expect(timeTicks(0, 1e12, 4).length).toBeLessThanOrEqual(5);
  expect(timeTicks(5, 5, 4).length).toBeLessThan(50);
});
