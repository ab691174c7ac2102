/**
 * Where strings of one kind differ: the characters worth hashing.
 *
 * Keys of one cache usually look alike (`user:000123:profile`). Six characters, chosen where they tell the known keys apart,
 * hash as well as the whole and are read several times as fast. They are counted from the front or, as numbers grow longer
 * and their last digits are the busy ones, all from the end: whichever tells more keys apart.
 *
 * Chosen greedily: the next position is the one that leaves the fewest pairs of keys alike in all that are chosen. Soon none
 * of the sample are; then it is the one that leaves the fewest pairs alike in it and in any single one of the others, so
 * that a second copy of the same digits is not taken for new information. Of positions that tell nothing yet, it is the one
 * next to those that do: there a counter will go on.
 */

/** Six positions, and the length below which a string is too short for them. */
export interface Positions {
  /** Counted from the end where they are negative; all or none of them. */
  readonly at: readonly number[];
  readonly shortest: number;
}

export const POSITION_COUNT = 6;
/** Strings looked at to choose positions; more are used to compare the two choices. */
const CHOOSING = 128;
/** Fewer strings than this say nothing. */
const FEWEST = 8;
/** Positions looked at from either end. */
const REACH = 128;

/** The best positions for strings such as `sample`, or `undefined` when they are too few or too short. */
export function choosePositions(sample: readonly string[]): Positions | undefined {
  const lengths = Float64Array.from(sample, ({ length }) => length).sort();
  // One in 32 may be too short, and is then hashed whole.
  const usual = lengths[lengths.length >> 5] ?? 0;
  const strings = sample.filter(({ length }) => length >= usual);
  if (strings.length < FEWEST || usual < POSITION_COUNT) return undefined;
  const reach = Math.min(usual, REACH);
  const some = thinned(strings, CHOOSING);
  const fromEnd = pick(some, (i) => i - reach, reach);
  const fromFront = pick(some, (i) => i, reach);
  const at = distinct(strings, fromFront) > distinct(strings, fromEnd) ? fromFront : fromEnd;
  return { at, shortest: Math.max(...at.map((position) => (position < 0 ? -position : position + 1))) };
}

function thinned(strings: readonly string[], count: number): readonly string[] {
  const step = Math.ceil(strings.length / count);
  return strings.filter((_, i) => i % step === 0);
}

/** For each string the number of its class, from 0. */
interface Classes {
  readonly of: Uint16Array;
  readonly count: number;
}

function pick(strings: readonly string[], positionOf: (i: number) => number, reach: number): number[] {
  const everything: Classes = { of: new Uint16Array(strings.length), count: 1 };
  const columns = Array.from({ length: reach }, (_, i) => split(everything, charactersAt(strings, positionOf(i))));
  const chosen: number[] = [];
  let classes = everything;
  const alikeInTwo = columns.map(() => 0);
  const counts = new Uint16Array(strings.length ** 2);
  while (chosen.length < POSITION_COUNT) {
    const alike = pairsAlike(classes, everything, counts);
    const scores = columns.map((column, i) => [
      // A position where all have the same character, as most often, changes nothing.
      column.count === 1 ? alike : pairsAlike(classes, column, counts),
      alikeInTwo[i]!,
      chosen.length === 0 ? 0 : Math.min(...chosen.map((other) => Math.abs(other - i))),
    ]);
    let best = -1;
    scores.forEach((score, i) => {
      if (!chosen.includes(i) && (best < 0 || isLess(score, scores[best]!))) best = i;
    });
    const picked = columns[best]!;
    chosen.push(best);
    classes = split(classes, picked.of);
    const alikeInPicked = pairsAlike(everything, picked, counts);
    columns.forEach((column, i) => {
      const both = column.count === 1 ? alikeInPicked : pairsAlike(column, picked, counts);
      alikeInTwo[i] = Math.max(alikeInTwo[i]!, both);
    });
  }
  return chosen.map(positionOf);
}

function charactersAt(strings: readonly string[], position: number): Uint16Array {
  return Uint16Array.from(strings, (string) => string.charCodeAt(position < 0 ? string.length + position : position));
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((number, i) => number !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}

/** Parts each class by a number that its strings have. */
function split(classes: Classes, by: Uint16Array): Classes {
  const numbers = new Map<number, number>();
  const of = classes.of.map((known, i) => {
    const both = known * 65_536 + by[i]!;
    if (!numbers.has(both)) numbers.set(both, numbers.size);
    return numbers.get(both)!;
  });
  return { of, count: numbers.size };
}

/** How many pairs of strings are in one class by both; `counts` is room to count in. */
function pairsAlike(first: Classes, second: Classes, counts: Uint16Array): number {
  counts.fill(0, 0, first.count * second.count);
  let pairs = 0;
  for (let i = 0; i < first.of.length; i++) pairs += counts[first.of[i]! * second.count + second.of[i]!]!++;
  return pairs;
}

function distinct(strings: readonly string[], positions: readonly number[]): number {
  const columns = positions.map((position) => charactersAt(strings, position));
  const seen = new Set<number>();
  for (let i = 0; i < strings.length; i++) {
    let mixed = strings[i]!.length;
    for (const column of columns) mixed = Math.imul(mixed ^ column[i]!, 0x5bd1e995) ^ (mixed >>> 15);
    seen.add(mixed);
  }
  return seen.size;
}
