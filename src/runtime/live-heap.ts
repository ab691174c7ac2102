/** What lives on the heap, as exactly as the runtime tells it: what a test compares from round to round. */
import { memoryUsage } from './originals.ts';

interface BunHeap {
  readonly heapStats: () => { readonly objectTypeCounts: Readonly<Record<string, number>> };
}

/**
 * Bytes of this thread's heap and of what its objects hold outside of it, compiled code left out: right after a full
 * collection V8 counts to the byte, and a program that repeats its work moves the figure by some hundred bytes at most.
 * **Cost:** about 20 us.
 */
export function readLiveBytes(): number {
  const { heapUsed, external } = memoryUsage();
  const spaces = isBun() ? undefined : process.getBuiltinModule('node:v8').getHeapSpaceStatistics();
  if (spaces === undefined) return heapUsed + external;
  let bytes = external;
  for (const { space_name, space_used_size } of spaces) {
    // The compiler comes and goes as it likes.
    if (!space_name.includes('code')) bytes += space_used_size;
  }
  return bytes;
}

/**
 * Live objects by type, where the runtime counts them without a snapshot: Bun does, V8 does not (`null`).
 * **Cost:** grows with the heap, about 1 ms per 100,000 objects.
 */
export function countLiveObjects(): ReadonlyMap<string, number> | null {
  if (!isBun()) return null;
  const { heapStats } = (process.getBuiltinModule as (name: string) => unknown)('bun:jsc') as BunHeap;
  return new Map(Object.entries(heapStats().objectTypeCounts));
}

/** Whether this is Bun, whose engine is not V8. */
export function isBun(): boolean {
  return process.versions['bun'] !== undefined;
}
