import type { PerformanceEntry } from 'node:perf_hooks';
import { now } from './originals.ts';

/** Entries older than this when they arrive tell of a heap that is no longer there, ms. */
const STALE_AFTER_MS = 20;

interface BunGlobal {
  readonly gc?: (waits: boolean) => unknown;
}

type Collect = (options?: { readonly type: 'minor' }) => void;

/**
 * A function that collects all garbage, in this thread, without the start flag `--expose-gc`; `globalThis.gc` stays as
 * the program has it. On Bun it is Bun's own. What is read next counts no dead buffer any more. **Cost:** about 1 ms to
 * make; each collection pauses 1.3-1.7 ms per live MiB.
 *
 * @throws what the runtime throws that has no collector to call
 */
export function forcedCollector(): () => void {
  const collect = exposedCollector();
  return () => {
    collect();
    // V8 frees the memory of dead buffers on another thread, and counts it until then; the next collection, of whatever
    // kind, waits for that. This one takes 0.2 ms, as the young generation is empty.
    collect({ type: 'minor' });
  };
}

function exposedCollector(): Collect {
  const bun = (globalThis as { readonly Bun?: BunGlobal }).Bun;
  if (typeof bun?.gc === 'function') return (options) => void (options === undefined && bun.gc!(true));
  const exposed: unknown = Reflect.get(globalThis, 'gc');
  if (typeof exposed === 'function') return exposed as Collect;
  const v8 = process.getBuiltinModule('node:v8');
  v8.setFlagsFromString('--expose-gc');
  try {
    return process.getBuiltinModule('node:vm').runInNewContext('gc') as Collect;
  } finally {
    v8.setFlagsFromString('--no-expose-gc');
  }
}

/** A function that collects the young generation alone, in below 1 ms; `null` where it cannot be had. */
export function minorCollector(): (() => void) | null {
  try {
    const collect = exposedCollector();
    return () => collect({ type: 'minor' });
  } catch {
    return null;
  }
}

/** What {@link nudgeCollector} allocates: more than V8 lets grow outside its heap before it begins to collect. */
export const NUDGE_BYTES: number = 80 * 1024 * 1024;
/** With a smaller heap limit the same bytes would stop the program for a full collection at once. */
const LEAST_LIMIT_BYTES = 512 * 1024 * 1024;

/**
 * Moves V8 to begin a major collection of its own, incremental and in the middle of the program's work, by a large
 * buffer that is dropped at once: it is never touched, so it takes no memory. A forced collection in a pause of a busy
 * program finds no live instance of what its requests use, and the code compiled for them is lost: 100 ms of CPU a
 * time, against none to be seen after a nudge.
 *
 * @returns `false` where the heap limit is too small or the buffer is not to be had.
 */
export function nudgeCollector(): boolean {
  const { heap_size_limit } = process.getBuiltinModule('node:v8').getHeapStatistics();
  if (heap_size_limit < LEAST_LIMIT_BYTES) return false;
  try {
    return new ArrayBuffer(NUDGE_BYTES).byteLength === NUDGE_BYTES;
  } catch {
    return false;
  }
}

/** An entry of type `gc`, whose detail the type package does not know. */
type CollectionEntry = PerformanceEntry & { readonly detail: { readonly kind: number } };

/** A major collection that has just ended; times in ms on the clock of {@link now}. */
export interface MajorCollection {
  readonly startedAt: number;
  readonly pauseMs: number;
}

/**
 * Calls `onMajor` about a millisecond after each major collection of this thread. Those that come later than
 * `staleAfterMs` (the event loop was blocked) are left out, as memory read then says nothing of them. Returns what ends it.
 *
 * **Cost:** within noise, about 1 % on a program that collects all the time. Holds nothing open.
 */
export function observeMajors(
  onMajor: (major: MajorCollection) => void,
  staleAfterMs: number = STALE_AFTER_MS,
): () => void {
  const { constants, PerformanceObserver } = process.getBuiltinModule('node:perf_hooks');
  const observer = new PerformanceObserver((list) => {
    const at = now();
    let last: MajorCollection | undefined;
    for (const { startTime, duration, detail } of list.getEntries() as CollectionEntry[]) {
      if (detail.kind !== constants.NODE_PERFORMANCE_GC_MAJOR) continue;
      if (at - (startTime + duration) > staleAfterMs) continue;
      last = { startedAt: startTime, pauseMs: duration };
    }
    if (last !== undefined) onMajor(last);
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}
