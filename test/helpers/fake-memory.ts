import type {
  CgroupMemory,
  Collection,
  HeapReading,
  HeapSpace,
  LoopDelay,
  MemoryPressure,
  MemorySample,
  MonitorDoor,
} from '../../src/runtime/index.ts';
import type { FakeClock } from './fake-clock.ts';

export const MIB: number = 1024 * 1024;

/** A process whose memory is what the test says. */
export class FakeMemory implements MonitorDoor {
  readonly runtime: string = 'Node.js v0.0.0';
  memorySample: MemorySample = {
    heapUsed: 40 * MIB,
    heapTotal: 60 * MIB,
    external: 3 * MIB,
    arrayBuffers: 1 * MIB,
    rss: 120 * MIB,
  };
  heapLimit: number | null = 1_000 * MIB;
  containerMemory: CgroupMemory | null = { limitBytes: 2_000 * MIB, workingSetBytes: 150 * MIB };
  memoryPressure: MemoryPressure | null = null;
  handleCounts: Record<string, number> | null = { Timeout: 2 };
  listenerCounts: Record<string, number> = { process: 3 };
  loopDelay: LoopDelay | null = null;
  loopUtilization: number | null = null;
  /** Whether collections are reported. */
  collects = true;
  /** How long a forced collection takes, ms, and what it leaves of the heap. */
  collectMs = 100;
  collectedTo: number | undefined;
  /** What is switched on. */
  readonly running: Set<string> = new Set();
  reads = 0;
  readonly #clock: FakeClock;
  #hear: ((batch: readonly Collection[]) => void) | undefined;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.steadyNow();
  }

  memory(): MemorySample {
    this.reads++;
    return this.memorySample;
  }

  heap(): HeapReading | null {
    if (this.heapLimit === null) return null;
    const { heapUsed, heapTotal, external } = this.memorySample;
    const figures = { usedBytes: heapUsed, totalBytes: heapTotal, externalBytes: external, mallocedBytes: 0 };
    return { ...figures, limitBytes: this.heapLimit, floorLimitBytes: this.heapLimit };
  }

  spaces(): readonly HeapSpace[] | null {
    return [{ name: 'old_space', usedBytes: 1, totalBytes: 2, availableBytes: 1 }];
  }

  container(): CgroupMemory | null {
    return this.containerMemory;
  }

  pressure(): MemoryPressure | null {
    return this.memoryPressure;
  }

  handles(): Record<string, number> | null {
    return this.handleCounts;
  }

  listeners(): Record<string, number> {
    return this.listenerCounts;
  }

  observeCollections(onBatch: (batch: readonly Collection[]) => void): (() => void) | null {
    if (!this.collects) return null;
    this.#hear = onBatch;
    this.running.add('collections');
    return () => {
      this.#hear = undefined;
      this.running.delete('collections');
    };
  }

  async hasCollections(): Promise<boolean> {
    return this.collects;
  }

  watchLoop(): { read: () => LoopDelay | null; stop: () => void } {
    this.running.add('loop');
    return { read: () => this.loopDelay, stop: () => void this.running.delete('loop') };
  }

  utilization(): () => number | null {
    return () => this.loopUtilization;
  }

  collector(): (() => void) | null {
    return () => {
      const startedAt = this.now();
      this.#clock.block(this.collectMs);
      if (this.collectedTo !== undefined) this.setHeap(this.collectedTo);
      // The runtime tells of it a moment later.
      this.#clock.startTimer(() => this.collect({ startedAt, pauseMs: this.collectMs, isForced: true }), 1);
    };
  }

  setHeap(bytes: number): void {
    this.memorySample = { ...this.memorySample, heapUsed: bytes, heapTotal: Math.max(bytes, 60 * MIB) };
  }

  /** A collection ends now; a major one leaves `heapUsed` as it is. */
  collect(collection: Partial<Collection> = {}): void {
    const { pauseMs = 5 } = collection;
    this.#hear?.([{ kind: 'major', startedAt: this.now() - pauseMs, isForced: false, ...collection, pauseMs }]);
  }

  /** A major collection that leaves so much. */
  floor(bytes: number): void {
    this.setHeap(bytes);
    this.collect();
  }
}
