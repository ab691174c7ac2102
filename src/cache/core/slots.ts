/**
 * Where entries live: slots, numbered from 1, that never move.
 *
 * Key and value lie side by side in pages of plain arrays; one byte of state and the key's hash lie in typed arrays
 * (columns) beside them. Pages, so that a large cache grows without copying what it holds. Room doubles up to what the
 * bound allows, so a cache weighs what it holds and not what it may hold.
 *
 * A free slot holds {@link VACANT} twice, which equals no key: a look-up that meets a stale index entry fails by
 * itself. Slot 0 is always vacant, so that an index entry of 0 can mean "none".
 */

/** Log2 of the slots in a page. */
export const PAGE_BITS = 17;
export const PAGE_SIZE: number = 2 ** PAGE_BITS;
export const PAGE_MASK: number = PAGE_SIZE - 1;

/** Stands for key and value in a free slot. */
export const VACANT: unique symbol = Symbol('vacant');

/** Bits of a slot's state. */
export const State = {
  /** The policy need not hear of a hit. Never without TOUCHED, but in a vacated slot that the policy still has. */
  QUIET: 1,
  /** Used since the policy last looked. */
  TOUCHED: 2,
  /** In the main part of the adaptive policy, not in its window. */
  MAIN: 4,
  /** Every use must be looked at: the entry has a deadline or a tag. */
  GUARDED: 8,
  /** Times that the entry was touched anew, 0 to 7. */
  COUNT: 0x70,
  ONE_COUNT: 0x10,
  COUNT_SHIFT: 4,
  /** May not be evicted. */
  PINNED: 0x80,
} as const;

// Copied: the engine compiles a constant of the file itself into the code, and loads an imported or exported one each time.
const EMPTY: typeof VACANT = VACANT;
const SHIFT: number = PAGE_BITS;
const MASK: number = PAGE_MASK;
const FIRST_ROOM = 16;

/** A typed array with an item for each slot. */
type ColumnArray = Uint8Array | Int32Array | Uint32Array | Float64Array;

/** A column that some feature keeps beside the slots; `items` is a new array after each growth. */
export class Column<A extends ColumnArray> {
  items: A;
  readonly #make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.#make = make;
    this.items = make(0);
  }

  /** Makes room for slots below `length`. */
  grow(length: number): void {
    const larger = this.#make(length);
    larger.set(this.items);
    this.items = larger;
  }
}

/** The columns of all slots that are empty yet: a typed array takes 230 bytes, however short. */
const EMPTY_STATE = new Uint8Array(1);
const EMPTY_HASHES = new Int32Array(1);

export class Slots {
  /** `pages[slot >> PAGE_BITS]` holds key and value at `(slot & MASK) * 2` and the item after it. */
  readonly pages: unknown[][] = [[VACANT, VACANT]];
  /** {@link State} of each slot. */
  state: Uint8Array = EMPTY_STATE;
  /** Hash of each key; in a free slot, the next free one. */
  hashes: Int32Array = EMPTY_HASHES;
  /** Slots in use or once used: the highest is `count`. */
  count = 0;
  readonly #columns: Column<ColumnArray>[] = [];
  readonly #growthListeners: (() => void)[] = [];
  #limit = 0;
  #free = 0;
  /** Slots below this have room in columns and pages. */
  #ready = 1;

  /** `limit`: how many entries there may be, which is how far room is made by doubling. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Slots there is room for, slot 0 included. */
  get room(): number {
    return this.state.length;
  }

  /** Changes how far room is made by doubling. */
  setLimit(limit: number): void {
    this.#limit = limit;
  }

  /** Adds a column of a feature, with room for the slots there are. */
  addColumn<A extends ColumnArray>(make: (length: number) => A): Column<A> {
    const column = new Column(make);
    column.grow(this.room);
    this.#columns.push(column);
    return column;
  }

  /** Calls `listener` now and whenever `state` and `hashes` are new arrays. */
  onGrow(listener: () => void): void {
    this.#growthListeners.push(listener);
    listener();
  }

  keyAt(slot: number): unknown {
    return this.pages[slot >>> SHIFT]![(slot & MASK) * 2];
  }

  valueAt(slot: number): unknown {
    return this.pages[slot >>> SHIFT]![(slot & MASK) * 2 + 1];
  }

  setValue(slot: number, value: unknown): void {
    this.pages[slot >>> SHIFT]![(slot & MASK) * 2 + 1] = value;
  }

  /** Whether an entry is in `slot`. */
  isTaken(slot: number): boolean {
    return this.keyAt(slot) !== EMPTY;
  }

  /** Puts an entry into a free slot, which it returns. */
  take(key: unknown, value: unknown, hash: number): number {
    let slot = this.#free;
    if (slot !== 0) this.#free = this.hashes[slot]!;
    else {
      slot = ++this.count;
      if (slot >= this.#ready) this.#makeReady(slot);
    }
    this.put(slot, key, value, hash);
    return slot;
  }

  /** Puts an entry into `slot`, over the one that may be there. */
  put(slot: number, key: unknown, value: unknown, hash: number): void {
    const page = this.pages[slot >>> SHIFT]!;
    const at = (slot & MASK) * 2;
    page[at] = key;
    page[at + 1] = value;
    this.hashes[slot] = hash;
    this.state[slot] = 0;
  }

  /** Lets go of the key and value in `slot`; the slot stays out of use until {@link release}. */
  vacate(slot: number): void {
    const page = this.pages[slot >>> SHIFT]!;
    const at = (slot & MASK) * 2;
    page[at] = EMPTY;
    page[at + 1] = EMPTY;
  }

  /** Gives a vacated slot to whoever takes one next. */
  release(slot: number): void {
    this.hashes[slot] = this.#free;
    this.#free = slot;
  }

  #makeReady(slot: number): void {
    if (slot >= this.room) this.#growColumns();
    const last = this.pages.length - 1;
    // One page at a time, so that no call fills several.
    let end = last * PAGE_SIZE + this.pages[last]!.length / 2;
    if (slot >= end) end = this.#growPages(last);
    this.#ready = Math.min(this.room, end);
  }

  #growColumns(): void {
    const larger = grownLength(this.room, this.#limit + 1);
    this.state = grown(this.state, new Uint8Array(larger));
    this.hashes = grown(this.hashes, new Int32Array(larger));
    for (const column of this.#columns) column.grow(larger);
    for (const listener of this.#growthListeners) listener();
  }

  /** Makes room in the last page, or begins another; returns up to which slot there is room. */
  #growPages(last: number): number {
    const { pages } = this;
    const items = pages[last]!;
    if (items.length === 2 * PAGE_SIZE) {
      pages.push(vacantItems(2 * FIRST_ROOM));
      return pages.length * PAGE_SIZE - PAGE_SIZE + FIRST_ROOM;
    }
    const wanted = grownLength(items.length / 2, this.#limit + 1 - last * PAGE_SIZE);
    const length = Math.min(PAGE_SIZE, wanted);
    pages[last] = items.concat(vacantItems(length * 2 - items.length));
    return last * PAGE_SIZE + length;
  }
}

/** Twice `length`, but not more than is needed; where that is not enough, a little more. */
function grownLength(length: number, needed: number): number {
  if (length < needed) return Math.min(needed, Math.max(FIRST_ROOM, length * 2));
  // Slots that a policy gives back late push the count past the limit, by little.
  return length + (length >>> 6) + FIRST_ROOM;
}

function grown<A extends ColumnArray>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** An array of `length` vacant items, made by doubling so that it is packed, and no longer than asked for. */
function vacantItems(length: number): unknown[] {
  let items: unknown[] = [VACANT, VACANT];
  while (items.length < length) items = items.concat(items);
  return items.length === length ? items : items.slice(0, length);
}
