import { clearIntervalOriginal, countResources, now, setIntervalOriginal } from '../../runtime/index.ts';
import { floorBytes, type Hello, type Order, type ProbeSettings } from '../wire.ts';
import { PlimsollProbeClock } from './clock.ts';
import { isExitSnapshotUseful } from './exit-guard.ts';
import { PlimsollProbeFloors } from './floors.ts';
import type { PlimsollProbeJournal } from './journal.ts';
import type { PlimsollProbeOrders } from './orders.ts';
import { PlimsollProbeSites } from './sites.ts';
import { PlimsollProbeSnapshots } from './snapshots.ts';

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

/** The watch inside one thread: samples, obeys, and is never noticed. */
export class PlimsollProbe {
  readonly #journal: PlimsollProbeJournal;
  readonly #orders: PlimsollProbeOrders;
  readonly #clock: PlimsollProbeClock;
  readonly #floors: PlimsollProbeFloors;
  readonly #snapshots: PlimsollProbeSnapshots;
  readonly #sites: PlimsollProbeSites | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isOld = false;
  #resourcesDue: number;

  /** @param startedAt - when the thread started, ms on the clock of `now` */
  constructor(
    journal: PlimsollProbeJournal,
    orders: PlimsollProbeOrders,
    hello: Hello,
    settings: ProbeSettings,
    startedAt: number,
  ) {
    this.#journal = journal;
    this.#orders = orders;
    this.#clock = new PlimsollProbeClock(startedAt);
    this.#resourcesDue = startedAt + RESOURCES_FIRST_MS;
    this.#floors = new PlimsollProbeFloors(journal, this.#clock, settings.intervalMs);
    this.#snapshots = new PlimsollProbeSnapshots(journal, this.#clock, settings, hello);
    if (settings.outDir !== '') this.#sites = new PlimsollProbeSites(journal, this.#clock, settings.outDir, hello);
  }

  /** Begins to look up now and then, and waits for the thread's end. */
  start(): void {
    this.#timer = this.#tickEvery(YOUNG_TICK_MS);
    process.on('exit', (code) => this.#journal.guard('exit', () => this.#onExit(code)));
  }

  #tickEvery(ms: number): ReturnType<typeof setInterval> {
    return setIntervalOriginal(() => this.#onTick(), ms).unref();
  }

  #onTick(): void {
    if (this.#journal.isClosed) return this.#stop();
    if (!this.#isOld && this.#clock.at() >= OLD_FROM_MS) this.#growOld();
    this.#journal.guard('floors', () => this.#floors.start());
    this.#journal.guard('profiler', () => {
      this.#sites?.start();
      this.#sites?.tidy();
      if (this.#floors.isBusyServer) this.#sites?.coarsen();
    });
    this.#journal.guard('orders', () => {
      for (const order of this.#orders.take()) this.#obey(order);
    });
    this.#journal.guard('floors', () => this.#floors.keepFresh());
    this.#journal.guard('resources', () => this.#countResources());
  }

  #growOld(): void {
    this.#isOld = true;
    clearIntervalOriginal(this.#timer);
    this.#timer = this.#tickEvery(OLD_TICK_MS);
  }

  #stop(): void {
    clearIntervalOriginal(this.#timer);
    this.#floors.stop();
    this.#sites?.stop();
  }

  #obey({ id, what }: Order): void {
    if (what !== 'floor' && this.#snapshots.taken === 0) this.#sites?.writeMaps();
    // Who ordered a profile hears by its floor that it is written.
    if (what === 'profile') this.#sites?.writeProfile();
    const floor = this.#floors.ask({ order: id });
    if (what !== 'snapshot') return;
    this.#snapshots.take('ordered', floor, id);
    this.#sites?.writeProfile();
    this.#floors.ignoreUntilNow();
  }

  #countResources(): void {
    const started = now();
    if (started < this.#resourcesDue) return;
    const counts = countResources();
    this.#floors.isServer = Object.keys(counts).some((kind) => kind.endsWith('ServerWrap'));
    this.#journal.write({ kind: 'resources', at: this.#clock.at(), counts });
    this.#resourcesDue = started + Math.max(RESOURCES_EVERY_MS, (now() - started) / RESOURCES_LARGEST_SHARE);
  }

  #onExit(code: number): void {
    if (this.#clock.at() >= SHORTEST_LIFE_MS && !this.#journal.isClosed) {
      this.#journal.guard('floors', () => this.#leaveEvidence());
    }
    this.#journal.write({ kind: 'exit', at: this.#clock.at(), code });
  }

  #leaveEvidence(): void {
    this.#journal.guard('profiler', () => this.#sites?.tidy());
    this.#journal.guard('orders', () => void this.#orders.take());
    const before = this.#floors.newest;
    const floor = this.#floors.ask({ atExit: true });
    const { lastAt, firstFloor } = this.#snapshots;
    const isUseful = isExitSnapshotUseful({
      at: this.#clock.at(),
      lastSnapshotAt: lastAt,
      firstSnapshotBytes: firstFloor && floorBytes(firstFloor),
      lastBytes: before && floorBytes(before),
      exitBytes: floorBytes(floor),
    });
    if (this.#orders.snapshotAtExit && isUseful) this.#snapshots.take('exit', floor);
    if (isUseful) this.#sites?.writeProfile();
    this.#sites?.writeMaps();
  }
}
