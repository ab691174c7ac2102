import { formatCount } from '../../base/units.ts';

/** What a cache has done so far, as far as it tells whether it is of use. */
export interface Uses {
  readonly hits: number;
  readonly misses: number;
  /** Entries that were evicted for room. */
  readonly evicted: number;
  /** Those of them that were never used. */
  readonly unused: number;
}

/** A window is as many evictions for room as the cache holds entries, but within these. */
const SHORTEST_WINDOW = 100;
const LONGEST_WINDOW = 10_000;
/** Above this share of unused ones among them it thrashes, */
const BEGIN_SHARE = 0.5;
/** down to this share it goes on to, */
const END_SHARE = 0.4;
/** unless this share of the look-ups hit. */
const GOOD_HIT_RATIO = 0.5;

/**
 * Whether entries are pushed out before they were of use.
 *
 * It thrashes when, in a window of evictions for room, more than half had never been used since they came in, and at most
 * half of the look-ups hit. The second condition because of caches that do well: where few keys are asked for often and
 * many once, nearly all that a good policy lets go was never used.
 */
export class Thrashing {
  isOpen = false;
  #start: Uses | undefined;

  /** Whether it has just begun; what is said of the cache `title` then. */
  judge(uses: Uses, size: number, title: string): string | undefined {
    // The window begins with the first eviction: what is looked up before the cache is warm proves nothing.
    if (this.#start === undefined) {
      if (uses.evicted > 0) this.#start = uses;
      return undefined;
    }
    const window = since(this.#start, uses);
    if (window.evicted < Math.min(LONGEST_WINDOW, Math.max(SHORTEST_WINDOW, size))) return undefined;
    this.#start = uses;
    const wasOpen = this.isOpen;
    this.isOpen = isThrashing(window, wasOpen ? END_SHARE : BEGIN_SHARE);
    return this.isOpen && !wasOpen ? describe(title, window) : undefined;
  }

  /** Forgets what was: the cache has other bounds, or is empty. */
  restart(): void {
    this.isOpen = false;
    this.#start = undefined;
  }
}

function since(before: Uses, now: Uses): Uses {
  return {
    hits: now.hits - before.hits,
    misses: now.misses - before.misses,
    evicted: now.evicted - before.evicted,
    unused: now.unused - before.unused,
  };
}

function isThrashing({ hits, misses, evicted, unused }: Uses, share: number): boolean {
  return unused > evicted * share && hits <= (hits + misses) * GOOD_HIT_RATIO;
}

function describe(title: string, { hits, misses, evicted, unused }: Uses): string {
  const percent = Math.floor((unused / evicted) * 100);
  const lookups = hits + misses;
  const found = lookups === 0 ? 'nothing was looked up' : `${Math.floor((hits / lookups) * 100)} % of look-ups hit`;
  return `${title} thrashes: of the last ${formatCount(evicted)} entries that it evicted for room, ${percent} % had never been used, and ${found}. Raise its bound, keep out of it what is asked for once, or do without it.`;
}
