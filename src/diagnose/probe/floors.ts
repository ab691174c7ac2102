import {
  eventLoopUtilization,
  forcedCollector,
  type MajorCollection,
  now,
  observeMajors,
  readMemory,
} from '../../runtime/index.ts';
import type { Floor } from '../wire.ts';
import type { PlimsollProbeClock } from './clock.ts';
import type { PlimsollProbeJournal } from './journal.ts';
import { naturalSpacing, oldestFloor, spacingAfter } from './pace.ts';

/** Records the thread's floors: those of its own major collections, and asked ones where these are too rare. */
export class PlimsollProbeFloors {
  readonly #journal: PlimsollProbeJournal;
  readonly #clock: PlimsollProbeClock;
  readonly #intervalMs: number | undefined;
  #stopObserving: (() => void) | undefined;
  #collect: (() => void) | undefined;
  #newest: Floor | undefined;
  /** Times on the real clock, ms. */
  #newestAt: number = now();
  #askedUntil = 0;
  #askedPause = 0;
  #utilization = eventLoopUtilization();

  /** @param intervalMs - longest age of the newest floor; `undefined`: by age and load of the thread */
  constructor(journal: PlimsollProbeJournal, clock: PlimsollProbeClock, intervalMs: number | undefined) {
    this.#journal = journal;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  /** Begins to hear of the thread's own collections; nothing the second time. */
  start(): void {
    if (this.#stopObserving !== undefined) return;
    this.#stopObserving = observeMajors((major) => this.#journal.guard('floors', () => this.#onMajor(major)));
    // Weighs 0.2 MiB: made now, it is in every floor and makes no step later.
    this.#collect = forcedCollector();
  }

  /** The floor recorded last. */
  get newest(): Floor | undefined {
    return this.#newest;
  }

  /** Asks for a collection if the newest floor is too old. */
  keepFresh(): void {
    const at = now();
    const age = at - this.#newestAt;
    if (at - this.#askedUntil < spacingAfter(this.#askedPause)) return;
    const { utilization } = eventLoopUtilization(this.#utilization);
    if (age >= (this.#intervalMs ?? oldestFloor(this.#clock.at(), utilization))) this.ask();
  }

  /** Collects now and records the floor, with what has asked for it. */
  ask(cause: Pick<Floor, 'order' | 'atExit'> = {}): Floor {
    this.#collect ??= forcedCollector();
    const started = now();
    this.#collect();
    const pauseMs = now() - started;
    this.#clock.takeOff(pauseMs);
    this.#askedPause = pauseMs;
    this.ignoreUntilNow();
    return this.#record(true, pauseMs, cause);
  }

  /** Collections up to this moment are of our making and are no floors of the program's. */
  ignoreUntilNow(): void {
    this.#askedUntil = now();
  }

  stop(): void {
    this.#stopObserving?.();
  }

  #onMajor({ startedAt, pauseMs }: MajorCollection): void {
    if (startedAt < this.#askedUntil) return;
    if (now() - this.#newestAt < naturalSpacing(this.#clock.at())) return;
    this.#record(false, pauseMs);
  }

  #record(asked: boolean, pauseMs: number, cause: Pick<Floor, 'order' | 'atExit'> = {}): Floor {
    const memory = readMemory();
    const floor: Floor = { kind: 'floor', at: this.#clock.at(), asked, ...memory, pauseMs, ...cause };
    this.#journal.write(floor);
    this.#newest = floor;
    this.#newestAt = now();
    this.#utilization = eventLoopUtilization();
    return floor;
  }
}
