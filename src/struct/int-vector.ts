/** A growing list of unsigned 32-bit integers. Doubles its room when full, so adding is amortised O(1). */
export class IntVector {
  #items: Uint32Array;
  #length = 0;

  constructor(capacity: number = 1024) {
    this.#items = new Uint32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Adds the first `count` of `items`. */
  append(items: Uint32Array, count: number): void {
    this.#reserve(this.#length + count);
    this.#items.set(items.subarray(0, count), this.#length);
    this.#length += count;
  }

  push(item: number): void {
    this.#reserve(this.#length + 1);
    this.#items[this.#length++] = item;
  }

  /** The items so far, as a view: good until the next one is added. */
  view(): Uint32Array {
    return this.#items.subarray(0, this.#length);
  }

  #reserve(length: number): void {
    if (length <= this.#items.length) return;
    const larger = new Uint32Array(Math.max(length, this.#items.length * 2));
    larger.set(this.#items.subarray(0, this.#length));
    this.#items = larger;
  }
}
