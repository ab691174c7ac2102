/** The windows of a history that are judged, and their floors in bins of equal time. */
import { median } from '../../base/stats.ts';
import type { HeapFloor, MergedFloor } from './floors.ts';
import { CorrelatedReadings } from './correlated-fit.ts';

const MINUTE = 60_000;
/** Bins of a window at most. */
const MOST_BINS = 48;
/** Each window is so much shorter than the one before. */
const RATIO = 0.8;
/** A load that varies by less than this share says nothing about what it holds. */
const LEAST_LOAD_VARIATION = 0.01;

/** A floor on the scale of minutes, its caches' bytes taken off. */
export interface SeriesPoint {
  readonly time: number;
  readonly bytes: number;
  readonly work: number | undefined;
  readonly load: number | undefined;
  readonly count: number;
}

/** A window's floors, binned. */
export interface Bins {
  readonly readings: CorrelatedReadings;
  /** Times in minutes. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly ones: readonly number[];
  /** Times from 0 to 1. */
  readonly unitTimes: readonly number[];
  /** Load of each bin less the mean; `undefined` when it is not known, or hardly varies. */
  readonly loads: readonly number[] | undefined;
  /** Work done, from 0 to 1; `undefined` as `loads` is. */
  readonly unitWork: readonly number[] | undefined;
  readonly workPerMinute: number | undefined;
  /** Floors in the window. */
  readonly floors: number;
}

/** The floors after the warm-up. */
export function seriesOf(floors: readonly (HeapFloor | MergedFloor)[], warmUpMs: number): SeriesPoint[] {
  if (floors.length === 0) return [];
  const start = floors[0]!.at;
  const knowsCaches = floors.every(({ cachedBytes }) => cachedBytes !== undefined);
  const points: SeriesPoint[] = [];
  floors.forEach((floor, i) => {
    if (floor.at < start + warmUpMs) return;
    points.push({
      time: (floor.at - start) / MINUTE,
      bytes: floor.bytes - (knowsCaches ? floor.cachedBytes! : 0),
      work: floor.work,
      load: floor.load ?? loadSince(floors[i - 1], floor),
      count: 'count' in floor ? floor.count : 1,
    });
  });
  return points;
}

function loadSince(before: HeapFloor | undefined, { at, work }: HeapFloor): number | undefined {
  if (before?.work === undefined || work === undefined || at <= before.at) return undefined;
  return ((work - before.work) / (at - before.at)) * MINUTE;
}

/** Where the windows begin, the longest first. */
export function windowsOf(series: readonly SeriesPoint[], leastSpanMs: number, fewest: number): number[] {
  const end = series.at(-1)!.time;
  const starts: number[] = [];
  for (let span = end - series[0]!.time; span * MINUTE >= leastSpanMs; span *= RATIO) {
    const from = series.findIndex(({ time }) => time >= end - span);
    if (series.length - from < fewest) break;
    if (from !== starts.at(-1)) starts.push(from);
  }
  return starts;
}

/** Floors in bins of equal time: the median of each, at the mean of its times. */
export function binFloors(points: readonly SeriesPoint[]): Bins {
  const start = points[0]!.time;
  const width = (points.at(-1)!.time - start) / MOST_BINS || 1;
  const bins: SeriesPoint[][] = [];
  let at = -1;
  for (const point of points) {
    const bin = Math.min(MOST_BINS - 1, Math.floor((point.time - start) / width));
    if (bin !== at) bins.push([]);
    at = bin;
    bins.at(-1)!.push(point);
  }
  const mean = (bin: readonly SeriesPoint[], of: (point: SeriesPoint) => number): number =>
    bin.reduce((sum, point) => sum + of(point), 0) / bin.length;
  const times = bins.map((bin) => mean(bin, ({ time }) => time));
  const span = times.at(-1)! - times[0]! || 1;
  const loads = centredLoads(bins);
  const counts = bins.map((bin) => bin.reduce((sum, { count }) => sum + count, 0));
  return {
    readings: new CorrelatedReadings(times, counts),
    times,
    values: bins.map((bin) => median(bin.map(({ bytes }) => bytes))),
    ones: times.map(() => 1),
    unitTimes: times.map((time) => (time - times[0]!) / span),
    loads,
    unitWork:
      loads === undefined ? undefined : unitWork(bins.map((bin) => mean(bin, ({ work }) => work ?? Number.NaN))),
    workPerMinute: workRate(points),
    floors: points.reduce((sum, { count }) => sum + count, 0),
  };
}

function centredLoads(bins: readonly (readonly SeriesPoint[])[]): number[] | undefined {
  const known = bins.flat().filter(({ load }) => load !== undefined);
  if (known.length === 0) return undefined;
  const mean = known.reduce((sum, { load }) => sum + load!, 0) / known.length;
  const loads = bins.map((bin) => median(bin.map(({ load }) => load ?? mean)) - mean);
  const variation = Math.sqrt(loads.reduce((sum, load) => sum + load * load, 0) / loads.length);
  return variation > LEAST_LOAD_VARIATION * mean ? loads : undefined;
}

function unitWork(works: readonly number[]): number[] | undefined {
  const done = works.at(-1)! - works[0]!;
  return done > 0 ? works.map((work) => (work - works[0]!) / done) : undefined;
}

function workRate(points: readonly SeriesPoint[]): number | undefined {
  const [first, last] = [points[0]!, points.at(-1)!];
  if (first.work === undefined || last.work === undefined || last.time <= first.time) return undefined;
  return (last.work - first.work) / (last.time - first.time) || undefined;
}
