import os from 'node:os';
import v8 from 'node:v8';
import { observeMajors } from './gc.ts';
import { survivorLimit } from './heap-limit.ts';
import { memoryLimit } from './limits.ts';
import { memoryUsage } from './originals.ts';

/** What whoever gives memory back has to know of this process. */
export interface LoadDoor {
  /** Bytes now: of the JS heap, of array buffers, and of everything else that the process has in memory. */
  read(): { readonly heapBytes: number; readonly bufferBytes: number; readonly otherBytes: number };
  /** What may survive a collection, bytes; `null` where the runtime sets no such limit. */
  heapLimit(): number | null;
  /** What the container may hold, bytes; `null` without a limit below the machine's memory. */
  containerLimit(): number | null;
  /** Calls `onMajor` soon after each major collection, late ones too; returns what ends it. `null` where none are told. */
  observeMajors(onMajor: () => void): (() => void) | null;
}

/** A limit this near to the machine's memory is none: some runtimes write the one for the other. */
const AS_GOOD_AS_ALL = 0.98;

/** Bun lists `gc` among its entries and never sends one; its heap has no limit that could be read. */
const isV8 = process.versions['bun'] === undefined && process.versions.v8 !== undefined;

/** The real process. **Cost:** `read` about 15 us. */
export const systemLoadDoor: LoadDoor = {
  read: () => {
    const { heapUsed, heapTotal, external, arrayBuffers, rss } = memoryUsage();
    return {
      heapBytes: heapUsed,
      bufferBytes: arrayBuffers,
      otherBytes: Math.max(0, rss - heapTotal - Math.max(external, arrayBuffers)),
    };
  },
  heapLimit: () => (isV8 ? survivorLimit(v8.getHeapStatistics().heap_size_limit) : null),
  containerLimit: () => {
    const limit = memoryLimit();
    return limit < os.totalmem() * AS_GOOD_AS_ALL ? limit : null;
  },
  observeMajors: (onMajor) => (isV8 ? observeMajors(onMajor, Number.POSITIVE_INFINITY) : null),
};
