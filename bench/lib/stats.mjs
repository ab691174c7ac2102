// Statistics of repeated measurements. No function changes its input.

/** Middle value; the mean of the two middle ones when the number is even; `NaN` of nothing. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median and extremes. */
export function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** The mean for ratios: doubling and halving cancel out. */
export function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** `values[i] / base[i]`, as far as both go: what was measured in the same round is compared with each other only. */
export function pairedRatios(values, base) {
  const rounds = Math.min(values.length, base.length);
  return Array.from({ length: rounds }, (_, round) => values[round] / base[round]);
}

/** A repeatable source of random numbers in [0, 1) (mulberry32). */
export function randomSource(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Percentile bootstrap: the interval that holds `level` of the statistic's values over samples drawn with replacement
 * (Efron, 1979). The seed is fixed, so the same figures give the same interval.
 */
export function bootstrapInterval(values, statistic, { level = 0.95, samples = 10_000, seed = 1 } = {}) {
  const random = randomSource(seed);
  const draw = () => values.map(() => values[Math.floor(random() * values.length)]);
  const results = Array.from({ length: samples }, () => statistic(draw())).sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  const at = (share) => results[Math.min(samples - 1, Math.max(0, Math.round(share * samples)))];
  return { low: at(tail), high: at(1 - tail) };
}

/** Geometric mean of paired ratios with its 95 % interval. */
export function ratioWithInterval(values, base) {
  const ratios = pairedRatios(values, base);
  return { ratio: geometricMean(ratios), ...bootstrapInterval(ratios, geometricMean), pairs: ratios.length };
}
