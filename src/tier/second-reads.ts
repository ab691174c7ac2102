/** Looking into the second tier: what is there, whether it is valid, and what became of the call. */
import type { TierParts } from './parts.ts';
import type { TierEntry, TierFound } from './tier.ts';

/** What a look came to. */
export interface Look<V> {
  /** A valid entry; its time may be up. */
  readonly entry: TierEntry<V> | undefined;
  /** The stamp that is there; `''`: nothing is. `undefined`: something that has none, or nobody knows. */
  readonly stamp: string | undefined;
  /** Why it is not known what is there. */
  readonly error: unknown;
}

const NOTHING: Look<never> = { entry: undefined, stamp: '', error: undefined };
const UNKNOWN: Look<never> = { entry: undefined, stamp: undefined, error: undefined };

/** The most keys of one call. */
export const MOST_AT_ONCE = 500;

export class SecondReads<V> {
  readonly #parts: TierParts<V>;

  constructor(parts: TierParts<V>) {
    this.#parts = parts;
  }

  /** Looks for a key. Never rejects. */
  async find(key: string): Promise<Look<V>> {
    const { calls, tier, debts } = this.#parts;
    // What is there was to be replaced.
    if (debts.size > 0 && debts.has(key)) return UNKNOWN;
    try {
      const found = await calls.run(() => tier.get(key));
      const look = this.#judge(found);
      return look instanceof Promise ? await look : look;
    } catch (error) {
      return failed(error);
    }
  }

  /** Looks for many keys; in their order. Never rejects. */
  async findMany(keys: readonly string[]): Promise<Look<V>[]> {
    const chunks: Promise<Look<V>[]>[] = [];
    for (let at = 0; at < keys.length; at += MOST_AT_ONCE)
      chunks.push(this.#findChunk(keys.slice(at, at + MOST_AT_ONCE)));
    return (await Promise.all(chunks)).flat();
  }

  /** Whether an entry's time is not up. */
  isFresh(entry: TierEntry<V>): boolean {
    return entry.expiresAt === Infinity || entry.expiresAt > this.#parts.options.clock.wallNow();
  }

  async #findChunk(keys: readonly string[]): Promise<Look<V>[]> {
    const { calls, tier, debts } = this.#parts;
    try {
      const found = await calls.run(() => tier.getMany(keys));
      return await Promise.all(found.map(async (one, at) => (debts.has(keys[at]!) ? UNKNOWN : this.#judge(one))));
    } catch (error) {
      return keys.map(() => failed(error));
    }
  }

  #judge(found: TierFound<V> | undefined): Look<V> | Promise<Look<V>> {
    if (found === undefined) return NOTHING;
    if (found.kind === 'damaged') {
      this.#parts.alerts.value(`found ${found.problem} in ${this.#parts.tier.name}`);
      return UNKNOWN;
    }
    const { stamp } = found;
    if (found.kind === 'deleted') return { entry: undefined, stamp, error: undefined };
    const lookOf = (isValid: boolean): Look<V> => ({ entry: isValid ? found : undefined, stamp, error: undefined });
    const validity = this.#parts.generations.areCurrent(found.generations);
    return validity instanceof Promise ? validity.then(lookOf) : lookOf(validity);
  }
}

function failed(error: unknown): Look<never> {
  return { entry: undefined, stamp: undefined, error };
}
