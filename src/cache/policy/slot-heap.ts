/**
 * Slots by rank, the lowest first, and of one rank the one ranked longest ago: a binary heap in typed arrays that knows
 * where each slot is. **Cost:** 24 bytes per slot; O(log n) for each change.
 */
export class SlotHeap {
  #count = 0;
  /** The slots, from 1, each ranked no lower than the one at half its place. */
  #heap: Uint32Array = new Uint32Array(1);
  /** Where each slot is in the heap; 0 when it is not. */
  #places: Uint32Array = new Uint32Array(1);
  #ranks: Float64Array = new Float64Array(1);
  #turns: Float64Array = new Float64Array(1);
  #turn = 0;

  get count(): number {
    return this.#count;
  }

  /** Makes room for slots below `length`. */
  grow(length: number): void {
    this.#heap = copied(this.#heap, new Uint32Array(length));
    this.#places = copied(this.#places, new Uint32Array(length));
    this.#ranks = copied(this.#ranks, new Float64Array(length));
    this.#turns = copied(this.#turns, new Float64Array(length));
  }

  rankOf(slot: number): number {
    return this.#ranks[slot]!;
  }

  /** The slot with the lowest rank; 0 when there is none. */
  lowest(): number {
    return this.#count === 0 ? 0 : this.#heap[1]!;
  }

  /** Puts `slot` in at `rank`, or moves it there; it goes behind the others of that rank. */
  put(slot: number, rank: number): void {
    this.#ranks[slot] = rank;
    this.#turns[slot] = ++this.#turn;
    if (this.#places[slot] === 0) this.#place(slot, ++this.#count);
    this.#settle(slot);
  }

  remove(slot: number): void {
    const place = this.#places[slot]!;
    const last = this.#heap[this.#count]!;
    this.#places[slot] = 0;
    this.#count--;
    if (last === slot) return;
    this.#place(last, place);
    this.#settle(last);
  }

  /** The slots, in the order of the heap; the first is the lowest, the others are in no order to go by. */
  slots(): Uint32Array {
    return this.#heap.slice(1, this.#count + 1);
  }

  /** Throws on the first thing that does not hold; for tests. */
  check(): void {
    for (let place = 1; place <= this.#count; place++) {
      const slot = this.#heap[place]!;
      if (this.#places[slot] !== place) throw new Error(`slot ${slot} is not where it says`);
      if (place > 1 && this.#isBefore(slot, this.#heap[place >>> 1]!)) throw new Error(`slot ${slot} is too deep`);
    }
  }

  #settle(slot: number): void {
    this.#sink(slot);
    this.#rise(slot);
  }

  #rise(slot: number): void {
    for (let place = this.#places[slot]!; place > 1; place >>>= 1) {
      const above = this.#heap[place >>> 1]!;
      if (!this.#isBefore(slot, above)) return;
      this.#place(above, place);
      this.#place(slot, place >>> 1);
    }
  }

  #sink(slot: number): void {
    for (let place = this.#places[slot]!; ; ) {
      let below = place * 2;
      if (below > this.#count) return;
      if (below < this.#count && this.#isBefore(this.#heap[below + 1]!, this.#heap[below]!)) below++;
      const lower = this.#heap[below]!;
      if (!this.#isBefore(lower, slot)) return;
      this.#place(lower, place);
      this.#place(slot, below);
      place = below;
    }
  }

  #isBefore(a: number, b: number): boolean {
    return this.#ranks[a] === this.#ranks[b] ? this.#turns[a]! < this.#turns[b]! : this.#ranks[a]! < this.#ranks[b]!;
  }

  #place(slot: number, place: number): void {
    this.#heap[place] = slot;
    this.#places[slot] = place;
  }
}

function copied<A extends Uint32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
