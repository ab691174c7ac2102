/**
 * What the floors after equal rounds say. Pure.
 *
 * The median of the growth per round decides, as one step (a table made at first use) touches one difference in seven.
 * A store that doubles its room now and then shows no growth in most rounds: there the whole of it is looked at. Either
 * way growth is a suspicion only: work is then done on, each time as much as all before, and what stops was no leak.
 */
import { median } from '../../base/stats.ts';

export interface RoundTrend {
  readonly median: number;
  readonly scatter: number;
  /** From the first floor to the last. */
  readonly total: number;
  readonly word: 'quiet' | 'rising' | 'lumpy';
  /** Bytes per call that are suspected. */
  readonly rate: number;
}

/** Growth per round that says nothing, bytes: what the engine does of itself moves the floor by less. */
export const NOISE = 512;
/** In all rounds together the noise may add up to so many times that of a round, for each round. */
const NOISE_IN_ALL = 2;

export function limitOf(iterations: number, tolerance: number): number {
  return NOISE + tolerance * iterations;
}

/** Reads the floors of measured rounds; the first is that before them. */
export function readRounds(floors: readonly number[], iterations: number, tolerance: number): RoundTrend {
  const growth = growthOf(floors);
  const middle = median(growth);
  const total = floors.at(-1)! - floors[0]!;
  const limit = limitOf(iterations, tolerance);
  const isRising = middle > limit;
  const isQuiet = !isRising && total <= limit * growth.length * NOISE_IN_ALL;
  return {
    median: middle,
    scatter: median(growth.map((each) => Math.abs(each - middle))),
    total,
    word: isRising ? 'rising' : isQuiet ? 'quiet' : 'lumpy',
    // The whole of it may hold a page that the engine has begun: beside a median that speaks it says nothing.
    rate: (isRising ? middle : total / growth.length) / iterations,
  };
}

export function growthOf(floors: readonly number[]): number[] {
  return floors.slice(1).map((floor, i) => floor - floors[i]!);
}

/** Work done on, as much as all before it. */
export interface Stretch {
  readonly calls: number;
  readonly bytes: number;
}

/** Below this share of the suspected rate, what grew has stopped. */
const STOPPED_RATE = 0.25;

/**
 * `stopped` when the last stretch gained next to nothing, `growing` when it gained at about the suspected rate,
 * `scattered` when the stretches contradict each other. Where growth comes in steps, one stretch may lie between two of
 * them: there the last two are taken together.
 */
export function readStretches(
  stretches: readonly Stretch[],
  { rate, word }: Pick<RoundTrend, 'rate' | 'word'>,
  tolerance: number,
): 'stopped' | 'growing' | 'scattered' {
  const isLumpy = word === 'lumpy';
  const last = stretches.slice(isLumpy ? -2 : -1);
  const calls = last.reduce((sum, stretch) => sum + stretch.calls, 0);
  const bytes = last.reduce((sum, stretch) => sum + stretch.bytes, 0);
  const isStill = bytes <= NOISE * NOISE_IN_ALL + tolerance * calls || bytes / calls < rate * STOPPED_RATE;
  if (isStill && !(isLumpy && stretches.length < 2)) return 'stopped';
  return !isLumpy && stretches.some((stretch) => stretch.bytes <= 0) ? 'scattered' : 'growing';
}
