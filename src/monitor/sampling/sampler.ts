import type { Clock } from '../../base/clock.ts';
import type {
  CgroupMemory,
  Collection,
  HeapReading,
  LoopDelay,
  LoopWatch,
  MemoryPressure,
  MemorySample,
  MonitorDoor,
} from '../../runtime/index.ts';
import { CollectionCycles } from '../series/collection-cycles.ts';
import { CollectionCounter } from '../series/collection-totals.ts';
import { Columns } from '../../struct/columns.ts';
import { type FloorReading, Floors } from '../series/floors.ts';

/** What is kept of every sample; `at` in ms since 1970, delays in ms, shares 0 to 1. */
export const SAMPLE_COLUMNS = [
  'at',
  'heapUsedBytes',
  'heapTotalBytes',
  'externalBytes',
  'arrayBuffersBytes',
  'rssBytes',
  'workingSetBytes',
  'pressure',
  'gcShare',
  'loopP99Ms',
  'loopUtilization',
  'handles',
  'listeners',
  'work',
] as const;

export type SampleColumn = (typeof SAMPLE_COLUMNS)[number];

/** One reading of everything. */
export interface Sample {
  readonly at: number;
  readonly memory: MemorySample;
  readonly heap: HeapReading | null;
  readonly container: CgroupMemory | null;
  readonly pressure: MemoryPressure | null;
  readonly loopDelay: LoopDelay | null;
  readonly loopUtilization: number | null;
  readonly handles: Readonly<Record<string, number>> | null;
  readonly listeners: Readonly<Record<string, number>> | null;
}

/** A day at the default interval. */
const SAMPLES_KEPT = 2_880;
/** The container's files are read on the tick, and no more often than this: it takes 0.3 ms, ms. */
const CONTAINER_EVERY_MS = 1_000;
/** Counting handles and listeners takes no more than this share of the time. */
const COUNTING_LARGEST_SHARE = 1 / 2_500;
/** Memory that is read longer than this after a collection is that of another moment, ms. */
const STALE_AFTER_MS = 20;
/** With a loop that is always late, such floors are better than none, ms. */
const LATE_FLOORS_AFTER_MS = 60_000;

/** What the sampler needs from outside. */
export interface SamplerParts {
  readonly door: MonitorDoor;
  readonly clock: Clock;
  /** Requests or jobs done so far. */
  readonly work: () => number;
  /** Listeners of the emitters that the program wants watched, by label. */
  readonly watchedListeners: () => Readonly<Record<string, number>>;
  /** A major collection has ended; mostly with a new floor. */
  readonly onMajor: () => void;
  /** Runs what must not throw into the program. */
  readonly guard: (what: string, run: () => void) => void;
}

/** Reads the process: on a tick, and after each of its own major collections. */
export class Sampler {
  readonly rows: Columns<SampleColumn> = new Columns(SAMPLE_COLUMNS, SAMPLES_KEPT);
  readonly floors: Floors = new Floors();
  readonly #parts: SamplerParts;
  #count = 0;
  #latest: Sample | undefined;
  #counter: CollectionCounter | undefined;
  #cycles: CollectionCycles = new CollectionCycles();
  #usedBytes: number | null = null;
  /** Whether the runtime reports collections; unknown until it was tried. */
  #hasCollections = false;
  #stopObserving: (() => void) | null = null;
  #loop: LoopWatch | null = null;
  #utilization: (() => number | null) | undefined;
  #containerDue = 0;
  #countingDue = 0;
  #lastFloorAt = 0;
  /** Collections that began before this moment, on the clock of the door, are of the monitor's own making. */
  #ignoredUntil = -Infinity;
  /** Told apart by a number, as an answer may come after a stop and a second start. */
  #runs = 0;

  constructor(parts: SamplerParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#count;
  }

  /** In use at the newest sample or major collection, garbage included, bytes. */
  get usedBytes(): number | null {
    return this.#usedBytes;
  }

  get latest(): Sample | undefined {
    return this.#latest;
  }

  /** Collections so far; `undefined` where they are not reported. */
  get collections(): CollectionCounter | undefined {
    return this.#hasCollections ? this.#counter : undefined;
  }

  /** How closely major collections follow one another now, 0 to 1. */
  get cycleShare(): number {
    return this.#cycles.share(this.#parts.door.now());
  }

  start(): void {
    const { door, clock, guard } = this.#parts;
    const run = ++this.#runs;
    const now = clock.steadyNow();
    this.#counter = new CollectionCounter(now);
    this.#cycles = new CollectionCycles();
    this.#containerDue = now;
    this.#countingDue = now;
    this.#lastFloorAt = now;
    this.#loop = door.watchLoop();
    this.#utilization = door.utilization();
    this.#stopObserving = door.observeCollections((batch) => guard('collections', () => this.#onCollections(batch)));
    if (this.#stopObserving === null || this.#hasCollections) return;
    void this.#findOut(run);
  }

  async #findOut(run: number): Promise<void> {
    const has = await this.#parts.door.hasCollections();
    if (has && run === this.#runs) this.#hasCollections = true;
  }

  stop(): void {
    this.#runs++;
    this.#stopObserving?.();
    this.#stopObserving = null;
    this.#loop?.stop();
    this.#loop = null;
    this.#utilization = undefined;
  }

  /** Collections up to this moment say nothing about the program. */
  ignoreUntilNow(): void {
    this.#ignoredUntil = this.#parts.door.now();
  }

  /** Takes what is in use now as a floor: everything was collected a moment ago. */
  recordFloor(): void {
    this.#lastFloorAt = this.#parts.clock.steadyNow();
    this.floors.add(this.#floor());
    this.#parts.onMajor();
  }

  /** How old the newest floor is, or the start when there is none, ms. */
  get floorAgeMs(): number {
    return this.#parts.clock.steadyNow() - this.#lastFloorAt;
  }

  /** Reads everything that is due. */
  take(): Sample {
    const { door, clock, work } = this.#parts;
    const now = clock.steadyNow();
    const readContainer = now >= this.#containerDue;
    if (readContainer) this.#containerDue = now + CONTAINER_EVERY_MS;
    this.#counter?.mark(now);
    const sample: Sample = {
      at: clock.wallNow(),
      memory: door.memory(),
      heap: door.heap(),
      container: readContainer ? door.container() : (this.#latest?.container ?? null),
      pressure: readContainer ? door.pressure() : (this.#latest?.pressure ?? null),
      loopDelay: this.#loop?.read() ?? null,
      loopUtilization: this.#utilization?.() ?? null,
      ...this.#counts(now),
    };
    this.#latest = sample;
    this.#usedBytes = sample.memory.heapUsed;
    this.#count++;
    this.rows.push(rowOf(sample, this.collections?.share(now) ?? null, work()));
    return sample;
  }

  #counts(now: number): Pick<Sample, 'handles' | 'listeners'> {
    if (now < this.#countingDue && this.#latest !== undefined) {
      return { handles: this.#latest.handles, listeners: this.#latest.listeners };
    }
    const { door, watchedListeners } = this.#parts;
    const begun = door.now();
    const counts = { handles: door.handles(), listeners: { ...door.listeners(), ...watchedListeners() } };
    this.#countingDue = now + (door.now() - begun) / COUNTING_LARGEST_SHARE;
    return counts;
  }

  #onCollections(batch: readonly Collection[]): void {
    const { door, clock } = this.#parts;
    const now = door.now();
    this.#hasCollections = true;
    let major: Collection | undefined;
    for (const collection of batch) {
      this.#counter?.add(collection);
      this.#cycles.add(collection);
      if (collection.kind === 'major' && collection.startedAt >= this.#ignoredUntil) major = collection;
    }
    const steady = clock.steadyNow();
    this.#counter?.mark(steady);
    if (major === undefined) return;
    const isLate = now - (major.startedAt + major.pauseMs) > STALE_AFTER_MS;
    // Late readings are no floors, yet they may be so high that it does not matter.
    this.#usedBytes = door.heap()?.usedBytes ?? null;
    if (!isLate || steady - this.#lastFloorAt >= LATE_FLOORS_AFTER_MS) this.recordFloor();
    else this.#parts.onMajor();
  }

  #floor(): FloorReading {
    const { door, clock, work } = this.#parts;
    const { heapUsed, heapTotal, external, arrayBuffers, rss } = door.memory();
    return {
      at: clock.wallNow(),
      heapBytes: heapUsed,
      heapTotalBytes: heapTotal,
      externalBytes: external,
      arrayBuffersBytes: arrayBuffers,
      rssBytes: rss,
      work: work(),
    };
  }
}

function rowOf(sample: Sample, gcShare: number | null, work: number): Record<SampleColumn, number | null> {
  const { memory } = sample;
  return {
    at: sample.at,
    heapUsedBytes: memory.heapUsed,
    heapTotalBytes: memory.heapTotal,
    externalBytes: memory.external,
    arrayBuffersBytes: memory.arrayBuffers,
    rssBytes: memory.rss,
    workingSetBytes: sample.container?.workingSetBytes ?? null,
    pressure: sample.pressure?.some10 ?? null,
    gcShare,
    loopP99Ms: sample.loopDelay?.p99Ms ?? null,
    loopUtilization: sample.loopUtilization,
    handles: sum(sample.handles),
    listeners: sum(sample.listeners),
    work,
  };
}

function sum(counts: Readonly<Record<string, number>> | null): number | null {
  return counts === null ? null : Object.values(counts).reduce((total, count) => total + count, 0);
}
