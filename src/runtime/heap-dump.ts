/**
 * Heap snapshots that do not hurt: what one will cost is estimated first and compared with what there is, and a file
 * has its final name only when it is whole.
 */
import path from 'node:path';
import v8 from 'node:v8';
import { SnapshotError } from '../base/errors.ts';
import { formatBytes, formatDuration } from '../base/units.ts';
import type { MemoryRoom } from './limits.ts';
import { peakRss, readMemory } from './memory.ts';
import { files, now } from './originals.ts';

/** What a snapshot is expected to cost. */
export interface SnapshotCost {
  readonly pauseMs: number;
  /** Memory that the process takes on top of what it has, bytes. */
  readonly memoryBytes: number;
  readonly fileBytes: number;
}

/** What the last snapshot of this process did cost. */
export interface SnapshotExperience {
  readonly pausePerByte: number;
  /** Memory taken while writing, per byte of heap. */
  readonly memoryPerByte: number;
  readonly filePerByte: number;
  /** Memory outside the heap before the first snapshot, bytes. */
  readonly outsideHeapBefore: number;
  /** Memory that the allocator kept after the last one and can use again, bytes. */
  readonly keptBytes: number;
}

const MIB = 1024 * 1024;
// Measured on Node 20 over heaps of 4-156 MB. Per MiB: pause 25-110 ms. Per byte: memory at the peak 3.3 (long strings),
// 9.2 (small objects), 15 (nothing but objects of one number); file 1.2, 1.5-2.2, 4.3. Some memory for an empty heap too.
const PAUSE_PER_BYTE = 80 / MIB;
const MEMORY_PER_BYTE = 9;
const FILE_PER_BYTE = 2;
const FIXED_MEMORY = 16 * MIB;
/** Even where the allocator has kept all it needs, a later snapshot takes some more. */
const LEAST_MEMORY_PER_BYTE = 0.5;
/** Room that is left free beyond the estimate, as a share. */
const HEAD_ROOM = 0.1;

/**
 * What a snapshot of a heap of `heapUsed` bytes will cost.
 *
 * @param experience - what the last one cost in this process; without it, figures measured on Node 20
 * @param outsideHeap - memory of the process outside the JS heap now, bytes: tells how much of what the last snapshot
 *   left is still there to be used again
 */
export function estimateSnapshot(heapUsed: number, experience?: SnapshotExperience, outsideHeap = 0): SnapshotCost {
  if (experience === undefined) {
    return {
      pauseMs: heapUsed * PAUSE_PER_BYTE,
      memoryBytes: FIXED_MEMORY + heapUsed * MEMORY_PER_BYTE,
      fileBytes: heapUsed * FILE_PER_BYTE,
    };
  }
  const stillThere = Math.min(experience.keptBytes, Math.max(0, outsideHeap - experience.outsideHeapBefore));
  return {
    pauseMs: heapUsed * experience.pausePerByte,
    memoryBytes:
      FIXED_MEMORY + Math.max(heapUsed * LEAST_MEMORY_PER_BYTE, heapUsed * experience.memoryPerByte - stillThere),
    fileBytes: heapUsed * experience.filePerByte,
  };
}

/** What there is for a snapshot to use; `null`: not known, so no obstacle. */
export interface SnapshotRoom {
  readonly memory: MemoryRoom | null;
  readonly diskBytes: number | null;
  readonly maxPauseMs: number;
  /** What the JS heap holds of its limit; default: not known, so no obstacle. */
  readonly heap?: { readonly usedBytes: number; readonly limitBytes: number };
}

/** A heap fuller than this may reach its limit in the collections that a snapshot begins with. */
const FULL_HEAP = 0.8;

/** Why a snapshot of that cost must not be taken, in one sentence with the figures; `null` when it may. */
export function whyRefused(cost: SnapshotCost, room: SnapshotRoom): string | null {
  const { memory, diskBytes, maxPauseMs, heap } = room;
  if (heap !== undefined && heap.usedBytes > heap.limitBytes * FULL_HEAP) {
    return (
      `The heap holds ${formatBytes(heap.usedBytes)} of its limit of ${formatBytes(heap.limitBytes)}: ` +
      'the collections that a snapshot begins with could end the program.'
    );
  }
  if (memory !== null && cost.memoryBytes > memory.freeBytes * (1 - HEAD_ROOM)) {
    return (
      `It needs about ${formatBytes(cost.memoryBytes)} more memory; ` +
      `${formatBytes(memory.freeBytes)} are left of the ${memory.of}'s ${formatBytes(memory.limitBytes)}.`
    );
  }
  if (diskBytes !== null && cost.fileBytes > diskBytes * (1 - HEAD_ROOM)) {
    return `It needs about ${formatBytes(cost.fileBytes)} on disk; ${formatBytes(diskBytes)} are left there.`;
  }
  if (cost.pauseMs > maxPauseMs) {
    return `It would stop the program for about ${formatDuration(cost.pauseMs)}; ${formatDuration(maxPauseMs)} are allowed.`;
  }
  return null;
}

/** Free bytes on the disk of `folder` for a process without special rights; `null` when they cannot be told. */
export function freeDisk(folder: string): number | null {
  try {
    const { bavail, bsize } = files.statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** A snapshot that is whole, on disk. */
export interface WrittenSnapshot {
  readonly pauseMs: number;
  readonly fileBytes: number;
  readonly rssBefore: number;
  readonly rssAfter: number;
  /** For the estimate of the next one. */
  readonly experience: SnapshotExperience;
}

/** The name that a snapshot has until it is whole. */
export function partialName(file: string): string {
  return `${file}.partial`;
}

function endsWhole(file: string): boolean {
  const fd = files.openSync(file, 'r');
  try {
    const end = Buffer.alloc(16);
    const { size } = files.fstatSync(fd);
    const length = files.readSync(fd, end, 0, end.length, Math.max(0, size - end.length));
    return end.toString('latin1', 0, length).trimEnd().endsWith(']}');
  } finally {
    files.closeSync(fd);
  }
}

function removeQuietly(file: string): void {
  try {
    files.unlinkSync(file);
  } catch {
    // It was never made, or its folder is gone: nothing is left behind either way.
  }
}

function writeWhole(file: string): void {
  const partial = partialName(file);
  try {
    // Numbers are kept, as they show the bounds of caches: file 15 % larger, same time.
    v8.writeHeapSnapshot(partial, { exposeNumericValues: true });
    if (!endsWhole(partial)) {
      throw new SnapshotError('PLIM_ERR_SNAPSHOT_TRUNCATED', `The file ended early: ${path.basename(file)}.`);
    }
    files.renameSync(partial, file);
  } catch (error) {
    removeQuietly(partial);
    throw error;
  }
}

/**
 * Writes a heap snapshot of this thread to `file`, in place of any older one there.
 *
 * **Cost:** stops the thread for 25-110 ms and takes 3-9 MiB of memory per MiB of heap; look at
 * {@link estimateSnapshot} first.
 *
 * @param previous - experience with the last snapshot of this process
 * @throws the system's error (disk full, folder missing); no part of the file is left then
 */
export function writeSnapshot(file: string, previous?: SnapshotExperience): WrittenSnapshot {
  const before = readMemory();
  const peakBefore = peakRss();
  const started = now();
  writeWhole(file);
  const pauseMs = now() - started;
  const after = readMemory();
  const fileBytes = files.statSync(file).size;
  const peakAfter = peakRss();
  const peak = peakAfter > peakBefore ? peakAfter : after.rss;
  const memoryPerByte = Math.max(previous?.memoryPerByte ?? 0, (peak - before.rss) / before.heapUsed);
  const addedBytes = Math.max(0, after.rss - before.rss);
  const experience: SnapshotExperience = {
    pausePerByte: pauseMs / before.heapUsed,
    memoryPerByte,
    filePerByte: fileBytes / before.heapUsed,
    outsideHeapBefore: previous?.outsideHeapBefore ?? before.rss - before.heapTotal - before.external,
    keptBytes: Math.min((previous?.keptBytes ?? 0) + addedBytes, memoryPerByte * before.heapUsed),
  };
  return { pauseMs, fileBytes, rssBefore: before.rss, rssAfter: after.rss, experience };
}
