/** Keeps the most recently used profiles, never more than `maxEntries` of them. */
export class ProfileCache {
  #entries = new Map();
  hits = 0;
  misses = 0;

  constructor({ maxEntries }) {
    this.maxEntries = maxEntries;
  }

  get size() {
    return this.#entries.size;
  }

  get(id) {
    const profile = this.#entries.get(id);
    if (profile === undefined) {
      this.misses++;
      return undefined;
    }
    this.hits++;
    // A Map iterates in order of insertion: putting the entry back makes it the newest.
    this.#entries.delete(id);
    this.#entries.set(id, profile);
    return profile;
  }

  set(id, profile) {
    this.#entries.delete(id);
    this.#entries.set(id, profile);
    if (this.#entries.size > this.maxEntries) this.#entries.delete(this.#entries.keys().next().value);
  }
}
