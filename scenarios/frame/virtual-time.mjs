// Days in seconds: the platform's timers and clocks on a time that is moved by hand. Whatever calls setTimeout or Date.now,
// the naive form, Plimsoll or the load, lives on the same time, and every timer is counted, unref'd ones too.
import { nextTurn } from './measure.mjs';

const BOUND = 2 ** 31 - 1;

class VirtualTimer {
  isPending = true;
  isRef = true;

  /** @param {VirtualTime} time @param {() => void} run @param {number} at @param {number | undefined} every */
  constructor(time, run, at, every) {
    this.time = time;
    this.run = run;
    this.at = at;
    this.every = every;
    this.order = 0;
  }

  ref() {
    this.isRef = true;
    return this;
  }

  unref() {
    this.isRef = false;
    return this;
  }

  hasRef() {
    return this.isRef;
  }

  close() {
    this.time.cancel(this);
    return this;
  }

  [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
    this.time.cancel(this);
  }
}

export class VirtualTime {
  /** How many timers wait. */
  pending = 0;
  #steady = performance.now();
  #wall;
  #made = 0;
  /** A binary heap by time and order; those taken back stay in until their time, or until they are half of it. */
  /** @type {VirtualTimer[]} */
  #heap = [];

  /** @param {number} wallMs Where the wall clock begins. */
  constructor(wallMs) {
    this.#wall = wallMs - this.#steady;
  }

  /** Milliseconds since 1970. */
  get now() {
    return this.#wall + this.#steady;
  }

  /** Puts this time in the place of the platform's, for the rest of the process. */
  install() {
    const globals = globalThis;
    const start = (run, ms, args, isInterval = false) => this.#start(() => run(...args), ms, isInterval);
    globals.setTimeout = (run, ms = 1, ...args) => start(run, ms, args);
    globals.setInterval = (run, ms = 1, ...args) => start(run, ms, args, true);
    globals.clearTimeout = globals.clearInterval = (timer) => {
      if (timer instanceof VirtualTimer) this.cancel(timer);
    };
    performance.now = () => this.#steady;
    Date.now = () => Math.floor(this.now);
    return this;
  }

  /** @param {VirtualTimer} timer */
  cancel(timer) {
    if (!timer.isPending) return;
    timer.isPending = false;
    // It stays in the heap for a while, and must hold nothing there.
    timer.run = undefined;
    this.pending--;
    if (this.#heap.length > 1000 && this.pending * 2 < this.#heap.length) this.#tidy();
  }

  /**
   * Lets `ms` pass; each timer fires at its own moment, and promises have their turn after it.
   *
   * @param {number} ms
   */
  async advance(ms) {
    const end = this.#steady + ms;
    await nextTurn();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#fire(next);
      // All that falls due at the same moment goes before the next turn, as in one turn of an event loop.
      for (let same = this.#next(this.#steady); same !== undefined; same = this.#next(this.#steady)) this.#fire(same);
      await nextTurn();
    }
    this.#steady = end;
    await nextTurn();
  }

  /** @param {VirtualTimer} timer */
  #fire(timer) {
    this.#steady = Math.max(this.#steady, timer.at);
    if (timer.every === undefined) {
      timer.isPending = false;
      this.pending--;
    } else {
      timer.at += timer.every;
      this.#push(timer);
    }
    timer.run();
  }

  /** @param {() => void} run @param {number} ms @param {boolean} isInterval */
  #start(run, ms, isInterval) {
    const delay = ms >= 1 && ms <= BOUND ? ms : 1;
    const timer = new VirtualTimer(this, run, this.#steady + delay, isInterval ? delay : undefined);
    this.pending++;
    this.#push(timer);
    return timer;
  }

  /** The timer that is due first, if it is due by `end`; out of the heap. @param {number} end */
  #next(end) {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || (first.isPending && first.at > end)) return undefined;
      this.#pop();
      if (first.isPending) return first;
    }
  }

  #tidy() {
    const waiting = this.#heap.filter(({ isPending }) => isPending);
    // What is sorted is a heap.
    this.#heap = waiting.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  /** @param {VirtualTimer} timer */
  #push(timer) {
    timer.order = this.#made++;
    let at = this.#heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#isBefore(above, at)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #pop() {
    const last = this.#heap.pop();
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let first = at;
      if (left < this.#heap.length && this.#isBefore(left, first)) first = left;
      if (right < this.#heap.length && this.#isBefore(right, first)) first = right;
      if (first === at) return;
      this.#swap(at, first);
      at = first;
    }
  }

  /** @param {number} one @param {number} other Places in the heap. */
  #isBefore(one, other) {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  /** @param {number} one @param {number} other */
  #swap(one, other) {
    const heap = this.#heap;
    const kept = heap[one];
    heap[one] = heap[other];
    heap[other] = kept;
  }
}
