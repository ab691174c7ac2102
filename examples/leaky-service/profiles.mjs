import { setTimeout as delay } from 'node:timers/promises';
import { ProfileCache } from './profile-cache.mjs';
import { Random } from './random.mjs';

export const CUSTOMERS = 2000;

const PORTS = ['Bergen', 'Cork', 'Genoa', 'Gdansk', 'Hamburg', 'Lisbon', 'Malmo', 'Porto', 'Rotterdam', 'Split'];
const QUERY_MS = 6;

/** Customers' profiles: a slow table with a cache in front. */
export class ProfileStore {
  #cache = new ProfileCache({ maxEntries: 1500 });

  /** The profile of customer `id`, or `undefined` when there is no such customer. */
  async find(id) {
    if (!Number.isInteger(id) || id < 0 || id >= CUSTOMERS) return undefined;
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    await delay(QUERY_MS);
    const profile = readRow(id);
    this.#cache.set(id, profile);
    return profile;
  }

  stats() {
    const { size, maxEntries, hits, misses } = this.#cache;
    return { size, maxEntries, hits, misses };
  }
}

/** Stands for the database: the same customer gets the same row every time. */
function readRow(id) {
  const random = new Random(id + 7);
  const port = random.pick(PORTS);
  return {
    id,
    name: `Customer ${id}`,
    email: `customer-${id}@${port.toLowerCase()}.example`,
    port,
    since: 1990 + random.below(35),
    vessels: Array.from({ length: 3 }, (_, index) => ({
      name: `${port} ${id}-${index}`,
      metres: 6 + random.below(30),
      berth: `${random.pick(PORTS)} ${random.below(400)}`,
    })),
    notes: `Prefers delivery to ${random.pick(PORTS)}. ${random.words(PORTS, 60)}`,
  };
}
