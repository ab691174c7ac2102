import v8 from 'node:v8';
import path from 'node:path';
import { formatBytes } from '../base/units.ts';
import { estimateSnapshot, freeDisk } from './heap-dump.ts';
import { type HeapReading, readHeap } from './heap.ts';
import { memoryRoom, type MemoryRoom } from './limits.ts';
import { startOptions } from './node-options.ts';

/** A folder that Node.js was told of for its diagnostic files, else where it was started. */
function diagnosticFolder(): string {
  const folder = startOptions()
    .findLast((option) => option.startsWith('--diagnostic-dir='))
    ?.slice('--diagnostic-dir='.length);
  return path.resolve(folder === undefined || folder === '' ? '.' : folder);
}

/** What became of the arming; `folder` is where the file will be. */
export interface NearLimitSnapshot {
  readonly isArmed: boolean;
  readonly folder: string;
  /** Why not, in one sentence. */
  readonly reason: string | null;
}

let armed: NearLimitSnapshot | undefined;

/**
 * Has V8 write a heap snapshot by itself when the heap is about to reach its limit: timers of JavaScript do not run any
 * more by then. It cannot be taken back; the second call does nothing. Refused where the disk has no room for the file,
 * or the container none for what writing takes.
 *
 * @param files - how many at most; with each the heap is a little larger
 */
export function armNearLimitSnapshot(files: number): NearLimitSnapshot {
  if (armed !== undefined) return armed;
  const folder = diagnosticFolder();
  const reason = whyNotArmed({ folder, files, heap: readHeap(), disk: freeDisk(folder), room: memoryRoom() });
  if (reason !== null) return { isArmed: false, folder, reason };
  v8.setHeapSnapshotNearHeapLimit(files);
  armed = { isArmed: true, folder, reason: null };
  return armed;
}

/** What decides whether it can be armed; bytes. */
export interface NearLimitFacts {
  readonly folder: string;
  readonly files: number;
  /** `null` where the runtime has no such figures. */
  readonly heap: Pick<HeapReading, 'limitBytes' | 'usedBytes'> | null;
  /** Free in the folder; `null` when it is not there. */
  readonly disk: number | null;
  readonly room: MemoryRoom;
}

/** Why it should not be armed, in one sentence; `null` when it may be. Pure. */
export function whyNotArmed({ folder, files, heap, disk, room }: NearLimitFacts): string | null {
  if (heap === null || typeof v8.setHeapSnapshotNearHeapLimit !== 'function') return 'This runtime cannot.';
  const { fileBytes } = estimateSnapshot(heap.limitBytes);
  if (disk === null) return `The folder ${folder} is not there.`;
  if (disk < fileBytes * files) {
    return `${files === 1 ? 'The file' : 'The files'} may take ${formatBytes(fileBytes * files)}; ${formatBytes(disk)} are left in ${folder}.`;
  }
  // The heap will have taken its limit by then, and writing takes about as much again.
  const needed = 2 * heap.limitBytes - heap.usedBytes;
  if (room.freeBytes >= needed) return null;
  return `A full heap and the writing take about ${formatBytes(needed)} more; ${formatBytes(room.freeBytes)} are left of the ${room.of}'s ${formatBytes(room.limitBytes)}.`;
}
