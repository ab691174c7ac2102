/**
 * Which tags were invalidated while loads are under way, so that none brings an old value in afterwards. A load's tags are
 * known only when it ends; so each notes at its beginning how many invalidations there had been.
 */

/** Tags remembered; beyond that, whatever has a tag and began before is taken as old. */
const MOST_TAGS = 1000;

export class TagTurns {
  /** Invalidations so far. */
  now = 0;
  readonly #turns = new Map<string, number>();
  #allBefore = 0;

  /** `tag` is invalidated at this moment. */
  note(tag: string): void {
    this.now++;
    if (this.#turns.size >= MOST_TAGS) {
      this.#turns.clear();
      this.#allBefore = this.now;
    }
    this.#turns.set(tag, this.now);
  }

  /** Whether one of `tags` was invalidated after turn `since`. */
  isOld(tags: readonly string[], since: number): boolean {
    return tags.some((tag) => since < Math.max(this.#allBefore, this.#turns.get(tag) ?? 0));
  }

  /** No load is under way that began before now. */
  forget(): void {
    this.#turns.clear();
  }
}
