import v8 from 'node:v8';
import { survivorLimit } from './heap-limit.ts';

/** What V8 tells of this thread's heap, bytes. */
export interface HeapReading {
  readonly usedBytes: number;
  readonly totalBytes: number;
  /** What the whole heap may grow to, young generation included. */
  readonly limitBytes: number;
  /** What may be left after a collection before the program is ended: {@link limitBytes} without the young generation. */
  readonly floorLimitBytes: number;
  /** Memory that V8 and what is bound to it have taken outside the heap. */
  readonly mallocedBytes: number;
  readonly externalBytes: number;
}

/** One of the spaces of the heap, bytes. */
export interface HeapSpace {
  readonly name: string;
  readonly usedBytes: number;
  readonly totalBytes: number;
  readonly availableBytes: number;
}

const readStatistics = v8.getHeapStatistics;
const readSpaceStatistics = v8.getHeapSpaceStatistics;

let floorLimit: number | undefined;
let hasSpaces: boolean | undefined;

/** Bun has all of these functions; its spaces are empty, and its limit grows with the heap. */
function isV8(): boolean {
  return (hasSpaces ??= readHeapSpaces() !== null);
}

/** Reads the heap; `null` where the runtime has no such figures. **Cost:** below 1 us. */
export function readHeap(): HeapReading | null {
  const figures = readStatistics();
  if (!(figures.heap_size_limit > 0) || !isV8()) return null;
  floorLimit ??= survivorLimit(figures.heap_size_limit);
  return {
    usedBytes: figures.used_heap_size,
    totalBytes: figures.total_heap_size,
    limitBytes: figures.heap_size_limit,
    floorLimitBytes: floorLimit,
    mallocedBytes: figures.malloced_memory,
    externalBytes: figures.external_memory,
  };
}

/** Reads the spaces; `null` where the runtime has none. **Cost:** 1-3 us. */
export function readHeapSpaces(): readonly HeapSpace[] | null {
  try {
    const spaces = readSpaceStatistics().map((space) => ({
      name: space.space_name,
      usedBytes: space.space_used_size,
      totalBytes: space.space_size,
      availableBytes: space.space_available_size,
    }));
    // Bun has the names, and one space that is as large as its heap.
    return spaces.some(({ name, totalBytes }) => name === 'new_space' && totalBytes > 0) ? spaces : null;
  } catch {
    return null;
  }
}
