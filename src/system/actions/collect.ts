/** `gc`: all garbage collected, when the pause is expected to be short enough. */
import { formatBytes, formatDuration } from '../../base/units.ts';
import { now, readMemory, systemMonitorDoor } from '../../runtime/index.ts';
import type { ActionKind, ActionResult } from './action.ts';

/** Measured on Node.js 20 and 26 over heaps full of objects: 1.3-2.3 ms for a MiB that is alive. */
const PAUSE_MS_PER_MIB = 2;
const MIB = 1024 * 1024;

/** The process, as far as collecting needs it. */
export interface CollectDoor {
  memory(): { readonly heapUsed: number; readonly rss: number };
  now(): number;
  /** `null` where garbage cannot be collected on demand. */
  collector(): (() => void) | null;
}

/** This process. */
export const systemCollectDoor: CollectDoor = {
  memory: readMemory,
  now,
  collector: () => systemMonitorDoor.collector(),
};

/** Collects garbage. @param maxPauseMs - longest pause that may be expected */
export function collectAction(everyMs: number, maxPauseMs: number, door: CollectDoor): ActionKind {
  let pausePerMib = PAUSE_MS_PER_MIB;
  const preflight = (): ActionResult | undefined => {
    const expectedMs = (door.memory().heapUsed / MIB) * pausePerMib;
    if (expectedMs <= maxPauseMs) return undefined;
    const message =
      `It would stop the process for about ${formatDuration(expectedMs)}; ` +
      `${formatDuration(maxPauseMs)} are allowed.`;
    return { outcome: 'refused', message };
  };
  const run = (): ActionResult => {
    const collect = door.collector();
    if (collect === null) return { outcome: 'refused', message: 'This runtime does not collect garbage on demand.' };
    const before = door.memory();
    const startedAt = door.now();
    collect();
    const pauseMs = door.now() - startedAt;
    const after = door.memory();
    pausePerMib = Math.max(PAUSE_MS_PER_MIB / 4, pauseMs / Math.max(1, after.heapUsed / MIB));
    const freedBytes = before.heapUsed - after.heapUsed;
    const figures = {
      freedBytes,
      pauseMs,
      heapUsedBytesBefore: before.heapUsed,
      heapUsedBytes: after.heapUsed,
      rssBytesBefore: before.rss,
      rssBytes: after.rss,
    };
    return { outcome: 'done', message: `${formatBytes(freedBytes)} freed in ${formatDuration(pauseMs)}.`, figures };
  };
  return { name: 'gc', everyMs, preflight, run };
}
