import type { Warning } from '../../base/warnings.ts';
import type { ClassSummary, HeapBox } from '../../snapshot/index.ts';
import type { AcceptedLeak } from './accepted.ts';
import type { Death } from '../death.ts';
import type { OpenGrowth } from '../trend/index.ts';

export type { OpenGrowth } from '../trend/index.ts';

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
  /** Texts that pile up, or keys of them; only where the user wants to see strings. */
  readonly examples?: readonly string[];
  /** Why it is accepted, and until when, where the user keeps a baseline that knows it. */
  readonly accepted?: { readonly reason: string; readonly expires?: string };
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

/** The floor after a round of a driven load. */
export interface ReportedRound {
  /** From 1; warm-up rounds count. */
  readonly number: number;
  readonly warmup: boolean;
  /** Ms since the program's start, our own pauses taken off. */
  readonly at: number;
  /** What is alive then: heap and external memory; `null` when no floor was taken. */
  readonly floorBytes: number | null;
}

/** What the last snapshot that was read holds. */
export interface HeapPicture {
  /** Ms since the program's start, our own pauses taken off. */
  readonly at: number;
  readonly totalBytes: number;
  readonly nodeCount: number;
  /** Classes there are in all. */
  readonly classCount: number;
  /** Those that retain most, most first. */
  readonly classes: readonly ClassSummary[];
  /** Who retains what, from the roots down, small things left out. */
  readonly tree: HeapBox;
}

/** A function by which things that are alive were allocated, and the functions that it called. */
export interface AllocationFrame {
  readonly function: string;
  /** Empty for what has none. */
  readonly file: string;
  /** From 1; 0 when unknown. */
  readonly line: number;
  /** Alive at the last look, estimated from samples; what was allocated below it counts. */
  readonly bytes: number;
  /** More than at the first look. */
  readonly grownBytes: number;
  readonly children: readonly AllocationFrame[];
}

/** A process or thread of the watched program. */
export interface ReportedProcess {
  readonly pid: number;
  /** 0 is the main thread. */
  readonly threadId: number;
  /** Its script and arguments. */
  readonly script: string;
  /** Full collections that were seen. */
  readonly floors: number;
  /** `null` when nothing could be measured. */
  readonly growthBytes: number | null;
  /** Whether the verdict is of this one. */
  readonly judged: boolean;
}

export interface LeakReport {
  readonly verdict: Verdict;
  /** Why, in one sentence with the figures. */
  readonly explanation: string;
  /** Only where the program died of memory, or seems to have. */
  readonly death?: Death;
  readonly suspects: readonly ReportedSuspect[];
  /** Where what stays was allocated, most first; at most five, none when nothing grows. */
  readonly allocationSites: readonly ReportedSite[];
  /** Handles, descriptors and threads of which more and more are open; most growth first. */
  readonly open: readonly OpenGrowth[];
  /** Growth of the floor over the judged part of the watch, bytes. */
  readonly growthBytes: number;
  readonly bytesPerMinute: number;
  readonly series: readonly ReportedFloor[];
  /** Empty unless the load was driven. */
  readonly rounds?: readonly ReportedRound[];
  /** Only where a report was asked for that shows it, and a snapshot could be read. */
  readonly heap?: HeapPicture;
  /** Only where a report was asked for that shows it, and the program was profiled. */
  readonly allocations?: AllocationFrame;
  /** All that were watched, the one that grew most first; left out where there is one only. */
  readonly processes?: readonly ReportedProcess[];
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
  /** How the leaks compare with those that the user accepts; only where a baseline was given. */
  readonly baseline?: {
    readonly file: string;
    /** Accepted leaks that were found again after their last day: they count. */
    readonly expired: readonly AcceptedLeak[];
    /** Accepted leaks that were not found. */
    readonly unused: readonly AcceptedLeak[];
  };
}
