/**
 * Reads, loads and writes under way, by key. Whoever hears that a key was written tells them: what they bring may be older than
 * that, and is not to be stored.
 */

/** One of them. */
export class Passage {
  /** The key was written by somebody else since this began. */
  isOvertaken = false;
  /** The stamp of what is being written, if it writes. */
  stamp: string | undefined;
  /** The stamp of what was written meanwhile, if there was one write and it has a stamp. */
  #writtenMeanwhile: string | undefined;

  /** Another write is known of. */
  overtake(stamp: string | undefined): void {
    if (stamp !== undefined && stamp === this.stamp) return;
    this.#writtenMeanwhile = this.isOvertaken ? undefined : stamp;
    this.isOvertaken = true;
  }

  /** Whether what was read may be older than what was written meanwhile: unless it is that. */
  isOlder(stamp: string): boolean {
    return this.isOvertaken && this.#writtenMeanwhile !== stamp;
  }
}

export class UnderWay {
  readonly #byKey = new Map<string, Set<Passage>>();

  begin(key: string, stamp?: string): Passage {
    const passage = new Passage();
    passage.stamp = stamp;
    const others = this.#byKey.get(key);
    if (others === undefined) this.#byKey.set(key, new Set([passage]));
    else others.add(passage);
    return passage;
  }

  end(key: string, passage: Passage): void {
    const all = this.#byKey.get(key);
    if (all?.delete(passage) === true && all.size === 0) this.#byKey.delete(key);
  }

  /** A write of `key` with that stamp is known of. */
  overtake(key: string, stamp?: string): void {
    const all = this.#byKey.get(key);
    if (all === undefined) return;
    for (const passage of all) passage.overtake(stamp);
  }

  /** Anything may have been written. */
  overtakeAll(): void {
    for (const key of this.#byKey.keys()) this.overtake(key);
  }

  /** Whether a write of `key` is under way. */
  isWriting(key: string): boolean {
    for (const { stamp } of this.#byKey.get(key) ?? []) if (stamp !== undefined) return true;
    return false;
  }

  get size(): number {
    return this.#byKey.size;
  }
}
