/** What is known of one thread of the program, and what was ordered of it. */
import fs from 'node:fs';
import path from 'node:path';
import type { Warning } from '../../base/warnings.ts';
import type { Evidence, Round, Shot } from '../../diagnose/verdict/index.ts';
import type { OpenCounts } from '../../diagnose/trend/index.ts';
import type { Death } from '../../diagnose/death.ts';
import { type Attempt, floorGrowth, keepNewest, type SnapshotPlan } from '../../diagnose/schedule.ts';
import {
  type Floor,
  type Hello,
  type Message,
  type NearLimit,
  type Order,
  type Resources,
  type SnapshotBegin,
  type SnapshotEnd,
  type SnapshotMissed,
  threadKey,
} from '../../diagnose/wire.ts';
import type { OomKills } from '../../runtime/index.ts';
import { filesBeginningWith, fileSize } from './file-size.ts';
import { findNearLimitFile } from './near-limit-file.ts';

/** A watch of weeks must not grow either: past this a series loses every second entry of its older half. */
const MOST_ENTRIES = 2_000;
const MOST_WARNINGS = 20;
/** Floors of an old thread may be a minute apart, ms. */
const LONGEST_SILENCE_MS = 65_000;

/** A snapshot that is being written. */
export interface PendingShot {
  /** From 1, in the order in which the thread began them. */
  readonly number: number;
  readonly begin: SnapshotBegin;
  /** Our clock when we heard of it, ms. */
  readonly sinceMs: number;
}

/** Keeps a series bounded: the older half is thinned out when it has grown past `most`. Changes `list`. */
export function thinOut(list: unknown[], most: number = MOST_ENTRIES): void {
  if (list.length <= most) return;
  const half = list.length >> 1;
  const older = list.slice(0, half).filter((_, index) => index % 2 === 0);
  list.splice(0, half, ...older);
}

/** One thread under watch. Time is handed in: `nowMs` is a monotonic clock of ours. */
export class WatchedThread {
  readonly hello: Hello;
  readonly floors: Floor[] = [];
  readonly resources: Resources[] = [];
  readonly openCounts: OpenCounts[] = [];
  readonly attempts: Attempt[] = [];
  readonly rounds: Round[] = [];
  readonly warnings: Warning[] = [];
  #shots: Shot[] = [];
  #profiles: { file: string; at: number }[] = [];
  #scriptMaps: string[] = [];
  #pending: PendingShot | undefined;
  #nearLimit: NearLimit | undefined;
  #nearLimitFile: string | undefined;
  /** Processes that the system has killed for want of memory since this thread was first heard of. */
  oomKills: () => OomKills = () => ({ container: 0, machine: 0 });
  /** Memory of its process at the last look from outside, bytes; 0 when it was never looked at. */
  residentBytes = 0;
  #begun = 0;
  #growth: number | undefined;
  #exitAt: number | undefined;
  #lastAt = 0;
  #heardMs: number;
  readonly #ordersFile: string;
  #orders: Order[] = [];
  #lastOrder = 0;
  #answered = 0;
  #snapshotAtExit = false;

  constructor(hello: Hello, sessionDir: string, nowMs: number, epochMs: number) {
    this.hello = hello;
    this.#ordersFile = path.join(sessionDir, `${threadKey(hello.pid, hello.threadId)}.orders.json`);
    this.#lastAt = Math.max(0, epochMs - hello.startedAt);
    this.#heardMs = nowMs;
  }

  /** `123` or `123, worker 2`. */
  get name(): string {
    return this.hello.threadId === 0 ? `${this.hello.pid}` : `${this.hello.pid}, worker ${this.hello.threadId}`;
  }

  get isLauncher(): boolean {
    return this.hello.launcher !== null;
  }

  get hasExited(): boolean {
    return this.#exitAt !== undefined;
  }

  get pending(): PendingShot | undefined {
    return this.#pending;
  }

  /** The snapshot that V8 wrote near the limit of the heap, once {@link settle} has looked for it. */
  get nearLimitFile(): string | undefined {
    return this.#nearLimitFile;
  }

  get shots(): readonly Shot[] {
    return this.#shots;
  }

  /** Growth of the floor so far, bytes. */
  get growth(): number {
    this.#growth ??= floorGrowth(this.floors);
    return this.#growth;
  }

  /** Our clock when the thread last said something, ms. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Whether the newest resources show a server that listens. */
  get isListening(): boolean {
    const counts = this.resources.at(-1)?.counts ?? {};
    return Object.entries(counts).some(([kind, count]) => count > 0 && /ServerWrap$|^(TCP|Pipe)Server/.test(kind));
  }

  /** Age of the thread by its own clock, which stands still while a snapshot is written, ms. */
  ageAt(nowMs: number): number {
    if (this.#exitAt !== undefined) return this.#exitAt;
    return this.#pending === undefined ? this.#lastAt + (nowMs - this.#heardMs) : this.#lastAt;
  }

  /** Whether the order with this number was carried out, refused or failed. */
  isAnswered(order: number): boolean {
    return this.#answered >= order;
  }

  /** Orders something; returns its number. */
  order(what: Order['what']): number {
    this.#lastOrder++;
    this.#orders = [...this.#orders.filter((order) => order.id > this.#answered), { id: this.#lastOrder, what }];
    this.#writeOrders();
    return this.#lastOrder;
  }

  /** Says whether a snapshot is wanted when the thread exits by itself. */
  setSnapshotAtExit(wanted: boolean): void {
    if (wanted === this.#snapshotAtExit || this.hasExited) return;
    this.#snapshotAtExit = wanted;
    this.#writeOrders();
  }

  /** Takes in what the thread said. */
  accept(message: Message, nowMs: number): void {
    this.#heardMs = nowMs;
    if ('at' in message) this.#lastAt = Math.max(this.#lastAt, message.at);
    switch (message.kind) {
      case 'floor':
        return this.#acceptFloor(message);
      case 'resources':
        this.resources.push(message);
        return thinOut(this.resources);
      case 'snapshot-begin':
        this.#pending = { number: ++this.#begun, begin: message, sinceMs: nowMs };
        return;
      case 'snapshot-end':
        return this.#acceptShot(message);
      case 'snapshot-missed':
        return this.#acceptMiss(message);
      case 'near-limit':
        return this.#acceptNearLimit(message);
      case 'profile':
        this.#profiles.push({ file: message.file, at: message.at });
        return;
      case 'script-maps':
        this.#scriptMaps.push(message.file);
        return;
      case 'exit':
        this.#exitAt = message.at;
        return;
      case 'trouble':
        return this.warn('PLIM_WARN_WATCH_LOST', `Part of the watch failed (${message.part}): ${message.message}`);
      case 'hello':
    }
  }

  /** Notes what the thread's process has open, counted at `nowMs`. */
  noteOpen(open: Omit<OpenCounts, 'at'>, nowMs: number): void {
    this.openCounts.push({ at: this.ageAt(nowMs), ...open });
    thinOut(this.openCounts);
  }

  /** Notes something that the user should know, once. */
  warn(code: Warning['code'], message: string): void {
    if (this.warnings.length >= MOST_WARNINGS || this.warnings.some((known) => known.message === message)) return;
    this.warnings.push({ code, message });
  }

  /** Deletes the snapshots and profiles that the plan does not keep. */
  dropOldShots(plan: SnapshotPlan): void {
    const shots = keepNewest(plan, this.#shots);
    this.#shots = [...shots.keep];
    const profiles = keepNewest(plan, this.#profiles);
    this.#profiles = [...profiles.keep];
    for (const { file } of [...shots.drop, ...profiles.drop]) fs.rmSync(file, { force: true });
  }

  /** Notes that the thread is gone: a snapshot it was writing will never be whole. */
  settle(nowMs: number): void {
    this.#takeNearLimitShot();
    // A kill leaves no last word: the thread lived about as long as we watched, unless it has been silent for long, or
    // has written a snapshot in the meantime.
    if (this.#nearLimitFile === undefined && !this.hasExited && nowMs - this.#heardMs < LONGEST_SILENCE_MS)
      this.#lastAt = this.ageAt(nowMs);
    if (this.#pending === undefined) return;
    const { number, begin } = this.#pending;
    this.#pending = undefined;
    this.warn('PLIM_WARN_SNAPSHOT_FAILED', `The process ended while snapshot ${number} was being written.`);
    for (const file of filesBeginningWith(begin.file)) fs.rmSync(file, { force: true });
  }

  /** All that a verdict can be made from; `extra` are warnings of the whole run. */
  toEvidence(extra: readonly Warning[], death?: Death): Evidence {
    return {
      process: this.hello,
      floors: this.floors,
      resources: this.resources,
      openCounts: this.openCounts,
      shots: this.#shots,
      profiles: this.#profiles,
      scriptMaps: this.#scriptMaps,
      rounds: this.rounds,
      warnings: [...this.warnings, ...extra],
      endedAt: this.#exitAt ?? this.#lastAt,
      ...(death === undefined ? {} : { death }),
    };
  }

  #acceptFloor(floor: Floor): void {
    // A snapshot order begins with a floor, and is answered by what comes after it; a profile follows at once.
    if (this.#orders.some(({ id, what }) => id === floor.order && what !== 'snapshot')) this.#answer(floor.order);
    this.floors.push(floor);
    this.#growth = undefined;
    thinOut(this.floors);
  }

  #acceptNearLimit(said: NearLimit): void {
    this.#nearLimit = said;
    if (said.reason === null) return;
    this.warn('PLIM_WARN_NEAR_LIMIT', `No snapshot is written near the heap limit: ${said.reason}`);
  }

  #acceptShot(message: SnapshotEnd): void {
    this.#pending = undefined;
    this.#answer(message.order);
    const { file, at, pauseMs, fileBytes } = message;
    const rssAdded = Math.max(0, message.rssAfter - message.rssBefore);
    const round = this.rounds.at(-1)?.number;
    this.#shots.push({ file, at, pauseMs, fileBytes, rssAdded, ...(round === undefined ? {} : { round }) });
    this.attempts.push({ at, taken: true, pauseMs });
  }

  #acceptMiss(message: SnapshotMissed): void {
    this.#pending = undefined;
    this.#answer(message.order);
    this.attempts.push({ at: message.at, taken: false, pauseMs: 0 });
    this.warn(message.how === 'refused' ? 'PLIM_WARN_SNAPSHOT_REFUSED' : 'PLIM_WARN_SNAPSHOT_FAILED', message.reason);
  }

  /** What V8 wrote near the limit is a snapshot like the others, and comes after them. */
  #takeNearLimitShot(): void {
    const { pid, threadId } = this.hello;
    if (this.#nearLimit?.isArmed !== true || this.#nearLimitFile !== undefined) return;
    const file = findNearLimitFile(this.#nearLimit.folder, pid, threadId);
    if (file === undefined) return;
    this.#nearLimitFile = file;
    const at = Math.max(this.#lastAt, this.#shots.at(-1)?.at ?? 0);
    this.#shots.push({ file, at, pauseMs: 0, fileBytes: fileSize(file), rssAdded: 0 });
  }

  #answer(order: number | undefined): void {
    if (order === undefined) return;
    this.#answered = Math.max(this.#answered, order);
  }

  #writeOrders(): void {
    const temporary = `${this.#ordersFile}.tmp`;
    try {
      fs.writeFileSync(temporary, JSON.stringify({ orders: this.#orders, snapshotAtExit: this.#snapshotAtExit }));
      fs.renameSync(temporary, this.#ordersFile);
    } catch (error) {
      this.warn('PLIM_WARN_WATCH_LOST', `An order could not be given to the watched process: ${String(error)}`);
    }
  }
}
