/** What the clean-up of a cache has come to. */
export interface CleanupStats {
  /** Calls of the disposer. */
  readonly disposeAttempts: number;
  /** Those of them that were not the first for their value. */
  readonly disposeRetries: number;
  /** Values that no attempt could dispose of. */
  readonly disposeFailures: number;
  /** Values that have left and are not yet disposed of: leased, waiting for their turn, or in hand. */
  readonly disposing: number;
  /** Leases not yet released. */
  readonly leases: number;
  /** Leases that lapsed because nobody released them. */
  readonly lapsedLeases: number;
}

/** {@link CleanupStats} while they change. */
export type CleanupCounters = { -readonly [Name in keyof CleanupStats]: CleanupStats[Name] };

/** Counts of a clean-up, all 0. */
export function newCleanupCounters(): CleanupCounters {
  return { disposeAttempts: 0, disposeRetries: 0, disposeFailures: 0, disposing: 0, leases: 0, lapsedLeases: 0 };
}
