/** The policies whose victims can be foretold, in their plainest form: an array, sorted at every eviction. */
import type { RemovalCause } from '../../src/cache/index.ts';
import type { ExactPolicy } from './cache-policies.ts';
import { sameKey } from './cache-trial.ts';

interface Entry {
  readonly key: unknown;
  bytes: number;
  uses: number;
  /** Numbers that grow: when it came in, and when it was used last. */
  readonly since: number;
  usedAt: number;
}

/** Who leaves first: negative when it is `a`. */
const order: Readonly<Record<ExactPolicy, (a: Entry, b: Entry) => number>> = {
  lru: (a, b) => a.usedAt - b.usedAt,
  lfu: (a, b) => a.uses - b.uses || a.usedAt - b.usedAt,
  fifo: (a, b) => a.since - b.since,
  largest: (a, b) => b.bytes - a.bytes || a.usedAt - b.usedAt,
};

export interface Removal {
  readonly key: unknown;
  readonly cause: RemovalCause;
}

export class NaiveCache {
  maxEntries: number;
  maxBytes: number;
  readonly #policy: ExactPolicy;
  readonly #evictBatch: number;
  #entries: Entry[] = [];
  #now = 0;
  #allUses = 0;

  constructor(policy: ExactPolicy, maxEntries: number, maxBytes: number, evictBatch: number) {
    this.#policy = policy;
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
    this.#evictBatch = evictBatch;
  }

  /** Keys in the order in which they leave. */
  get keys(): unknown[] {
    return this.#leaving().map(({ key }) => key);
  }

  get(key: unknown): void {
    const entry = this.#find(key);
    if (entry !== undefined) this.#use(entry);
  }

  set(key: unknown, bytes: number): Removal[] {
    const entry = this.#find(key);
    if (bytes > this.maxBytes) return entry === undefined ? [] : [this.#remove(entry, 'replaced')];
    if (entry === undefined) return this.#insert(key, bytes);
    entry.bytes = bytes;
    this.#use(entry);
    return [{ key: entry.key, cause: 'replaced' }, ...this.#shrink(entry)];
  }

  delete(key: unknown): Removal[] {
    const entry = this.#find(key);
    return entry === undefined ? [] : [this.#remove(entry, 'deleted')];
  }

  clear(): Removal[] {
    this.#allUses = 0;
    return this.#leaving().map((entry) => this.#remove(entry, 'deleted'));
  }

  evict(count: number, cause: RemovalCause = 'pressure'): Removal[] {
    return this.#leaving()
      .slice(0, count)
      .map((entry) => this.#remove(entry, cause));
  }

  resize(maxEntries: number, maxBytes: number): Removal[] {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
    return this.#shrink();
  }

  #insert(key: unknown, bytes: number): Removal[] {
    const removals: Removal[] = [];
    const isFull = this.#entries.length >= this.#limit || this.#bytes + bytes > this.maxBytes;
    if (isFull) removals.push(...this.evict(this.#evictBatch, 'capacity'));
    while (this.#bytes + bytes > this.maxBytes) removals.push(...this.evict(1, 'capacity'));
    this.#allUses++;
    this.#entries.push({ key, bytes, uses: this.#headStart(), since: this.#now, usedAt: this.#now++ });
    return removals;
  }

  /** Until the bounds hold; `spared` stays. */
  #shrink(spared?: Entry): Removal[] {
    const removals: Removal[] = [];
    while (this.#entries.length > this.#limit || this.#bytes > this.maxBytes) {
      removals.push(this.#remove(this.#leaving().find((entry) => entry !== spared)!, 'capacity'));
    }
    return removals;
  }

  /** Entries may weigh nothing, so a bound by bytes is one by entries as well. */
  get #limit(): number {
    return Math.min(this.maxEntries, this.maxBytes);
  }

  get #bytes(): number {
    return this.#entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #leaving(): Entry[] {
    return [...this.#entries].sort(order[this.#policy]);
  }

  #find(key: unknown): Entry | undefined {
    return this.#entries.find((entry) => sameKey(entry.key, key));
  }

  /** Newcomers of a cache long in use begin ahead, so that what was popular once has to be used to stay; caches here are small. */
  #headStart(): number {
    return Math.floor(this.#allUses / (10 * 100));
  }

  #use(entry: Entry): void {
    this.#allUses++;
    entry.uses++;
    entry.usedAt = this.#now++;
  }

  #remove(entry: Entry, cause: RemovalCause): Removal {
    this.#entries = this.#entries.filter((other) => other !== entry);
    return { key: entry.key, cause };
  }
}
