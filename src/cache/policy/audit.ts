/**
 * How large the window of the adaptive policy should be.
 *
 * Recency is served by the window, popularity by the main part, and streams change from one to the other. On a sample of the
 * keys (one in 16, one in 64 of a large cache, all of a tiny one) two shadows show what other policies would have hit:
 * an exact LRU, and the same policy with a window of 2 %. When a shadow beats the cache, the window grows or shrinks by a
 * quarter of the capacity. While neither does, it moves towards where a slot earns more hits ("density").
 *
 * Without the LRU shadow, streams of pure recency trap a frequency policy for good. **Cost:** about two bytes per entry;
 * some 100 ns for each request for a sampled key.
 */
import { ShadowLfu } from './shadow-lfu.ts';
import { ShadowLru } from './shadow-lru.ts';

/** One key in this many is sampled; of a large cache one in {@link LARGE_RATE}. */
const RATE = 16;
const LARGE_RATE = 64;
const LARGE_CAPACITY = 16_384;
/** A shadow never has fewer entries than this, unless the cache has. */
const FEWEST_SHADOW_ENTRIES = 64;
/** Nor more: its entries have 15-bit numbers. */
const MOST_SHADOW_ENTRIES = 16_384;
/** The window of the second shadow, as a part of its capacity. */
const SMALL_WINDOW = 0.02;
/** Requests between two decisions: this many times the capacity, and at least {@link SHORTEST_PERIOD}. */
const PERIOD = 2;
const SHORTEST_PERIOD = 1000;
/** A shadow wins when its hit ratio is better by this. */
const TOLERANCE = 0.01;
/** What a lead of the period before counts for still. */
const MEMORY = 0.5;
/** By how much of the capacity the window moves when a shadow wins, */
const PULL = 0.25;
/** and per natural logarithm of the ratio of densities, up to {@link LARGEST_STEP}. */
const GAIN = 0.03;
const LARGEST_STEP = 0.3;

/** Entries in either part of the cache. */
export interface Parts {
  readonly window: number;
  readonly main: number;
}

export class Audit {
  /** A key is sampled if `(hash & mask) === value`. */
  readonly mask: number;
  readonly value: number;
  readonly #capacity: number;
  readonly #period: number;
  readonly #lru: ShadowLru;
  readonly #lfu: ShadowLfu;
  #requests = 0;
  #windowHits = 0;
  #mainHits = 0;
  #lruHits = 0;
  #lfuHits = 0;
  #lruLead = 0;
  #lfuLead = 0;

  constructor(capacity: number) {
    const rate = rateFor(capacity);
    this.mask = (rate - 1) << 12;
    this.value = (5 << 12) & this.mask;
    this.#capacity = capacity;
    this.#period = Math.max(8, Math.round(Math.max(SHORTEST_PERIOD, PERIOD * capacity) / rate));
    const shadowCapacity = Math.max(1, Math.round(capacity / rate));
    this.#lru = new ShadowLru(shadowCapacity);
    this.#lfu = new ShadowLfu(shadowCapacity, Math.max(1, Math.round(shadowCapacity * SMALL_WINDOW)));
  }

  /** Shows the shadows a key that is already in the cache. */
  begin(hash: number): void {
    this.#lru.access(hash);
    this.#lfu.access(hash);
  }

  /** Notes a request for a sampled key; whether it is time to {@link decide}. */
  note(hash: number, where: 'window' | 'main' | 'miss'): boolean {
    if (where === 'window') this.#windowHits++;
    else if (where === 'main') this.#mainHits++;
    if (this.#lru.access(hash)) this.#lruHits++;
    if (this.#lfu.access(hash)) this.#lfuHits++;
    return ++this.#requests >= this.#period;
  }

  /** By how many entries the window should grow; begins the next period. */
  decide(parts: Parts): number {
    const hits = this.#windowHits + this.#mainHits;
    this.#lruLead = this.#lruLead * MEMORY + (this.#lruHits - hits) / this.#requests;
    this.#lfuLead = this.#lfuLead * MEMORY + (this.#lfuHits - hits) / this.#requests;
    const step = this.#step(parts);
    this.#requests = this.#windowHits = this.#mainHits = this.#lruHits = this.#lfuHits = 0;
    return step * this.#capacity;
  }

  #step({ window, main }: Parts): number {
    if (this.#lruLead > TOLERANCE) return PULL;
    if (this.#lfuLead > TOLERANCE) return -PULL;
    if (window + main < this.#capacity * 0.9) return 0;
    const ratio = (this.#windowHits / Math.max(1, window) + 1e-9) / (this.#mainHits / Math.max(1, main) + 1e-9);
    const step = GAIN * Math.log(ratio);
    return Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, step));
  }
}

function rateFor(capacity: number): number {
  const most = capacity > LARGE_CAPACITY ? LARGE_RATE : RATE;
  let rate = 1;
  while (rate * 2 <= most && capacity >= rate * 2 * FEWEST_SHADOW_ENTRIES) rate *= 2;
  while (capacity / rate > MOST_SHADOW_ENTRIES) rate *= 2;
  return rate;
}
