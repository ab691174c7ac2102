/** Which floors of the evidence are compared with each other, and how. */
import type { Evidence } from './evidence.ts';
import { FEWEST_FLOORS, type FloorTrend, judgeFloors, judgeRounds, orderOf } from '../trend/index.ts';
import type { ReportedRound } from '../report/index.ts';
import { type Floor, floorBytes } from '../wire.ts';

/** With fewer rounds than these time is the axis. */
const FEWEST_ROUNDS = 3;

/** What left the memory outside has moved into the heap from this share of its growth on, if it fell all the time. */
const MOVED_SHARE = 0.5;
/** From this order on the memory outside rises or falls all the time; below it swings. */
const ORDERLY = 0.5;

/** The last part of a watch in which a program may be putting its things away, as a share. */
const TIDYING = 0.15;
/** What must be gone at the end of it, of all that was held and of what it had grown by. */
const CLEARED = { ofAll: 0.05, ofGrowth: 0.2 } as const;

/** Whether the load was driven for enough rounds to count by them. */
export function isJudgedByRounds(evidence: Evidence): boolean {
  return evidence.rounds.filter((round) => !round.warmup).length >= FEWEST_ROUNDS;
}

/** What all floors of a watch say: by rounds where the load was driven, else by time. */
export function judgeAllFloors(evidence: Evidence): FloorTrend {
  if (isJudgedByRounds(evidence)) return judgeRounds(roundPoints(evidence));
  return judgeLiveBytes(comparable(withoutTidyingUp(evidence.floors)));
}

/**
 * What floors say over time. V8 frees array buffers some time after the collection that found them dead, so what is outside
 * of the heap swings by all that the program threw away lately: where that hides it, the heap alone has the word, unless as
 * much went out of the one as came into the other.
 */
export function judgeLiveBytes(floors: readonly Floor[]): FloorTrend {
  const trendOf = (bytes: (floor: Floor) => number): FloorTrend =>
    judgeFloors(floors.map((floor) => ({ at: floor.at, value: bytes(floor) })));
  const all = trendOf(floorBytes);
  if (all.word === 'rising' || all.isClimbing) return all;
  const heap = trendOf((floor) => floor.heapUsed);
  const outside = floors.map((floor) => ({ at: floor.at, value: floor.external }));
  const order = orderOf(outside);
  if (heap.word === 'rising' || heap.isClimbing) {
    const hasMoved = order < -ORDERLY && judgeFloors(outside).growth < -heap.growth * MOVED_SHARE;
    return hasMoved ? all : heap;
  }
  // What seems to have begun lately may be but the last swing.
  return all.word === 'late' && Math.abs(order) < ORDERLY ? heap : all;
}

/** Each round of a driven load with the floor that was taken after it. */
export function floorsOfRounds(evidence: Evidence): ReportedRound[] {
  return evidence.rounds.map(({ number, warmup, at }) => {
    const floor = evidence.floors.findLast((candidate) => candidate.at <= at + 0.5);
    return { number, warmup, at, floorBytes: floor === undefined ? null : floorBytes(floor) };
  });
}

/** The last warm-up round's floor is the base that the measured ones rise from. */
function roundPoints(evidence: Evidence): { at: number; value: number }[] {
  const rounds = floorsOfRounds(evidence);
  const from = rounds.findLastIndex((round) => round.warmup);
  return rounds
    .slice(Math.max(0, from))
    .flatMap(({ at, floorBytes: value }) => (value === null ? [] : [{ at, value }]));
}

/**
 * A program that puts its things away before it leaves shows less at the end than it held. That may take a while: then what
 * counts ends where it held most.
 */
function withoutTidyingUp(floors: readonly Floor[]): readonly Floor[] {
  const last = floors.at(-1);
  const previous = floors.at(-2);
  if (last?.atExit !== true || previous === undefined) return floors;
  const recent = floors.filter((floor) => floor.at >= last.at * (1 - TIDYING));
  const peak = recent.reduce((top, floor) => (floorBytes(floor) > floorBytes(top) ? floor : top));
  const [most, left] = [floorBytes(peak), floorBytes(last)];
  const isCleared = most - left > Math.max(CLEARED.ofAll * most, CLEARED.ofGrowth * (most - floorBytes(floors[0]!)));
  if (isCleared) return floors.slice(0, floors.indexOf(peak) + 1);
  return left < floorBytes(previous) ? floors.slice(0, -1) : floors;
}

/** With asked floors no greater a share than this, the natural ones are compared, if they are enough by themselves. */
const FEW_ASKED = 0.3;

/**
 * Natural collections leave some garbage, forced ones do not: where most are forced, and to the end, only those are
 * compared; where few are, only the natural ones.
 */
function comparable(floors: readonly Floor[]): readonly Floor[] {
  const asked = floors.filter((floor) => floor.asked);
  const last = asked.at(-1);
  // The few that snapshots forced among many natural ones look like steps down.
  const natural = floors.filter((floor) => !floor.asked);
  if (natural.length >= FEWEST_FLOORS && asked.length <= floors.length * FEW_ASKED) return natural;
  if (last === undefined || asked.length < floors.length * 0.6) return floors;
  return last.at >= floors.at(-1)!.at * 0.9 ? asked : floors;
}

/** Reading snapshots takes seconds: not where the floors leave no question open. */
export function worthReading(floors: FloorTrend): boolean {
  if (floors.word !== 'flat' || floors.isClimbing) return true;
  return floors.growth > 0 && (floors.order >= ORDERLY || floors.steps.every((step) => step > 0));
}
