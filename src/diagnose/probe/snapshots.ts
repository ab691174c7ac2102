import path from 'node:path';
import { messageOf } from '../../base/errors.ts';
import {
  estimateSnapshot,
  freeDisk,
  memoryRoom,
  now,
  type SnapshotCost,
  type SnapshotExperience,
  whyRefused,
  writeSnapshot,
} from '../../runtime/index.ts';
import { type Floor, type Hello, type ProbeSettings, type SnapshotBegin, threadKey } from '../wire.ts';
import type { PlimsollProbeClock } from './clock.ts';
import type { PlimsollProbeJournal } from './journal.ts';

/** A program that has done its work may be held up longer, or the snapshots before were for nothing. */
const EXIT_PATIENCE = 3;

type Ordered = Pick<SnapshotBegin, 'order'>;

/** Memory of the process that is not its JS heap, bytes. */
function outsideHeap({ rss, heapTotal, external }: Floor): number {
  return rss - heapTotal - external;
}

/** Takes the thread's snapshots, each only when there is room for it. */
export class PlimsollProbeSnapshots {
  readonly #journal: PlimsollProbeJournal;
  readonly #clock: PlimsollProbeClock;
  readonly #settings: ProbeSettings;
  readonly #prefix: string;
  readonly #heapLimitBytes: number;
  #experience: SnapshotExperience | undefined;
  #number = 0;
  #taken = 0;
  #lastAt: number | undefined;
  #firstFloor: Floor | undefined;

  constructor(
    journal: PlimsollProbeJournal,
    clock: PlimsollProbeClock,
    settings: ProbeSettings,
    thread: Pick<Hello, 'pid' | 'threadId' | 'heapLimitBytes'>,
  ) {
    this.#journal = journal;
    this.#clock = clock;
    this.#settings = settings;
    this.#heapLimitBytes = thread.heapLimitBytes;
    this.#prefix = path.join(settings.outDir, threadKey(thread.pid, thread.threadId));
  }

  /** How many are whole on disk. */
  get taken(): number {
    return this.#taken;
  }

  /** When the last one was taken, on the thread's own clock; `undefined` before the first. */
  get lastAt(): number | undefined {
    return this.#lastAt;
  }

  /** The floor just before the first one. */
  get firstFloor(): Floor | undefined {
    return this.#firstFloor;
  }

  /** Takes a snapshot if there is room, or says why not. `floor` is of a collection just before. */
  take(why: SnapshotBegin['why'], floor: Floor, order?: number): void {
    const ordered: Ordered = order === undefined ? {} : { order };
    const started = now();
    const at = this.#clock.at();
    try {
      const estimate = estimateSnapshot(floor.heapUsed, this.#experience, outsideHeap(floor));
      const reason = this.#whyNot(estimate, floor, why);
      if (reason === null) {
        this.#write({ at, why, heapUsed: floor.heapUsed, estimate, ...ordered });
        this.#firstFloor ??= floor;
      } else this.#journal.write({ kind: 'snapshot-missed', at, how: 'refused', reason, ...ordered });
    } catch (error) {
      const reason = `It could not be written: ${messageOf(error)}`;
      this.#journal.write({ kind: 'snapshot-missed', at, how: 'failed', reason, ...ordered });
    }
    this.#clock.takeOff(now() - started);
  }

  #whyNot(estimate: SnapshotCost, floor: Floor, why: SnapshotBegin['why']): string | null {
    const { snapshots, outDir } = this.#settings;
    const maxPauseMs = this.#settings.maxPauseMs * (why === 'exit' ? EXIT_PATIENCE : 1);
    if (!snapshots) return 'Snapshots are switched off.';
    const heap = { usedBytes: floor.heapUsed, limitBytes: this.#heapLimitBytes };
    return whyRefused(estimate, { memory: memoryRoom(), diskBytes: freeDisk(outDir), maxPauseMs, heap });
  }

  #write(begin: Omit<SnapshotBegin, 'kind' | 'file'>): void {
    this.#number += 1;
    const file = `${this.#prefix}-${this.#number}.heapsnapshot`;
    this.#journal.write({ kind: 'snapshot-begin', file, ...begin });
    const { experience, ...written } = writeSnapshot(file, this.#experience);
    const { at, order } = begin;
    this.#journal.write({ kind: 'snapshot-end', at, file, ...written, ...(order === undefined ? {} : { order }) });
    this.#experience = experience;
    this.#taken += 1;
    this.#lastAt = at;
  }
}
