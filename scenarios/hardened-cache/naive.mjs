// The dashboard's caches, with the usual care: a clean-up that does not run twice at once and does not crash, sizes that
// cannot throw.
import { SETTINGS } from './settings.mjs';

const CLEAN_UP_EVERY = 60_000;

class NamedCache {
  bytes = 0;
  #entries = new Map();
  #options;
  #isCleaning = false;
  #timer = setInterval(() => void this.cleanUp(), CLEAN_UP_EVERY);

  constructor(options) {
    this.#options = options;
  }

  get size() {
    return this.#entries.size;
  }

  set(key, value) {
    const bytes = sizeOf(value);
    this.#entries.set(key, { value, bytes, until: Date.now() + this.#options.ttl });
    this.bytes += bytes;
    if (this.#entries.size > this.#options.maxEntries || this.bytes > this.#options.warnBytes) void this.cleanUp();
  }

  get(key) {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.until > Date.now() ? entry.value : undefined;
  }

  async cleanUp() {
    if (this.#isCleaning) return;
    this.#isCleaning = true;
    try {
      for (const [key, entry] of this.#entries) {
        const isTooMany = this.#entries.size > this.#options.maxEntries;
        if (entry.until > Date.now() && !isTooMany) continue;
        await this.#options.dispose(entry.value, key);
        this.#entries.delete(key);
        this.bytes -= entry.bytes;
      }
    } catch {
      // The next clean-up tries it again.
    } finally {
      this.#isCleaning = false;
    }
  }

  async close() {
    clearInterval(this.#timer);
    await this.cleanUp();
    this.#entries.clear();
  }
}

function sizeOf(value) {
  try {
    return JSON.stringify(value).length * 2;
  } catch {
    return 0;
  }
}

/** @param {{ dispose: (name: string, key: unknown) => unknown }} options */
export function makeCaches({ dispose }) {
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([name, settings]) => [
      name,
      new NamedCache({ ...settings, dispose: (_value, key) => dispose(name, key) }),
    ]),
  );
}
