/** What is worked out of a cache's counts. */
export interface HealthFigures {
  /** Entries at most; `undefined` where only bytes are bounded. */
  readonly capacity: number | undefined;
  /** Share of the bound that is taken, 0 to 1; with two bounds, of the one that is reached first. */
  readonly utilisation: number;
  /** Hits by look-ups, 0 to 1; `undefined` before the first look-up. */
  readonly hitRatio: number | undefined;
  /** Evictions for room or under pressure within the last minute, to within a few; expired entries are no part of them. */
  readonly evictionsPerMinute: number;
  /** Ms since the entry that has been here longest was set; `undefined` of an empty cache, and without `trackAges`. */
  readonly oldestMs: number | undefined;
}
