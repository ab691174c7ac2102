/** Who asks what an object is made of: told of its bytes and of what its slots refer to. */
export interface Visitor {
  /** Bytes of the object itself. */
  add(bytes: number): void;
  /**
   * How many of `count` slots to look at, spread evenly. {@link slot} and {@link addInSlots} speak of these until the
   * next call.
   */
  take(count: number): number;
  /** What one of the slots taken refers to. */
  slot(value: unknown): void;
  /** Bytes that belong to the slots taken. */
  addInSlots(bytes: number): void;
}

/** Which of many slots to look at as number `i` of a sample: one in each `step`, at a place that follows no pattern. */
export function samplePlace(i: number, step: number): number {
  return Math.floor((i + ((i * GOLDEN) % 1)) * step);
}

/** Multiples of it, taken modulo 1, fall evenly and without period. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
