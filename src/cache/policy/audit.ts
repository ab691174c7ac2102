/**
 * How large the window of the adaptive policy should be.
 *
 * Recency is served by the window, popularity by the main part, and streams change from one to the other. On a sample of the
 * keys (one in 16, one in 64 of a large cache, all of a tiny one) two shadows show what other policies would have hit:
 * an exact LRU, and the same policy with a window of 2 %. When a shadow beats the cache, the window grows or shrinks by a
 * quarter of the capacity. While neither does, it moves towards where a slot earns more hits ("density"). That is decided
 * once a period; but a lead too large for chance counts at once, which shortens the losses after a change of the stream
 * and while a large cache is new.
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
/** How often in a period an early decision is looked for, and never after fewer sampled requests than this. */
const LOOKS = 16;
const FEWEST_REQUESTS = 32;
/** A lead of this many standard deviations is no chance: the square root of how often cache and shadow disagreed. */
const NO_CHANCE = 3;
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

/** A shadow, and how it compares with the cache in this period. */
class Rival {
  readonly #shadow: ShadowLru | ShadowLfu;
  /** Hits that the cache did not have, less those that it had alone. */
  #lead = 0;
  #disagreements = 0;
  /** The lead of the periods before, as a part of their requests; older ones count for less. */
  #past = 0;

  constructor(shadow: ShadowLru | ShadowLfu) {
    this.#shadow = shadow;
  }

  access(hash: number): void {
    this.#shadow.access(hash);
  }

  compare(hash: number, isHit: boolean): void {
    if (this.#shadow.access(hash) === isHit) return;
    this.#lead += isHit ? -1 : 1;
    this.#disagreements++;
  }

  /** Whether its lead over so many requests is clear before the period is over. */
  isFarAhead(requests: number): boolean {
    return this.#lead > TOLERANCE * requests && this.#lead > NO_CHANCE * Math.sqrt(this.#disagreements);
  }

  isAhead(): boolean {
    return this.#past > TOLERANCE;
  }

  /** Ends a period of so many requests. */
  end(requests: number): void {
    this.#past = this.#past * MEMORY + this.#lead / requests;
    this.#lead = this.#disagreements = 0;
  }
}

export class Audit {
  /** A key is sampled if `(hash & mask) === value`. */
  readonly mask: number;
  readonly value: number;
  readonly #capacity: number;
  readonly #period: number;
  readonly #look: number;
  readonly #lru: Rival;
  readonly #lfu: Rival;
  #requests = 0;
  #untilLook: number;
  #windowHits = 0;
  #mainHits = 0;

  constructor(capacity: number) {
    const rate = rateFor(capacity);
    this.mask = (rate - 1) << 12;
    this.value = (5 << 12) & this.mask;
    this.#capacity = capacity;
    this.#period = Math.round(Math.max(SHORTEST_PERIOD, PERIOD * capacity) / rate);
    this.#look = this.#untilLook = Math.max(FEWEST_REQUESTS, Math.round(this.#period / LOOKS));
    const shadowCapacity = Math.max(1, Math.round(capacity / rate));
    this.#lru = new Rival(new ShadowLru(shadowCapacity));
    this.#lfu = new Rival(new ShadowLfu(shadowCapacity, Math.max(1, Math.round(shadowCapacity * SMALL_WINDOW))));
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
    this.#lru.compare(hash, where !== 'miss');
    this.#lfu.compare(hash, where !== 'miss');
    this.#requests++;
    if (--this.#untilLook > 0) return false;
    this.#untilLook = this.#look;
    return (
      this.#requests >= this.#period || this.#lru.isFarAhead(this.#requests) || this.#lfu.isFarAhead(this.#requests)
    );
  }

  /** By how many entries the window should grow; begins the next period. */
  decide(parts: Parts): number {
    const step = this.#step(parts);
    this.#requests = this.#windowHits = this.#mainHits = 0;
    return step * this.#capacity;
  }

  #step({ window, main }: Parts): number {
    const requests = this.#requests;
    const early = this.#lru.isFarAhead(requests) ? PULL : this.#lfu.isFarAhead(requests) ? -PULL : 0;
    this.#lru.end(requests);
    this.#lfu.end(requests);
    if (early !== 0) return early;
    if (this.#lru.isAhead()) return PULL;
    if (this.#lfu.isAhead()) return -PULL;
    if (window + main < this.#capacity * 0.9) return 0;
    const ratio = (this.#windowHits / Math.max(1, window) + 1e-9) / (this.#mainHits / Math.max(1, main) + 1e-9);
    return Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, GAIN * Math.log(ratio)));
  }
}

function rateFor(capacity: number): number {
  const most = capacity > LARGE_CAPACITY ? LARGE_RATE : RATE;
  let rate = 1;
  while (rate * 2 <= most && capacity >= rate * 2 * FEWEST_SHADOW_ENTRIES) rate *= 2;
  while (capacity / rate > MOST_SHADOW_ENTRIES) rate *= 2;
  return rate;
}
