/**
 * Which entry leaves: W-TinyLFU (G. Einziger, R. Friedman, B. Manes: "TinyLFU: A Highly Efficient Cache Admission Policy",
 * 2017) with queues that give a second chance (F. J. Corbató's clock, 1968) in place of its lists, because then a hit has
 * nothing to move.
 *
 * New entries come into the window. One that was not touched there is measured against the next victim of the main part,
 * and the one asked for less often leaves. How often: an entry counts how many times it was touched anew since the hand
 * last passed (0 to 7), and a sketch counts the misses of keys that are not here.
 *
 * Both queues are singly linked lists over slots. An entry that is removed by other means stays in its queue, marked gone,
 * until the hand or a sweep comes by. A pinned entry that the hand meets is parked outside its queue until it is unpinned, so
 * that no eviction pays for it again; it still counts as one of its part. Else no call takes more than some thousand steps:
 * then a touched entry may leave.
 * **Cost:** 4 bytes per slot and the sketch; amortised O(1) per eviction.
 */
import { State } from '../core/slots.ts';
import { Sketch } from './sketch.ts';

const { QUIET, TOUCHED, MAIN, COUNT, ONE_COUNT, COUNT_SHIFT, PINNED } = State;

/** A candidate asked for once, by the very miss that brought it in, is not even measured. */
const ONE_MISS = 1;
/** One in 128 candidates with a count this high gets in although it lost, so that no victim can be kept in for ever. */
const HIGH_COUNT = 6;

/** A queue's first and last slot and how many it has. */
interface Ends {
  head: number;
  tail: number;
  count: number;
  /** Where the sweep for gone entries stands: the slot before the next to look at; 0 before the head. */
  swept: number;
  /** How many of its entries are parked. */
  parked: number;
}

/** Entries given a second chance, or moved from the window to the main part, in one call; more would be a stall. */
const MOST_STEPS = 1000;
/** Slots looked at in one sweep. */
const SWEPT_AT_ONCE = 64;
/** Entries that move over to the main part per insertion, when the window is to be smaller. */
const MOVED_AT_ONCE = 8;

/** The columns that the entries have, wherever they are. */
export interface EntryColumns {
  readonly state: Uint8Array;
  readonly hashes: Int32Array;
}

/** In place of a link: the entry was pinned when the hand met it, and has not been unpinned since. */
const PARKED = -1;

// Shared by all that are empty yet.
const NO_STATE = new Uint8Array(1);
const NO_LINKS = new Int32Array(1);

export class TinyLfu {
  readonly window: Ends = { head: 0, tail: 0, count: 0, swept: 0, parked: 0 };
  readonly main: Ends = { head: 0, tail: 0, count: 0, swept: 0, parked: 0 };
  /** Slots in the queues whose entry is gone. */
  goneCount = 0;
  #capacity = 0;
  #windowLimit = 0;
  #state: Uint8Array = NO_STATE;
  #hashes: Int32Array = NO_LINKS;
  #next: Int32Array = NO_LINKS;
  #sketch: Sketch | undefined;
  #random = 12345;
  readonly #release: (slot: number) => void;

  /** `release` is called with each slot of a gone entry that has left its queue. */
  constructor(capacity: number, windowLimit: number, release: (slot: number) => void) {
    this.#capacity = capacity;
    this.#windowLimit = windowLimit;
    this.#release = release;
  }

  /** How many entries the window is to have, from 1; the queues follow as entries come in. */
  get windowLimit(): number {
    return this.#windowLimit;
  }

  set windowLimit(limit: number) {
    this.#windowLimit = limit;
  }

  /** Takes the columns, which are new arrays after each growth. */
  attach({ state, hashes }: EntryColumns): void {
    this.#state = state;
    this.#hashes = hashes;
    if (state.length <= 1) return;
    const next = new Int32Array(state.length);
    next.set(this.#next);
    this.#next = next;
  }

  resize(capacity: number, windowLimit: number): void {
    this.#capacity = capacity;
    if (this.#sketch !== undefined) this.#sketch = new Sketch(capacity);
    this.#windowLimit = windowLimit;
  }

  insert(slot: number): void {
    // Nothing needs to be counted before it is to be seen whether the cache fills up.
    if (this.#sketch !== undefined) this.#sketch.add(this.#hashes[slot]!);
    else if (this.window.count + this.main.count >= this.#capacity >> 1) this.#sketch = new Sketch(this.#capacity);
    this.#push(this.window, slot);
    // While the cache fills, or after the window was made smaller, it overflows into the main part.
    for (let left = MOVED_AT_ONCE; left > 0 && this.#isOverflowing(); left--) this.#pushMain(this.#shift(this.window));
  }

  /** Notes a use of an entry. */
  touch(slot: number): void {
    const state = this.#state[slot]!;
    if ((state & TOUCHED) === 0)
      this.#state[slot] = (state & COUNT) === COUNT ? state | TOUCHED : (state | TOUCHED) + ONE_COUNT;
  }

  /** Marks an entry as gone; its slot is released later, or now if it is in no queue. */
  markGone(slot: number): void {
    if (this.#next[slot] === PARKED) {
      this.#unpark(slot);
      this.#release(slot);
      return;
    }
    this.#state[slot] = (this.#state[slot]! & MAIN) | QUIET;
    this.goneCount++;
  }

  /** The entry in `slot` may leave again: it takes its turn at the end of its queue. */
  unpinned(slot: number): void {
    if (this.#next[slot] === PARKED) this.#push(this.#unpark(slot), slot);
  }

  /** Chooses the entry to leave and takes it out of its queue; 0 when there is none, or all are pinned. */
  evict(): number {
    const { window } = this;
    // The way of most, written out: the cache is full, and the oldest entry of the window was not used there.
    if (window.count >= this.#windowLimit && this.main.count >= this.#capacity - this.#windowLimit) {
      const slot = window.head;
      if ((this.#state[slot]! & (QUIET | TOUCHED | PINNED)) === 0) {
        this.#shift(window);
        return this.#leave(this.#loserAgainst(slot));
      }
    }
    return this.#choose();
  }

  #choose(): number {
    const { window, main } = this;
    for (let steps = 0; window.count + main.count > 0; steps++) {
      if (window.count > 0 && (sizeOf(window) >= this.#windowLimit || main.count === 0)) {
        const slot = this.#shift(window);
        const state = this.#state[slot]!;
        if (this.#isSpared(state, steps)) this.#spare(window, slot, state);
        else if (sizeOf(main) < this.#capacity - this.#windowLimit && steps < MOST_STEPS) this.#pushMain(slot);
        else return this.#leave(this.#loserAgainst(slot));
      } else if (this.#victim() !== 0) return this.#leave(this.#shift(main));
    }
    return 0;
  }

  /** Gives back the slots of some gone entries, wherever they are. */
  sweepSome(): void {
    for (const queue of [this.window, this.main]) {
      for (let left = Math.min(SWEPT_AT_ONCE, queue.count); left > 0 && queue.count > 0; left--) {
        const before = queue.swept;
        const slot = before === 0 ? queue.head : this.#next[before]!;
        const isLast = slot === queue.tail;
        if (!isGone(this.#state[slot]!)) queue.swept = isLast ? 0 : slot;
        else {
          if (before === 0) this.#shift(queue);
          else this.#cut(queue, before, slot);
          this.#isGone(this.#state[slot]!, slot);
          if (isLast) queue.swept = 0;
        }
      }
    }
  }

  /** The slots with an entry, next to be looked at first: the main part, then the window. */
  *slots(): Generator<number, void, undefined> {
    for (const queue of [this.main, this.window]) {
      for (let slot = queue.head, left = queue.count; left > 0; slot = this.#next[slot]!, left--) {
        if (!isGone(this.#state[slot]!)) yield slot;
      }
    }
    const next = this.#next;
    for (let slot = 1, left = this.main.parked + this.window.parked; left > 0; slot++) {
      if (next[slot] !== PARKED) continue;
      left--;
      yield slot;
    }
  }

  /** Throws on the first thing that does not hold; for tests. */
  check(): void {
    let gone = 0;
    for (const queue of [this.main, this.window]) {
      let last = 0;
      for (let slot = queue.head, left = queue.count; left > 0; slot = this.#next[slot]!, left--) {
        const state = this.#state[slot]!;
        if (isGone(state)) gone++;
        else if (((state & MAIN) !== 0) !== (queue === this.main))
          throw new Error(`slot ${slot} is in the wrong queue`);
        last = slot;
      }
      if (queue.count > 0 && last !== queue.tail) throw new Error(`a queue ends at slot ${last}, not at its tail`);
      const kind = queue === this.main ? PINNED | MAIN : PINNED;
      const parked = this.#next.filter(
        (link, slot) => link === PARKED && (this.#state[slot]! & (PINNED | MAIN)) === kind,
      );
      if (parked.length !== queue.parked) throw new Error(`${parked.length} slots are parked, ${queue.parked} counted`);
    }
    if (gone !== this.goneCount) throw new Error(`${gone} gone slots are queued, ${this.goneCount} counted`);
  }

  /** Measures a candidate, already out of the window, against the next victim; the winner is in the main part then. */
  #loserAgainst(candidate: number): number {
    const wanted = this.#frequency(candidate);
    if (wanted <= ONE_MISS) return candidate;
    const victim = this.#victim();
    if (victim === 0 || !(wanted > this.#frequency(victim) || (wanted >= HIGH_COUNT && this.#isLucky())))
      return candidate;
    this.#shift(this.main);
    this.#pushMain(candidate);
    return victim;
  }

  /** The next entry of the main part that was not touched; 0 when there is none. It stays at the head. */
  #victim(): number {
    const { main } = this;
    if (main.count > 0 && (this.#state[main.head]! & (QUIET | TOUCHED | PINNED)) === 0) return main.head;
    return this.#nextVictim();
  }

  #nextVictim(): number {
    const { main } = this;
    for (let steps = 0; main.count > 0; steps++) {
      const slot = main.head;
      const state = this.#state[slot]!;
      if (!this.#isSpared(state, steps)) return slot;
      this.#shift(main);
      this.#spare(main, slot, state);
    }
    return 0;
  }

  /** The hand passes an entry, just taken out of its queue: it gets a second chance, is parked, or is gone. */
  #spare(queue: Ends, slot: number, state: number): void {
    if (this.#isGone(state, slot)) return;
    this.#state[slot] = state & ~(TOUCHED | QUIET);
    if ((state & PINNED) === 0) this.#push(queue, slot);
    else {
      this.#next[slot] = PARKED;
      queue.parked++;
    }
  }

  /** Takes an entry from those parked; returns its queue. */
  #unpark(slot: number): Ends {
    const queue = (this.#state[slot]! & MAIN) === 0 ? this.window : this.main;
    this.#next[slot] = 0;
    queue.parked--;
    return queue;
  }

  /** Whether the hand passes on: the entry is gone, pinned, or was touched and there is time yet. */
  #isSpared(state: number, steps: number): boolean {
    if (steps < MOST_STEPS) return (state & (QUIET | TOUCHED | PINNED)) !== 0;
    return (state & PINNED) !== 0 || isGone(state);
  }

  #isOverflowing(): boolean {
    const { window, main } = this;
    if (sizeOf(window) <= this.#windowLimit) return false;
    return window.count > 0 && sizeOf(main) < this.#capacity - this.#windowLimit;
  }

  #frequency(slot: number): number {
    const count = (this.#state[slot]! & COUNT) >>> COUNT_SHIFT;
    return this.#sketch === undefined ? count : this.#sketch.get(this.#hashes[slot]!) + count;
  }

  #isLucky(): boolean {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) | 0;
    return ((this.#random >>> 16) & 127) === 0;
  }

  #leave(slot: number): number {
    const count = (this.#state[slot]! & COUNT) >>> COUNT_SHIFT;
    if (count !== 0) this.#sketch?.raise(this.#hashes[slot]!, count);
    return slot;
  }

  /** Whether `slot`, just taken out of its queue, has no entry any more; releases it then. */
  #isGone(state: number, slot: number): boolean {
    if (!isGone(state)) return false;
    this.goneCount--;
    this.#release(slot);
    return true;
  }

  #pushMain(slot: number): void {
    this.#state[slot]! |= MAIN;
    this.#push(this.main, slot);
  }

  #push(queue: Ends, slot: number): void {
    if (queue.count++ === 0) queue.head = slot;
    else this.#next[queue.tail] = slot;
    queue.tail = slot;
  }

  #shift(queue: Ends): number {
    const slot = queue.head;
    queue.head = this.#next[slot]!;
    queue.count--;
    if (queue.swept === slot) queue.swept = 0;
    return slot;
  }

  /** Takes out `slot`, which follows `before`. */
  #cut(queue: Ends, before: number, slot: number): void {
    this.#next[before] = this.#next[slot]!;
    if (queue.tail === slot) queue.tail = before;
    queue.count--;
  }
}

/** How many entries a part has, parked ones too. */
export function sizeOf({ count, parked }: Ends): number {
  return count + parked;
}

/** Whether a state is that of a vacated slot. */
function isGone(state: number): boolean {
  return (state & (QUIET | TOUCHED)) === QUIET;
}
