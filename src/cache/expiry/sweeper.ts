/**
 * The one timer that takes expired entries out, for every cache of the process.
 *
 * Each cache says when it wants to be looked at next; a timing wheel over the caches finds those whose moment has come.
 * No more than one timer waits, it does not keep the process up, and there is none while nothing can expire. A run uses
 * a few milliseconds at most and goes on in the next turn of the event loop. Caches are held weakly: one that was dropped is
 * forgotten when its moment comes.
 */
import type { Clock, Timer } from '../../base/clock.ts';
import { TimerWheel } from '../../struct/timer-wheel.ts';
import { CoarseClock } from './coarse-clock.ts';
import { outsideRequests } from './outside-requests.ts';

/** What can be swept. */
export interface Sweepable {
  /** Takes out a bounded number of what has expired by `now`; returns when to come again, `Infinity` for never. */
  sweep(now: number): number;
}

/** Runs are so far apart, ms, unless one was cut short. */
const GAP = 50;
/** A timer stands still while the machine sleeps; so it looks at the time this often at least, ms. */
const LONGEST_WAIT = 60_000;
/** A run goes on with the next cache no longer than this, ms. */
const MOST_MS = 4;
/** A timer so late is lost, ms: it was a test's fake, and the platform's own are back. */
const LOST = 1000;
/** Caches at most in one run. */
const MOST_TARGETS = 1000;

export class Sweeper {
  readonly time: CoarseClock;
  readonly #clock: Clock;
  readonly #wheel: TimerWheel;
  readonly #targets: (WeakRef<Sweepable> | undefined)[] = [];
  readonly #freeIds: number[] = [];
  #timer: Timer | undefined;
  #timerAt = Infinity;
  /** {@link CoarseClock.exchanges} when the timer was started. */
  #timerExchanges = 0;
  #lastRun = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.time = new CoarseClock(clock);
    this.#wheel = new TimerWheel();
  }

  /** Makes a target known; the number returned names it. */
  add(target: Sweepable): number {
    const id = this.#freeIds.pop() ?? this.#targets.length;
    this.#targets[id] = new WeakRef(target);
    return id;
  }

  /** Forgets a target. */
  remove(id: number): void {
    this.#targets[id] = undefined;
    this.#wheel.cancel(id);
    this.#freeIds.push(id);
    if (this.#wheel.size === 0) this.#stopTimer();
  }

  /** Has a target swept at `moment` or soon after, instead of when it last asked for. */
  wake(id: number, moment: number): void {
    this.#wheel.schedule(id, moment);
    this.#startTimer(GAP);
  }

  #startTimer(gap: number): void {
    const at = Math.max(this.#wheel.nextDue, this.#lastRun + gap);
    if (at >= this.#timerAt && !this.#isTimerLost()) return;
    this.#timer?.cancel();
    const now = this.time.exactNow();
    this.#timerExchanges = this.time.exchanges;
    this.#timerAt = Math.min(at, now + LONGEST_WAIT);
    const wait = this.#timerAt - now;
    this.#timer = outsideRequests(() => this.#clock.startTimer(() => this.#run(), wait));
  }

  #isTimerLost(): boolean {
    return this.time.now() - this.#timerAt > LOST || this.time.exchanges !== this.#timerExchanges;
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  #run(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    const now = this.time.exactNow();
    const began = this.#clock.steadyNow();
    const due: number[] = [];
    this.#wheel.advance(now, MOST_TARGETS, (id) => due.push(id));
    for (const id of due) {
      const isLate = this.#clock.steadyNow() - began > MOST_MS;
      this.#sweepOne(id, now, isLate);
    }
    this.#lastRun = now;
    this.#startTimer(this.#wheel.nextDue <= now ? 1 : GAP);
  }

  #sweepOne(id: number, now: number, isLate: boolean): void {
    const ref = this.#targets[id];
    // Removed by what an earlier one of this run called.
    if (ref === undefined) return;
    const target = ref.deref();
    if (target === undefined) this.remove(id);
    else {
      const next = isLate ? now : target.sweep(now);
      if (this.#targets[id] === ref) this.#wheel.schedule(id, next);
    }
  }
}

const sweepers = new WeakMap<Clock, Sweeper>();

/** The sweeper of all caches that go by `clock`. */
export function sweeperOf(clock: Clock): Sweeper {
  let sweeper = sweepers.get(clock);
  if (sweeper === undefined) sweepers.set(clock, (sweeper = new Sweeper(clock)));
  return sweeper;
}
