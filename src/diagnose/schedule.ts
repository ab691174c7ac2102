/**
 * When to take heap snapshots, which to keep, which to read: pure rules over what is known so far.
 *
 * Early snapshots come at doublings of the program's age, so that a watch of any length ends with a first one early
 * enough and a last one late enough; later ones are worth their pause only when the floor has really moved. Ages are a
 * thread's own: our pauses are taken off.
 */
import { median } from '../base/stats.ts';
import { type Floor, floorBytes } from './wire.ts';

/** Age at the first snapshot; the next ones follow at doublings of it. */
const FIRST_SHOT_MS = 3_000;
/** Past this age time alone is no reason any more. */
const DOUBLING_ENDS_MS = 60_000;
/** Growth of the floor that makes a late snapshot worth its pause. */
const LATE_GROWTH = 0.2;
/** Below this growth since the last snapshot there is nothing new to see. */
const LEAST_GROWTH = 0.01;
/** Shortest time between late snapshots. */
const LATE_SPACING_MS = 30_000;
/** Early pauses may take a third of the time, late ones a twentieth. */
const EARLY_PAUSE_SPACING = 2;
const LATE_PAUSE_SPACING = 19;
/** Snapshots kept on disk when nobody asked for a number. */
const KEPT_SHOTS = 4;
/** A part of the watch shorter than this share of its neighbour says nothing about rates. */
const LEAST_PART = 1 / 8;
/** Where an evenly spread series begins, as a share of the watch. */
const SPREAD_FROM = 0.25;
/** Threads that go on being snapshotted once their growth can be compared. */
const FOLLOWED_THREADS = 2;

/** How many snapshots are wanted, and what is known of the length of the watch. */
export interface SnapshotPlan {
  /** `auto`: as many as pay; `never`: none; a number: at most so many. */
  readonly count: 'auto' | 'never' | number;
  /** Length of the watch, ms, when it is known. */
  readonly durationMs?: number;
}

/** One try at a snapshot. */
export interface Attempt {
  /** The thread's age, ms. */
  readonly at: number;
  /** Whether it ended in a snapshot; one that was refused or failed did not. */
  readonly taken: boolean;
  /** 0 when it was not taken. */
  readonly pauseMs: number;
}

/** Live bytes at the newest floor not younger than `at`; `undefined` before the first floor. */
export function floorBytesAt(floors: readonly Floor[], at: number): number | undefined {
  const floor = floors.findLast((one) => one.at <= at) ?? floors[0];
  return floor === undefined ? undefined : floorBytes(floor);
}

/** Whether a snapshot should be ordered of a thread that is `now` ms old. */
export function isSnapshotDue(
  plan: SnapshotPlan,
  now: number,
  floors: readonly Floor[],
  attempts: readonly Attempt[],
): boolean {
  if (plan.count === 'never') return false;
  const taken = attempts.filter((attempt) => attempt.taken).length;
  if (plan.count !== 'auto' && plan.durationMs !== undefined) {
    return isSpreadShotDue(plan.count, plan.durationMs, now, attempts.length);
  }
  // A last one is taken at the planned end: one shortly before it would only repeat it.
  if (plan.durationMs !== undefined && now > plan.durationMs * (1 - LEAST_PART)) return false;
  if (plan.count !== 'auto' && taken >= plan.count) return false;
  // The last of a fixed number is left for the exit, unless growth asks for it long before.
  const isReserve = plan.count !== 'auto' && taken === plan.count - 1 && now < DOUBLING_ENDS_MS;
  return !isReserve && isGrowthShotDue(now, floors, attempts);
}

/** The last of an evenly spread series is taken at the planned end, the others at fixed shares of the watch. */
function isSpreadShotDue(count: number, durationMs: number, now: number, attempts: number): boolean {
  if (attempts >= count - 1) return false;
  const share = SPREAD_FROM + ((1 - SPREAD_FROM) * attempts) / (count - 1);
  return now >= durationMs * share;
}

function isGrowthShotDue(now: number, floors: readonly Floor[], attempts: readonly Attempt[]): boolean {
  const last = attempts.at(-1);
  if (last === undefined) return now >= FIRST_SHOT_MS;
  const isLate = now >= DOUBLING_ENDS_MS;
  const spacing = Math.max(
    isLate ? LATE_SPACING_MS : last.at,
    last.pauseMs * (isLate ? LATE_PAUSE_SPACING : EARLY_PAUSE_SPACING),
    // What was refused once is asked for ever more rarely.
    last.taken ? 0 : last.at,
  );
  if (now < last.at + spacing) return false;
  const lastShot = attempts.findLast((attempt) => attempt.taken);
  if (lastShot === undefined) return true;
  const before = floorBytesAt(floors, lastShot.at);
  const newest = floors.at(-1);
  if (before === undefined || newest === undefined || newest.at <= lastShot.at) return false;
  return floorBytes(newest) >= before * (1 + (isLate ? LATE_GROWTH : LEAST_GROWTH));
}

/** Whether a snapshot is wanted when the thread exits by itself: as soon as there is one to compare it with. */
export function wantsExitSnapshot(plan: SnapshotPlan, attempts: readonly Attempt[]): boolean {
  const taken = attempts.filter((attempt) => attempt.taken).length;
  if (plan.count === 'never' || taken === 0) return false;
  return plan.count === 'auto' || taken < plan.count;
}

/** Rounds of a driven load after which a snapshot is wanted: the last warm-up round, evenly on, the last round. */
export function snapshotRounds(plan: SnapshotPlan, warmup: number, rounds: number): readonly number[] {
  if (plan.count === 'never') return [];
  const count = Math.min(plan.count === 'auto' ? 3 : plan.count, rounds + 1);
  const at = Array.from({ length: count }, (_, k) => warmup + Math.round((rounds * k) / (count - 1)));
  // Without a warm-up there is no round 0 to wait for: the first measured round takes its place.
  return [...new Set(at.map((round) => Math.max(1, round)))];
}

/** Splits snapshots, in order of time, into those that stay on disk and those to be deleted, the oldest first. */
export function keepNewest<T>(plan: SnapshotPlan, shots: readonly T[]): { keep: readonly T[]; drop: readonly T[] } {
  const most = typeof plan.count === 'number' ? plan.count : KEPT_SHOTS;
  const dropped = Math.max(0, shots.length - most);
  return { keep: shots.slice(dropped), drop: shots.slice(0, dropped) };
}

/**
 * The snapshots to compare, in order of time: the last; the earliest that is not from the start-up; between them the
 * one nearest to the middle, if it leaves both parts long enough to compare their rates.
 */
export function shotsToAnalyse<T extends { readonly at: number }>(shots: readonly T[]): readonly T[] {
  const last = shots.at(-1);
  if (last === undefined) return [];
  const first = shots.find((shot) => shot.at >= last.at * LEAST_PART) ?? shots[0]!;
  if (first === last) return shots.length > 1 ? [shots[0]!, last] : [last];
  const middle = (first.at + last.at) / 2;
  const between = shots.filter((shot) => shot.at > first.at && shot.at < last.at);
  const nearest = between.sort((a, b) => Math.abs(a.at - middle) - Math.abs(b.at - middle))[0];
  return nearest !== undefined && partsCompare(first.at, nearest.at, last.at) ? [first, nearest, last] : [first, last];
}

function partsCompare(first: number, middle: number, last: number): boolean {
  const [earlier, later] = [middle - first, last - middle];
  return Math.min(earlier, later) >= Math.max(earlier, later) * LEAST_PART;
}

/**
 * Growth of the floor in bytes, its start-up quarter left out, by medians of the first and the last fifth. The floor
 * at exit does not count: a program may have put its things away by then.
 */
export function floorGrowth(all: readonly Floor[]): number {
  const floors = all.filter((floor) => floor.atExit !== true);
  const [first, last] = [floors[0], floors.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const settled = floors.filter((floor) => floor.at >= first.at + (last.at - first.at) / 4).map(floorBytes);
  if (settled.length < 3) return floorBytes(last) - floorBytes(first);
  const fifth = Math.max(1, Math.floor(settled.length / 5));
  return median(settled.slice(-fifth)) - median(settled.slice(0, fifth));
}

/** The threads worth further snapshots: all that have none yet, and of the others the two that grew most. */
export function threadsToFollow<T extends { readonly growth: number; readonly shots: number }>(
  threads: readonly T[],
): readonly T[] {
  const started = threads.filter((thread) => thread.shots > 0).sort((a, b) => b.growth - a.growth);
  return [...threads.filter((thread) => thread.shots === 0), ...started.slice(0, FOLLOWED_THREADS)];
}
