/**
 * The time, as often as a cache asks for it.
 *
 * Reading the system's clock costs more than a hit (35 ns against 20), so what was read serves again: until the event loop
 * has turned, a millisecond later at the earliest, and for 64 more questions at most. While questions come slowly (a long
 * computation that asks between its steps) fewer share one reading, so that the time is behind by a millisecond, or by one
 * step. A step that is suddenly much longer is noticed after 64 questions at the latest; `exactNow` always looks.
 *
 * It counts on the steady clock, so nobody's change of the wall clock makes it go back or stand still. The steady clock may
 * stand still while the machine sleeps, so where the wall clock has gained more than two seconds on it, that is taken
 * as time passed. A wall clock that is set *forward* looks the same, and ages entries by as much: they are loaded again
 * too early, never kept too long.
 */
import { systemClock } from '../../base/clock.ts';
import type { Clock, Timer } from '../../base/clock.ts';

const MOST_READS = 64;
/** How long one reading may serve, ms. */
const SERVES = 1;
/** A timer that has not fired so long after its time is lost: a test has put the platform's own back. */
const LOST = 1000;
/** How often the wall clock is compared, ms. */
const COMPARED_EVERY = 50;
/** What the wall clock may gain without anybody having slept, ms, and per ms passed. */
const GAIN = 2000;
const DRIFT = 0.001;

export class CoarseClock {
  /** How often the steady clock was exchanged for another: timers started before may be lost. */
  exchanges = 0;
  readonly #clock: Clock;
  /** Questions that the last reading still answers, and one. */
  #readsLeft = 0;
  #readsGranted: number;
  /** Milliseconds since the beginning, whole. */
  #time = 0;
  #slept = 0;
  #began: number;
  #readAt: number;
  #lastSteady: number;
  #comparedSteady: number;
  #comparedWall: number;
  readonly #mostReads: number;
  #timer: Timer | undefined;
  #timerSetAt = 0;

  /** A clock of the caller's own is looked at every time: it may move between any two questions. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#mostReads = clock === systemClock ? MOST_READS : 1;
    this.#readsGranted = this.#mostReads;
    this.#began = this.#readAt = this.#lastSteady = this.#comparedSteady = clock.steadyNow();
    this.#comparedWall = clock.wallNow();
  }

  /** Milliseconds since the clock was made, whole; never less than before. */
  now(): number {
    return --this.#readsLeft > 0 ? this.#time : this.#read();
  }

  /** {@link now}, of this very moment. */
  exactNow(): number {
    return this.#read();
  }

  #read(): number {
    const steady = this.#clock.steadyNow();
    if (steady < this.#lastSteady) this.#goOnFrom(steady);
    this.#lastSteady = steady;
    if (steady - this.#comparedSteady >= COMPARED_EVERY || this.#mostReads === 1) this.#compare(steady);
    this.#time = Math.max(this.#time, Math.floor(steady - this.#began + this.#slept));
    if (this.#mostReads > 1) {
      this.#grantReads(steady - this.#readAt);
      this.#startTimer(steady);
    }
    this.#readAt = steady;
    return this.#time;
  }

  /** A steady clock that went back is another one: a test has put a fake in its place. Time goes on from where it was. */
  #goOnFrom(steady: number): void {
    this.exchanges++;
    this.#began += steady - this.#lastSteady;
    this.#readAt = steady;
    this.#comparedSteady = steady;
    this.#comparedWall = this.#clock.wallNow();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #compare(steady: number): void {
    const wall = this.#clock.wallNow();
    const passed = steady - this.#comparedSteady;
    const gained = wall - this.#comparedWall - passed;
    if (gained > GAIN + passed * DRIFT) this.#slept += gained;
    this.#comparedSteady = steady;
    this.#comparedWall = wall;
  }

  /** As many questions as take a millisecond, going by those since the last reading. */
  #grantReads(passed: number): void {
    const used = this.#readsGranted - Math.max(0, this.#readsLeft);
    const fitting = passed > SERVES ? Math.floor((used * SERVES) / passed) : this.#readsGranted * 2;
    this.#readsGranted = Math.max(1, Math.min(fitting, this.#mostReads));
    this.#readsLeft = this.#readsGranted;
  }

  #startTimer(steady: number): void {
    if (this.#timer !== undefined && steady - this.#timerSetAt < LOST) return;
    this.#timer?.cancel();
    this.#timerSetAt = steady;
    this.#timer = this.#clock.startTimer(() => {
      this.#timer = undefined;
      this.#readsLeft = 0;
      // Time that passed while nobody asked says nothing about how fast questions come.
      this.#readsGranted = this.#mostReads;
      this.#readAt = Infinity;
    }, SERVES);
  }
}
