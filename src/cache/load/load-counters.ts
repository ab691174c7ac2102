/** What a cache's loads have come to. */
export interface LoadStats {
  /** Calls of a loader; one of `loadMany` counts once. */
  readonly loads: number;
  /** Loads that failed. */
  readonly loadFailures: number;
  /** Time spent in loads that have ended, ms. */
  readonly loadMs: number;
  /** Loads under way. */
  readonly loading: number;
  /** Times that an expired value was returned, because of `staleWhileRevalidate` or `staleIfError`. */
  readonly staleHits: number;
}

/** {@link LoadStats} while they change. */
export type LoadCounters = { -readonly [Name in keyof LoadStats]: LoadStats[Name] };

/** Counts of loads, all 0. */
export function newLoadCounters(): LoadCounters {
  return { loads: 0, loadFailures: 0, loadMs: 0, loading: 0, staleHits: 0 };
}
