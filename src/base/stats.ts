/** Statistics over a few numbers. None of them changes its input. */

/** Middle value; the mean of the two middle ones when the number is even; `NaN` of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Least-squares line through some points: its slope, and the share of the variance that it explains, 0 to 1. */
export function linearFit(times: readonly number[], values: readonly number[]): { slope: number; r2: number } {
  const mean = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length;
  const [middleTime, middleValue] = [mean(times), mean(values)];
  let covariance = 0;
  let timeVariance = 0;
  let valueVariance = 0;
  for (let i = 0; i < times.length; i++) {
    const [run, rise] = [times[i]! - middleTime, values[i]! - middleValue];
    covariance += run * rise;
    timeVariance += run * run;
    valueVariance += rise * rise;
  }
  const isPoint = timeVariance === 0 || valueVariance === 0;
  return {
    slope: timeVariance === 0 ? 0 : covariance / timeVariance,
    r2: isPoint ? 0 : (covariance * covariance) / (timeVariance * valueVariance),
  };
}
