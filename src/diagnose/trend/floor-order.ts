/**
 * Whether floors climb, by their order alone: nearly every floor stands above nearly every one before it.
 *
 * On a busy machine floors come unevenly, snapshots stop the program for seconds, and the work of a second is not that of
 * the next: parts of equal time then say little of a growth of some percent. The order of the floors is not touched by
 * that. It is weaker proof than {@link judgeFloors} asks for, so it counts only beside snapshots that show one holder
 * with most of the growth.
 *
 * The measure of order is Kendall's tau (Kendall, "A new measure of rank correlation", Biometrika 30, 1938).
 */
/** A figure at a time, ms and bytes. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

const WARM_UP = 0.25;
const FEWEST = 5;
const LEAST_ORDER = 0.75;
/** Shares of the first floor and of all growth: how much in all, and how much of it in the last third of the time. */
const LEAST_GROWTH = 0.03;
const LEAST_LATE = 0.12;
const LATE = 2 / 3;
const LEAST_SPAN_MS = 3_000;

export function isClimbing(points: readonly Point[]): boolean {
  const warm = afterWarmUp(points);
  const judged = warm.length < FEWEST ? points : warm;
  const first = judged[0];
  const last = judged.at(-1);
  if (first === undefined || last === undefined || judged.length < FEWEST) return false;
  if (last.at - first.at < LEAST_SPAN_MS) return false;
  const growth = last.value - first.value;
  const late = last.value - valueAt(judged, first.at + (last.at - first.at) * LATE);
  return growth > first.value * LEAST_GROWTH && late > growth * LEAST_LATE && orderOf(judged) >= LEAST_ORDER;
}

function afterWarmUp(points: readonly Point[]): readonly Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  return points.filter((point) => point.at >= first.at + (last.at - first.at) * WARM_UP);
}

/** Pairs in order less pairs out of order, as a share of all pairs; 1 when each value is above all before it, 0 of fewer than two. */
export function orderOf(points: readonly Point[]): number {
  let order = 0;
  for (let late = 1; late < points.length; late++) {
    for (let early = 0; early < late; early++) order += Math.sign(points[late]!.value - points[early]!.value);
  }
  return order / Math.max(1, (points.length * (points.length - 1)) / 2);
}

/** The value at a time between points, along a straight line. */
function valueAt(points: readonly Point[], at: number): number {
  const next = Math.max(
    1,
    points.findIndex((point) => point.at >= at),
  );
  const [before, after] = [points[next - 1]!, points[next]!];
  const share = (at - before.at) / Math.max(1, after.at - before.at);
  return before.value + (after.value - before.value) * share;
}
