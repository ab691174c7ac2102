/**
 * One word from all that is known. The floors say *that* memory grows, the snapshots say *what kind* of growth it is.
 */
import { formatBytes, formatDuration } from '../../base/units.ts';
import { type FloorTrend, LASTING, RUNAWAY_RATE, type SnapshotTrend } from '../trend/index.ts';
import type { ReportedSuspect, Verdict } from '../report/index.ts';

export interface Findings {
  readonly floors: FloorTrend;
  readonly isDriven: boolean;
  readonly watchedMs: number;
  readonly native: FloorTrend | undefined;
  /** `undefined` without three comparable snapshots. */
  readonly snapshots: SnapshotTrend | undefined;
  readonly suspects: readonly ReportedSuspect[];
  readonly growthBytes: number | undefined;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly explanation: string;
}

/** This share of the growth must be filling for all of it to be called so. */
const MOSTLY = 0.8;
/** Growth below this share of the base, of which the snapshots see less than this share. */
const WARMING_UP = { growth: 0.2, data: 0.25 } as const;
/**
 * Below both, floors alone prove nothing: a program that has just begun gains as much in compiled code. Repaired programs
 * of 6 s gained up to 0.5 MiB after their first quarter on a busy machine.
 */
const FLOORS_ALONE = { bytes: 2 * 1024 * 1024, watchedMs: 60_000 } as const;
/** What a growth too slow for the floors must show in the snapshots to be called a leak. */
const SLOW_LEAK = {
  growth: 0.005,
  bytes: 128 * 1024,
  survival: 0.8,
  topShare: 0.6,
  count: 100,
  evenness: 0.5,
} as const;

/**
 * What must be shown of a growth that is a small share of a large heap: floors in order to the end, and snapshots that find
 * it again at one holder.
 */
const SMALL_SHARE = {
  base: 64 * 1024 * 1024,
  share: 0.05,
  order: 0.8,
  late: 0.35,
  floors: 9,
  bytes: 256 * 1024,
  topShare: 0.6,
  count: 100,
  found: 0.4,
} as const;

/** What snapshots must show to be believed without floors beside them. */
const PLAIN = { floors: 4, growth: 0.05, bytes: 1024 * 1024, topShare: 0.5, count: 100, steps: 2 } as const;
/** With so many things at one holder less growth is enough: a server that was watched for some seconds gives few floors. */
const PLAIN_MANY = { count: 1000, bytes: 256 * 1024 } as const;

/** What the snapshots must show of a growth of which the floors say no more than that they climb. */
const CLIMBING = { growth: 0.03, bytes: 256 * 1024, topShare: 0.5, count: 50 } as const;

export function decide(findings: Findings): Judgement {
  const { floors } = findings;
  switch (floors.word) {
    case 'rising':
      return ofRising(findings);
    case 'late':
      return ofLate(findings);
    case 'few':
      if (isPlainInSnapshots(findings)) return ofSnapshots(findings);
      return isClimbingLeak(findings) ? ofClimbing(findings) : tooFew(findings);
    default:
      if (isSlowLeak(findings) || isSmallShareLeak(findings))
        return { verdict: 'leak', explanation: slowLeakText(findings) };
      if (isClimbingLeak(findings)) return ofClimbing(findings);
      if (findings.native !== undefined) return ofNative(findings.native);
      return floors.word === 'stopped' ? ofStopped(findings) : ofFlat(findings);
  }
}

function ofRising(findings: Findings): Judgement {
  const grew = growthText(findings);
  const { snapshots } = findings;
  if (isWarmingUp(findings)) {
    return {
      verdict: 'none',
      explanation: `${grew}, but only ${formatBytes(Math.max(0, findings.growthBytes!))} of it is data that stayed: the rest is compiled code and other warming up of the engine, which ends by itself.`,
    };
  }
  if (isUnseenByAll(findings)) {
    return {
      verdict: 'unclear',
      explanation: `${grew}, but no two snapshots say whether that is data or the engine's own warming up. Watch longer.`,
    };
  }
  if (isMostlyFilling(findings.suspects)) {
    return { verdict: 'filling', explanation: `${grew}, but nearly all of it is in stores that look bounded.` };
  }
  switch (snapshots?.word) {
    case 'filling':
      return { verdict: 'filling', explanation: `${grew}, ever slower: ${rateText(snapshots)}.` };
    case 'step':
      return { verdict: 'step', explanation: `${grew}, and stopped: ${rateText(snapshots)}.` };
    case 'churn':
      return { verdict: 'churn', explanation: `${grew}, but what was made did not stay: ${survivalText(snapshots)}.` };
    case 'unclear':
    case 'none':
      return { verdict: 'unclear', explanation: `${grew}, but ${doubtText(snapshots)}. Watch longer.` };
    default: {
      const proof = snapshots === undefined ? '' : `; ${proofText(snapshots)}`;
      return { verdict: 'leak', explanation: `${grew} and did not stop${proof}.` };
    }
  }
}

/** Snapshots count the program's data, floors count compiled code too: a small growth that only they see is no leak. */
function isWarmingUp({ floors, growthBytes, suspects }: Findings): boolean {
  if (growthBytes === undefined || suspects.length > 0 || floors.growth >= floors.base * WARMING_UP.growth)
    return false;
  return growthBytes < floors.growth * WARMING_UP.data;
}

/** A small growth in a short watch without snapshots to compare. */
function isUnseenByAll({ floors, isDriven, watchedMs, growthBytes }: Findings): boolean {
  if (isDriven || growthBytes !== undefined) return false;
  return floors.growth < FLOORS_ALONE.bytes && watchedMs < FLOORS_ALONE.watchedMs;
}

function ofLate(findings: Findings): Judgement {
  const { floors } = findings;
  const late = floors.steps.at(-1)! + floors.steps.at(-2)!;
  return {
    verdict: 'unclear',
    explanation: `It began to grow lately: the heap floor rose by ${formatBytes(late)} in the last part of the watch, and not before. Watch longer, to see whether it goes on.`,
  };
}

function isMostlyFilling(suspects: readonly ReportedSuspect[]): boolean {
  const all = suspects.reduce((sum, suspect) => sum + suspect.bytes, 0);
  const filling = suspects
    .filter((suspect) => suspect.kind !== 'leak')
    .reduce((sum, suspect) => sum + suspect.bytes, 0);
  return all > 0 && filling >= all * MOSTLY;
}

/** With few floors the snapshots may speak alone, if all there is says the same by a wide margin. */
function isPlainInSnapshots({ floors, snapshots, suspects, growthBytes }: Findings): boolean {
  const [first] = suspects;
  if (first?.kind !== 'leak' || growthBytes === undefined) return false;
  const leastBytes = first.count >= PLAIN_MANY.count ? PLAIN_MANY.bytes : PLAIN.bytes;
  if (growthBytes < Math.max(floors.base * PLAIN.growth, leastBytes)) return false;
  if (first.bytes < growthBytes * PLAIN.topShare) return false;
  if (snapshots !== undefined) return snapshots.word === 'leak' && floors.count >= PLAIN.floors;
  return first.count >= PLAIN.count && floors.steps.length >= PLAIN.steps && floors.steps.every((step) => step > 0);
}

function ofSnapshots(findings: Findings): Judgement {
  const { snapshots, growthBytes } = findings;
  return {
    verdict: 'leak',
    explanation:
      snapshots === undefined
        ? `What lives grew by ${formatBytes(growthBytes!)} between two snapshots, most of it in one place, and every floor rose.`
        : `What lives grew by ${formatBytes(growthBytes!)} over three snapshots; ${proofText(snapshots)}.`,
  };
}

function tooFew(findings: Findings): Judgement {
  const { floors } = findings;
  return {
    verdict: 'unclear',
    explanation: `${findings.suspects.length > 0 ? 'Not proven' : 'Too short to tell'}: ${floors.count} full collection${floors.count === 1 ? '' : 's'} seen in ${formatDuration(findings.watchedMs)}. Let it run longer, or drive a load with --drive.`,
  };
}

/**
 * A small leak in a large heap does not move the floors by enough in a short watch; one holder that takes in the same
 * amount in both parts, and gives nothing back, says it all the same.
 */
function isSlowLeak(findings: Findings): boolean {
  const { floors, snapshots, suspects, growthBytes } = findings;
  const [first] = suspects;
  if (snapshots?.word !== 'leak' || first === undefined || growthBytes === undefined) return false;
  if (!floors.steps.every((step) => step > 0) || floors.growth < floors.base * SLOW_LEAK.growth) return false;
  if (first.kind !== 'leak' || first.count < SLOW_LEAK.count || growthBytes < SLOW_LEAK.bytes) return false;
  const [early = 0, late = 0] = first.steps;
  const evenness = Math.min(early, late) / Math.max(early, late, 1);
  return (
    snapshots.survival >= SLOW_LEAK.survival &&
    snapshots.topShare >= SLOW_LEAK.topShare &&
    evenness >= SLOW_LEAK.evenness
  );
}

/**
 * In a heap of hundreds of MB a leak is less than a hundredth in a short watch, but such a heap stands still: where its
 * floors climb in order to the end, and what they gained is found at one holder, there is no doubt.
 */
function isSmallShareLeak({ floors, snapshots, suspects, growthBytes }: Findings): boolean {
  const [first] = suspects;
  if (first?.kind !== 'leak' || growthBytes === undefined) return false;
  if (snapshots !== undefined && snapshots.word !== 'leak') return false;
  if (floors.base < SMALL_SHARE.base || floors.growth > floors.base * SMALL_SHARE.share) return false;
  const late = floors.steps.slice(-2).reduce((sum, step) => sum + step, 0);
  const isInOrder = floors.count >= SMALL_SHARE.floors && floors.order >= SMALL_SHARE.order;
  if (!isInOrder || late < floors.growth * SMALL_SHARE.late) return false;
  if (growthBytes < Math.max(SMALL_SHARE.bytes, floors.growth * SMALL_SHARE.found)) return false;
  return first.count >= SMALL_SHARE.count && first.bytes >= growthBytes * SMALL_SHARE.topShare;
}

function slowLeakText(findings: Findings): string {
  return `${growthText(findings)}: little, but in every part of the watch, and one holder keeps nearly all of it.`;
}

/** Floors that climb unevenly say little by themselves; one holder with most of what was gained says the rest. */
function isClimbingLeak({ floors, snapshots, suspects, growthBytes }: Findings): boolean {
  const [first] = suspects;
  if (!floors.isClimbing || first?.kind !== 'leak' || growthBytes === undefined) return false;
  if (growthBytes < Math.max(floors.base * CLIMBING.growth, CLIMBING.bytes)) return false;
  if (snapshots !== undefined && snapshots.word !== 'leak') return false;
  return first.count >= CLIMBING.count && first.bytes >= growthBytes * CLIMBING.topShare;
}

function ofClimbing(findings: Findings): Judgement {
  return {
    verdict: 'leak',
    explanation: `${growthText(findings)}: unevenly, but nearly every floor stands above the ones before it, and one holder has most of what was gained.`,
  };
}

function ofNative(native: FloorTrend): Judgement {
  return {
    verdict: 'native',
    explanation: `The JavaScript heap is steady, but memory outside of it grew by ${formatBytes(native.growth)} (${formatBytes(native.bytesPerMinute)}/min): a native module, or an allocator that keeps what it is given back (try MALLOC_ARENA_MAX=2).`,
  };
}

function ofStopped(findings: Findings): Judgement {
  const { floors } = findings;
  const largest = Math.max(...floors.steps);
  const isStep = largest > floors.growth * 0.6;
  const how = isStep ? 'in one step' : 'ever slower';
  return {
    verdict: isStep ? 'step' : 'filling',
    explanation: `The heap floor grew by ${formatBytes(floors.growth)} (${percent(floors.growth / floors.base)}) ${how}, and no longer does.`,
  };
}

function ofFlat(findings: Findings): Judgement {
  const { floors } = findings;
  const moved = `${floors.growth < 0 ? 'fell' : 'rose'} by ${formatBytes(Math.abs(floors.growth))} (${percent(Math.abs(floors.growth) / Math.max(1, floors.base))})`;
  const span = findings.isDriven ? `${floors.steps.length} rounds` : formatDuration(findings.watchedMs);
  return { verdict: 'none', explanation: `No growth that lasts: the heap floor ${moved} over ${span}.` };
}

function growthText(findings: Findings): string {
  const { floors } = findings;
  const amount = `${formatBytes(floors.growth)} (${percent(floors.growth / Math.max(1, floors.base))})`;
  if (findings.isDriven) {
    const rising = floors.steps.filter((step) => step > 0).length;
    return `The heap floor grew by ${amount}, in ${rising} of ${floors.steps.length} equal rounds`;
  }
  return `The heap floor grew by ${amount} after warm-up, ${formatBytes(floors.bytesPerMinute)}/min`;
}

function proofText(trend: SnapshotTrend): string {
  if (trend.survival >= LASTING) return survivalText(trend);
  return 'much of what was made did not stay, but one holder gave nothing back';
}

function survivalText(trend: SnapshotTrend): string {
  return `${percent(trend.survival)} of what was made in the first part was still held at the end`;
}

function doubtText(trend: SnapshotTrend): string {
  if (trend.word === 'none') return 'the snapshots hold no more at the end than at first';
  if (trend.rate < RUNAWAY_RATE) {
    return `no holder stands out: the first two suspects hold ${percent(trend.topShare)}`;
  }
  return Number.isFinite(trend.rate) ? `unevenly: ${rateText(trend)}` : 'unevenly: in the first part nothing grew';
}

function rateText(trend: SnapshotTrend): string {
  return `in the second part it grew at ${percent(Math.max(0, trend.rate))} of the first part's rate`;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}
