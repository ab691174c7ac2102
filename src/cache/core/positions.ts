/**
 * Where strings of one kind differ: the characters worth hashing.
 *
 * Keys of one cache usually look alike (`user:000123:profile`). Six characters, chosen where they tell the known keys apart,
 * hash as well as the whole and are read several times as fast. They are counted from the front or, as numbers grow longer
 * and their last digits are the busy ones, all from the end: whichever tells more keys apart.
 *
 * Chosen greedily: first the position where the sample differs most, then whichever leaves the fewest pairs of keys alike
 * in it and in any one already chosen, so that a second copy of the same digits is not taken for new information. Of
 * positions that tell nothing yet, the one next to those that do: there a counter will go on.
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

function pick(strings: readonly string[], positionOf: (i: number) => number, reach: number): number[] {
  const characters = Array.from({ length: reach }, (_, i) => charactersAt(strings, positionOf(i)));
  const counts = new Uint16Array(2 ** Math.ceil(Math.log2(strings.length * 16)));
  const alike = characters.map((column) => pairsAlike(column, column, counts));
  const chosen: number[] = [];
  while (chosen.length < POSITION_COUNT) {
    let best = -1;
    for (let i = 0; i < reach; i++) {
      if (chosen.includes(i)) continue;
      if (best < 0 || alike[i]! < alike[best]!) best = i;
      else if (alike[i] === alike[best] && distanceTo(chosen, i) < distanceTo(chosen, best)) best = i;
    }
    chosen.push(best);
    for (let i = 0; i < reach; i++) {
      alike[i] = Math.max(alike[i]!, pairsAlike(characters[i]!, characters[best]!, counts));
    }
  }
  return chosen.map(positionOf);
}

function charactersAt(strings: readonly string[], position: number): Uint16Array {
  return Uint16Array.from(strings, (string) => string.charCodeAt(position < 0 ? string.length + position : position));
}

/** How many pairs of strings have the same characters at both positions (a few more, where groups coincide). */
function pairsAlike(first: Uint16Array, second: Uint16Array, counts: Uint16Array): number {
  const mask = counts.length - 1;
  counts.fill(0);
  let pairs = 0;
  for (let i = 0; i < first.length; i++) {
    pairs += counts[(Math.imul(first[i]!, 37) + second[i]!) & mask]!++;
  }
  return pairs;
}

function distanceTo(chosen: readonly number[], i: number): number {
  return Math.min(...chosen.map((other) => Math.abs(other - i)));
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
