/**
 * Whether heap floors say that a program leaks.
 *
 * Idea: a leak is growth that goes on. So a verdict needs four things at once, over some window that ends now:
 *
 * 1. a slope that stands far outside its error, where the error knows that floors wander ({@link CorrelatedReadings});
 * 2. growth that the current load does not explain: load enters the same fit, and what the whole history has taught about
 *    bytes per unit of load is carried into each shorter window;
 * 3. growth in every quarter of the window, in step;
 * 4. that growth which goes on explains the floors better than growth which has ended or is ending: one step, a ramp with a
 *    flat end, an approach to a level.
 *
 * What registered caches hold is taken off first, where it is known; where only their bounds are, these excuse as much growth.
 */
import { formatBytes, formatDuration } from '../../base/units.ts';
import type { HeapFloor, MergedFloor } from './floors.ts';
import { type CorrelatedFit, type Estimate, type Prior, surenessOf } from './correlated-fit.ts';
import { type Bins, binFloors, seriesOf, windowsOf } from './windows.ts';
import { endedShapes, partLevels } from './shapes.ts';

/**
 * `leak`: grows, and nothing else explains it. `filling`: grows by less than filling caches may take. `load`: rises and falls with
 * the load. `ended`: grew, in a step or up to a level. `unsure`: grows, but within what chance may do. `flat`: does not grow.
 * `few`: too early to say.
 */
export type TrendVerdict = 'leak' | 'filling' | 'load' | 'ended' | 'unsure' | 'flat' | 'few';

/** What is known beside the floors. */
export interface TrendOptions {
  /**
   * Bytes at most of the registered caches that are filling, or were within the last two hours: growth below that is theirs. Not
   * looked at when every floor has `cachedBytes`, as then their growth is known. @default 0
   */
  readonly cacheRoom?: number;
  /** Time after the first floor that is left out, in ms: a program at its start grows without leaking. @default 900,000 */
  readonly warmUpMs?: number;
  /** Shortest window that is judged, in ms. @default 3,000,000 */
  readonly leastSpanMs?: number;
}

/** What the floors say; sizes in bytes, rates per minute. */
export interface TrendFinding {
  readonly verdict: TrendVerdict;
  /** Growth per minute, with what the load explains taken off; 0 when there are too few floors. */
  readonly bytesPerMinute: number;
  /** Standard error of it, wandering included. */
  readonly errorPerMinute: number;
  /** Growth per unit of work; `null` without a count of work. */
  readonly bytesPerWork: number | null;
  /** How far the slope is above nothing, in standard deviations (a normal distribution's). */
  readonly sureness: number;
  /** Whether a count of work was there: without it, growth may be a rise of the load. */
  readonly knowsLoad: boolean;
  /** Length of the window it was seen in, in ms. */
  readonly spanMs: number;
  /** Floors in that window. */
  readonly floors: number;
  /** Growth in that window. */
  readonly growth: number;
  /** Why, in one sentence. */
  readonly reason: string;
}

const MINUTE = 60_000;
const WARM_UP = 15 * MINUTE;
const LEAST_SPAN = 50 * MINUTE;
/** Floors that a window needs, and points in it. */
const FEWEST = 8;
/** Standard deviations. */
const SURE = 3.3;
/** Above this it is said that something grows. */
const SUSPECT = 2;
/** Growth below this share of the level, or below so many bytes, is none. */
const LEAST_SHARE = 0.01;
const LEAST_BYTES = 1024 * 1024;
/** What each quarter must gain, as a share of the mean. */
const LEAST_PART = 0.25;
/** By how much growth that goes on must explain the floors better than growth that has ended, log of the likelihood. */
const MARGIN = 0.3;

/**
 * Judges a series of floors, oldest first.
 *
 * **Cost:** 1 to 5 ms for 400 points on a slow machine, whatever the length of the history; most of it only while something
 * grows.
 */
export function judgeTrend(floors: readonly (HeapFloor | MergedFloor)[], options: TrendOptions = {}): TrendFinding {
  const knowsCaches = floors.every(({ cachedBytes }) => cachedBytes !== undefined);
  const { warmUpMs = WARM_UP, leastSpanMs = LEAST_SPAN } = options;
  const cacheRoom = knowsCaches ? 0 : (options.cacheRoom ?? 0);
  const series = seriesOf(floors, warmUpMs);
  if (series.length < FEWEST) return tooFew(floors.length);
  const whole = binFloors(series);
  const learnt = loadPrior(whole);
  let best: TrendFinding | undefined;
  for (const from of windowsOf(series, leastSpanMs, FEWEST)) {
    const bins = from === 0 ? whole : binFloors(series.slice(from));
    // What the whole has taught is no news to itself.
    const finding = judgeWindow(bins, from === 0 ? undefined : learnt, cacheRoom);
    if (finding?.verdict === 'leak') return finding;
    if (finding !== undefined && (best === undefined || finding.sureness > best.sureness)) best = finding;
  }
  return best ?? tooFew(series.length);
}

/** What a unit of load holds, by the whole history. */
function loadPrior(bins: Bins): Estimate | undefined {
  if (bins.loads === undefined) return undefined;
  return bins.readings.fit(bins.values, [bins.ones, bins.times, bins.loads])?.estimates[2];
}

function judgeWindow(bins: Bins, learnt: Estimate | undefined, cacheRoom: number): TrendFinding | undefined {
  const span = bins.times.at(-1)! - bins.times[0]!;
  const { loads } = bins;
  const prior: Prior | undefined = loads === undefined || learnt === undefined ? undefined : { column: 2, ...learnt };
  const fitTo = (trend: readonly number[]): CorrelatedFit | undefined =>
    bins.readings.fit(bins.values, loads === undefined ? [bins.ones, trend] : [bins.ones, trend, loads], prior);
  const byTime = fitTo(bins.unitTimes);
  const byWork = bins.unitWork === undefined ? undefined : fitTo(bins.unitWork);
  const isByWork = byWork !== undefined && byWork.logLikelihood > (byTime?.logLikelihood ?? Number.NEGATIVE_INFINITY);
  const fit = isByWork ? byWork : byTime;
  if (fit === undefined) return undefined;
  const gain = fit.estimates[1]!;
  const load = fit.estimates[2];
  const perLoad = load?.value ?? 0;
  const adjusted = bins.values.map((value, i) => value - perLoad * (loads?.[i] ?? 0));
  const least = Math.max(LEAST_BYTES, LEAST_SHARE * bins.values[0]!);
  const growth = gain.value;
  const sure = surenessOf(gain, fit.freedom);
  const said = wordOf({
    bins,
    trend: isByWork ? bins.unitWork! : bins.unitTimes,
    adjusted,
    growth,
    least,
    sure,
    loadSure: load === undefined ? 0 : surenessOf(load, fit.freedom),
    cacheRoom,
  });
  return {
    ...said,
    bytesPerMinute: growth / span,
    errorPerMinute: gain.error / span,
    bytesPerWork: bins.workPerMinute === undefined ? null : growth / span / bins.workPerMinute,
    sureness: sure,
    knowsLoad: bins.workPerMinute !== undefined,
    spanMs: span * MINUTE,
    floors: bins.floors,
    growth,
  };
}

interface Case {
  readonly bins: Bins;
  /** What the growth follows: time or work, from 0 to 1. */
  readonly trend: readonly number[];
  readonly adjusted: readonly number[];
  readonly growth: number;
  readonly least: number;
  readonly sure: number;
  /** How sure it is that the load holds memory. */
  readonly loadSure: number;
  readonly cacheRoom: number;
}

type Said = Pick<TrendFinding, 'verdict' | 'reason'>;

function wordOf({ bins, trend, adjusted, growth, least, sure, loadSure, cacheRoom }: Case): Said {
  if (growth < least || sure < SUSPECT) {
    if (loadSure > SURE) return { verdict: 'load', reason: 'The floors rise and fall with the load, and no further.' };
    return { verdict: 'flat', reason: 'The floors do not rise beyond what chance may do.' };
  }
  const levels = partLevels(bins, adjusted);
  const rises = levels.slice(1).map((level, i) => level - levels[i]!);
  const mean = (levels.at(-1)! - levels[0]!) / rises.length;
  if (rises.some((rise) => rise < LEAST_PART * mean)) {
    return { verdict: 'ended', reason: 'Not every quarter of the window rises.' };
  }
  if (sure < SURE) return { verdict: 'unsure', reason: 'The floors rise, by less than they may wander.' };
  if (lineLead(bins, trend, adjusted) < MARGIN) {
    return { verdict: 'ended', reason: 'A step, or growth that comes to an end, explains the floors as well.' };
  }
  if (growth < cacheRoom) {
    return {
      verdict: 'filling',
      reason: `Caches that are filling may take ${formatBytes(cacheRoom)} by their bounds.`,
    };
  }
  return {
    verdict: 'leak',
    reason: `The floors rose by ${formatBytes(growth)} in ${formatDuration((bins.times.at(-1)! - bins.times[0]!) * MINUTE)}, in every part of it.`,
  };
}

/** By how much a line explains the floors better than the best of the shapes that end. */
function lineLead(bins: Bins, trend: readonly number[], adjusted: readonly number[]): number {
  const likelihoodOf = (column: readonly number[]): number =>
    bins.readings.fit(adjusted, [bins.ones, column])?.logLikelihood ?? Number.NEGATIVE_INFINITY;
  const line = likelihoodOf(trend);
  let lead = Number.POSITIVE_INFINITY;
  for (const shape of endedShapes(bins)) {
    lead = Math.min(lead, line - likelihoodOf(shape));
    if (lead < MARGIN) return lead;
  }
  return lead;
}

function tooFew(floors: number): TrendFinding {
  return {
    verdict: 'few',
    bytesPerMinute: 0,
    errorPerMinute: 0,
    bytesPerWork: null,
    sureness: 0,
    knowsLoad: false,
    spanMs: 0,
    floors,
    growth: 0,
    reason: 'There are too few floors since the start to say.',
  };
}
