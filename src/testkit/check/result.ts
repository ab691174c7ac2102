/** One thing that piles up, and who holds it. */
export interface Leak {
  /** Owner, what it holds, how much more of it each round, where that was allocated. */
  readonly sentence: string;
  /** What to do about it. */
  readonly advice: string;
  /** Chain from a place the reader knows to what is held, one hop an entry; empty where no snapshot was taken. */
  readonly path: readonly string[];
  /** The variable or property through which a reader finds the holder. */
  readonly owner: string;
  /** Class of the object that holds: `Map`, `Array`. */
  readonly holder: string;
  /** Class of what it holds more and more of. */
  readonly leaked: string;
  /** Source file of the holder, relative to the working folder where it is inside; `null` when unknown. */
  readonly file: string | null;
  /** From 1; `null` when unknown. */
  readonly line: number | null;
  /** `getClient (src/agent.ts:57)`; `null` when unknown. */
  readonly allocatedIn: string | null;
  /** Things held more than when the confirming rounds began. */
  readonly count: number;
  readonly countPerRound: number;
  readonly bytes: number;
  /** Whole things gained per call; `null` when their number is no multiple of the calls. */
  readonly perCall: number | null;
  /** Stable over restarts and line changes: what a baseline keeps. */
  readonly fingerprint: string;
}

/** A leak that was found and is not held against the work. */
export interface IgnoredLeak {
  readonly leak: Leak;
  readonly because: 'baseline' | 'known' | 'runner' | 'filling';
  readonly reason: string;
}

/** What a check found. */
export interface LeakResult {
  readonly name: string;
  readonly verdict: 'pass' | 'fail' | 'unstable';
  /** Why, in one sentence with the figures. */
  readonly reason: string;
  /** Empty unless the verdict is `fail`; may be empty then too, when nothing could be named. */
  readonly leaks: readonly Leak[];
  readonly ignored: readonly IgnoredLeak[];
  /** Growth of each measured round, bytes. */
  readonly growth: readonly number[];
  /** Median of `growth`. */
  readonly medianGrowth: number;
  /** Median distance of the rounds from that median, bytes. */
  readonly scatter: number;
  /** The median by the calls of a round, bytes. */
  readonly bytesPerCall: number;
  /** Calls in a measured round. */
  readonly iterations: number;
  /** Calls in all: warm-up and confirmation too. */
  readonly calls: number;
  /** What the verdict rests on: growth alone, two heap snapshots, or counts of live objects. */
  readonly evidence: 'growth' | 'snapshots' | 'counts';
  readonly durationMs: number;
}
