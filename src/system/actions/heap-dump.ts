/** `heapdump`: a heap snapshot on disk, when there is memory, disk and time for it. */
import fs from 'node:fs';
import { formatBytes, formatCount, formatDuration } from '../../base/units.ts';
import {
  estimateSnapshot,
  freeDisk,
  memoryRoom,
  readHeap,
  readMemory,
  readProcessFacts,
  type SnapshotExperience,
  whyRefused,
  writeSnapshot,
  type WrittenSnapshot,
} from '../../runtime/index.ts';
import type { ActionKind, ActionResult } from './action.ts';
import type { DumpFolder } from './dump-folder.ts';

/** The process, as far as a snapshot needs it. */
export interface DumpDoor {
  /** Why a snapshot must not be taken; `null` when it may. */
  whyRefused(folder: string, maxPauseMs: number, experience: SnapshotExperience | undefined): string | null;
  write(file: string, experience: SnapshotExperience | undefined): WrittenSnapshot;
}

/** This process. */
export const systemDumpDoor: DumpDoor = {
  whyRefused(folder, maxPauseMs, experience) {
    const { heapUsed, rss, heapTotal, external } = readMemory();
    const cost = estimateSnapshot(heapUsed, experience, rss - heapTotal - external);
    const limitBytes = readHeap()?.limitBytes;
    return whyRefused(cost, {
      memory: memoryRoom(),
      diskBytes: freeDisk(folder),
      maxPauseMs,
      ...(limitBytes === undefined ? {} : { heap: { usedBytes: heapUsed, limitBytes } }),
    });
  },
  write: writeSnapshot,
};

/** How snapshots are taken. */
export interface DumpSettings {
  readonly folder: DumpFolder;
  readonly everyMs: number;
  readonly maxPauseMs: number;
  /** Snapshots that may lie in the folder; the next one is refused. */
  readonly maxFiles: number;
  readonly wallNow: () => number;
}

/** Takes heap snapshots. */
export function dumpAction(settings: DumpSettings, door: DumpDoor): ActionKind {
  const { folder, everyMs, maxPauseMs, maxFiles, wallNow } = settings;
  let experience: SnapshotExperience | undefined;
  const preflight = (): ActionResult | undefined => {
    folder.ready();
    const kept = folder.count();
    const why =
      kept < maxFiles
        ? door.whyRefused(folder.path, maxPauseMs, experience)
        : `${formatCount(kept)} snapshots lie in the folder, which is as many as may; move them away.`;
    return why === null ? undefined : { outcome: 'refused', message: why };
  };
  const run = (): ActionResult => {
    const name = folder.newName(wallNow(), readProcessFacts().pid);
    const written = door.write(folder.pathOf(name), experience);
    fs.chmodSync(folder.pathOf(name), 0o600);
    ({ experience } = written);
    const { pauseMs, fileBytes: bytes } = written;
    const message = `${name} of ${formatBytes(bytes)} written in ${formatDuration(pauseMs)}.`;
    return { outcome: 'done', message, figures: { name, bytes, pauseMs } };
  };
  return { name: 'heapdump', everyMs, preflight, run };
}
