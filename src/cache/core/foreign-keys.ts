/**
 * Hashes for keys whose content cannot be hashed from JavaScript: objects, functions, symbols, bigints, booleans, `null`
 * and `undefined`. Each gets a private hash when it comes in and loses it when it leaves.
 *
 * The engine's own maps hold them, several of them, because one stops at 2^24 entries and stalls for tens of
 * milliseconds when a large one grows. **Cost:** one look-up per map, that is one per 2^18 such keys.
 */

const MAX_PER_MAP = 2 ** 18;

export class ForeignKeys {
  /** Number of keys that have a hash. */
  size = 0;
  readonly #maps: Map<unknown, number>[] = [];
  #next = 1;

  /** The hash of `key`; of one that has none, the hash that {@link remember} would give it. */
  hashOf(key: unknown): number {
    for (const map of this.#maps) {
      const hash = map.get(key);
      if (hash !== undefined) return hash;
    }
    return mix(this.#next);
  }

  /** Keeps the hash that {@link hashOf} just gave. */
  remember(key: unknown, hash: number): void {
    let map = this.#maps.find(({ size }) => size < MAX_PER_MAP);
    if (map === undefined) this.#maps.push((map = new Map()));
    map.set(key, hash);
    this.size++;
    this.#next = (this.#next + 1) | 0;
  }

  forget(key: unknown): void {
    for (const map of this.#maps) {
      if (!map.delete(key)) continue;
      this.size--;
      return;
    }
  }
}

function mix(id: number): number {
  const hash = Math.imul(id, 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
