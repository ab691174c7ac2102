/**
 * What three snapshots say of the kind of growth, independently of the floors.
 *
 * *Rate*: growth per ms in the second part by that of the first. *Survival*: the share of what was born in the first
 * part that is still alive at the end. Leaks of real packages: rate 0.73-1.35, survival 0.60-1.00, the first two
 * suspects holding 53-100 %. Finished fills: rate up to 0.15. Saw-teeth and backlogs caught on their rise: survival
 * 0.15-0.22. A program whose data in use is replaced all the time has a low survival too, whatever else it does: what
 * has most of the growth and gave nothing back is a leak beside that.
 */
import type { Growth, Suspect } from '../../snapshot/index.ts';

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
/** Share of what was made that stays where things stay. */
export const LASTING = 0.5;
/** What one holder must show to be believed although most of what was made is gone. */
const KEPT = { share: 0.5, held: 20, freed: 0.1, evenness: 0.5 } as const;
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
  if (growth.survival < LASTING && !isKept(growth.suspects[0], parts)) return { word: 'churn', ...facts };
  return { word: rate < RUNAWAY_RATE && topShare > CONCENTRATED ? 'leak' : 'unclear', ...facts };
}

/** A queue caught on its rise has lost what it held at first; a leak has it still. `parts`: length of the second by the first. */
function isKept(suspect: Suspect | undefined, parts: number): boolean {
  if (suspect === undefined || suspect.share < KEPT.share) return false;
  const [early = 0, gained = 0] = suspect.steps;
  const late = gained / parts;
  const [first = 0] = suspect.totals;
  const isEven = early > 0 && Math.min(early, late) >= Math.max(early, late) * KEPT.evenness;
  return isEven && first >= KEPT.held && suspect.freed <= first * KEPT.freed;
}
