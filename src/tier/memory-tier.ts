/** A second tier in this process: for tests of programs that have a real one, without a server. */
import { systemClock } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { Cache } from '../cache/index.ts';
import type { HeldGeneration, NewEntry, StoreCondition, Tier, TierEntry, TierFence, TierFound } from './tier.ts';

/** How a {@link MemoryTier} is set up. */
export interface MemoryTierOptions {
  /** Entries at most. @default 100_000 */
  readonly maxEntries?: number;
  /** Tells time; for tests. @default the system's */
  readonly clock?: Clock;
}

/**
 * What a {@link RedisTier} does, in memory. Several caches of one process may share one. Values are stored as they are, and not
 * copied.
 */
export class MemoryTier<V = unknown> implements Tier<V> {
  readonly name = 'memory';
  readonly isConditional = true;
  readonly #entries: Cache<string, TierEntry<V> | TierFence>;
  readonly #generations: Cache<string, { readonly generation: string; readonly until: number }>;
  readonly #leases: Cache<string, string>;
  readonly #clock: Clock;

  constructor({ maxEntries = 100_000, clock = systemClock }: MemoryTierOptions = {}) {
    this.#clock = clock;
    this.#entries = new Cache({ maxEntries, clock });
    this.#generations = new Cache({ maxEntries, clock });
    this.#leases = new Cache({ maxEntries, clock });
  }

  async get(key: string): Promise<TierFound<V> | undefined> {
    return this.#entries.get(key);
  }

  async getMany(keys: readonly string[]): Promise<(TierFound<V> | undefined)[]> {
    return keys.map((key) => this.#entries.get(key));
  }

  async set(key: string, { keepMs, ...entry }: NewEntry<V>, condition?: StoreCondition): Promise<boolean> {
    if (condition !== undefined) {
      const { stamp, lease } = condition;
      if (lease !== undefined && this.#leases.get(key) !== lease) return false;
      if (lease !== undefined) this.#leases.delete(key);
      if ((this.#entries.peek(key)?.stamp ?? '') !== stamp) return false;
    }
    this.#entries.set(key, entry, { ttl: keepMs });
    return true;
  }

  async delete(key: string, stamp: string, fenceMs: number): Promise<boolean> {
    const found = this.#entries.peek(key);
    this.#entries.set(key, { kind: 'deleted', stamp }, { ttl: fenceMs });
    return found !== undefined && found.kind !== 'deleted';
  }

  async generation(tag: string, otherwise: string, keepMs: number): Promise<HeldGeneration> {
    const known = this.#generations.get(tag);
    const until = this.#clock.steadyNow() + keepMs;
    const generation = known?.generation ?? otherwise;
    if (known === undefined || known.until < until) this.#generations.set(tag, { generation, until }, { ttl: keepMs });
    return { generation, isNew: known === undefined };
  }

  async endGeneration(tag: string, next?: string): Promise<void> {
    if (next === undefined) this.#generations.delete(tag);
    else this.#generations.set(tag, { generation: next, until: Infinity });
  }

  async sweep(generation: string): Promise<void> {
    for (const [key, entry] of this.#entries) {
      if (entry.kind !== 'deleted' && entry.generations[0]?.[1] !== generation) this.#entries.delete(key);
    }
  }

  async takeLease(key: string, token: string, ms: number): Promise<boolean> {
    if (this.#leases.has(key)) return false;
    this.#leases.set(key, token, { ttl: ms });
    return true;
  }

  async endLease(key: string, token: string): Promise<void> {
    if (this.#leases.peek(key) === token) this.#leases.delete(key);
  }

  isAnswer(): boolean {
    return false;
  }

  async close(): Promise<void> {
    await Promise.all([this.#entries.close(), this.#generations.close(), this.#leases.close()]);
  }
}
