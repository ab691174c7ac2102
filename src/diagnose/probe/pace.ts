/**
 * When to ask for a collection. Each one costs more than its pause (optimised code is lost and made again): asked twice
 * a second, a busy server needs 36 % more CPU. So none is asked while the program's own collections give floors that
 * are young enough; and what is young enough stretches with age, as a slow leak is not found faster by looking often.
 */

/** Share of the event loop's time from which on a program counts as busy. */
const BUSY_FROM = 0.5;
/** The same for a server: on a machine that others use too, its loop looks idler than it is. */
const BUSY_SERVER_FROM = 0.2;
/** Largest share of the time that asked collections may take; of a young thread's, of which too little is known yet. */
const LARGEST_SHARE = 0.05;
const YOUNG_LARGEST_SHARE = 0.1;
/** Floors wanted in the life of a program, about. */
const FLOORS_PER_LIFE = 40;
const IDLE_AGE_MS = { least: 250, most: 30_000 };
/** A busy program may end before enough is known of it, so it is asked often while young. */
const YOUNG_MS = 15_000;
const YOUNG_BUSY_AGE_MS = 400;
const BUSY_AGE_MS = { least: 1_500, most: 60_000 };
const BUSY_FLOORS_PER_LIFE = 10;
/** A busy server goes on for long, and each collection costs all of its clients. */
const BUSY_SERVER_AGE_MS = { least: 5_000, most: 60_000 };
/** Natural floors closer than this to the one before are left out, ms. */
const LEAST_SPACING_MS = 50;
const MOST_SPACING_MS = 5_000;

/** What a thread does at the moment. */
export interface Load {
  /** Share of the time since the newest floor in which the event loop was busy, 0 to 1. */
  readonly utilization: number;
  /** Whether it listens for connections. */
  readonly isServer: boolean;
}

export function isBusy({ utilization, isServer }: Load): boolean {
  return utilization >= (isServer ? BUSY_SERVER_FROM : BUSY_FROM);
}

/** How old the newest floor of a thread of this age may be before a collection is asked for, ms. */
export function oldestFloor(age: number, load: Load): number {
  if (!isBusy(load)) return within(IDLE_AGE_MS, age / FLOORS_PER_LIFE);
  if (load.isServer) return within(BUSY_SERVER_AGE_MS, age / BUSY_FLOORS_PER_LIFE);
  return age < YOUNG_MS ? YOUNG_BUSY_AGE_MS : within(BUSY_AGE_MS, age / BUSY_FLOORS_PER_LIFE);
}

function within({ least, most }: { readonly least: number; readonly most: number }, ms: number): number {
  return Math.min(most, Math.max(least, ms));
}

/** How soon after an asked collection that took `pauseMs` the next one may be asked of a thread of this age, ms. */
export function spacingAfter(pauseMs: number, age: number): number {
  return pauseMs / (age < YOUNG_MS ? YOUNG_LARGEST_SHARE : LARGEST_SHARE);
}

/** How close floors of natural collections are recorded, ms: thousands would say no more than hundreds. */
export function naturalSpacing(age: number): number {
  return Math.min(MOST_SPACING_MS, Math.max(LEAST_SPACING_MS, age / (FLOORS_PER_LIFE * 10)));
}
