/** Growth that has ended, or is about to: what else than a leak may look like one. */
import { median } from '../../base/stats.ts';
import type { Bins } from './windows.ts';

/** Where in the window a step or the end of a ramp is looked for. */
const PLACES = [0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85];
/** Time constants of an approach to a level, as shares of the window. */
const APPROACHES = [0.1, 0.2, 0.35, 0.6];
const PARTS = 4;

/** One column a shape, each rising from 0 to 1. */
export function* endedShapes({ unitTimes }: Bins): Generator<readonly number[]> {
  for (const tau of APPROACHES) {
    const full = 1 - Math.exp(-1 / tau);
    yield unitTimes.map((time) => (1 - Math.exp(-time / tau)) / full);
  }
  for (const place of PLACES) {
    yield unitTimes.map((time) => (time >= place ? 1 : 0));
    yield unitTimes.map((time) => Math.min(1, time / place));
  }
}

/** Medians of the quarters of a window. */
export function partLevels({ unitTimes }: Bins, values: readonly number[]): number[] {
  const parts: number[][] = Array.from({ length: PARTS }, () => []);
  unitTimes.forEach((time, i) => parts[Math.min(PARTS - 1, Math.floor(time * PARTS))]!.push(values[i]!));
  return parts.filter((part) => part.length > 0).map(median);
}
