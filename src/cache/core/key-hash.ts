/**
 * From a key to 32 bits.
 *
 * A cache in JavaScript cannot read the hash that the engine keeps with a string, and hashing one whole costs more than the
 * rest of a hit. So strings are hashed by their length and six characters, at positions learned from the keys that are
 * there (`positions.ts`). Whole numbers are multiplied; doubles are hashed by their bits; anything else has a private hash
 * (`foreign-keys.ts`).
 *
 * A collision costs time and never a wrong answer: keys are compared. When too many collide, by bad luck or by somebody's
 * intent, the index asks for a stronger hash: positions learned anew, then a keyed hash (`half-sip.ts`) of a bounded
 * number of characters, then of all of them. A `KeyHash` never changes: each is a new one, with an index of its own.
 */
import { ForeignKeys } from './foreign-keys.ts';
import { hashText, hashWords } from './half-sip.ts';
import type { HashKey } from './half-sip.ts';
import { choosePositions } from './positions.ts';
import type { Positions } from './positions.ts';

/** `sampled`: six characters; `keyed`: a keyed hash of up to 4,096 characters; `whole`: of all. */
export type HashStrength = 'sampled' | 'keyed' | 'whole';

/** Longer than any string: none is long enough for the positions. */
const NEVER = 2 ** 30;

/** Odd numbers with scattered bits, one for each character, so that their sum mixes them. */
const A0 = 0x9e3779b1;
const A1 = 0x85ebca6b;
const A2 = 0xc2b2ae35;
const A3 = 0x27d4eb2f;
const A4 = 0x165667b1;
const A5 = 0x5bd1e995;

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

export class KeyHash {
  readonly strength: HashStrength;
  readonly foreign: ForeignKeys;
  readonly #key: HashKey;
  readonly #seed: number;
  readonly #isKeyed: boolean;
  // Separate fields, read without a bounds check: this is the hottest code of the cache. Private by the compiler alone: that
  // makes shorter code, which the engine puts into its callers.
  private shortest: number = NEVER;
  /** -1 when the positions count from the end, else 0: a mask for the length. */
  private fromEnd = 0;
  private p0 = 0;
  private p1 = 0;
  private p2 = 0;
  private p3 = 0;
  private p4 = 0;
  private p5 = 0;

  constructor(strength: HashStrength, key: HashKey, foreign: ForeignKeys = new ForeignKeys()) {
    this.strength = strength;
    this.#key = key;
    this.#seed = key.low;
    this.#isKeyed = strength !== 'sampled';
    this.foreign = foreign;
  }

  /** A hash that resists what made this one collide; `undefined` when there is none stronger. */
  stronger(): KeyHash | undefined {
    if (this.strength === 'whole') return undefined;
    return new KeyHash(this.strength === 'sampled' ? 'keyed' : 'whole', this.#key, this.foreign);
  }

  /** A hash as strong as this one that suits `sample`; `undefined` when it would be no other. */
  relearned(sample: readonly string[]): KeyHash | undefined {
    const positions = this.strength === 'sampled' ? choosePositions(sample) : undefined;
    if (positions === undefined || this.#has(positions)) return undefined;
    const hash = new KeyHash('sampled', this.#key, this.foreign);
    [hash.p0, hash.p1, hash.p2, hash.p3, hash.p4, hash.p5] = positions.at as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    hash.shortest = positions.shortest;
    hash.fromEnd = positions.at[0]! < 0 ? -1 : 0;
    return hash;
  }

  #has({ at, shortest }: Positions): boolean {
    const mine = [this.p0, this.p1, this.p2, this.p3, this.p4, this.p5];
    return shortest === this.shortest && mine.every((position, i) => position === at[i]);
  }

  of(key: unknown): number {
    return typeof key === 'string' ? this.ofString(key) : this.ofOther(key);
  }

  ofString(key: string): number {
    const n = key.length;
    if (n < this.shortest) return this.#ofWholeString(key);
    // Positions from the end are negative.
    const start = n & this.fromEnd;
    const hash =
      (Math.imul(key.charCodeAt(start + this.p0), A0) +
        Math.imul(key.charCodeAt(start + this.p1), A1) +
        Math.imul(key.charCodeAt(start + this.p2), A2) +
        Math.imul(key.charCodeAt(start + this.p3), A3) +
        Math.imul(key.charCodeAt(start + this.p4), A4) +
        Math.imul(key.charCodeAt(start + this.p5), A5) +
        n) |
      0;
    return hash ^ (hash >>> 15);
  }

  /** The hash of a key that is no string. */
  ofOther(key: unknown): number {
    if (typeof key !== 'number' || (key | 0) !== key || this.#isKeyed) return this.#ofRest(key);
    return mixed(key ^ this.#seed);
  }

  #ofRest(key: unknown): number {
    if (typeof key !== 'number') return this.foreign.hashOf(key);
    double[0] = key === 0 ? 0 : key;
    return hashWords(halves[0]!, halves[1]!, this.#key);
  }

  #ofWholeString(key: string): number {
    if (this.#isKeyed || key.length > 32) return hashText(key, this.#key, this.strength === 'whole');
    let hash = this.#key.high ^ key.length;
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), A5) ^ (hash >>> 15);
    hash = Math.imul(hash ^ (hash >>> 13), A1);
    return hash ^ (hash >>> 15);
  }
}

/** The hash of a whole number that the seed is mixed into. */
export function mixed(seeded: number): number {
  // The high half is folded in first: numbers in steps of a power of two differ there alone.
  const hash = Math.imul(seeded ^ (seeded >>> 16), A0);
  return hash ^ (hash >>> 15);
}

/** Whether `key` has its hash from {@link ForeignKeys}. */
export function isForeign(key: unknown): boolean {
  return typeof key !== 'string' && typeof key !== 'number';
}
