/** How late the event loop of this thread is, and how much of its time it works. */
import type { IntervalHistogram } from 'node:perf_hooks';
import { eventLoopUtilization, hasUtilization } from './originals.ts';

/** Delays of the event loop since the last reading, ms: what a timer that was due had to wait. */
export interface LoopDelay {
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly meanMs: number;
  readonly samples: number;
}

/** A measurement of the event loop that runs until it is stopped. */
export interface LoopWatch {
  /** What was measured since the last call; `null` where nothing was. */
  read(): LoopDelay | null;
  stop(): void;
}

/** How often the loop is looked at by a runtime that does so by a timer, ms: every 20 ms costs an idle program 0.24 % CPU, this 0.06 %. */
const RESOLUTION_MS = 100;
const NS_PER_MS = 1e6;

/**
 * Begins to measure; `null` where the runtime cannot. Newer versions of Node.js sample once per turn of the loop, older
 * ones wake up ten times a second for it.
 *
 * **Cost:** a sample costs some microseconds; 0.06 % CPU of an idle program on the older ones.
 */
export function watchLoop(): LoopWatch | null {
  const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
  if (typeof monitorEventLoopDelay !== 'function') return null;
  let histogram: IntervalHistogram;
  try {
    histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS, samplePerIteration: true } as object);
    histogram.enable();
  } catch {
    return null;
  }
  // Sampled by turns, the first one holds all the waiting since the start: a turn that does not wait takes its place.
  setImmediate(() => histogram.reset());
  return {
    read: () => {
      const delay = delayOf(histogram);
      histogram.reset();
      return delay;
    },
    stop: () => void histogram.disable(),
  };
}

function delayOf(histogram: IntervalHistogram): LoopDelay | null {
  const samples = histogram.count;
  // Deno counts, and never measures more than nothing.
  if (!(samples > 0) || !(histogram.max > 0)) return null;
  // A timer's samples hold the time between two looks as well; those of a loop's turns do not.
  const isByTimer = histogram.min / NS_PER_MS >= RESOLUTION_MS * 0.9;
  const delay = (ns: number): number => Math.max(0, ns / NS_PER_MS - (isByTimer ? RESOLUTION_MS : 0));
  return {
    p50Ms: delay(histogram.percentile(50)),
    p90Ms: delay(histogram.percentile(90)),
    p99Ms: delay(histogram.percentile(99)),
    maxMs: delay(histogram.max),
    meanMs: delay(histogram.mean),
    samples,
  };
}

/** Tells the share of its time that the loop worked since the last call, 0 to 1; `null` where the runtime cannot. */
export function utilizationMeter(): () => number | null {
  if (!hasUtilization) return () => null;
  let last = eventLoopUtilization();
  return () => {
    const next = eventLoopUtilization();
    const active = next.active - last.active;
    const whole = active + next.idle - last.idle;
    last = next;
    // Bun and Deno have the function, and it never counts.
    return whole > 0 ? active / whole : null;
  };
}
