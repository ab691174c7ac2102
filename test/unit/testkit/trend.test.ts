import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRounds, readStretches } from '../../../src/testkit/check/trend.ts';

/** Floors by their growth. */
function floorsOf(growth: readonly number[]): number[] {
  let floor = 1_000_000;
  return [floor, ...growth.map((each) => (floor += each))];
}

describe('readRounds', () => {
  test.each<[string, number[], string]>([
    ['nothing', [0, 0, 0, 0, 0, 0, 0], 'quiet'],
    ['the engine on its own', [-2224, 3856, -1512, 376, 64, 408, 76], 'quiet'],
    ['one step', [0, 0, 100_000, 0, 0, 0, 0], 'lumpy'],
    ['a kilobyte a round', [1024, 1024, 1024, 1024, 1024, 1024, 1024], 'rising'],
    ['growth with a page among it', [120_000, 380_000, -140_000, 120_000, 120_000, 120_000, 120_000], 'rising'],
  ])('%s', (_what, growth, word) => {
    expect(readRounds(floorsOf(growth), 1, 0).word).toBe(word);
  });

  test('a single round never makes a suspicion by itself, but for its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5_000_000, max: 5_000_000 }), fc.nat(6), (bytes, at) => {
        const growth = [0, 0, 0, 0, 0, 0, 0].with(at, bytes);
        expect(readRounds(floorsOf(growth), 10, 0).word).not.toBe('rising');
      }),
    );
  });

  test('steady growth is always seen, in whatever order the noise comes', () => {
    const noise = fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(noise, fc.integer({ min: 1024, max: 1e7 }), (each, bytes) => {
        expect(readRounds(floorsOf(each.map((one) => one + bytes)), 1, 0).word).toBe('rising');
      }),
    );
  });
});

describe('readStretches', () => {
  const rising = { rate: 100, word: 'rising' } as const;
  const lumpy = { rate: 100, word: 'lumpy' } as const;
  const stretch = (calls: number, bytes: number) => ({ calls, bytes });

  test.each([
    ['goes on at the same rate', [stretch(100, 10_000), stretch(200, 20_000)], rising, 'growing'],
    ['goes on at half the rate', [stretch(100, 5_000)], rising, 'growing'],
    ['has nearly stopped', [stretch(100, 10_000), stretch(200, 3_000)], rising, 'stopped'],
    ['fell between', [stretch(100, -10), stretch(200, 20_000)], rising, 'scattered'],
    ['stands still once, between two steps', [stretch(100, 0)], lumpy, 'growing'],
    ['stands still twice', [stretch(100, 0), stretch(200, 0)], lumpy, 'stopped'],
    ['makes a step in one of two', [stretch(100, 0), stretch(200, 20_000)], lumpy, 'growing'],
  ] as const)('what %s', (_what, stretches, suspected, word) => {
    expect(readStretches(stretches, suspected, 0)).toBe(word);
  });
});
