/**
 * A doubly linked list of slots. Slot 0 is its head and its end. Both links of a slot lie side by side: a slot that moves is
 * one line of memory, not two. **Cost:** 8 bytes per slot.
 */
export class SlotList {
  /** At twice the slot the slot after it, and then the one before it. */
  #links: Uint32Array = new Uint32Array(2);

  /** Makes room for slots below `length`. */
  grow(length: number): void {
    const larger = new Uint32Array(2 * length);
    larger.set(this.#links);
    this.#links = larger;
  }

  /** The slot after `slot`, the first one after 0; 0 after the last. */
  after(slot: number): number {
    return this.#links[2 * slot]!;
  }

  /** The slot before `slot`, the last one before 0; 0 before the first. */
  before(slot: number): number {
    return this.#links[2 * slot + 1]!;
  }

  /** Puts a slot that is not in the list at its end. */
  append(slot: number): void {
    const links = this.#links;
    const last = links[1]!;
    links[2 * last] = slot;
    links[2 * slot + 1] = last;
    links[2 * slot] = 0;
    links[1] = slot;
  }

  remove(slot: number): void {
    const links = this.#links;
    const after = links[2 * slot]!;
    const before = links[2 * slot + 1]!;
    links[2 * before] = after;
    links[2 * after + 1] = before;
  }

  /** Throws unless every link has its counterpart; for tests. */
  check(): void {
    let slot = 0;
    do {
      const after = this.after(slot);
      if (this.before(after) !== slot) throw new Error(`slot ${after} does not know that it follows slot ${slot}`);
      slot = after;
    } while (slot !== 0);
  }
}
