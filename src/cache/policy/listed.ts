/**
 * The policies that keep one exact order: `fifo` as the entries came in, `lru` as they were used. O(1) for each use.
 *
 * Entries in use that nobody asks for gather at the end from which entries leave. Each is passed once: the search for the
 * next one begins behind it. When it is no longer in use, it comes into a short list of its own, in the order in which it
 * was passed, and that list is taken first: the order stays exact, and an eviction does not pay for what it may not take.
 */
import { State } from '../core/slots.ts';
import type { Slots } from '../core/slots.ts';
import type { Policy } from './policy.ts';
import { SlotList } from './slot-list.ts';

export class ListedPolicy implements Policy {
  readonly keepsOrder = true;
  readonly #slots: Slots;
  readonly #list = new SlotList();
  readonly #movesOnUse: boolean;
  /** Entries that were in use when they were passed, and when that was; in the order of the list. */
  readonly #passed = new Map<number, number>();
  /** The last of them; all before it have been passed too. */
  #lastPassed = 0;
  #passings = 0;
  /** Those of them that are in use no more, the one passed first at the beginning. */
  #freed: number[] = [];

  constructor(slots: Slots, kind: 'fifo' | 'lru') {
    this.#slots = slots;
    this.#movesOnUse = kind === 'lru';
    slots.onGrow(() => this.#list.grow(slots.room));
  }

  inserted(slot: number): void {
    this.#list.append(slot);
  }

  touched(slot: number): void {
    this.#slots.state[slot]! |= State.TOUCHED;
    if (!this.#movesOnUse) return;
    this.#cut(slot);
    this.#list.append(slot);
  }

  missed(): void {}

  removed(slot: number): void {
    this.#cut(slot);
    this.#slots.release(slot);
  }

  evict(): number {
    let slot = this.#freed[0] ?? this.#list.after(this.#lastPassed);
    while (slot !== 0 && (this.#slots.state[slot]! & State.PINNED) !== 0) {
      this.#passed.set(slot, ++this.#passings);
      this.#lastPassed = slot;
      slot = this.#list.after(slot);
    }
    if (slot !== 0) this.#cut(slot);
    return slot;
  }

  pinned(slot: number): void {
    if (this.#freed.length > 0) this.#freed = this.#freed.filter((other) => other !== slot);
  }

  unpinned(slot: number): void {
    const passing = this.#passed.get(slot);
    if (passing === undefined) return;
    let at = this.#freed.length;
    while (at > 0 && this.#passed.get(this.#freed[at - 1]!)! > passing) at--;
    this.#freed.splice(at, 0, slot);
  }

  resize(): void {}

  *slots(): Generator<number, void, undefined> {
    for (let slot = this.#list.after(0); slot !== 0; slot = this.#list.after(slot)) yield slot;
  }

  check(): void {
    this.#list.check();
    let left = this.#passed.size;
    for (let slot = this.#list.after(0); left > 0; slot = this.#list.after(slot), left--) {
      if (!this.#passed.has(slot)) throw new Error(`slot ${slot} has not been passed, and others after it have`);
      const isPinned = (this.#slots.state[slot]! & State.PINNED) !== 0;
      if (isPinned === this.#freed.includes(slot)) throw new Error(`slot ${slot} was passed, and would be forgotten`);
    }
  }

  #cut(slot: number): void {
    if (this.#passed.size > 0 && this.#passed.delete(slot)) {
      if (slot === this.#lastPassed) this.#lastPassed = this.#list.before(slot);
      this.pinned(slot);
    }
    this.#list.remove(slot);
  }
}
