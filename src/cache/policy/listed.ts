import { State } from '../core/slots.ts';
import type { Slots } from '../core/slots.ts';
import type { Policy } from './policy.ts';
import { SlotList } from './slot-list.ts';

/** The policies that keep one exact order: `fifo` as the entries came in, `lru` as they were used. O(1) for each use. */
export class ListedPolicy implements Policy {
  readonly keepsOrder = true;
  readonly #slots: Slots;
  readonly #list = new SlotList();
  readonly #movesOnUse: boolean;

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
    this.#list.remove(slot);
    this.#list.append(slot);
  }

  missed(): void {}

  removed(slot: number): void {
    this.#list.remove(slot);
    this.#slots.release(slot);
  }

  evict(): number {
    let slot = this.#list.after(0);
    while (slot !== 0 && (this.#slots.state[slot]! & State.PINNED) !== 0) slot = this.#list.after(slot);
    if (slot !== 0) this.#list.remove(slot);
    return slot;
  }

  resize(): void {}

  *slots(): Generator<number, void, undefined> {
    for (let slot = this.#list.after(0); slot !== 0; slot = this.#list.after(slot)) yield slot;
  }

  check(): void {
    this.#list.check();
  }
}
