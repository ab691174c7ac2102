/** Small numbers for what comes and goes, so that a label has no more values than there were of them at once. */
export class Slots<T> {
  readonly #slots: Map<T, number> = new Map();

  /** The number of `thing`: the smallest that nothing else has. */
  of(thing: T): number {
    const known = this.#slots.get(thing);
    if (known !== undefined) return known;
    const taken = new Set(this.#slots.values());
    let slot = 1;
    while (taken.has(slot)) slot++;
    this.#slots.set(thing, slot);
    return slot;
  }

  /** Lets go of all but `present`. */
  keep(present: ReadonlySet<T>): void {
    for (const thing of this.#slots.keys()) if (!present.has(thing)) this.#slots.delete(thing);
  }
}
