import {
  eventLoopUtilization,
  forcedCollector,
  type MajorCollection,
  now,
  observeMajors,
  readMemory,
} from '../../runtime/index.ts';
import { type Floor, floorBytes } from '../wire.ts';
import type { PlimsollProbeClock } from './clock.ts';
import type { PlimsollProbeJournal } from './journal.ts';
import { PlimsollProbeNudge } from './nudge.ts';
import { isBusy, type Load, naturalSpacing, oldestFloor, spacingAfter } from './pace.ts';

/** The last part of a thread's life in which it may be putting its things away, as a share. */
const TIDYING = 0.15;
/** More floors than a thread has in that part. */
const MOST_RECENT = 30;

/** Records the thread's floors: those of its own major collections, and asked ones where these are too rare. */
export class PlimsollProbeFloors {
  readonly #journal: PlimsollProbeJournal;
  readonly #clock: PlimsollProbeClock;
  readonly #intervalMs: number | undefined;
  #stopObserving: (() => void) | undefined;
  #collect: (() => void) | undefined;
  #recent: readonly { readonly at: number; readonly bytes: number }[] = [];
  /** Times on the real clock, ms. */
  #newestAt: number = now();
  #askedUntil = 0;
  #askedPause = 0;
  readonly #nudge = new PlimsollProbeNudge();
  /** Whether the thread listens for connections. */
  isServer = false;
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

  /** The most bytes that lived at one of the last floors; `undefined` before the first. */
  recentPeak(): number | undefined {
    const since = this.#clock.at() * (1 - TIDYING);
    const recent = this.#recent.filter((floor, index) => floor.at >= since || index === this.#recent.length - 1);
    return recent.length === 0 ? undefined : Math.max(...recent.map((floor) => floor.bytes));
  }

  /** Asks for a collection if the newest floor is too old. */
  keepFresh(): void {
    const at = now();
    const age = at - this.#newestAt;
    if (at - this.#askedUntil < spacingAfter(this.#askedPause, this.#clock.at())) return;
    const load = this.#load();
    if (age < (this.#intervalMs ?? oldestFloor(this.#clock.at(), load))) return;
    if (load.isServer && isBusy(load) && this.#nudge.give(at)) return;
    this.ask();
  }

  /** Whether the thread is a server that has much to do. */
  get isBusyServer(): boolean {
    return this.isServer && isBusy(this.#load());
  }

  #load(): Load {
    return { utilization: eventLoopUtilization(this.#utilization).utilization, isServer: this.isServer };
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
    this.#record(false, pauseMs, this.#nudge.takeCollection() ? { nudged: true } : {});
  }

  #record(asked: boolean, pauseMs: number, cause: Pick<Floor, 'order' | 'atExit' | 'nudged'> = {}): Floor {
    const memory = this.#nudge.takeOff(readMemory());
    const floor: Floor = { kind: 'floor', at: this.#clock.at(), asked, ...memory, pauseMs, ...cause };
    this.#journal.write(floor);
    this.#recent = [...this.#recent.slice(-MOST_RECENT), { at: floor.at, bytes: floorBytes(floor) }];
    this.#newestAt = now();
    this.#utilization = eventLoopUtilization();
    return floor;
  }
}
