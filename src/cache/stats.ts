import type { CleanupStats } from './cleanup/cleanup-counters.ts';
import type { HealthFigures } from './health/figures.ts';
import type { LoadStats } from './load/load-counters.ts';

/** What a cache has done since it was made. */
export interface CacheStats extends LoadStats, CleanupStats, HealthFigures {
  /** `get` calls that found an entry, also one whose value is `undefined`. */
  readonly hits: number;
  /** `get` calls that found none. */
  readonly misses: number;
  /** `set` calls. */
  readonly sets: number;
  /** `set` calls that brought a key in that was not here. */
  readonly inserts: number;
  /** Entries that left by themselves, by cause. */
  readonly evictions: Readonly<Record<'capacity' | 'expired' | 'pressure', number>>;
  /** Evicted for room before they were ever used: many of them mean that the cache is too small, or of no use. */
  readonly evictedUnused: number;
  /** `set` calls whose entry was not stored, being too large, or every other one pinned. */
  readonly rejected: number;
  /** Entries now. */
  readonly size: number;
  /** Bytes now, of a cache that weighs its entries. */
  readonly bytes: number | undefined;
}

/** The counts of {@link CacheStats} while they change. */
export class Counters {
  misses = 0;
  sets = 0;
  inserts = 0;
  evictedUnused = 0;
  rejected = 0;
  readonly evictions: Record<'capacity' | 'expired' | 'pressure', number> = { capacity: 0, expired: 0, pressure: 0 };

  /** Their values now. */
  read(): Pick<CacheStats, 'misses' | 'sets' | 'inserts' | 'evictedUnused' | 'rejected' | 'evictions'> {
    const { misses, sets, inserts, evictedUnused, rejected } = this;
    return { misses, sets, inserts, evictedUnused, rejected, evictions: { ...this.evictions } };
  }
}
