/**
 * How often a key that is not in the cache was asked for, roughly: a count-min sketch with two rows of 4-bit counters,
 * both in one byte array, halved when it has counted ten times its capacity (TinyLFU: G. Einziger, R. Friedman and
 * B. Manes, 2017).
 *
 * It counts misses only; what is in the cache keeps its own count, which is put in here when it leaves.
 * **Cost:** one to two bytes per entry; two memory reads per operation.
 */
export class Sketch {
  readonly #counters: Uint8Array;
  #limit = 0;
  #counted = 0;

  /** `capacity`: entries of the cache. Below 4,096 a sketch would mix up too many keys, so it is never smaller. */
  constructor(capacity: number) {
    const size = Math.max(FEWEST_COUNTERS, capacity);
    this.#counters = new Uint8Array(2 ** Math.ceil(Math.log2(size)));
    this.#limit = COUNTED_PER_ENTRY * Math.max(FEWEST_COUNTERS / 2, capacity);
  }

  /** Bytes it takes. */
  get byteLength(): number {
    return this.#counters.length;
  }

  /** The count of `hash`: 0 to 15, never less than the truth since the last halvings. */
  get(hash: number): number {
    const counters = this.#counters;
    const mask = counters.length - 1;
    const mixed = Math.imul(hash, MIXER);
    const a = counters[(mixed ^ (mixed >>> 15)) & mask]! & 15;
    const b = counters[(mixed >>> 11) & mask]! >>> 4;
    return a < b ? a : b;
  }

  /** Counts one more; only the smaller of the two counters, as far as it goes. */
  add(hash: number): void {
    const counters = this.#counters;
    const mask = counters.length - 1;
    const mixed = Math.imul(hash, MIXER);
    const at = (mixed ^ (mixed >>> 15)) & mask;
    const other = (mixed >>> 11) & mask;
    const a = counters[at]! & 15;
    const b = counters[other]! >>> 4;
    // Which of the two is smaller is as good as random: signs instead of branches, which the processor would guess wrong.
    const below = (a - 15) >>> 31;
    const otherBelow = (b - 15) >>> 31;
    counters[at]! += ((a - b - 1) >>> 31) & below;
    counters[other]! += (((b - a - 1) >>> 31) & otherBelow) << 4;
    if (++this.#counted >= this.#limit) this.#halve();
  }

  /** Raises the count of `hash` to `count` at least. */
  raise(hash: number, count: number): void {
    const counters = this.#counters;
    const mask = counters.length - 1;
    const mixed = Math.imul(hash, MIXER);
    const at = (mixed ^ (mixed >>> 15)) & mask;
    const other = (mixed >>> 11) & mask;
    if ((counters[at]! & 15) < count) counters[at] = (counters[at]! & 0xf0) | count;
    if (counters[other]! >>> 4 < count) counters[other] = (counters[other]! & 15) | (count << 4);
    this.#counted += count;
    if (this.#counted >= this.#limit) this.#halve();
  }

  #halve(): void {
    this.#counted >>>= 1;
    halveAll(this.#counters);
  }
}

/** Apart from its caller: the engine compiles a long loop while it runs, and gives that up for what comes after it. */
function halveAll(counters: Uint8Array): void {
  for (let i = 0; i < counters.length; i++) counters[i] = (counters[i]! >>> 1) & 0x77;
}

const MIXER = 0xc2b2ae35;
const FEWEST_COUNTERS = 4096;
const COUNTED_PER_ENTRY = 10;
