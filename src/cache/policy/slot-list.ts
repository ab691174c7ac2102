/** A doubly linked list of slots, in typed arrays. Slot 0 is its head and its end. **Cost:** 8 bytes per slot. */
export class SlotList {
  #next: Uint32Array = new Uint32Array(1);
  #previous: Uint32Array = new Uint32Array(1);

  /** Makes room for slots below `length`. */
  grow(length: number): void {
    this.#next = copied(this.#next, length);
    this.#previous = copied(this.#previous, length);
  }

  /** The slot after `slot`, the first one after 0; 0 after the last. */
  after(slot: number): number {
    return this.#next[slot]!;
  }

  /** The slot before `slot`, the last one before 0; 0 before the first. */
  before(slot: number): number {
    return this.#previous[slot]!;
  }

  /** Puts a slot that is not in the list at its end. */
  append(slot: number): void {
    const last = this.#previous[0]!;
    this.#next[last] = slot;
    this.#previous[slot] = last;
    this.#next[slot] = 0;
    this.#previous[0] = slot;
  }

  remove(slot: number): void {
    const before = this.#previous[slot]!;
    const after = this.#next[slot]!;
    this.#next[before] = after;
    this.#previous[after] = before;
  }

  /** Throws unless every link has its counterpart; for tests. */
  check(): void {
    let slot = 0;
    do {
      const after = this.#next[slot]!;
      if (this.#previous[after] !== slot) throw new Error(`slot ${after} does not know that it follows slot ${slot}`);
      slot = after;
    } while (slot !== 0);
  }
}

function copied(from: Uint32Array, length: number): Uint32Array {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
}
