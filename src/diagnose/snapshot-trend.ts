/**
 * What three snapshots say of the kind of growth, independently of the floors.
 *
 * *Rate*: growth per ms in the second part by that of the first. *Survival*: the share of what was born in the first
 * part that is still alive at the end. Leaks of real packages: rate 0.73-1.35, survival 0.60-1.00, the first two
 * suspects holding 53-100 %. Finished fills: rate up to 0.15. Saw-teeth and backlogs caught on their rise: survival
 * 0.15-0.22.
 */
import type { Growth } from '../snapshot/index.ts';

export interface SnapshotTrend {
  readonly word: 'leak' | 'filling' | 'step' | 'churn' | 'unclear' | 'none';
  readonly rate: number;
  readonly survival: number;
  /** Share of the growth that the first two suspects hold. */
  readonly topShare: number;
}

const SHORTEST_PART = 1 / 8;
const FILLING_RATE = 0.4;
/** From this rate on growth is no longer called even. */
export const RUNAWAY_RATE = 4;
const LASTING = 0.5;
const CONCENTRATED = 0.3;

/** `undefined` when there are fewer than three snapshots or the parts between them are too unequal to compare. */
export function judgeGrowth(growth: Growth, times: readonly number[]): SnapshotTrend | undefined {
  if (growth.middleBytes === null || growth.survival === null || times.length < 3) return undefined;
  const firstMs = times[1]! - times[0]!;
  const secondMs = times[2]! - times[1]!;
  const parts = secondMs / firstMs;
  if (!(parts > SHORTEST_PART && parts < 1 / SHORTEST_PART)) return undefined;
  const first = growth.middleBytes / firstMs;
  const second = (growth.bytes - growth.middleBytes) / secondMs;
  const rate = first > 0 ? second / first : second > 0 ? Number.POSITIVE_INFINITY : 0;
  const shares = growth.suspects.slice(0, 2).map((suspect) => Math.max(0, suspect.share));
  const topShare = Math.min(
    1,
    shares.reduce((sum, share) => sum + share, 0),
  );
  const facts = { rate, survival: growth.survival, topShare };
  if (growth.bytes <= 0) return { word: 'none', ...facts };
  if (second <= 0) return { word: 'step', ...facts };
  if (rate < FILLING_RATE) return { word: 'filling', ...facts };
  if (growth.survival < LASTING) return { word: 'churn', ...facts };
  return { word: rate < RUNAWAY_RATE && topShare > CONCENTRATED ? 'leak' : 'unclear', ...facts };
}
