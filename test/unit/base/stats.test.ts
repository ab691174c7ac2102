import { expect, test } from 'vitest';
import { linearFit, median } from '../../../src/base/stats.ts';

test('the median is the middle, or the mean of the two in the middle', () => {
  expect(median([5])).toBe(5);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 100])).toBe(3);
  expect(median([])).toBeNaN();
});

test('the median leaves its input as it was', () => {
  const values = [3, 1, 2];
  median(values);
  expect(values).toEqual([3, 1, 2]);
});

test('a line fits itself', () => {
  const { slope, r2 } = linearFit([0, 1, 2, 3], [10, 12, 14, 16]);
  expect(slope).toBeCloseTo(2);
  expect(r2).toBeCloseTo(1);
});

test('what goes up and down alike is on no line', () => {
  expect(linearFit([0, 1, 2, 3], [1, -1, -1, 1]).r2).toBeCloseTo(0);
});

test('points that stand still or stand at one time are on no line', () => {
  expect(linearFit([0, 1, 2], [5, 5, 5])).toEqual({ slope: 0, r2: 0 });
  expect(linearFit([1, 1, 1], [1, 2, 3])).toEqual({ slope: 0, r2: 0 });
});
