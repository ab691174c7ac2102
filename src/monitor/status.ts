/** What a monitor tells when it is asked: plain data that can be written as JSON. What cannot be known is `null`, never 0. */
import type { AlertLevel, Level } from '../base/alert.ts';
import type { CollectionKind, HeapSpace, LoopDelay, MemoryPressure } from '../runtime/index.ts';
import type { MonitorAlert } from './alerts/alert.ts';
import type { ConfigurationFinding } from './configuration.ts';
import type { ShedStatus } from './shed/figures.ts';
import type { TrendVerdict } from './trend/index.ts';

/** The JS heap of the monitored thread, bytes. */
export interface HeapStatus {
  readonly usedBytes: number;
  readonly totalBytes: number;
  /** What it may grow to, young generation included: V8's `heap_size_limit`. */
  readonly limitBytes: number | null;
  /** What may be left after a collection before the program is ended; the floor is held against it. */
  readonly floorLimitBytes: number | null;
  /** Used after the newest major collection. */
  readonly floorBytes: number | null;
  /** When that was, ms since 1970. */
  readonly floorAt: number | null;
  readonly spaces: readonly HeapSpace[] | null;
}

/** The memory of the container (control group) that the process is in, bytes. */
export interface ContainerStatus {
  /** `null` without a limit. */
  readonly limitBytes: number | null;
  /** In use by all processes in it, without the page cache that nobody used of late. */
  readonly workingSetBytes: number;
}

/** Collections of one kind since the start. */
export interface CollectionTotals {
  readonly count: number;
  readonly seconds: number;
  /** How many took at most 10 ms, 100 ms, 1 s and 10 s. */
  readonly atMost: readonly [number, number, number, number];
}

/** Collections of the monitored thread since the start. */
export interface GcStatus extends Readonly<Record<CollectionKind, CollectionTotals>> {
  /** How many of them somebody asked for. */
  readonly forced: number;
  /** Share of the last minute that went into major collections and steps of marking, 0 to 1. */
  readonly share: number;
}

/** How the heap floor, or what is nearest to it, grows. */
export interface TrendStatus {
  /** The word of the judge of long trends: `leak`, `filling`, `load`, `ended`, `unsure`, `flat`, `few`. */
  readonly verdict: TrendVerdict;
  /** Whether it is judged to be a leak. */
  readonly isGrowing: boolean;
  /** Over the judged window, with what load explains taken off; `null` before there is one. */
  readonly bytesPerMinute: number | null;
  /** Over the last ten minutes; `null` when they do not agree on growth. */
  readonly recentBytesPerMinute: number | null;
  /** Per request or job, as `work()` counts them; `null` when nobody does. */
  readonly bytesPerWork: number | null;
  /** Until the heap's limit at this rate, ms; `null` when it does not grow or there is no limit. */
  readonly timeToLimitMs: number | null;
  /** Floors that it was judged by. */
  readonly floors: number;
  /** Why, in one sentence. */
  readonly reason: string;
}

/** One of the program's other threads. */
export interface ThreadStatus {
  readonly label: string;
  readonly heapUsedBytes: number | null;
  readonly heapTotalBytes: number | null;
  readonly heapLimitBytes: number | null;
  /** Share of its time that its event loop worked since the last sample, 0 to 1. */
  readonly utilization: number | null;
}

/** A part of the program with a budget of its own. */
export interface ComponentStatus {
  readonly name: string;
  /** `null` when its function threw or gave no number. */
  readonly bytes: number | null;
  readonly maxBytes: number;
}

/** What alerts there were. */
export interface AlertsStatus {
  /** Those that last, by their rule. */
  readonly active: readonly MonitorAlert[];
  /** The last 50 that were told, oldest first. */
  readonly recent: readonly MonitorAlert[];
  /** How many were raised, by rule and level. */
  readonly counts: readonly { readonly rule: string; readonly warning: number; readonly critical: number }[];
  /** Repeats that were not told. */
  readonly suppressed: number;
}

/** What an action has done. */
export interface ActionStatus {
  readonly name: string;
  readonly on: AlertLevel;
  readonly runs: number;
  readonly failures: number;
  /** Left out, as it ran a short while ago, was refused or had used up its budget. */
  readonly skipped: number;
  /** When it ran last, ms since 1970. */
  readonly lastAt: number | null;
  /** What it said the last time: done, refused or failed, and why. */
  readonly lastResult: string | null;
}

/** Everything that a monitor knows. */
export interface MonitorStatus {
  readonly name: string;
  readonly isRunning: boolean;
  /** Name and version of the runtime. */
  readonly runtime: string;
  /** When the figures were read, ms since 1970; `null` before the first sample. */
  readonly at: number | null;
  readonly startedAt: number | null;
  readonly intervalMs: number;
  readonly samples: number;
  /** The worst of {@link levels}. */
  readonly level: Level;
  /** By rule; a rule that has no figure to go by is not among them. */
  readonly levels: Readonly<Record<string, Level>>;
  readonly heap: HeapStatus | null;
  /** Held by JS objects outside the heap, array buffers included, bytes. */
  readonly externalBytes: number | null;
  readonly arrayBuffersBytes: number | null;
  readonly rssBytes: number | null;
  readonly container: ContainerStatus | null;
  readonly pressure: MemoryPressure | null;
  readonly gc: GcStatus | null;
  /** Since the sample before, ms. */
  readonly loopDelay: LoopDelay | null;
  /** Share of the time since the sample before that the event loop worked, 0 to 1. */
  readonly loopUtilization: number | null;
  readonly handles: Readonly<Record<string, number>> | null;
  readonly listeners: Readonly<Record<string, number>> | null;
  readonly trend: TrendStatus | null;
  /** Requests or jobs that `work()` has counted; `null` when nobody has. */
  readonly work: { readonly count: number; readonly perMinute: number | null } | null;
  readonly components: readonly ComponentStatus[];
  readonly threads: readonly ThreadStatus[];
  readonly alerts: AlertsStatus;
  readonly actions: readonly ActionStatus[];
  /** What a `Shedder` on this monitor does; `null` without one. */
  readonly shedding: ShedStatus | null;
  /** How the heap's limit and the container's go together. */
  readonly configuration: ConfigurationFinding | null;
}
