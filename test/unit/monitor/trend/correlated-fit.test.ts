import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CorrelatedReadings, surenessOf } from '../../../../src/monitor/trend/correlated-fit.ts';
import { solveLeastSquares } from '../../../../src/monitor/trend/least-squares.ts';
import { seededRandom } from './seeded-random.ts';

/** The same by the normal equations of two columns. */
function byNormalEquations(a: readonly number[], b: readonly number[], y: readonly number[]): number[] {
  const dot = (p: readonly number[], q: readonly number[]): number => p.reduce((sum, one, i) => sum + one * q[i]!, 0);
  const [aa, ab, bb, ay, by] = [dot(a, a), dot(a, b), dot(b, b), dot(a, y), dot(b, y)];
  const determinant = aa * bb - ab * ab;
  return [(ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant, bb / determinant, aa / determinant];
}

describe('solveLeastSquares', () => {
  test('agrees with the normal equations', () => {
    const number = fc.integer({ min: -100, max: 100 });
    const rows = fc.array(fc.tuple(number, number, number), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(rows, (list) => {
        const [a, b, y] = [0, 1, 2].map((i) => list.map((row) => row[i]!)) as [number[], number[], number[]];
        const solved = solveLeastSquares([a, b], y);
        const [first, second, varianceA, varianceB] = byNormalEquations(a, b, y) as [number, number, number, number];
        if (solved === undefined || !(varianceA < 1e3 && varianceB < 1e3)) return;
        expect(solved.values[0]).toBeCloseTo(first, 5);
        expect(solved.values[1]).toBeCloseTo(second, 5);
        expect(solved.inverseDiagonal[0]).toBeCloseTo(varianceA, 5);
        expect(solved.inverseDiagonal[1]).toBeCloseTo(varianceB, 5);
        const residual = y.reduce((sum, one, i) => sum + (one - first * a[i]! - second * b[i]!) ** 2, 0);
        expect(solved.residual).toBeCloseTo(residual, 2);
      }),
    );
  });

  test('knows columns that say the same', () => {
    expect(
      solveLeastSquares(
        [
          [1, 1, 1],
          [2, 2, 2],
        ],
        [1, 2, 3],
      ),
    ).toBeUndefined();
    expect(solveLeastSquares([[0, 0, 0]], [1, 2, 3])).toBeUndefined();
  });
});

describe('CorrelatedReadings', () => {
  const times = Array.from({ length: 40 }, (_, i) => i);
  const ones = times.map(() => 1);
  const counts = ones;

  test('its errors hold what they promise, for noise that forgets and for noise that wanders', () => {
    for (const kept of [0, 0.8]) {
      let beyond = 0;
      for (let seed = 1; seed <= 100; seed++) {
        const random = seededRandom(seed);
        let noise = 0;
        const values = times.map((t) => 3 * t + (noise = noise * kept + (random() - 0.5) * 10));
        const fit = new CorrelatedReadings(times, counts).fit(values, [ones, times])!;
        const { value, error } = fit.estimates[1]!;
        if (Math.abs(value - 3) > 3 * error) beyond++;
      }
      expect(beyond).toBeLessThanOrEqual(4);
    }
  });

  test('a prior moves what the readings do not tell', () => {
    const values = times.map((t) => 5 * t + (t % 2));
    const nearlyTime = times.map((t) => t + (t % 7 === 0 ? 0.01 : 0));
    const readings = new CorrelatedReadings(times, counts);
    const without = readings.fit(values, [ones, times, nearlyTime])!;
    const held = readings.fit(values, [ones, times, nearlyTime], { column: 2, value: 2, error: 0.01 })!;
    expect(held.estimates[2]!.value).toBeCloseTo(2, 1);
    expect(held.estimates[1]!.value).toBeCloseTo(3, 1);
    expect(held.estimates[1]!.error).toBeLessThan(without.estimates[1]!.error / 10);
  });

  test('has no answer for too few readings, or columns that are one', () => {
    expect(
      new CorrelatedReadings([0, 1, 2], [1, 1, 1]).fit(
        [1, 2, 3],
        [
          [1, 1, 1],
          [0, 1, 2],
        ],
      ),
    ).toBeUndefined();
    expect(new CorrelatedReadings(times, counts).fit(times, [ones, ones])).toBeUndefined();
  });

  test('is as sure as a normal distribution would have it', () => {
    // One-sided tail of t = 4.587 with 10 degrees of freedom: 0.0005, which is 3.29 standard deviations.
    expect(surenessOf({ value: 4.587, error: 1 }, 10)).toBeCloseTo(3.29, 1);
    expect(surenessOf({ value: -1, error: 1 }, 1e6)).toBeCloseTo(-1, 3);
    expect(surenessOf({ value: 1, error: 0 }, 3)).toBe(Number.POSITIVE_INFINITY);
    expect(surenessOf({ value: 0, error: 0 }, 3)).toBe(0);
  });
});
