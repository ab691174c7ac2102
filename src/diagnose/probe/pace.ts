/**
 * When to ask for a collection. Each one costs more than its pause (optimised code is lost and made again): asked twice
 * a second, a busy server needs 36 % more CPU. So none is asked while the program's own collections give floors that
 * are young enough; and what is young enough stretches with age, as a slow leak is not found faster by looking often.
 */

/** Shares of the event loop's time from which on a program counts as busy. */
const BUSY_FROM = 0.5;
/** Largest share of the time that asked collections may take. */
const LARGEST_SHARE = 0.05;
/** Floors wanted in the life of a program, about. */
const FLOORS_PER_LIFE = 40;
const IDLE_AGE_MS = { least: 250, most: 30_000 };
const BUSY_AGE_MS = { least: 1_000, most: 60_000 };
/** A busy program that is this young is asked more often, or it could end before enough is known of it. */
const YOUNG_MS = 15_000;
const YOUNG_BUSY_LEAST_MS = 400;
/** Natural floors closer than this to the one before are left out, ms. */
const LEAST_SPACING_MS = 50;
const MOST_SPACING_MS = 5_000;

/**
 * How old the newest floor may be before a collection is asked for, ms.
 *
 * @param age - of the thread, ms
 * @param utilization - share of the time since that floor in which the event loop was busy, 0 to 1
 */
export function oldestFloor(age: number, utilization: number): number {
  const isBusy = utilization >= BUSY_FROM;
  if (isBusy && age < YOUNG_MS) return YOUNG_BUSY_LEAST_MS;
  const { least, most } = isBusy ? BUSY_AGE_MS : IDLE_AGE_MS;
  return Math.min(most, Math.max(least, age / FLOORS_PER_LIFE));
}

/** How soon after an asked collection that took `pauseMs` the next one may be asked for, ms. */
export function spacingAfter(pauseMs: number): number {
  return pauseMs / LARGEST_SHARE;
}

/** How close floors of natural collections are recorded, ms: thousands would say no more than hundreds. */
export function naturalSpacing(age: number): number {
  return Math.min(MOST_SPACING_MS, Math.max(LEAST_SPACING_MS, age / (FLOORS_PER_LIFE * 10)));
}
