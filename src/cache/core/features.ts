/** What other parts of the cache room may hang into the core. Each is asked at the points named here, and nowhere else. */

/** Deadlines of entries. Whoever gives an entry one sets GUARDED in its state, and takes QUIET out. */
export interface Deadlines<Lifetime> {
  /** The entry in `slot` was set, anew or over another value. */
  written(slot: number, lifetime: Lifetime): void;
  /** A guarded entry is asked for: whether its time is up. A use may move its deadline unless `isPeek`. */
  isDue(slot: number, isPeek: boolean): boolean;
  /** Whether a due entry is to stay all the same, for a loader to fall back on. */
  isKept(slot: number): boolean;
  /** The entry in `slot` is leaving; its key and value are still there. */
  removed(slot: number): void;
  /** Some entry whose time is up, to leave before any other; 0 when there is none. */
  nextDue(): number;
  /** Entries have moved to new slots: the one now in slot `i + 1` was in `from[i]`; all others are gone. */
  moved(from: Uint32Array): void;
  /** All entries are gone and `slots` are new. */
  restarted(): void;
  /** Ms since the entry in `slot` was written; only where ages are kept. */
  age(slot: number): number;
  /** Ms since the time of the entry in `slot` was up; below 0 while it is not. */
  lateness(slot: number): number;
}

/** Loads under way, which must know when their key is written meanwhile. */
export interface Flights {
  /** `key` was set or deleted. */
  overtaken(key: unknown): void;
  /** All keys were deleted. */
  allOvertaken(): void;
}
