import { describe, expect, test } from 'vitest';
import { EvictionRate } from '../../../../src/cache/health/eviction-rate.ts';

const SECOND = 1000;

describe('evictions in a minute', () => {
  test('are all there were while the first reading is not a minute old', () => {
    const rate = new EvictionRate();
    rate.note(0, 0);
    expect(rate.perMinute(0, 0)).toBe(0);
    expect(rate.perMinute(40, 30 * SECOND)).toBe(40);
  });

  test('are those of the last minute, at a steady rate too', () => {
    const rate = new EvictionRate();
    for (let second = 0; second <= 600; second++) rate.note(second * 7, second * SECOND);
    expect(rate.perMinute(4200, 600 * SECOND)).toBe(420);
    expect(rate.perMinute(4200, 630 * SECOND)).toBe(210);
    expect(rate.perMinute(4200, 3600 * SECOND)).toBe(0);
  });

  test('a burst after a long rest is told from the rest by the reading at its beginning', () => {
    const rate = new EvictionRate();
    rate.note(0, 0);
    rate.note(10, 3600 * SECOND);
    expect(rate.perMinute(1000, 3602 * SECOND)).toBe(990);
  });

  test('of a time between two readings count as evenly spread', () => {
    const rate = new EvictionRate();
    rate.note(0, 0);
    rate.note(1200, 120 * SECOND);
    expect(rate.perMinute(1200, 150 * SECOND)).toBe(300);
  });
});
