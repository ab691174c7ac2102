/**
 * What we use of the runtime, taken once at load: a program that later fakes its timers, its clock or `fs` changes
 * nothing for us, and sees nothing of us.
 */
import fs from 'node:fs';
import type { performance } from 'node:perf_hooks';

// The global one: importing it would load all of `node:perf_hooks`.
const clock: typeof performance = globalThis.performance;

// Bun has none: whoever asks there finds out, and nobody else.
const { eventLoopUtilization: measureUtilization } = clock;

/** Whether {@link eventLoopUtilization} can be called. */
export const hasUtilization: boolean = typeof measureUtilization === 'function';

export const setIntervalOriginal: typeof setInterval = globalThis.setInterval;
export const clearIntervalOriginal: typeof clearInterval = globalThis.clearInterval;

// Of their module and not of the globals: a test runner may have put fakes there before we are loaded.
const timers: Pick<typeof globalThis, 'setTimeout' | 'setImmediate'> = process.getBuiltinModule('node:timers');

export const setTimeoutOriginal: typeof setTimeout = timers.setTimeout;
export const setImmediateOriginal: typeof setImmediate = timers.setImmediate;

/** Ms since the thread's start. */
export const now: () => number = clock.now.bind(clock);

/** Share of its time that the event loop was busy, between two looks; see `performance.eventLoopUtilization`. */
export const eventLoopUtilization: typeof performance.eventLoopUtilization = (...looks) =>
  measureUtilization.apply(clock, looks);

export const processId: number = process.pid;
export const memoryUsage: () => NodeJS.MemoryUsage = process.memoryUsage;
export const resourceUsage: () => NodeJS.ResourceUsage = process.resourceUsage.bind(process);

/** The functions of `fs` that go straight to the system and call no other one on their way. */
export const files: Readonly<
  Pick<
    typeof fs,
    | 'openSync'
    | 'writeSync'
    | 'readSync'
    | 'closeSync'
    | 'statSync'
    | 'fstatSync'
    | 'statfsSync'
    | 'renameSync'
    | 'unlinkSync'
  >
> = {
  openSync: fs.openSync,
  writeSync: fs.writeSync,
  readSync: fs.readSync,
  closeSync: fs.closeSync,
  statSync: fs.statSync,
  fstatSync: fs.fstatSync,
  statfsSync: fs.statfsSync,
  renameSync: fs.renameSync,
  unlinkSync: fs.unlinkSync,
};
