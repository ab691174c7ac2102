/** A `Cache` as a store of Keyv: what Keyv keeps is bounded. */
import { Cache } from '../../cache/index.ts';
import type { CacheOptions } from '../../cache/index.ts';

/** One of many entries to set. */
export interface KeyvEntry {
  readonly key: string;
  readonly value: unknown;
  /** In ms. */
  readonly ttl?: number;
}

/**
 * `new Keyv({ store: new KeyvStore({ maxEntries: 10_000 }) })`. Keys bear the namespace that Keyv puts before them, so several Keyv
 * of different namespaces may share one store; `clear()` of one takes out its own. A store that is shared knows the namespace of the
 * Keyv made last only: give each its own store over one cache.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 */
export class KeyvStore {
  /** What Keyv looks at to see what kind of store this is. `redis` is one whose iterator it uses. */
  readonly opts: { readonly dialect: string; readonly url: string } = { dialect: 'redis', url: '' };
  /** Set by Keyv. */
  namespace: string | undefined;
  readonly cache: Cache<string, unknown>;

  constructor(cache: CacheOptions<string, unknown> | Cache<string, unknown>) {
    this.cache = cache instanceof Cache ? cache : new Cache(cache);
  }

  async get(key: string): Promise<unknown> {
    return this.cache.get(key);
  }

  async getMany(keys: readonly string[]): Promise<unknown[]> {
    return keys.map((key) => this.cache.get(key));
  }

  /** `ttl` in ms; 0 and nothing mean without end, as Keyv has it. */
  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    if (typeof ttl === 'number' && ttl > 0) this.cache.set(key, value, { ttl });
    else this.cache.set(key, value);
    return true;
  }

  async setMany(entries: readonly KeyvEntry[]): Promise<boolean[]> {
    return Promise.all(entries.map(({ key, value, ttl }) => this.set(key, value, ttl)));
  }

  async delete(key: string): Promise<boolean> {
    return this.cache.delete(key);
  }

  async deleteMany(keys: readonly string[]): Promise<boolean> {
    return keys.map((key) => this.cache.delete(key)).includes(true);
  }

  async has(key: string): Promise<boolean> {
    return this.cache.has(key);
  }

  async hasMany(keys: readonly string[]): Promise<boolean[]> {
    return keys.map((key) => this.cache.has(key));
  }

  async clear(): Promise<void> {
    if (this.namespace === undefined) return this.cache.clear();
    const prefix = `${this.namespace}:`;
    for (const key of this.cache.keys()) if (key.startsWith(prefix)) this.cache.delete(key);
  }

  /** Keys and values, of a namespace if one is given. */
  async *iterator(namespace?: string): AsyncGenerator<[string, unknown], void> {
    for (const [key, value] of this.cache)
      if (namespace === undefined || key.startsWith(`${namespace}:`)) yield [key, value];
  }

  /** It emits nothing: nothing in it can fail. */
  on(): this {
    return this;
  }

  async disconnect(): Promise<void> {
    await this.cache.close();
  }
}
