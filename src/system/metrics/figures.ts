/** Everything that the metrics are read from, looked at once for a scrape. */
import { type CacheStats, cacheHealth } from '../../cache/index.ts';
import {
  countResources,
  type MemorySample,
  type ProcessFacts,
  type ProcessUse,
  readMemory,
  readProcessFacts,
  readProcessUse,
} from '../../runtime/index.ts';
import { openScopes, type Scope, scopeDisposals } from '../../scope/index.ts';
import type { MonitorStatus } from '../../monitor/index.ts';
import { type MetricsParts, monitorOrLive, sessionBytes } from '../parts.ts';
import { groupByLabel, Labels } from './labels.ts';

/** Caches of one name, as one. */
export interface CacheGroup {
  readonly labels: Labels;
  readonly caches: readonly CacheFigures[];
}

/** A cache. */
export interface CacheFigures {
  readonly name: string;
  readonly level: number;
  readonly stats: CacheStats;
}

/** What is open in all scopes. */
export interface ScopeFigures {
  readonly scopes: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly oldestMs: number | null;
}

/** A look at everything. */
export interface Figures {
  readonly facts: ProcessFacts;
  readonly use: ProcessUse;
  readonly memory: MemorySample;
  readonly resources: Readonly<Record<string, number>>;
  readonly monitor: MonitorStatus | null;
  readonly caches: readonly CacheGroup[];
  /** Caches beyond the cap, shown as one. */
  readonly overflowing: number;
  readonly unnamedCaches: number;
  readonly scopes: ScopeFigures;
  /** Closings of scopes so far, by how they went. */
  readonly disposals: Readonly<Record<string, number>>;
  readonly sessionBytes: readonly number[] | null;
  readonly shed: readonly { readonly reason: string; readonly route: string; readonly count: number }[];
  /** Values that one label may have. */
  readonly maxLabelValues: number;
  /** Processes and threads that did not answer; `null` where nobody is asked. */
  readonly missing: number | null;
}

const LEVELS: Readonly<Record<string, number>> = { healthy: 0, ok: 0, warning: 1, critical: 2 };

/** A level as a number: 0, 1, 2. */
export function levelNumber(level: string): number {
  return LEVELS[level] ?? 0;
}

/** Looks at everything; what cannot be asked is told to `onError` and left out. */
export function readFigures(
  parts: MetricsParts,
  { maxLabelValues, missing }: Pick<Figures, 'maxLabelValues' | 'missing'>,
  onError: (part: string, error: unknown) => void,
): Figures {
  const attempt = <T>(part: string, look: () => T, otherwise: T): T => {
    try {
      return look();
    } catch (error) {
      onError(part, error);
      return otherwise;
    }
  };
  const { caches, unnamed } = attempt('caches', readCaches, { caches: [], unnamed: 0 });
  const groups = groupByLabel(caches, ({ name }) => name, maxLabelValues);
  return {
    facts: readProcessFacts(),
    use: readProcessUse(),
    memory: readMemory(),
    resources: attempt('resources', countResources, {}),
    monitor: attempt('monitor', () => monitorOrLive(parts.monitor)?.status() ?? null, null),
    caches: [...groups].map(([name, group]) => ({ labels: new Labels({ cache: name }), caches: group })),
    overflowing: Math.max(0, new Set(caches.map(({ name }) => name)).size - maxLabelValues),
    unnamedCaches: unnamed,
    scopes: attempt('scopes', readScopes, { scopes: 0, byKind: {}, oldestMs: null }),
    disposals: { ...scopeDisposals() },
    sessionBytes: attempt('sessions', () => sessionBytes(parts.sessions), null),
    shed: attempt('shed', () => parts.shed?.status().shed ?? [], []),
    maxLabelValues,
    missing,
  };
}

function readCaches(): { readonly caches: readonly CacheFigures[]; readonly unnamed: number } {
  const { caches, unnamed } = cacheHealth();
  return {
    caches: caches.map(({ name, status, stats }) => ({ name: name!, level: levelNumber(status), stats })),
    unnamed,
  };
}

/** Scopes within others are counted by those. */
export function readScopes(): ScopeFigures {
  const roots = openScopes().filter(isRoot);
  const byKind: Record<string, number> = {};
  let scopes = roots.length;
  let oldestMs: number | null = null;
  for (const scope of roots) {
    const stats = scope.stats();
    scopes += stats.scopes;
    for (const [kind, count] of Object.entries(stats.byKind)) byKind[kind] = (byKind[kind] ?? 0) + count;
    if (stats.oldestMs !== null) oldestMs = Math.max(oldestMs ?? 0, stats.oldestMs);
  }
  return { scopes, byKind, oldestMs };
}

/** A scope of another copy of the package may lack what this one has. */
export function isRoot(scope: Scope): boolean {
  return typeof scope.stats === 'function' && scope.parent === undefined;
}
