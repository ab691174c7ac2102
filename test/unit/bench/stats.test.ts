import { describe, expect, it } from 'vitest';
import {
  bootstrapInterval,
  geometricMean,
  median,
  pairedRatios,
  randomSource,
  ratioWithInterval,
  spread,
} from '../../../bench/lib/stats.mjs';

describe('middle values', () => {
  it('takes the middle without changing the input', () => {
    const values = [3, 1, 2];
    expect(median(values)).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
    expect(values).toEqual([3, 1, 2]);
  });

  it('gives extremes beside it', () => {
    expect(spread([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9 });
  });

  it('lets doubling and halving cancel out', () => {
    expect(geometricMean([2, 0.5])).toBeCloseTo(1);
  });
});

describe('pairedRatios', () => {
  it('compares round by round, as far as both go', () => {
    expect(pairedRatios([4, 9], [2, 3, 7])).toEqual([2, 3]);
  });
});

describe('bootstrapInterval', () => {
  it('holds the true mean of a known distribution about 95 times in 100', () => {
    const random = randomSource(7);
    const normal = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    let held = 0;
    for (let k = 0; k < 200; k++) {
      const sample = Array.from({ length: 30 }, normal);
      const { low, high } = bootstrapInterval(sample, mean, { samples: 400, seed: k });
      if (low <= 0 && high >= 0) held++;
    }
    // Percentile intervals of 30 values are a little narrow; six standard deviations of 200 trials are 18.
    expect(held).toBeGreaterThan(170);
    expect(held).toBeLessThan(200);
  });

  it('gives the same interval for the same figures, and a point for equal ones', () => {
    const values = [1.01, 0.99, 1.03, 1.0, 0.98];
    expect(bootstrapInterval(values, median)).toEqual(bootstrapInterval(values, median));
    expect(bootstrapInterval([2, 2, 2], median)).toEqual({ low: 2, high: 2 });
  });
});

describe('ratioWithInterval', () => {
  it('finds a cost of 10 % in pairs whose common noise is far larger', () => {
    const noise = Array.from({ length: 30 }, randomSource(3)).map((value) => 1 + value);
    const base = noise.map((factor) => 100 * factor);
    const jitter = randomSource(4);
    const values = base.map((value) => value * 1.1 * (0.98 + 0.04 * jitter()));
    const { ratio, low, high, pairs } = ratioWithInterval(values, base);
    expect(pairs).toBe(30);
    expect(ratio).toBeCloseTo(1.1, 2);
    expect(low).toBeGreaterThan(1.09);
    expect(high).toBeLessThan(1.11);
  });
});
