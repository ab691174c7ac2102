import { expect, test } from 'vitest';
import { readLoad } from '../../../scenarios/frame/program.mjs';

test('a load has a seed and a size', () => {
  expect(readLoad({ seed: 5, small: false, long: false })).toEqual({ seed: 5, size: 'whole' });
  expect(readLoad({ seed: 0, small: true, long: false }).size).toBe('small');
  expect(readLoad({ seed: 0, small: false, long: true }).size).toBe('long');
});

test.each([1.5, 2 ** 32, Number.NaN])('a seed of %s is refused', (seed) => {
  expect(() => readLoad({ seed, small: false, long: false })).toThrow(`whole number below 2^32, got ${seed}`);
});

test('small and long at once are refused', () => {
  expect(() => readLoad({ seed: 1, small: true, long: true })).toThrow('one of --small and --long');
});
