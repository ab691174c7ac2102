// A day at the dashboard, and the ends of what leaves its caches.
import { randomSource } from '../../bench/lib/stats.mjs';
import { SETTINGS } from './settings.mjs';
import { KINDS } from './values.mjs';

const NAMES = Object.keys(SETTINGS);
const KIND_NAMES = Object.keys(KINDS);
const MINUTE = 60_000;
/** Sets and look-ups a minute, of each cache. */
const SETS = 3;
const LOOKUPS = 6;
/** Of each cache, once an hour in one go. */
const BURST = 120;

/** What becomes of a value that is disposed of, of a hundred. */
const FATES = [
  { name: 'throws', upTo: 2, isLost: true, end: () => fail() },
  { name: 'rejects', upTo: 4, isLost: true, end: async () => fail() },
  { name: 'throws once', upTo: 8, end: (attempt) => attempt === 1 && fail() },
  { name: 'hangs', upTo: 9, isLost: true, end: () => new Promise(() => {}) },
  { name: 'slow', upTo: 14, end: () => new Promise((resolve) => setTimeout(resolve, 1000)) },
  { name: 'quick', upTo: 100, end: () => undefined },
];

function fail() {
  throw new Error('it cannot be disposed of');
}

/** The fate of the value that was set as number `n`. */
export function fateOf(n) {
  // Not in step with the kind of value.
  const place = (n * 37) % 101;
  return FATES.find(({ upTo }) => place < upTo) ?? FATES.at(-1);
}

/** Who is asked to dispose of values: notes each attempt. */
export class Disposal {
  /** Values that had at least one attempt. */
  met = 0;
  attempts = 0;
  retries = 0;
  /** Values whose last attempt failed, or was never heard of again. */
  lost = 0;
  most = 0;
  /** Of one value, ms from one attempt to the next. */
  shortestWaits = [Infinity, Infinity];
  mostAtOnce = 0;
  /** Values that are under way: attempts so far, and the time of the last. */
  #open = new Map();
  #inHand = new Map();
  #now;

  constructor(now) {
    this.#now = now;
  }

  /** Values that had an attempt, are not disposed of, and were not given up. */
  get open() {
    return [...this.#open.values()].filter(({ attempts, fate }) => attempts < 3 || !fate.isLost).length;
  }

  end = (name, key) => {
    const fate = fateOf(key);
    const before = this.#open.get(`${name} ${key}`) ?? { attempts: 0, at: 0, fate };
    const attempts = before.attempts + 1;
    this.attempts++;
    if (attempts === 1) this.met++;
    this.most = Math.max(this.most, attempts);
    if (attempts > 1) {
      this.retries++;
      this.shortestWaits[attempts - 2] = Math.min(this.shortestWaits[attempts - 2], this.#now() - before.at);
    }
    if (fate.isLost && attempts === 3) this.lost++;
    this.#open.set(`${name} ${key}`, { attempts, at: this.#now(), fate });
    const result = fate.end(attempts);
    if (typeof result?.then === 'function') return this.#wait(name, key, result);
    this.#open.delete(`${name} ${key}`);
    return undefined;
  };

  async #wait(name, key, result) {
    const inHand = (this.#inHand.get(name) ?? 0) + 1;
    this.#inHand.set(name, inHand);
    this.mostAtOnce = Math.max(this.mostAtOnce, inHand);
    // One that never answers is let go of after 10 s; a little earlier here, or it would depend on who notices first.
    let timer;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, 9_999, 'late')));
    try {
      if ((await Promise.race([result, patience])) !== 'late') this.#open.delete(`${name} ${key}`);
    } finally {
      clearTimeout(timer);
      this.#inHand.set(name, this.#inHand.get(name) - 1);
    }
    return result;
  }
}

/**
 * @param {{ caches: Record<string, any>, time: import('../frame/virtual-time.mjs').VirtualTime, seed: number, hours: number,
 *   hourEnds: (hour: number) => Promise<void> }} options
 */
export class Dashboard {
  operations = 0;
  sets = 0;
  /** What a set or a look-up threw. */
  thrown = 0;
  #options;
  #random;

  constructor(options) {
    this.#options = options;
    this.#random = randomSource(options.seed);
  }

  async run() {
    const { time, hours, hourEnds } = this.#options;
    for (let minute = 1; minute <= hours * 60; minute++) {
      for (const name of NAMES) this.#work(name, minute % 60 === 30 ? BURST : SETS);
      await time.advance(MINUTE);
      if (minute % 60 === 0) await hourEnds(minute / 60);
    }
  }

  /** More values at once than can be disposed of in the time that a close has. */
  burst() {
    for (const name of NAMES) this.#work(name, BURST);
  }

  #work(name, sets) {
    const cache = this.#options.caches[name];
    try {
      for (let i = 0; i < sets; i++) cache.set(this.sets++, this.#value());
      for (let i = 0; i < LOOKUPS; i++) cache.get(this.sets - this.#below(100));
    } catch {
      this.thrown++;
    }
    this.operations += sets + LOOKUPS;
  }

  #value() {
    return KINDS[KIND_NAMES[this.#below(KIND_NAMES.length)]](this.sets);
  }

  #below(limit) {
    return Math.floor(this.#random() * limit);
  }
}
