import { State } from '../core/slots.ts';
import type { Slots } from '../core/slots.ts';
import type { Policy } from './policy.ts';
import { SlotHeap } from './slot-heap.ts';

/** The policies that evict by a number each entry has; of equals, the one used least recently. O(log n) for each use. */
abstract class RankedPolicy implements Policy {
  readonly keepsOrder = false;
  protected readonly heap: SlotHeap = new SlotHeap();
  readonly #slots: Slots;
  /** Entries in use that would have left: out of the heap until they are in use no more. */
  readonly #parked = new Set<number>();

  constructor(slots: Slots) {
    this.#slots = slots;
    slots.onGrow(() => this.heap.grow(slots.room));
  }

  /** The rank of an entry that has come in, or was used, or weighs something else now. */
  protected abstract rank(slot: number, event: 'inserted' | 'used' | 'weighed'): number;

  inserted(slot: number): void {
    this.heap.put(slot, this.rank(slot, 'inserted'));
  }

  touched(slot: number): void {
    this.#slots.state[slot]! |= State.TOUCHED;
    this.put(slot, this.rank(slot, 'used'));
  }

  weighed(slot: number): void {
    this.put(slot, this.rank(slot, 'weighed'));
  }

  missed(): void {}

  removed(slot: number): void {
    if (!this.#parked.delete(slot)) this.heap.remove(slot);
    this.#slots.release(slot);
  }

  evict(): number {
    let slot = this.heap.lowest();
    for (; slot !== 0; slot = this.heap.lowest()) {
      this.heap.remove(slot);
      if ((this.#slots.state[slot]! & State.PINNED) === 0) break;
      this.#parked.add(slot);
    }
    return slot;
  }

  unpinned(slot: number): void {
    if (this.#parked.has(slot)) this.put(slot, this.heap.rankOf(slot));
  }

  resize(_capacity: number): void {}

  slots(): Iterable<number> {
    return this.#parked.size === 0 ? this.heap.slots() : [...this.#parked, ...this.heap.slots()];
  }

  check(): void {
    this.heap.check();
  }

  /** Ranks an entry, which is in the heap from then on. */
  protected put(slot: number, rank: number): void {
    if (this.#parked.size > 0) this.#parked.delete(slot);
    this.heap.put(slot, rank);
  }
}

/** Uses of the whole cache, for each entry that it may have, after which a newcomer begins one use ahead. */
const AGEING = 10;
/** A small cache ages no faster than one of this size. */
const AGEING_CAPACITY = 100;

/**
 * `lfu`: used least often leaves first. So that what was popular once does not stay for ever, newcomers begin with a head
 * start that grows as the cache is used: an entry has to be used now and then to stay ahead of them.
 */
export class LfuPolicy extends RankedPolicy {
  #capacity: number;
  #uses = 0;

  constructor(slots: Slots, capacity: number) {
    super(slots);
    this.#capacity = capacity;
  }

  override resize(capacity: number): void {
    this.#capacity = capacity;
  }

  /** Beyond those of the entry that leaves next. */
  usesOf(slot: number): number {
    return Math.max(0, this.heap.rankOf(slot) - this.heap.rankOf(this.heap.lowest()));
  }

  setUses(slot: number, uses: number): void {
    this.put(slot, this.heap.rankOf(slot) + uses);
  }

  protected rank(slot: number, event: 'inserted' | 'used' | 'weighed'): number {
    if (event === 'weighed') return this.heap.rankOf(slot);
    this.#uses++;
    if (event === 'used') return this.heap.rankOf(slot) + 1;
    return Math.floor(this.#uses / (AGEING * Math.max(AGEING_CAPACITY, this.#capacity)));
  }
}

/** `largest`: most bytes leave first. */
export class LargestPolicy extends RankedPolicy {
  readonly #bytesOf: (slot: number) => number;

  constructor(slots: Slots, bytesOf: (slot: number) => number) {
    super(slots);
    this.#bytesOf = bytesOf;
  }

  protected rank(slot: number): number {
    return -this.#bytesOf(slot);
  }
}
