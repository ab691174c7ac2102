/**
 * Keys, values, sizes and the order of use: the core's store, and the list behind its policy `lru`.
 *
 * Room grows with what is held, so a large `max` costs nothing until it is used.
 */
import type { KeyHash } from '../core/key-hash.ts';
import { MOST_ENTRIES, Store } from '../core/store.ts';
import type { Column } from '../core/slots.ts';
import { SlotList } from '../policy/slot-list.ts';

/** A walk copies this much of the order first: most walks that stop early stop here. */
const FIRST_STRETCH = 16;

export class Table<K, T> {
  store!: Store;
  /** Sum of all sizes. */
  totalSize = 0;
  /** Entries at most. */
  readonly limit: number;
  readonly #hasSizes: boolean;
  #order!: SlotList;
  #sizes: Column<Float64Array> | undefined;
  // A string that was just asked for and is not here, and its hash: most misses are followed by a set of the same key.
  #missedKey: unknown = undefined;
  #missedHash = 0;
  #missedBy: KeyHash | undefined;

  constructor(limit: number, hasSizes: boolean) {
    this.limit = Math.min(limit, MOST_ENTRIES);
    this.#hasSizes = hasSizes;
    this.clear();
  }

  hashOf(key: K): number {
    const { keyHash } = this.store;
    if (key === this.#missedKey && keyHash === this.#missedBy) return this.#missedHash;
    return typeof key === 'string' ? keyHash.ofString(key) : keyHash.ofOther(key);
  }

  /** The slot of `key`; 0 when it is not here. */
  slotOf(key: K): number {
    const { store } = this;
    const { keyHash } = store;
    const hash = typeof key === 'string' ? keyHash.ofString(key) : keyHash.ofOther(key);
    const slot = store.find(key, hash);
    if (slot === 0 && typeof key === 'string') this.#noteMiss(key, hash);
    return slot;
  }

  keyAt(slot: number): K {
    return this.store.slots.keyAt(slot) as K;
  }

  heldAt(slot: number): T {
    return this.store.slots.valueAt(slot) as T;
  }

  setHeld(slot: number, held: T): void {
    this.store.slots.setValue(slot, held);
  }

  sizeAt(slot: number): number {
    return this.#sizes?.items[slot] ?? 0;
  }

  setSize(slot: number, size: number): void {
    const { items } = this.#sizes!;
    this.totalSize += size - items[slot]!;
    items[slot] = size;
  }

  /** Adds a key that is not here, as the one used last; returns its slot. */
  insert(key: K, held: T, hash: number): number {
    const slot = this.store.insert(key, held, hash);
    this.#order.append(slot);
    return slot;
  }

  /** Makes the entry in `slot` the one used last. */
  touch(slot: number): void {
    const order = this.#order;
    if (order.before(0) === slot) return;
    order.remove(slot);
    order.append(slot);
  }

  remove(slot: number): void {
    if (this.#sizes !== undefined) this.setSize(slot, 0);
    this.#order.remove(slot);
    this.store.remove(slot);
    this.store.slots.release(slot);
  }

  /** The slot not used for longest; 0 when there is none. */
  coldest(): number {
    return this.#order.after(0);
  }

  /** Forgets all entries and gives back their memory. */
  clear(): void {
    const store = new Store(this.limit);
    const order = new SlotList();
    store.slots.onGrow(() => order.grow(store.slots.room));
    this.store = store;
    this.#order = order;
    this.totalSize = 0;
    this.#missedBy = undefined;
    this.#sizes = this.#hasSizes ? store.slots.addColumn((length) => new Float64Array(length)) : undefined;
  }

  /**
   * The slots, used last first, or last of all with `fromColdest`, whatever changes meanwhile: nothing is met that has left,
   * nothing that stays is left out, and it comes to an end. A key that came in meanwhile may be met.
   */
  *walk(fromColdest: boolean): Generator<number, void, undefined> {
    const { store } = this;
    const met = this.#slots(fromColdest, FIRST_STRETCH);
    for (const slot of met) if (this.store === store && store.slots.isTaken(slot)) yield slot;
    if (met.length < FIRST_STRETCH || this.store !== store) return;
    const known = new Set(met);
    for (const slot of this.#slots(fromColdest, store.count)) {
      if (!known.has(slot) && this.store === store && store.slots.isTaken(slot)) yield slot;
    }
  }

  #noteMiss(key: string, hash: number): void {
    this.#missedKey = key;
    this.#missedHash = hash;
    this.#missedBy = this.store.keyHash;
  }

  #slots(fromColdest: boolean, most: number): number[] {
    const order = this.#order;
    const slots: number[] = [];
    const next = (slot: number): number => (fromColdest ? order.after(slot) : order.before(slot));
    for (let slot = next(0); slot !== 0 && slots.length < most; slot = next(slot)) slots.push(slot);
    return slots;
  }
}
