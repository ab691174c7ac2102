/** All threads of the program under watch: takes in what they say, orders snapshots when they are due. */
import { messageOf } from '../../base/errors.ts';
import type { Warning } from '../../base/warnings.ts';
import { isSnapshotDue, type SnapshotPlan, threadsToFollow, wantsExitSnapshot } from '../../diagnose/schedule.ts';
import type { Message } from '../../diagnose/wire.ts';
import { countOomKills } from '../../runtime/index.ts';
import { Channel } from './channel.ts';
import { countOpen, isAlive, residentBytes } from './process-state.ts';
import { WatchedThread } from './watched-thread.ts';

const TICK_MS = 100;
/** How often open things are counted, and how many times longer than counting took the wait is at least. */
const OPEN_EVERY_MS = 500;
const OPEN_SPACING = 100;
/** How long an ordered snapshot may stay unanswered before the next thread gets its turn, beyond the longest pause. */
const ANSWER_GRACE_MS = 15_000;
/** Silence of a living process that counts as lost. */
const SILENCE_MS = 120_000;

/** What happens, for those who tell the user. */
export type WatchListener = (thread: WatchedThread, message: Message) => void;

export interface WatchOptions {
  readonly sessionDir: string;
  readonly plan: SnapshotPlan;
  /** Longest pause that a snapshot is allowed, ms. */
  readonly maxPauseMs: number;
  /** Whether snapshots are ordered by time; a driven load orders them by rounds. */
  readonly ordersByTime: boolean;
  readonly onMessage: WatchListener;
}

interface Waiter {
  readonly isMet: () => boolean;
  readonly deadlineMs: number;
  readonly resolve: (met: boolean) => void;
}

/** Monotonic time of this process, ms. */
export function nowMs(): number {
  return performance.now();
}

export class Watch {
  readonly #options: WatchOptions;
  readonly #channel: Channel;
  readonly #threads = new Map<string, WatchedThread>();
  readonly #warnings: Warning[] = [];
  #waiters: Waiter[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ordered: { readonly thread: WatchedThread; readonly order: number; readonly sinceMs: number } | undefined;
  #ordersByTime: boolean;
  #isStopped = false;
  #wantsExitShots = true;
  #openDueMs = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#ordersByTime = options.ordersByTime;
    this.#channel = new Channel(options.sessionDir, (key, message) => this.#accept(key, message));
  }

  /** Threads that are judged: all but those of launchers, in the order in which they came. */
  get threads(): readonly WatchedThread[] {
    return [...this.#threads.values()].filter((thread) => !thread.isLauncher);
  }

  get launchers(): readonly WatchedThread[] {
    return [...this.#threads.values()].filter((thread) => thread.isLauncher);
  }

  /** Judged threads that can still be asked for something. */
  get living(): readonly WatchedThread[] {
    return this.threads.filter((thread) => !thread.hasExited && isAlive(thread.hello.pid));
  }

  /** Processes that said hello and are still there, launchers too. */
  get livingPids(): readonly number[] {
    return [...new Set([...this.#threads.values()].map((thread) => thread.hello.pid))].filter(isAlive);
  }

  get isSnapshotPending(): boolean {
    return this.living.some((thread) => thread.pending !== undefined);
  }

  start(): void {
    this.#channel.start();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Orders no more snapshots by time; those ordered by name still work. */
  stopOrdering(): void {
    this.#ordersByTime = false;
  }

  /** Takes back the wish for a snapshot at exit: one was taken at the planned end. */
  wantNoMore(): void {
    this.#wantsExitShots = false;
    for (const thread of this.threads) thread.setSnapshotAtExit(false);
  }

  /** Reads what is left and lets go of everything. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#channel.stop();
    this.#channel.poll();
    for (const thread of this.#threads.values()) {
      this.#noteSilence(thread);
      thread.settle(nowMs());
    }
    if (this.#channel.badLines > 0) {
      this.warn('PLIM_WARN_WATCH_LOST', `${this.#channel.badLines} lines of the watch were damaged and left out.`);
    }
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(waiter.isMet());
  }

  /** A failure of ours must not end the program: it runs on, unwatched. */
  giveUp(error: unknown): void {
    clearInterval(this.#timer);
    this.#channel.stop();
    this.warn('PLIM_WARN_WATCH_LOST', `The watch failed and was given up: ${messageOf(error)}`);
  }

  /** Notes something about the run as a whole. */
  warn(code: Warning['code'], message: string): void {
    this.#warnings.push({ code, message });
  }

  /** What was noted about the run as a whole. */
  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  /** Resolves with `true` as soon as `isMet()`, with `false` after `timeoutMs` or when the watch stops. */
  async until(isMet: () => boolean, timeoutMs: number): Promise<boolean> {
    if (isMet()) return true;
    if (this.#isStopped) return false;
    return new Promise((resolve) => this.#waiters.push({ isMet, deadlineMs: nowMs() + timeoutMs, resolve }));
  }

  /**
   * Orders a snapshot of each of the threads worth one, one after the other, and waits for them; where none may be
   * taken, a profile of what is alive.
   */
  async snapshotNow(): Promise<void> {
    const followed = threadsToFollow(this.living.map(summaryOf)).map(({ thread }) => thread);
    const deadline = this.#options.maxPauseMs + ANSWER_GRACE_MS;
    // One that is being taken just now is as good.
    const open = this.#isOrderOpen() ? this.#ordered?.thread : undefined;
    for (const thread of followed) {
      await this.until(() => !this.#isOrderOpen(), deadline);
      if (thread === open) continue;
      const order = this.#orderSnapshot(thread);
      await this.until(() => thread.isAnswered(order) || !isAlive(thread.hello.pid), deadline);
    }
  }

  #tick(): void {
    try {
      this.#countOpen();
      const followed = threadsToFollow(this.living.map(summaryOf)).map(({ thread }) => thread);
      if (this.#wantsExitShots) this.#wishForExitShots(followed);
      if (this.#ordersByTime) this.#orderDueSnapshot(followed);
      this.#settleWaiters();
    } catch (error) {
      this.giveUp(error);
    }
  }

  /** Looks at the processes from outside, ever more rarely where that takes long. */
  #countOpen(): void {
    const started = nowMs();
    if (started < this.#openDueMs) return;
    for (const thread of this.living) {
      thread.residentBytes = residentBytes(thread.hello.pid) ?? thread.residentBytes;
      const open = thread.hello.threadId === 0 ? countOpen(thread.hello.pid) : null;
      // While a snapshot is written its file is open too.
      if (open !== null && thread.pending === undefined) thread.noteOpen(open, started);
    }
    this.#openDueMs = nowMs() + Math.max(OPEN_EVERY_MS, (nowMs() - started) * OPEN_SPACING);
  }

  #accept(key: string, message: Message): void {
    const now = nowMs();
    if (message.kind === 'hello') {
      if (!this.#threads.has(key)) {
        const thread = new WatchedThread(message, this.#options.sessionDir, now, Date.now());
        this.#threads.set(key, thread);
        thread.oomKills = countOomKills(message.pid);
        this.#options.onMessage(thread, message);
      }
      return;
    }
    const thread = this.#threads.get(key);
    if (thread === undefined) return;
    thread.accept(message, now);
    if (message.kind === 'snapshot-end') thread.dropOldShots(this.#options.plan);
    this.#options.onMessage(thread, message);
    this.#settleWaiters();
  }

  /** Threads that are not followed leave without one: at the end of a cluster all would write theirs at once. */
  #wishForExitShots(followed: readonly WatchedThread[]): void {
    for (const thread of this.threads) {
      thread.setSnapshotAtExit(followed.includes(thread) && wantsExitSnapshot(this.#options.plan, thread.attempts));
    }
  }

  #settleWaiters(): void {
    const now = nowMs();
    const settled = this.#waiters.filter((waiter) => waiter.isMet() || now >= waiter.deadlineMs);
    if (settled.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !settled.includes(waiter));
    for (const waiter of settled) waiter.resolve(waiter.isMet());
  }

  /** One snapshot at a time over all threads: each needs memory of the same container. */
  #orderDueSnapshot(followed: readonly WatchedThread[]): void {
    if (this.#isOrderOpen()) return;
    const now = nowMs();
    const due = followed.find((thread) =>
      isSnapshotDue(this.#options.plan, thread.ageAt(now), thread.floors, thread.attempts),
    );
    if (due !== undefined) this.#orderSnapshot(due);
  }

  #orderSnapshot(thread: WatchedThread): number {
    const order = thread.order(this.#options.plan.count === 'never' ? 'profile' : 'snapshot');
    this.#ordered = { thread, order, sinceMs: nowMs() };
    return order;
  }

  #isOrderOpen(): boolean {
    const open = this.#ordered;
    if (open === undefined || open.thread.isAnswered(open.order) || open.thread.hasExited) return false;
    if (open.thread.pending === undefined && nowMs() > open.sinceMs + this.#options.maxPauseMs + ANSWER_GRACE_MS) {
      return false;
    }
    return isAlive(open.thread.hello.pid);
  }

  #noteSilence(thread: WatchedThread): void {
    const silence = nowMs() - thread.heardMs;
    if (thread.hasExited || thread.isLauncher || silence < SILENCE_MS) return;
    thread.warn(
      'PLIM_WARN_WATCH_LOST',
      `The watch inside the program said nothing in its last ${Math.round(silence / 1000)} s.`,
    );
  }
}

function summaryOf(thread: WatchedThread): { thread: WatchedThread; growth: number; shots: number } {
  return { thread, growth: thread.growth, shots: thread.attempts.length };
}
