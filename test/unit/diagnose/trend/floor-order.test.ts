import { describe, expect, test } from 'vitest';
import { isClimbing } from '../../../../src/diagnose/trend/floor-order.ts';
import { MB, seeded, series } from '../../../helpers/series.ts';

/** Floors that come unevenly, as on a busy machine: at these seconds, so many MB. */
const floors = (...pairs: readonly (readonly [seconds: number, mb: number])[]): boolean =>
  isClimbing(pairs.map(([seconds, mb]) => ({ at: seconds * 1000, value: mb * MB })));

describe('floors climb', () => {
  test('although the time between them is uneven', () => {
    expect(floors([2.1, 5.91], [2.4, 5.93], [2.7, 5.96], [3.3, 6.02], [7.6, 6.41])).toBe(true);
  });

  test('after a start that loaded much', () => {
    expect(floors([3, 5.6], [4.7, 8], [6, 8.1], [7.7, 8.16], [9.3, 8.25], [11.4, 8.38], [14, 8.6])).toBe(true);
  });

  test('although a few fall back', () => {
    const jitter = seeded(7);
    expect(isClimbing(series(20, (share) => (10 + share * 2 + jitter() * 0.2) * MB))).toBe(true);
  });

  test('although the work has got slower', () => {
    expect(isClimbing(series(20, (share) => (10 + Math.sqrt(share)) * MB))).toBe(true);
  });
});

describe('floors do not climb', () => {
  test('when they stand still by the end', () => {
    expect(isClimbing(series(20, (share) => (10 + 3 * Math.min(share, 0.66)) * MB))).toBe(false);
  });

  test('when they wander', () => {
    const jitter = seeded(3);
    expect(isClimbing(series(40, (share) => (10 + share * 0.5 + jitter() * 2) * MB))).toBe(false);
  });

  test('when it is little', () => {
    expect(isClimbing(series(20, (share) => (10 + share * 0.3) * MB))).toBe(false);
  });

  test('when they are few, or of a moment', () => {
    expect(floors([2, 5], [3, 6], [4, 7], [8, 8])).toBe(false);
    expect(floors([2, 5], [2.5, 6], [3, 7], [3.5, 8], [4, 9])).toBe(false);
    expect(isClimbing([])).toBe(false);
  });

  test('when they rose in the start-up only', () => {
    expect(isClimbing(series(20, (share) => (share < 0.2 ? 5 + share * 20 : 10) * MB))).toBe(false);
  });
});
