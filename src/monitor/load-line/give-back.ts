/**
 * Which caches give back how much.
 *
 * The best split of too little memory is the one in which the last byte of each cache is worth the same. So the cache whose least
 * useful bytes are worth least gives first, a tenth of itself, and then all are compared again. What a cache's next tenth is worth
 * once some have left cannot be measured in the same moment: uses fall about as 1/rank in most caches, so it is taken to rise
 * as 1/(share that is left). The next squeeze measures anew.
 *
 * Caches are known by structure only: another copy of the package may have made them, and they may lack methods.
 */
import { messageOf } from '../../base/errors.ts';

/** What can be asked of a registered cache. */
interface AskedCache {
  readonly name?: unknown;
  shrink?(fraction: number): { readonly entries: number; readonly bytes: number };
  valuePerByte?(): number;
  stats?(): { readonly bytes?: number | undefined; readonly size?: number };
}

/** What one cache has given. */
export interface GivenBack {
  /** The cache's name; `(unnamed)` without one. */
  readonly cache: string;
  readonly bytes: number;
  readonly entries: number;
  /** What its least useful bytes were worth before: ms of misses saved per second and byte; `null` when it cannot tell. */
  readonly valuePerByte: number | null;
}

/** A cache that threw. */
export interface FailedCache {
  readonly cache: string;
  readonly message: string;
}

export interface AllGivenBack {
  /** In order of being asked first. */
  readonly given: readonly GivenBack[];
  readonly failed: readonly FailedCache[];
  readonly bytes: number;
}

/** Share of what a cache held at first that it gives in one step. */
const STEP = 0.1;
/** A cache that has given this much is not asked again. */
const ALL = 0.999;

class Giver {
  readonly name: string;
  readonly value: number | null;
  readonly #cache: AskedCache;
  bytes = 0;
  entries = 0;
  /** Share of what it held at first that it has given. */
  taken = 0;
  error: string | undefined;

  constructor(cache: AskedCache) {
    this.#cache = cache;
    this.name = typeof cache.name === 'string' && cache.name !== '' ? cache.name : '(unnamed)';
    this.value = this.#ask(() => readValue(cache)) ?? null;
  }

  get canGive(): boolean {
    return this.error === undefined && this.taken < ALL;
  }

  /** What its next bytes are worth; one that cannot tell is asked after all that can. */
  get worth(): number {
    return this.value === null ? Number.POSITIVE_INFINITY : this.value / (1 - this.taken);
  }

  /** Gives a step, or less where `needed` is less. */
  give(needed: number): number {
    const left = 1 - this.taken;
    const held = this.#ask(() => this.#cache.stats?.().bytes);
    const enough = held === undefined || held <= 0 ? 1 : needed / held;
    const fraction = Math.min(1, STEP / left, Math.max(enough, STEP / 100));
    const shrunk = this.#ask(() => this.#cache.shrink!(fraction));
    this.taken = shrunk === undefined || shrunk.entries === 0 ? 1 : this.taken + fraction * left;
    if (shrunk === undefined) return 0;
    this.bytes += shrunk.bytes;
    this.entries += shrunk.entries;
    return shrunk.bytes;
  }

  #ask<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch (error) {
      this.error ??= messageOf(error);
      return undefined;
    }
  }
}

function readValue(cache: AskedCache): number | null {
  const value = cache.valuePerByte?.();
  return typeof value === 'number' && value >= 0 ? value : null;
}

/**
 * Takes `wanted` bytes from the caches, or as much as they have.
 *
 * **Cost:** a look at each cache's value, then O(steps * caches), ten steps a cache at most; and what evicting costs.
 */
export function giveBack(caches: readonly object[], wanted: number): AllGivenBack {
  const able = (caches as AskedCache[]).filter((cache) => typeof cache.shrink === 'function');
  const givers = able.map((cache) => new Giver(cache));
  const asked = new Set<Giver>();
  let left = wanted;
  while (left > 0) {
    const next = leastWorth(givers);
    if (next === undefined) break;
    asked.add(next);
    left -= next.give(left);
  }
  const given = [...asked].filter(({ entries }) => entries > 0);
  return {
    given: given.map(({ name, bytes, entries, value }) => ({ cache: name, bytes, entries, valuePerByte: value })),
    failed: givers.flatMap(({ name, error }) => (error === undefined ? [] : [{ cache: name, message: error }])),
    bytes: given.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Of several that are worth as little the one that has given least. */
function leastWorth(givers: readonly Giver[]): Giver | undefined {
  let least: Giver | undefined;
  for (const giver of givers) {
    if (!giver.canGive) continue;
    const isLess = least === undefined || giver.worth < least.worth;
    if (isLess || (giver.worth === least!.worth && giver.taken < least!.taken)) least = giver;
  }
  return least;
}
