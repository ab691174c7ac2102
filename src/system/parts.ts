/** What the system API is handed, as far as it uses it: whatever has these members will do. */
import { liveOf } from '../base/registry.ts';
import type { MonitorAlert, MonitorSeries, MonitorStatus } from '../monitor/index.ts';

/** A monitor of `plimsoll/monitor`. */
export interface MonitorLike {
  status(): MonitorStatus;
  /** What it has kept of its samples, for the dashboard's first look. */
  series?(): MonitorSeries;
  on?(event: 'alert', listener: (alert: MonitorAlert) => unknown): () => void;
}

/** A shutdown of `plimsoll/scope`. */
export interface ShutdownLike {
  readonly isReady: boolean;
  readonly state: string;
  on(phase: 'notReady' | 'close', run: () => unknown, options: { readonly name: string }): () => void;
}

/** What sheds load: a shedder of `plimsoll/monitor`. */
export interface ShedLike {
  status(): {
    /** Share of normal requests that are turned away, 0 to 1; at 1 this process is not ready. */
    readonly share: number | null;
    /** Requests turned away so far. */
    readonly shed: readonly { readonly reason: string; readonly route: string; readonly count: number }[];
  };
}

/** A session of `plimsoll/session`. */
export interface SessionLike {
  readonly id?: string;
  readonly idleMs?: number;
  /** What it uses of its budget, */
  readonly usedBytes?: number;
  /** and what it may use. */
  readonly reservedBytes?: number;
}

/** A broker of `plimsoll/session`. */
export interface SessionsLike {
  /** Figures, as plain data. */
  stats(): object;
  /** The open sessions; what each uses, if it tells. */
  [Symbol.iterator]?(): Iterator<SessionLike>;
  /** Closes a session; `false` when there is none of that id. */
  close(id: string): unknown;
  has?(id: string): boolean;
}

/** Bytes of each open session. */
export function sessionBytes(sessions: SessionsLike | undefined): number[] | null {
  if (sessions?.[Symbol.iterator] === undefined) return null;
  return Array.from(sessions as Iterable<SessionLike>, (each) => each.usedBytes ?? 0);
}

/** Anything with figures of its own: a load line, a watcher, a pool. */
export type FiguresLike = { stats(): object } | { status(): object };

/** Its figures. */
export function figuresOf(part: FiguresLike): object {
  return 'stats' in part ? part.stats() : part.status();
}

/** What metrics are read from, beside the process, its caches and its scopes, which need no wiring. */
export interface MetricsParts {
  /** @default the monitor that runs in this process, if one does */
  readonly monitor?: MonitorLike | undefined;
  readonly sessions?: SessionsLike | undefined;
  readonly shed?: ShedLike | undefined;
}

/** Another process, whose figures are told in place of this one's. */
export interface SubjectLike {
  /** All that `stats` and every sample of `events` hold, beside the time; plain data. */
  stats(): object;
  /** The time before, in the form of `monitor.series()`, for the dashboard's first look. */
  series?(): object;
}

/** A dashboard: one page with everything in it. */
export interface DashboardPage {
  readonly html: string;
  /** With the hashes of the page's own scripts and styles. */
  readonly contentSecurityPolicy: string;
}

/** The monitor that was handed in, or the oldest one that runs in this process. */
export function monitorOrLive(handed: MonitorLike | undefined): MonitorLike | undefined {
  return handed ?? (liveOf('monitor') as Partial<MonitorLike>[]).find(isMonitor);
}

/** A monitor of another copy of the package may lack what this one has. */
function isMonitor(object: Partial<MonitorLike>): object is MonitorLike {
  return typeof object.status === 'function';
}
