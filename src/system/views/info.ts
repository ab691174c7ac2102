/** `info`: what this process runs on, what its limits are, and what cannot be told here. */
import { COLLECTION_KINDS, memoryLimit, readHeap, readProcessFacts } from '../../runtime/index.ts';
import { monitorOrLive, type MonitorLike } from '../parts.ts';
import type { HealthAbout } from './health-view.ts';
import { viewOf } from './part.ts';

/** @param exposures - what each endpoint is, for whoever wonders why one is missing */
export function readInfo(monitor: MonitorLike | undefined, about: HealthAbout, exposures: object): object {
  const { runtime, version, v8, platform, arch, flags, startedAt, pid } = readProcessFacts();
  const status = viewOf(() => monitorOrLive(monitor)?.status() ?? null);
  const known = status !== null && !('unavailable' in status) ? status : null;
  return {
    ...about,
    runtime: { name: runtime, version, v8, platform, arch, flags },
    process: { pid, startedAt: new Date(startedAt * 1000).toISOString() },
    limits: {
      heapBytes: viewOf(() => readHeap()?.limitBytes ?? null),
      memoryBytes: viewOf(memoryLimit),
      containerBytes: known?.container?.limitBytes ?? null,
    },
    // By what was really seen, not by what the runtime says it has.
    capabilities:
      known === null
        ? null
        : {
            collections: known.gc !== null && COLLECTION_KINDS.some((kind) => known.gc![kind].count > 0),
            heapSpaces: known.heap?.spaces !== null && known.heap !== null,
            loopDelay: known.loopDelay !== null,
            loopUtilization: known.loopUtilization !== null,
            container: known.container !== null,
            pressure: known.pressure !== null,
          },
    configuration: known?.configuration ?? null,
    monitor: status !== null && 'unavailable' in status ? status : { isRunning: known?.isRunning ?? false },
    endpoints: exposures,
  };
}
