/**
 * The rate of the last minutes, robust against single floors: Theil-Sen's slope, the median of the slopes of all pairs,
 * told only where most pairs agree that there is growth at all (Kendall's tau).
 *
 * Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. JASA 63, 1379-1389.
 */
import { median } from '../../base/stats.ts';

const MINUTE_MS = 60_000;
const FEWEST = 6;
/** A rate over less time than this says nothing of the next hour, ms. */
const SHORTEST_MS = 2 * MINUTE_MS;
/** Agreement of the pairs: 1 when every later value is higher, 0 when as many are lower. */
const LEAST_TAU = 0.6;

/** Units per minute; `null` when there are too few points, over too little time, or no agreement. **Cost:** O(n^2). */
export function recentRate(points: readonly { readonly at: number; readonly value: number }[]): number | null {
  if (points.length < FEWEST || points.at(-1)!.at - points[0]!.at < SHORTEST_MS) return null;
  const slopes: number[] = [];
  let agreement = 0;
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      const run = points[j]!.at - points[i]!.at;
      if (run <= 0) continue;
      const rise = points[j]!.value - points[i]!.value;
      slopes.push((rise / run) * MINUTE_MS);
      agreement += Math.sign(rise);
    }
  }
  return slopes.length === 0 || agreement / slopes.length < LEAST_TAU ? null : median(slopes);
}
