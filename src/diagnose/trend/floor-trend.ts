/**
 * What the heap floors say by themselves.
 *
 * The first quarter is warm-up and left out. The rest is cut into five parts of equal length; the medians of a leak rise
 * from each part to the next, by {@link LEAST_GROWTH} or more in all, and still in the last two fifths. What has
 * stopped growing is kept out by "each" and by "still", not by size. On 49 runs of real packages the smallest leak
 * rose by 14 %, the largest repaired program by 3.4 %.
 *
 * Floors lie closer together early in a watch than late; they are put into bins of equal time first, so that each
 * part of the time has one voice.
 */
import { linearFit, median } from '../../base/stats.ts';
import { isClimbing, orderOf, type Point } from './floor-order.ts';

export type { Point } from './floor-order.ts';

export interface FloorTrend {
  /** `few`: not enough floors to say; `rising`; `late`: began to rise lately; `stopped`: rose and no longer does; `flat`. */
  readonly word: 'few' | 'rising' | 'late' | 'stopped' | 'flat';
  /** Floors that were judged. */
  readonly count: number;
  /** Level of the first part, bytes. */
  readonly base: number;
  /** Gain from the first to the last part, bytes. */
  readonly growth: number;
  /** Gain from each part to the next, bytes; of few floors, from each to the next. */
  readonly steps: readonly number[];
  readonly bytesPerMinute: number;
  /** Whether nearly every floor stands above those before it, though no more than that can be said of them. */
  readonly isClimbing: boolean;
  /** How far each floor stands above those before it, -1 to 1, whatever the growth; see {@link orderOf}. */
  readonly order: number;
}

const WARM_UP = 0.25;
const BINS = 60;
const PARTS = 5;
const PART_NUMBERS = [0, 1, 2, 3, 4] as const;
/** With fewer floors than these all of them must rise. */
export const FEWEST_FLOORS = 9;
const FEWEST_BINS = 5;
/** With so few bins a part is a single floor, and chance has its say: then more growth is asked for. */
const MANY_BINS = 8;
const LEAST_GROWTH = 0.05;
const STILL_GROWING = 0.3;
/** A part that gains less than this share of the whole has not risen. */
const LEAST_STEP = 0.03;
/** A gain that ended counts as one from this share on. */
const NOTABLE_GAIN = 0.1;
/** What a growth must be to count although it is small: shares of the base, of the growth and of the variance. */
interface Steadiness {
  readonly growth: number;
  readonly bytes: number;
  readonly r2: number;
  readonly late: number;
  readonly fall: number;
}

/** What a growth too small for {@link LEAST_GROWTH} must show: how much, how straight, and that it does not slow down. */
const STEADY: Steadiness = { growth: 0.01, bytes: 512 * 1024, r2: 0.97, late: 0.33, fall: 0.1 };
/** The same for a handful of floors. */
const STEADY_FEW: Steadiness = { ...STEADY, growth: 0.02, bytes: 1024 * 1024 };
const FEWEST_OF_FEW = 4;
/** A handful of floors in a moment tells of the start-up only, ms. */
const LEAST_SPAN_OF_FEW = 3_000;
/** From so many rounds on one may fall. */
const MANY_ROUNDS = 7;
/** What each of fewer rounds must gain, as a share of the mean. */
const LEAST_ROUND = 0.25;

export function judgeFloors(points: readonly Point[]): FloorTrend {
  const bins = afterWarmUp(points);
  if (points.length < FEWEST_FLOORS || bins.length < FEWEST_BINS) return judgeFew(points, bins);
  const levels = partLevels(bins);
  const steps = gains(levels);
  const base = levels[0]!;
  const growth = levels.at(-1)! - base;
  const late = levels.at(-1)! - levels[2]!;
  const enough = (bins.length < MANY_BINS ? 2 : 1) * LEAST_GROWTH * base;
  const isRising =
    growth > enough && steps.every((step) => step > growth * LEAST_STEP) && late > growth * STILL_GROWING;
  const partMs = (bins.at(-1)!.at - bins[0]!.at) * ((PARTS - 1) / PARTS);
  return {
    word: isRising || isSteady(bins, steps) ? 'rising' : restingWord(base, growth, steps),
    count: points.length,
    base,
    growth,
    steps,
    bytesPerMinute: partMs > 0 ? (growth / partMs) * 60_000 : 0,
    isClimbing: isClimbing(points),
    order: orderOf(bins),
  };
}

/** In a large heap a leak is a small share; a line through all floors tells it from chance all the same. */
function isSteady(bins: readonly Point[], steps: readonly number[], asked: Steadiness = STEADY): boolean {
  const base = bins[0]!.value;
  const growth = steps.reduce((sum, step) => sum + step, 0);
  const late = steps.slice(steps.length >> 1).reduce((sum, step) => sum + step, 0);
  return (
    growth > Math.max(base * asked.growth, asked.bytes) &&
    steps.every((step) => step > -growth * asked.fall) &&
    late > growth * asked.late &&
    fitOf(bins) > asked.r2
  );
}

function fitOf(points: readonly Point[]): number {
  const times = points.map((point) => point.at);
  const values = points.map((point) => point.value);
  return linearFit(times, values).r2;
}

/** With a handful of floors all of them must rise, along a line. */
function judgeFew(points: readonly Point[], bins: readonly Point[]): FloorTrend {
  const few = fewFloors(points);
  if (bins.length < FEWEST_OF_FEW || bins.at(-1)!.at - bins[0]!.at < LEAST_SPAN_OF_FEW) return few;
  const steps = gains(bins.map((bin) => bin.value));
  const growth = bins.at(-1)!.value - bins[0]!.value;
  const isRising = steps.every((step) => step > 0) && isSteady(bins, steps, STEADY_FEW);
  if (!isRising) return few;
  const ms = bins.at(-1)!.at - bins[0]!.at;
  return { ...few, word: 'rising', base: bins[0]!.value, growth, steps, bytesPerMinute: (growth / ms) * 60_000 };
}

function restingWord(base: number, growth: number, steps: readonly number[]): FloorTrend['word'] {
  if (hasStopped(base, growth, steps)) return 'stopped';
  const late = steps.at(-1)! + steps.at(-2)!;
  return steps.at(-1)! > 0 && late > Math.max(NOTABLE_GAIN * base, STEADY.bytes) ? 'late' : 'flat';
}

/** What was gained early and no longer is. */
function hasStopped(base: number, growth: number, steps: readonly number[]): boolean {
  return growth > NOTABLE_GAIN * base && steps[0]! + steps[1]! > growth * (1 - STILL_GROWING);
}

function fewFloors(points: readonly Point[]): FloorTrend {
  const growth = points.length < 2 ? 0 : points.at(-1)!.value - points[0]!.value;
  const base = points[0]?.value ?? 0;
  const ms = points.length < 2 ? 0 : points.at(-1)!.at - points[0]!.at;
  const bytesPerMinute = ms > 0 ? (growth / ms) * 60_000 : 0;
  const steps = gains(points.map((point) => point.value));
  return {
    word: 'few',
    count: points.length,
    base,
    growth,
    steps,
    bytesPerMinute,
    isClimbing: isClimbing(points),
    order: orderOf(points),
  };
}

function afterWarmUp(points: readonly Point[]): Point[] {
  if (points.length === 0) return [];
  const start = points[0]!.at;
  const end = points.at(-1)!.at;
  const from = start + (end - start) * WARM_UP;
  const bins = new Map<number, Point[]>();
  for (const point of points) {
    if (point.at < from) continue;
    const index = Math.min(BINS - 1, Math.floor(((point.at - from) / Math.max(1, end - from)) * BINS));
    const bin = bins.get(index);
    if (bin === undefined) bins.set(index, [point]);
    else bin.push(point);
  }
  return [...bins.values()].map((bin) => ({
    at: median(bin.map((point) => point.at)),
    value: median(bin.map((point) => point.value)),
  }));
}

/** Medians of five parts of equal length; of equal number where a part of the time has no floor at all. */
function partLevels(bins: readonly Point[]): number[] {
  const start = bins[0]!.at;
  const length = Math.max(1, bins.at(-1)!.at - start) / PARTS;
  const byTime = PART_NUMBERS.map((part) =>
    bins.filter((bin) => Math.min(PARTS - 1, Math.floor((bin.at - start) / length)) === part),
  );
  const parts = byTime.every((part) => part.length > 0) ? byTime : PART_NUMBERS.map((part) => fifthOf(bins, part));
  return parts.map((part) => median(part.map((bin) => bin.value)));
}

/** One of five parts of equal number, neighbours sharing a bin where the number does not divide. */
function fifthOf(bins: readonly Point[], part: number): readonly Point[] {
  return bins.slice(Math.floor((bins.length * part) / PARTS), Math.ceil((bins.length * (part + 1)) / PARTS));
}

function gains(levels: readonly number[]): number[] {
  return levels.slice(1).map((level, i) => level - levels[i]!);
}

/**
 * What the floors after equal rounds of a driven load say. The load repeats and the program is idle when the floor is
 * taken, so far less growth than in {@link judgeFloors} is proof: all rounds but one must rise, and so must the last
 * two together. Chance brings that about in one of two series of three rounds and in one of 160 of seven: of fewer than
 * seven each must rise, by a telling part of the mean.
 */
export function judgeRounds(points: readonly Point[]): FloorTrend {
  if (points.length < 4) return fewFloors(points);
  const steps = gains(points.map((point) => point.value));
  const base = points[0]!.value;
  const growth = points.at(-1)!.value - base;
  const mean = growth / steps.length;
  const isSteady =
    steps.length < MANY_ROUNDS
      ? steps.every((step) => step > mean * LEAST_ROUND)
      : steps.filter((step) => step > 0).length >= steps.length - 1;
  const isRising = isSteady && growth > Math.max(0.01 * base, 64 * 1024) && steps.at(-1)! + steps.at(-2)! > mean * 0.5;
  const half = steps.length >> 1;
  const early = steps.slice(0, half).reduce((sum, step) => sum + step, 0);
  const stopped = growth > NOTABLE_GAIN * base && early > growth * (1 - STILL_GROWING);
  const ms = points.at(-1)!.at - points[0]!.at;
  return {
    word: isRising ? 'rising' : stopped ? 'stopped' : 'flat',
    count: points.length,
    base,
    growth,
    steps,
    bytesPerMinute: ms > 0 ? (growth / ms) * 60_000 : 0,
    // Rounds are proof enough by themselves.
    isClimbing: false,
    order: orderOf(points),
  };
}
