/**
 * A history of heap floors that stays small however long the program runs.
 *
 * The newest floors are kept as they are; of the older ones, neighbours are merged by pairs, and pairs of pairs, so that what
 * is `a` minutes old is known to about `a / 24` minutes. A window of any length that ends now thus has enough points to be judged.
 */

/** The heap after a major collection, and what is known of the program at that moment. */
export interface HeapFloor {
  /** When, in ms; on any clock that never goes back. */
  readonly at: number;
  /** Bytes that live then. */
  readonly bytes: number;
  /** Requests, jobs or messages done so far: a count that only grows. */
  readonly work?: number;
  /** Units of work per minute of late (some minutes before `at`); without it, what `work` says since the floor before. */
  readonly load?: number;
  /** Those of `bytes` that registered caches hold, as far as they weigh what they hold. */
  readonly cachedBytes?: number;
}

/** A floor, or several merged into their mean. */
export interface MergedFloor extends HeapFloor {
  /** Floors that it stands for. */
  readonly count: number;
}

/** Points kept of each age class. */
const POINTS_PER_CLASS = 48;

/**
 * The floors of a program so far, merged where they are old.
 *
 * **Cost:** `add` is O(1) on the average. Memory is that of `48 * log2(floors / 48)` points: about 400 after 10,000 floors.
 */
export class FloorHistory {
  /** By age class: class `n` has points of 2^n floors; oldest first within each. */
  readonly #classes: MergedFloor[][] = [];

  /** Takes the newest floor. One that is older than the last, or is no number, is left out. */
  add(floor: HeapFloor): void {
    const last = this.#classes[0]?.at(-1);
    if (!Number.isFinite(floor.at) || !Number.isFinite(floor.bytes) || (last !== undefined && floor.at < last.at))
      return;
    this.#put({ ...floor, count: 1 }, 0);
  }

  /** All points, oldest first. **Cost:** O(points). */
  floors(): readonly MergedFloor[] {
    return [...this.#classes].reverse().flat();
  }

  /** Forgets everything. */
  clear(): void {
    this.#classes.length = 0;
  }

  #put(floor: MergedFloor, age: number): void {
    const points = (this.#classes[age] ??= []);
    points.push(floor);
    if (points.length <= POINTS_PER_CLASS) return;
    const [first, second] = points.splice(0, 2);
    this.#put(merge(first!, second!), age + 1);
  }
}

function merge(a: MergedFloor, b: MergedFloor): MergedFloor {
  const count = a.count + b.count;
  const mean = (x: number, y: number): number => (x * a.count + y * b.count) / count;
  const both = (name: 'work' | 'load' | 'cachedBytes'): object =>
    a[name] === undefined || b[name] === undefined ? {} : { [name]: mean(a[name], b[name]) };
  return {
    at: mean(a.at, b.at),
    bytes: mean(a.bytes, b.bytes),
    count,
    ...both('work'),
    ...both('load'),
    ...both('cachedBytes'),
  };
}
