import { memoryUsage, resourceUsage } from './originals.ts';

/** One reading of the thread's memory, bytes; `rss` is the whole process's. */
export interface MemorySample {
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** Held by JS objects outside the JS heap, array buffers included. */
  readonly external: number;
  readonly arrayBuffers: number;
  readonly rss: number;
}

/** Reads the thread's memory. **Cost:** about 10 us, most of it for `rss`. */
export function readMemory(): MemorySample {
  const { heapUsed, heapTotal, external, arrayBuffers, rss } = memoryUsage();
  return { heapUsed, heapTotal, external, arrayBuffers, rss };
}

/** The most that the process has had in memory so far, bytes. */
export function peakRss(): number {
  return resourceUsage().maxRSS * 1024;
}
