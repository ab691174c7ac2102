import { describe, expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, parseDuration } from '../../../src/base/units.ts';

describe('durations', () => {
  test.each([
    ['250', 250],
    [250, 250],
    ['30s', 30_000],
    [' 1.5 H ', 5_400_000],
    ['.5m', 30_000],
    ['2min', 120_000],
    ['1d', 86_400_000],
    ['0', 0],
  ])('%j is read', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', 's', '-1s', '1e3', '5 weeks', '1s 2', 'constructor', '1__proto__', '9'.repeat(400), Number.NaN, -1])(
    '%j is no duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test.each([
    [0, '0 ms'],
    [994, '994 ms'],
    [995, '1.0 s'],
    [9_949, '9.9 s'],
    [10_000, '10 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [250_000, '4 min 10 s'],
    [3_600_000, '1 h'],
    [11_100_000, '3 h 5 min'],
  ])('%i ms are written', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 KiB'],
  [-2048, '-2.0 KiB'],
  [320 * 1024, '320 KiB'],
  [5.8 * 1024 ** 2, '5.8 MiB'],
  [1.5 * 1024 ** 3, '1.50 GiB'],
])('%d bytes are written', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [2013, '2,013'],
  [1_234_567.4, '1,234,567'],
])('%d is counted', (count, text) => {
  expect(formatCount(count)).toBe(text);
});
