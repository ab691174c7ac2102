// What is still there, of memory and of what the process has open, on Node.js (--expose-gc) and on Bun.
import fs from 'node:fs';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { median } from '../../bench/lib/stats.mjs';

export const isBun = process.versions.bun !== undefined;
const jsc = isBun ? await import('bun:jsc') : undefined;
const turn = setImmediate;

/** Lets the event loop turn, in real time. */
export const nextTurn = () => new Promise((resolve) => turn(resolve));

/** Collects all that can be collected. */
export async function collect(times = 4) {
  for (let i = 0; i < times; i++) {
    if (isBun) globalThis.Bun.gc(true);
    /** @type {() => void} */ else globalThis.gc();
    await nextTurn();
  }
}

/** Bytes of heap and buffers that are left when all that can be collected is. */
export async function floor() {
  await collect();
  if (jsc !== undefined) return jsc.heapStats().heapSize;
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Counts major collections that nobody asked for; `end` gives `null` where the runtime tells of none. */
export function countMajors() {
  if (isBun) return { end: () => null };
  let majors = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) {
      const isForced = (detail.flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0;
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR && !isForced) majors++;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    end() {
      observer.disconnect();
      return majors;
    },
  };
}

/** Descriptors that the process has open; `null` where there is no /proc. */
export function countDescriptors() {
  return fs.existsSync('/proc/self/fd') ? fs.readdirSync('/proc/self/fd').length : null;
}

/**
 * Slope of the line of least squares, per step.
 *
 * @param {readonly number[]} values
 */
export function slopeOf(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, _value, at) => sum + (at - middle) ** 2, 0);
  return values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0) / spread;
}

/**
 * By how much memory is more in the last quarter of a run than in the second: the first is the engine's warming up.
 *
 * @param {readonly number[]} floors
 */
export function growthOf(floors) {
  const quarter = Math.floor(floors.length / 4);
  return median(floors.slice(-quarter)) - median(floors.slice(quarter, 2 * quarter));
}
