// Five agents at work on 10,000 threads, and the outside, which notes what must have come of it.
import { randomSource } from '../../bench/lib/stats.mjs';

const WORKERS = 5;
/** Threads of a workspace that is restored at once, each with a word that was not sent yet. */
const RESTORED = 600;
/** Of a hundred turns: those that hang, those that are closed while they run. */
const HANG = 2;
const CUT = 5;
/** Of a hundred threads: those that are closed at their end; the others are never spoken of again. */
const CLOSED = 40;

/** What the outside has heard, beside what it should have. */
export class Outside {
  /** Of threads that have not been settled: what went in, what came out. */
  #written = new Map();
  #sent = new Map();
  /** Turns that run, by thread. */
  running = new Set();
  lostDeltas = 0;
  timeouts = { due: 0, heard: 0, wrong: 0 };

  send = (id, text) => void this.#sent.set(id, (this.#sent.get(id) ?? '') + text);

  onTimeout = (id) => {
    this.timeouts.heard++;
    if (!this.running.delete(id)) this.timeouts.wrong++;
  };

  wrote(id, delta) {
    this.#written.set(id, (this.#written.get(id) ?? '') + delta);
  }

  /** Nothing more will come of these threads: compares them by content and forgets them. */
  settle() {
    for (const [id, text] of this.#written) {
      const sent = this.#sent.get(id) ?? '';
      // Deltas are words with a space behind each.
      if (sent !== text) this.lostDeltas += Math.max(1, text.split(' ').length - sent.split(' ').length);
    }
    this.#written.clear();
    this.#sent.clear();
  }
}

/**
 * @param {{ store: any, outside: Outside, time: import('../frame/virtual-time.mjs').VirtualTime, seed: number, threads: number,
 *   sample: () => Promise<void> }} options `sample` is called between the parts of the load, all of them idle then.
 */
export class Agents {
  appended = 0;
  /** How many running turns had no timeout at some moment, or how many timeouts no turn. */
  turnsWithoutTimeout = 0;
  /** Threads with a running turn that were gone at some moment. */
  runningGone = 0;
  /** Flush timers or turn timeouts that were more than there were threads, at some moment. */
  outlived = 0;
  largest = 0;
  #options;
  #random;
  #opened = 0;
  #working = 0;

  constructor(options) {
    this.#options = options;
    this.#random = randomSource(options.seed);
  }

  async run(parts) {
    const { time, threads, outside, sample } = this.#options;
    // Full from the beginning: what is measured is no filling.
    this.restore('first workspace');
    for (let part = 1; part <= parts; part++) {
      const upTo = Math.floor((threads * part) / parts);
      this.#working = WORKERS;
      for (let worker = 0; worker < WORKERS; worker++) void this.#work(upTo);
      while (this.#working > 0) await time.advance(1000);
      // Turns that hang have timed out, and what could be flushed is.
      await time.advance(180_000);
      this.#look();
      outside.settle();
      await sample();
    }
  }

  /** A workspace is restored in one go: more threads than the store holds, each with something to send. */
  restore(name) {
    for (let i = 0; i < RESTORED; i++) this.#append(`${name} ${i}`);
    this.#look();
  }

  async #work(upTo) {
    while (this.#opened < upTo) {
      const number = this.#opened++;
      const id = `thread ${number}`;
      if (number % 2000 === 1000) this.restore(`workspace ${number}`);
      const turns = 1 + this.#below(3);
      let isCut = false;
      for (let turn = 0; turn < turns && !isCut; turn++) isCut = await this.#turn(id);
      // Right behind the last delta, whose flush is still to come.
      if (!isCut && this.#below(100) < CLOSED) this.#close(id);
    }
    this.#working--;
  }

  /** One turn of a thread; whether the thread was closed meanwhile. */
  async #turn(id) {
    const { store, outside } = this.#options;
    store.startTurn(id);
    outside.running.add(id);
    const fate = this.#below(100);
    for (let left = 1 + this.#below(20); left > 0; left--) {
      this.#append(id);
      if (this.#below(4) === 0) await this.#wait(this.#below(120));
      this.#look();
    }
    if (fate < HANG) {
      outside.timeouts.due++;
      await this.#wait(150_000);
      return false;
    }
    if (fate < HANG + CUT) {
      outside.timeouts.due++;
      this.#close(id);
      return true;
    }
    store.endTurn(id);
    outside.running.delete(id);
    return false;
  }

  #append(id) {
    const delta = `word${this.appended++} `;
    this.#options.outside.wrote(id, delta);
    this.#options.store.append(id, delta);
  }

  #close(id) {
    this.#options.store.closeThread(id);
  }

  #look() {
    const { store, outside } = this.#options;
    this.largest = Math.max(this.largest, store.size());
    if (store.threads === undefined || this.#below(50) > 0) return;
    const { flushTimers, timeoutTimers, size } = store.stats();
    if (timeoutTimers !== outside.running.size) this.turnsWithoutTimeout++;
    if (flushTimers > size || timeoutTimers > size) this.outlived++;
    for (const id of outside.running) if (!store.threads.has(id)) this.runningGone++;
  }

  #wait(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  #below(limit) {
    return Math.floor(this.#random() * limit);
  }
}
