import { formatBytes, formatCount, formatDuration } from '../base/units.ts';
import type { MonitorStatus } from './status.ts';

/** The figures of a status as a line of a log: a few fields, and a sentence that a person reads. */
export function statisticsOf(status: MonitorStatus): [Record<string, unknown>, string] {
  const { name, level, heap, rssBytes, externalBytes, arrayBuffersBytes, container, gc, loopDelay, trend, work } =
    status;
  const fields = {
    monitor: name,
    level,
    heapUsedBytes: heap?.usedBytes ?? null,
    heapFloorBytes: heap?.floorBytes ?? null,
    heapLimitBytes: heap?.floorLimitBytes ?? null,
    externalBytes,
    arrayBuffersBytes,
    rssBytes,
    workingSetBytes: container?.workingSetBytes ?? null,
    majorCollections: gc?.major.count ?? null,
    gcShare: gc?.share ?? null,
    loopP99Ms: loopDelay?.p99Ms ?? null,
    bytesPerMinute: trend?.bytesPerMinute ?? null,
    work: work?.count ?? null,
  };
  const parts = [
    heap === null ? undefined : `heap ${formatBytes(heap.usedBytes)}${ofLimit(heap.floorLimitBytes)}`,
    heap?.floorBytes == null ? undefined : `floor ${formatBytes(heap.floorBytes)}`,
    rssBytes === null ? undefined : `RSS ${formatBytes(rssBytes)}`,
    container === null
      ? undefined
      : `container ${formatBytes(container.workingSetBytes)}${ofLimit(container.limitBytes)}`,
    gc === null
      ? undefined
      : `${formatCount(gc.major.count)} major collections, ${(gc.share * 100).toFixed(1)} % of the time`,
    loopDelay === null ? undefined : `loop delay ${formatDuration(loopDelay.p99Ms)} (p99)`,
    trend?.bytesPerMinute == null ? undefined : `${formatBytes(trend.bytesPerMinute)} a minute`,
  ];
  return [fields, `Memory is ${level}: ${parts.filter((part) => part !== undefined).join(', ')}.`];
}

function ofLimit(bytes: number | null): string {
  return bytes === null ? '' : ` of ${formatBytes(bytes)}`;
}
