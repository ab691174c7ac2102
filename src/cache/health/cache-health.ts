/** The health of all caches of the process, for whoever is asked how it is. */
import { liveOf } from '../../base/registry.ts';
import type { WarningCode } from '../../base/warnings.ts';
import type { CacheStats } from '../stats.ts';
import type { CacheAlert } from './alert.ts';
import type { HealthStatus } from './health.ts';

/** How one cache is. */
export interface CacheHealth {
  readonly name: string | undefined;
  /** `critical` and `warning` while something that an alert of that level told of lasts; being full is none of that. */
  readonly status: HealthStatus;
  /** What the status comes from; empty while healthy. */
  readonly reasons: readonly WarningCode[];
  readonly stats: CacheStats;
  /** The last 50 alerts, oldest first. */
  readonly alerts: readonly CacheAlert[];
}

/** How the caches of this process are. */
export interface CacheHealthReport {
  /** That of the cache that is worst off. */
  readonly status: HealthStatus;
  /** Every cache that has a name and is not closed, oldest first. */
  readonly caches: readonly CacheHealth[];
  /** Bytes of those that weigh their entries. */
  readonly totalBytes: number;
  /** How many of them do not, and are not in `totalBytes`. */
  readonly unweighed: number;
  /** Live caches without a name, of which this report says nothing. */
  readonly unnamed: number;
}

const WORST_FIRST: readonly HealthStatus[] = ['critical', 'warning', 'healthy'];

/**
 * How all named caches of the process are, in whichever copy of the package they were made. Plain data.
 *
 * **Cost:** that of `stats()` for each.
 */
export function cacheHealth(): CacheHealthReport {
  const all = liveOf('cache').filter(tellsHealth);
  const caches = all.filter(({ name }) => name !== undefined).map((cache) => cache.health());
  return {
    status: WORST_FIRST.find((status) => caches.some((cache) => cache.status === status)) ?? 'healthy',
    caches,
    totalBytes: caches.reduce((sum, { stats }) => sum + (stats.bytes ?? 0), 0),
    unweighed: caches.filter(({ stats }) => stats.bytes === undefined).length,
    unnamed: all.length - caches.length,
  };
}

/** A cache of another copy of the package may lack what this one has. */
function tellsHealth(cache: object): cache is { readonly name: string | undefined; health(): CacheHealth } {
  return 'health' in cache && typeof cache.health === 'function';
}
