import type { Point } from '../../src/diagnose/trend/floor-trend.ts';

export const MB: number = 1024 ** 2;

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A figure every `everyMs`; `shape` gives it from the share of the time that has passed, 0 to 1. */
export function series(count: number, shape: (share: number, index: number) => number, everyMs: number = 500): Point[] {
  return Array.from({ length: count }, (_, i) => ({ at: 1000 + i * everyMs, value: shape(i / (count - 1), i) }));
}
