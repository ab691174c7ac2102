import path from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import { readDuration, readInteger, readName } from '../../base/options.ts';
import { formatBytes, formatDuration } from '../../base/units.ts';
import {
  estimateSnapshot,
  freeDisk,
  memoryRoom,
  processId,
  readHeap,
  readMemory,
  type SnapshotExperience,
  whyRefused,
  writeSnapshot,
} from '../../runtime/index.ts';
import type { ActionResult, MonitorAction } from './action.ts';

/** Where heap snapshots go, and what they may cost. */
export interface HeapSnapshotOptions {
  /** Folder that is there; the files are readable for their owner alone. */
  readonly folder: string;
  /** The longest stop of the program that one may be expected to cost. @default '15s' */
  readonly maxPause?: number | string;
  /** Files in the life of the process. @default 2 */
  readonly maxFiles?: number;
  /** Tells the time; for tests. */
  readonly clock?: Clock;
}

const DEFAULT_MAX_PAUSE = '15s';
const DEFAULT_MAX_FILES = 2;
const COOLDOWN_MS = 10 * 60_000;

/**
 * Writes a heap snapshot, when memory, disk and `maxPause` allow for it; at most one in 10 minutes. A snapshot holds every
 * text of the program, secrets included.
 *
 * **Cost:** stops the program for about 80 ms and takes up to 9 MiB of memory per MiB of heap.
 *
 * @throws {PLIM_ERR_OPTION_INVALID}
 */
export function heapSnapshot(options: HeapSnapshotOptions): MonitorAction {
  const folder = readName('folder', options.folder);
  const maxPauseMs = readDuration('maxPause', options.maxPause ?? DEFAULT_MAX_PAUSE);
  const maxFiles = readInteger('maxFiles', options.maxFiles ?? DEFAULT_MAX_FILES, 1);
  const { clock = systemClock } = options;
  let written = 0;
  let experience: SnapshotExperience | undefined;
  return {
    name: 'heapSnapshot',
    cooldownMs: COOLDOWN_MS,
    run: ({ alert, ignoreCollections }): ActionResult => {
      if (written >= maxFiles) return { outcome: 'refused', message: `${maxFiles} snapshots were written already.` };
      const reason = whyNot(folder, maxPauseMs, experience);
      if (reason !== null) return { outcome: 'refused', message: reason };
      const file = path.join(folder, nameOf(alert.rule, clock.wallNow()));
      const snapshot = writeSnapshot(file, experience);
      ignoreCollections();
      written++;
      experience = snapshot.experience;
      const { fileBytes, pauseMs } = snapshot;
      return { outcome: 'done', message: `Wrote ${file}, ${formatBytes(fileBytes)} in ${formatDuration(pauseMs)}.` };
    },
  };
}

function whyNot(folder: string, maxPauseMs: number, experience: SnapshotExperience | undefined): string | null {
  const { heapUsed, heapTotal, external, rss } = readMemory();
  const heap = readHeap();
  const cost = estimateSnapshot(heapUsed, experience, rss - heapTotal - external);
  const room = { memory: memoryRoom(), diskBytes: freeDisk(folder), maxPauseMs };
  return whyRefused(
    cost,
    heap === null ? room : { ...room, heap: { usedBytes: heapUsed, limitBytes: heap.limitBytes } },
  );
}

function nameOf(rule: string, at: number): string {
  const moment = new Date(at).toISOString().replaceAll(/[:.]/g, '-');
  return `plimsoll-${processId}-${moment}-${rule.replaceAll(/[^\w-]/g, '_')}.heapsnapshot`;
}
