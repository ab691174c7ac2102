import type { Warning } from '../base/warnings.ts';

/** What a program's memory does, most telling first. */
export const VERDICTS = ['leak', 'native', 'step', 'filling', 'churn', 'unclear', 'none'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** One accused holder, in words and in figures. */
export interface ReportedSuspect {
  /** `leak`, or `filling` when it looks like a bounded store on its way to its bound, or `step` when it has stopped. */
  readonly kind: 'leak' | 'filling' | 'step';
  /** What a person reads. */
  readonly sentence: string;
  /** What to do about it. */
  readonly advice: string;
  /** Class of the object that holds the growth: `Map`, `Array`, `Agent`. */
  readonly holder: string;
  /** Class of what it holds more and more of. */
  readonly leaked: string;
  /** The variable or property through which a reader finds the holder: `cachedClients`, `bus._events.tick`. */
  readonly owner: string;
  /** Source file of the holder, relative to the program's folder where it is inside; `null` when unknown. */
  readonly file: string | null;
  /** Line from 1; `null` when unknown. */
  readonly line: number | null;
  /** Things held more than at the first snapshot. */
  readonly count: number;
  /** Things held in all at the last snapshot. */
  readonly total: number;
  readonly perMinute: number;
  readonly bytes: number;
  readonly bytesPerMinute: number;
  /** Growth between one snapshot and the next, bytes, in order. */
  readonly steps: readonly number[];
  /** Where the things are allocated: `getClient (src/agent.ts:57)`; `null` when unknown. */
  readonly allocatedIn: string | null;
  /** Chain from a place the reader knows to what is held, one hop an entry. */
  readonly path: readonly string[];
  /** Stable over restarts and line changes. */
  readonly fingerprint: string;
}

/** A place in the source with what was allocated there and stayed, estimated from samples. */
export interface ReportedSite {
  readonly function: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly bytes: number;
  /** Of all sampled growth, 0 to 1. */
  readonly share: number;
}

/** One floor of the series in a report. */
export interface ReportedFloor {
  /** Ms since the program's start, our own pauses taken off. */
  readonly at: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
  readonly rss: number;
  readonly asked: boolean;
}

export interface LeakReport {
  readonly verdict: Verdict;
  /** Why, in one sentence with the figures. */
  readonly explanation: string;
  readonly suspects: readonly ReportedSuspect[];
  /** Where what stays was allocated, most first; at most five, none when nothing grows. */
  readonly allocationSites: readonly ReportedSite[];
  /** Growth of the floor over the judged part of the watch, bytes. */
  readonly growthBytes: number;
  readonly bytesPerMinute: number;
  readonly series: readonly ReportedFloor[];
  readonly environment: {
    readonly plimsoll: string;
    readonly node: string;
    readonly platform: string;
    readonly arch: string;
    readonly pid: number;
    readonly threadId: number;
    readonly argv: readonly string[];
    readonly cwd: string;
    readonly heapLimitBytes: number;
    readonly memoryLimitBytes: number | null;
    readonly watchedMs: number;
    readonly floors: number;
    readonly askedCollections: number;
    readonly snapshots: readonly { readonly at: number; readonly bytes: number; readonly pauseMs: number }[];
    readonly rounds: number;
  };
  readonly warnings: readonly Warning[];
}
