/** Scales and ticks of the charts. */

export interface ByteScale {
  readonly low: number;
  readonly high: number;
  /** Pixel of a value. */
  readonly at: (value: number) => number;
}

/** What wanders by less than this share does not fill the picture. */
const LEAST_SPAN = 0.2;

/** From 0 where that leaves something to see, else from a little below the lowest value. */
export function scaleOf(values: readonly number[], bottom: number, top: number): ByteScale {
  const lowest = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const highest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(lowest)) return { low: 0, high: 1, at: () => bottom };
  const span = Math.max(highest - lowest, highest * LEAST_SPAN, 1024);
  const low = lowest < highest * 0.6 || lowest <= 0 ? Math.min(0, lowest) : Math.max(0, lowest - span * 0.15);
  const high = Math.max(highest + (highest - low) * 0.08, low + span) || 1;
  return { low, high, at: (value) => bottom - ((value - low) / (high - low)) * (bottom - top) };
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB'];

/** Values of an axis, all in the unit of the largest, with as many places as tell them apart. */
export function tickTexts(ticks: readonly number[]): string[] {
  const power = unitOf(Math.max(...ticks.map(Math.abs)));
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) / 1024 ** power : 1;
  const places = Math.max(0, Math.min(3, Math.ceil(-Math.log10(step) - 1e-9)));
  return ticks.map((tick) => `${(tick / 1024 ** power).toFixed(places)} ${UNITS[power]}`);
}

/** About five values that read well in binary units. */
export function niceTicks(low: number, high: number): number[] {
  const unit = 1024 ** unitOf(high);
  return multiples(low, high, niceStep((high - low) / 5 / unit) * unit);
}

/** The unit in which a value reads well, as a power of 1,024. */
function unitOf(value: number): number {
  return Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(1, value)) / Math.log(1024) + 1e-9));
}

const TIME_STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 20e3, 30e3, 60e3, 120e3, 300e3, 600e3, 1_800e3, 3_600e3,
  7_200e3, 21_600e3, 43_200e3, 86_400e3, 604_800e3,
];

/** At most `most` times, ms. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const rough = (to - from) / most;
  const step = TIME_STEPS.find((candidate) => candidate >= rough) ?? rough;
  return multiples(from, to, step);
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-9)));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}

function multiples(low: number, high: number, step: number): number[] {
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high && ticks.length < 50; i++) ticks.push(i * step);
  return ticks;
}
