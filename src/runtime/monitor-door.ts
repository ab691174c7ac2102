/** Everything that a monitor reads of the process, in one interface, so that tests bring a process of their own. */
import { type Collection, hasCollectionEntries, observeCollections } from './collections.ts';
import { forcedCollector, minorCollector } from './gc.ts';
import { type HeapReading, type HeapSpace, readHeap, readHeapSpaces } from './heap.ts';
import { type CgroupMemory, containerMemory } from './limits.ts';
import { countListeners } from './listeners.ts';
import { type LoopWatch, utilizationMeter, watchLoop } from './loop.ts';
import { type MemorySample, readMemory } from './memory.ts';
import { now } from './originals.ts';
import { type MemoryPressure, readPressure } from './pressure.ts';
import { countResources } from './resources.ts';

/** What a monitor reads of the process; `null` is what the runtime or the system cannot tell. */
export interface MonitorDoor {
  /** Name and version of the runtime. */
  readonly runtime: string;
  /** Ms on the clock of the collections' times. */
  now(): number;
  memory(): MemorySample;
  heap(): HeapReading | null;
  spaces(): readonly HeapSpace[] | null;
  container(): CgroupMemory | null;
  pressure(): MemoryPressure | null;
  /** What keeps the event loop up, by kind. */
  handles(): Record<string, number> | null;
  listeners(): Record<string, number>;
  /** Begins to hear of collections; `null` where there is nothing to hear. */
  observeCollections(onBatch: (batch: readonly Collection[]) => void): (() => void) | null;
  /** Whether collections are reported at all, by having a small one. */
  hasCollections(): Promise<boolean>;
  watchLoop(): LoopWatch | null;
  utilization(): () => number | null;
  /** Collects all garbage; `null` where that cannot be had. */
  collector(): (() => void) | null;
}

function collectorOrNone(): (() => void) | null {
  try {
    return forcedCollector();
  } catch {
    return null;
  }
}

function handlesOrNone(): Record<string, number> | null {
  try {
    const counts = countResources();
    // A program that runs has something open: where nothing ever is, as under Bun, there is no list.
    return Object.keys(counts).length > 0 ? counts : null;
  } catch {
    return null;
  }
}

/** The process that we run in. */
export const systemMonitorDoor: MonitorDoor = {
  runtime: process.versions['bun'] === undefined ? `Node.js ${process.version}` : `Bun v${process.versions['bun']}`,
  now,
  memory: readMemory,
  heap: readHeap,
  spaces: readHeapSpaces,
  container: () => containerMemory(),
  pressure: () => readPressure(),
  handles: handlesOrNone,
  listeners: countListeners,
  observeCollections,
  hasCollections: () => hasCollectionEntries(minorCollector()),
  watchLoop,
  utilization: utilizationMeter,
  collector: collectorOrNone,
};
