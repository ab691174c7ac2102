import {
  armNearLimitSnapshot,
  clearIntervalOriginal,
  countResources,
  now,
  setIntervalOriginal,
} from '../../runtime/index.ts';
import { floorBytes, type Hello, type Order, type ProbeSettings } from '../wire.ts';
import { PlimsollProbeClock } from './clock.ts';
import { isExitSnapshotUseful } from './exit-guard.ts';
import { PlimsollProbeExitListener } from './exit-listener.ts';
import { PlimsollProbeFloors } from './floors.ts';
import type { PlimsollProbeJournal } from './journal.ts';
import type { PlimsollProbeOrders } from './orders.ts';
import { PlimsollProbeSites } from './sites.ts';
import { PlimsollProbeSnapshots } from './snapshots.ts';
import type { PlimsollProbeTether } from './tether.ts';

/** How often a thread looks up from its own work, ms: while young, and from {@link OLD_FROM_MS} on. */
const YOUNG_TICK_MS = 100;
const OLD_TICK_MS = 250;
const OLD_FROM_MS = 60_000;
/** A thread that lived shorter than this leaves without a floor, ms. */
const SHORTEST_LIFE_MS = 300;
/** Open handles are counted soon after the start, then this often, ms, and rarer where counting takes long. */
const RESOURCES_FIRST_MS = 500;
const RESOURCES_EVERY_MS = 5_000;
const RESOURCES_LARGEST_SHARE = 1 / 2_500;

/** What a watch inside one thread works with. */
export interface PlimsollProbeParts {
  readonly journal: PlimsollProbeJournal;
  readonly orders: PlimsollProbeOrders;
  readonly hello: Hello;
  readonly settings: ProbeSettings;
  /** When the thread started, or the watch where it began later: ms on the clock of `now`. */
  readonly startedAt: number;
  /** Only where the watch has to end before the thread does. */
  readonly tether?: PlimsollProbeTether;
}

/** The watch inside one thread: samples, obeys, and is never noticed. */
export class PlimsollProbe {
  readonly #journal: PlimsollProbeJournal;
  readonly #orders: PlimsollProbeOrders;
  readonly #clock: PlimsollProbeClock;
  readonly #floors: PlimsollProbeFloors;
  readonly #snapshots: PlimsollProbeSnapshots;
  readonly #sites: PlimsollProbeSites | undefined;
  readonly #tether: PlimsollProbeTether | undefined;
  readonly #exitListener = new PlimsollProbeExitListener((code) =>
    this.#journal.guard('exit', () => this.#leave(code)),
  );
  #timer: ReturnType<typeof setInterval> | undefined;
  #isOld = false;
  #isStopped = false;
  #isArming: boolean;
  #resourcesDue: number;

  constructor({ journal, orders, hello, settings, startedAt, tether }: PlimsollProbeParts) {
    this.#journal = journal;
    this.#orders = orders;
    this.#tether = tether;
    this.#isArming = settings.nearLimit === true;
    this.#clock = new PlimsollProbeClock(startedAt);
    this.#resourcesDue = startedAt + RESOURCES_FIRST_MS;
    this.#floors = new PlimsollProbeFloors(journal, this.#clock, settings.intervalMs);
    this.#snapshots = new PlimsollProbeSnapshots(journal, this.#clock, settings, hello);
    if (settings.outDir !== '') this.#sites = new PlimsollProbeSites(journal, this.#clock, settings.outDir, hello);
  }

  /** Begins to look up now and then, and waits for the thread's end. */
  start(): void {
    this.#timer = this.#tickEvery(YOUNG_TICK_MS);
    this.#exitListener.start();
  }

  #tickEvery(ms: number): ReturnType<typeof setInterval> {
    return setIntervalOriginal(() => this.#onTick(), ms).unref();
  }

  #onTick(): void {
    if (this.#journal.isClosed || this.#tether?.isCut() === true) return this.#stop();
    if (!this.#isOld && this.#clock.at() >= OLD_FROM_MS) this.#growOld();
    this.#journal.guard('floors', () => this.#floors.start());
    if (this.#isArming) this.#journal.guard('near-limit', () => this.#armNearLimit());
    this.#journal.guard('profiler', () => {
      this.#sites?.start();
      this.#sites?.tidy();
      if (this.#floors.isBusyServer) this.#sites?.coarsen();
    });
    this.#journal.guard('orders', () => {
      for (const order of this.#orders.take()) this.#obey(order);
    });
    if (this.#isStopped) return;
    this.#journal.guard('floors', () => this.#floors.keepFresh());
    this.#journal.guard('resources', () => this.#countResources());
  }

  #armNearLimit(): void {
    this.#isArming = false;
    this.#journal.write({ kind: 'near-limit', at: this.#clock.at(), ...armNearLimitSnapshot(1) });
  }

  #growOld(): void {
    this.#isOld = true;
    clearIntervalOriginal(this.#timer);
    this.#timer = this.#tickEvery(OLD_TICK_MS);
  }

  /** Takes everything of the watch out of the thread. */
  #stop(): void {
    clearIntervalOriginal(this.#timer);
    this.#exitListener.stop();
    this.#isStopped = true;
    this.#floors.stop();
    this.#sites?.stop();
    this.#tether?.letGo();
  }

  /** Ends the watch of a thread that goes on. */
  #detach(): void {
    this.#stop();
    this.#journal.write({ kind: 'exit', at: this.#clock.at(), code: null });
  }

  #obey({ id, what }: Order): void {
    if (what === 'detach') return this.#detach();
    if (what !== 'floor' && this.#snapshots.taken === 0) this.#sites?.writeMaps();
    // Who ordered a profile hears by its floor that it is written.
    if (what === 'profile') this.#sites?.writeProfile();
    // The end of a round: what is open then is compared with what was open after the others.
    if (what === 'floor') this.#writeResources();
    const floor = this.#floors.ask({ order: id });
    if (what !== 'snapshot') return;
    this.#snapshots.take('ordered', floor, id);
    this.#sites?.writeProfile();
    this.#floors.ignoreUntilNow();
  }

  #countResources(): void {
    const started = now();
    if (started < this.#resourcesDue) return;
    this.#writeResources();
    this.#resourcesDue = started + Math.max(RESOURCES_EVERY_MS, (now() - started) / RESOURCES_LARGEST_SHARE);
  }

  #writeResources(): void {
    const counts = countResources();
    this.#floors.isServer = Object.keys(counts).some((kind) => kind.endsWith('ServerWrap'));
    this.#journal.write({ kind: 'resources', at: this.#clock.at(), counts });
  }

  #leave(code: number): void {
    if (this.#clock.at() >= SHORTEST_LIFE_MS && !this.#journal.isClosed) {
      this.#journal.guard('floors', () => this.#leaveEvidence());
    }
    this.#journal.write({ kind: 'exit', at: this.#clock.at(), code });
  }

  #leaveEvidence(): void {
    this.#journal.guard('profiler', () => this.#sites?.tidy());
    this.#journal.guard('orders', () => void this.#orders.take());
    const lastBytes = this.#floors.recentPeak();
    const floor = this.#floors.ask({ atExit: true });
    const { lastAt, firstFloor } = this.#snapshots;
    const isUseful = isExitSnapshotUseful({
      at: this.#clock.at(),
      lastSnapshotAt: lastAt,
      firstSnapshotBytes: firstFloor && floorBytes(firstFloor),
      lastBytes,
      exitBytes: floorBytes(floor),
    });
    if (this.#orders.snapshotAtExit && isUseful) this.#snapshots.take('exit', floor);
    if (isUseful) this.#sites?.writeProfile();
    this.#sites?.writeMaps();
  }
}
