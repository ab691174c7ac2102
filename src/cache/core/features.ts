/** What other parts of the cache room may hang into the core. Each is asked at the points named here, and nowhere else. */
import type { RemovalCause } from '../removal.ts';

/** How long an entry has yet, in ms. */
export interface TimesLeft {
  readonly expiresIn?: number;
  readonly idleTtl?: number;
  readonly endsIn?: number;
  readonly age?: number;
}

/** Deadlines of entries. Each of these has GUARDED in its state. */
export interface Deadlines<Lifetime> {
  /** An entry came into `slot`, whatever deadline is left there of the one before. */
  inserted(slot: number, lifetime: Lifetime): void;
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
  /** That of the oldest entry; `undefined` when there is none, or ages are not kept. **Cost:** O(slots). */
  oldestAge(): number | undefined;
  /** Ms since the time of the entry in `slot` was up; below 0 while it is not. */
  lateness(slot: number): number;
  /** What a dump says of the life of the entry in `slot`; nothing of one that has no end. */
  timesLeft(slot: number): TimesLeft;
  /** The entry in `slot`, just written, is `ms` old already; only where ages are kept. */
  aged(slot: number, ms: number): void;
}

/** Loads under way, which must know when their key is written meanwhile. */
export interface Flights {
  /** `key` was set or deleted. */
  overtaken(key: unknown): void;
  /** All keys were deleted. */
  allOvertaken(): void;
  /**
   * A tag is about to be invalidated: what is under way does not come in with it any more, nor for a key whose entry has it.
   */
  tagOvertaken(tag: string, hasTag: (key: unknown) => boolean): void;
}

/** Entries in use, which do not leave by themselves; each has PINNED in its state. */
export interface Uses {
  /**
   * The value in `slot` is leaving: with its entry, or alone, to be replaced. Key and value are still there. Whether its
   * disposal is to wait; then whoever waits gives notice of it.
   */
  left(slot: number, cause: RemovalCause, entryStays: boolean): boolean;
}
