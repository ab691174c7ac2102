import { expect, test } from 'vitest';
import {
  ABSENT,
  bytesText,
  countOf,
  countText,
  delayText,
  durationText,
  momentText,
  rateText,
  shareText,
  timeLeftText,
} from '../../../src/dashboard/page/format.ts';

test('what is not known is a dash, and never 0', () => {
  for (const text of [bytesText, countText, delayText, durationText, rateText, shareText, timeLeftText]) {
    expect(text(null)).toBe(ABSENT);
    expect(text(Number.NaN)).toBe(ABSENT);
    expect(text(Number.POSITIVE_INFINITY)).toBe(ABSENT);
    expect(text(0)).not.toBe(ABSENT);
  }
  expect(momentText(null, 0)).toBe(ABSENT);
  expect(momentText(1e300, 0)).toBe(ABSENT);
});

test.each([
  [0, '0 %'],
  [0.0001, '< 0.1 %'],
  [0.0123, '1.2 %'],
  [0.0996, '10 %'],
  [0.5, '50 %'],
  [1.104, '110 %'],
])('the share %d is %s', (share, text) => expect(shareText(share)).toBe(text));

test.each([
  [0.31, '0.3 ms'],
  [14.4, '14 ms'],
  [2_500, '2.5 s'],
])('a delay of %d ms is %s', (ms, text) => expect(delayText(ms)).toBe(text));

test.each([
  [1_572_864, '+1.5 MiB/min'],
  [-2_048, '-2.0 KiB/min'],
  [0, '+0 B/min'],
])('a rate of %d is %s', (rate, text) => expect(rateText(rate)).toBe(text));

test.each([
  [5_000, 'under a minute'],
  [259_000, '4 min'],
  [12 * 3_600_000, '12 h'],
  [3.5 * 86_400_000, '3 d'],
  [400 * 86_400_000, 'more than a year'],
])('%d ms to the limit are %s', (ms, text) => expect(timeLeftText(ms)).toBe(text));

test('a moment of another day has its date', () => {
  const now = new Date(2026, 10, 29, 14, 3, 9).getTime();
  expect(momentText(now, now)).toBe('14:03:09');
  expect(momentText(now - 86_400_000, now)).toBe('Nov 28, 14:03');
});

test('counts agree with their words', () => {
  expect([countOf(1, 'cache', 'caches'), countOf(2_013, 'cache', 'caches')]).toEqual(['1 cache', '2,013 caches']);
});
