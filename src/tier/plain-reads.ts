/** Reads without a loader: what the first tier does not have, or does not trust, is looked for in the second. */
import { heldOf } from './first-tier.ts';
import { Held } from './held.ts';
import type { TierParts } from './parts.ts';
import type { Look, SecondReads } from './second-reads.ts';
import type { Passage } from './under-way.ts';

export class PlainReads<V> {
  readonly #parts: TierParts<V>;
  readonly #second: SecondReads<V>;
  /** One look at a time for a key, however many ask. */
  readonly #reads = new Map<string, Promise<Held<V> | undefined>>();

  constructor(parts: TierParts<V>, second: SecondReads<V>) {
    this.#parts = parts;
    this.#second = second;
  }

  /** Reads one key; `suspect` is what the first tier holds and does not trust. */
  one(key: string, suspect: Held<V> | undefined): Promise<Held<V> | undefined> {
    let read = this.#reads.get(key);
    if (read === undefined) this.#reads.set(key, (read = this.#read(key, suspect)));
    return read;
  }

  /** Reads many keys; in their order. */
  async many(wanted: ReadonlyMap<string, Held<V> | undefined>): Promise<(Held<V> | undefined)[]> {
    const { underWay, first } = this.#parts;
    const keys = [...wanted.keys()];
    const passages = keys.map((key) => underWay.begin(key));
    const epoch = first.fillEpoch;
    const looks = await this.#second.findMany(keys);
    keys.forEach((key, at) => underWay.end(key, passages[at]!));
    return keys.map((key, at) =>
      this.#use(key, looks[at]!, { suspect: wanted.get(key), passage: passages[at]!, epoch }),
    );
  }

  async #read(key: string, suspect: Held<V> | undefined): Promise<Held<V> | undefined> {
    const { underWay, first } = this.#parts;
    const passage = underWay.begin(key);
    const epoch = first.fillEpoch;
    try {
      const look = await this.#second.find(key);
      return this.#use(key, look, { suspect, passage, epoch });
    } finally {
      underWay.end(key, passage);
      this.#reads.delete(key);
    }
  }

  #use(
    key: string,
    { entry, error }: Look<V>,
    { suspect, passage, epoch }: { suspect: Held<V> | undefined; passage: Passage; epoch: number },
  ): Held<V> | undefined {
    const { first, counters, options } = this.#parts;
    if (error !== undefined) return this.#withoutSecond(suspect, error);
    if (entry === undefined || !this.#second.isFresh(entry)) {
      counters.misses++;
      // It may be kept as a fallback for a load that fails.
      if (suspect !== undefined && options.staleIfError === 0 && first.cache.peek(key) === suspect)
        first.cache.delete(key);
      return undefined;
    }
    counters.secondHits++;
    const isSame = suspect?.stamp === entry.stamp;
    if (isSame) counters.revalidated++;
    const held = isSame ? new Held(suspect.value, suspect.isMissing, suspect.stamp, epoch) : heldOf(entry, epoch);
    if (passage.isOlder(entry.stamp)) return held;
    const tags = entry.generations.length > 1 ? entry.generations.slice(1).map(([tag]) => tag) : undefined;
    first.put(key, held, first.ttlOf(entry), tags);
    return held;
  }

  #withoutSecond(suspect: Held<V> | undefined, error: unknown): Held<V> | undefined {
    const { options, first, counters } = this.#parts;
    if (suspect !== undefined && options.clock.steadyNow() - first.suspectSince < options.staleIfError) return suspect;
    if (options.throws) throw error;
    counters.misses++;
    return undefined;
  }
}
