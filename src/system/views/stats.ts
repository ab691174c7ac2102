/** `stats`: everything in figures. No environment, no arguments, no headers, no keys. */
import type { CacheAlert, CacheHealthReport } from '../../cache/index.ts';
import { cacheHealth } from '../../cache/index.ts';
import { readHeap, readMemory, readProcessFacts, readProcessUse } from '../../runtime/index.ts';
import { readScopes } from '../metrics/figures.ts';
import {
  type FiguresLike,
  figuresOf,
  monitorOrLive,
  type MonitorLike,
  type SessionsLike,
  type ShedLike,
  type SubjectLike,
} from '../parts.ts';
import { largestSessions } from '../session-list.ts';
import { plainViewOf, viewOf } from './part.ts';

/** What the figures are of. */
export interface StatsParts {
  readonly monitor: MonitorLike | undefined;
  readonly sessions: SessionsLike | undefined;
  readonly shed: ShedLike | undefined;
  readonly subject: SubjectLike | undefined;
  /** More with figures of their own, by name. */
  readonly figures: Readonly<Record<string, FiguresLike>>;
}

/** All figures now, or those of the process that is told of in place of this one. */
export function readStats(parts: StatsParts, now: number): object {
  const { subject } = parts;
  const time = new Date(now).toISOString();
  return { time, ...(subject === undefined ? ownStats(parts, now) : subjectView(subject)) };
}

function subjectView(subject: SubjectLike): object {
  const view = plainViewOf(() => subject.stats());
  return typeof view === 'object' && view !== null ? view : {};
}

function ownStats(parts: StatsParts, now: number): object {
  const { monitor, sessions, shed, figures } = parts;
  const more = Object.entries(figures).map(([name, part]) => [name, plainViewOf(() => figuresOf(part))] as const);
  return {
    process: viewOf(() => processView(now)),
    caches: viewOf(() => cachesView(cacheHealth())),
    scopes: viewOf(readScopes),
    monitor: viewOf(() => monitorOrLive(monitor)?.status() ?? null),
    sessions: sessions === undefined ? null : plainViewOf(() => ({ ...sessions.stats(), ...largestOf(sessions) })),
    shed: shed === undefined ? null : plainViewOf(() => shed.status()),
    ...Object.fromEntries(more),
  };
}

/** A broker that cannot be walked tells its totals alone. */
function largestOf(sessions: SessionsLike): object {
  return sessions[Symbol.iterator] === undefined ? {} : { largest: largestSessions(sessions) };
}

function processView(now: number): object {
  const { pid, startedAt } = readProcessFacts();
  const heap = readHeap();
  return {
    pid,
    uptimeSeconds: Math.round(now / 1000 - startedAt),
    ...readProcessUse(),
    memory: { ...readMemory(), heapLimit: heap?.limitBytes ?? null },
  };
}

function cachesView({ caches, ...rest }: CacheHealthReport): object {
  return { ...rest, caches: caches.map(({ alerts, ...cache }) => ({ ...cache, alerts: alerts.map(alertView) })) };
}

/** An alert of a cache. Its message has no key in it. */
export function alertView({ level, code, message, at, cache }: CacheAlert): object {
  return { level, code, message, at: new Date(at).toISOString(), cache };
}
