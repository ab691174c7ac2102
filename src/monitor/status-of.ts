import type { Engine } from './engine.ts';
import { timeTo } from './rules/time-to-limit.ts';
import type { MonitorSettings } from './options.ts';
import type { ShedStatus } from './shed/figures.ts';
import type { HeapStatus, MonitorStatus, ThreadStatus, TrendStatus } from './status.ts';

/** What the monitor itself knows besides its engine. */
export interface StatusParts {
  readonly settings: MonitorSettings;
  readonly engine: Engine;
  readonly isRunning: boolean;
  readonly startedAt: number | null;
  readonly work: number;
  readonly threads: readonly ThreadStatus[];
  readonly shedding: ShedStatus | null;
}

/** Puts everything together as plain data. */
export function statusOf(parts: StatusParts): MonitorStatus {
  const { settings, engine } = parts;
  const { sampler, book } = engine;
  const { latest } = sampler;
  return {
    name: settings.name,
    isRunning: parts.isRunning,
    runtime: settings.door.runtime,
    at: latest?.at ?? null,
    startedAt: parts.startedAt,
    intervalMs: settings.intervalMs,
    samples: sampler.count,
    level: engine.level,
    levels: book.levels(),
    heap: heapOf(parts),
    externalBytes: latest?.memory.external ?? null,
    arrayBuffersBytes: latest?.memory.arrayBuffers ?? null,
    rssBytes: latest?.memory.rss ?? null,
    container: latest?.container ?? null,
    pressure: latest?.pressure ?? null,
    gc: sampler.collections?.status(settings.clock.steadyNow()) ?? null,
    loopDelay: latest?.loopDelay ?? null,
    loopUtilization: latest?.loopUtilization ?? null,
    handles: latest?.handles ?? null,
    listeners: latest?.listeners ?? null,
    trend: trendOf(engine),
    work: workOf(parts),
    components: engine.components,
    threads: parts.threads,
    alerts: book.status(),
    actions: engine.desk.status(),
    shedding: parts.shedding,
    configuration: engine.configuration,
  };
}

function heapOf({ engine: { sampler }, settings }: StatusParts): HeapStatus | null {
  const { latest, floors } = sampler;
  if (latest === undefined) return null;
  return {
    usedBytes: latest.memory.heapUsed,
    totalBytes: latest.memory.heapTotal,
    limitBytes: latest.heap?.limitBytes ?? null,
    floorLimitBytes: latest.heap?.floorLimitBytes ?? null,
    floorBytes: floors.newest?.heapBytes ?? null,
    floorAt: floors.newest?.at ?? null,
    spaces: settings.door.spaces(),
  };
}

function trendOf({ growths: { heap }, sampler }: Engine): TrendStatus | null {
  const { finding, recentPerMinute } = heap;
  if (finding === null) return null;
  return {
    verdict: finding.verdict,
    isGrowing: finding.verdict === 'leak',
    bytesPerMinute: finding.verdict === 'few' ? null : finding.bytesPerMinute,
    recentBytesPerMinute: recentPerMinute,
    bytesPerWork: finding.bytesPerWork,
    timeToLimitMs: timeTo(heap, sampler.latest?.heap?.floorLimitBytes),
    floors: finding.floors,
    reason: finding.reason,
  };
}

const MINUTE_MS = 60_000;
/** Over how much time the rate of work is taken, ms. */
const WORK_WINDOW_MS = 5 * MINUTE_MS;

function workOf({ engine: { sampler }, work }: StatusParts): MonitorStatus['work'] {
  if (work === 0) return null;
  const { rows } = sampler;
  const last = rows.last('at') ?? 0;
  let row = rows.length - 1;
  while (row > 0 && last - rows.at(row, 'at')! < WORK_WINDOW_MS) row--;
  const ms = last - (rows.at(row, 'at') ?? last);
  const done = (rows.last('work') ?? 0) - (rows.at(row, 'work') ?? 0);
  return { count: work, perMinute: ms > 0 ? (done / ms) * MINUTE_MS : null };
}
