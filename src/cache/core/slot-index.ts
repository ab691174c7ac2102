/**
 * From a hash to a slot: open addressing in typed arrays.
 *
 * An item is 0 or a slot number in its low bits, with the top bits of the hash (the tag) in the rest, so that a probe
 * hardly ever looks at a wrong key. Linear probing in a table at most half full (a quarter while small); removal shifts
 * back, so there are no tombstones and no decay under churn.
 *
 * One table doubles until it has 65,536 items; from then on a table that is half full splits in two by one more bit of
 * the hash (extendible hashing: R. Fagin et al., 1979). No step moves more than 32,768 entries, whatever the size of the
 * cache: about a millisecond.
 */
import type { Slots } from './slots.ts';

/** Bits of the hash that choose the place in a table; those above choose the table. */
export const TABLE_BITS = 16;
// Copied: the engine compiles a constant of the file itself into the code, and loads an imported or exported one each time.
const TABLE_SHIFT: number = TABLE_BITS;
const FIRST_TABLE = 32;
const LARGEST_TABLE: number = 2 ** TABLE_BITS;
/** Items passed by on the way to a free one, above which it is no longer chance. */
const LONG_PROBE = 24;

/** Long probes of an index that has to be given up at once. */
const BEYOND_BEARING = 2 ** 30;
/** A table this many splits deeper than the number of entries explains is full of look-alikes. */
const MOST_SPLITS_TOO_DEEP = 3;

/** Bits of the hash above {@link TABLE_BITS}. */
const DEEPEST: number = 32 - TABLE_BITS;

/** Behind the places of a table: how many slots it has, and how many bits of the hash above {@link TABLE_BITS} they share. */
const COUNT = 0;
const DEPTH = 1;
const TAIL = 2;

/** The table of every index that is empty yet. */
const EMPTY_TABLE = new Int32Array(1 + TAIL);

export class SlotIndex {
  /** One table for each value of the directory bits; a table not yet split stands in several places. */
  tables: Int32Array[] = [EMPTY_TABLE];
  /** `(hash >>> TABLE_SHIFT) & directoryMask` is the table. */
  directoryMask = 0;
  /** `hash & placeMask` is where the search begins; the same for all tables. */
  placeMask = 0;
  /** Bits of an item that hold the slot. */
  slotMask = 0;
  /** Bits of an item that hold the tag: all others. */
  tagMask = 0;
  /** Items passed by in probes too long to be chance: how much the hash fails to tell keys apart. */
  longProbes = 0;
  #mostPerTable = 0;
  readonly #slots: Slots;
  readonly #mayDecline: boolean;

  /**
   * `slotBits`: how many bits a slot number may need, from 16. `mayDecline`: whether there is a better hash to be had when
   * a table does not part.
   */
  constructor(slots: Slots, slotBits: number, mayDecline: boolean) {
    this.#slots = slots;
    this.#mayDecline = mayDecline;
    // By shifting, so that the engine knows a small integer.
    this.slotMask = (1 << slotBits) - 1;
    this.tagMask = ~this.slotMask;
  }

  /** Slots in it. **Cost:** O(tables). */
  get count(): number {
    return [...new Set(this.tables)].reduce((sum, table) => sum + table[this.placeMask + 1 + COUNT]!, 0);
  }

  /** Adds a slot that is not there; its hash must stand in its column. */
  add(hash: number, slot: number): void {
    let table = this.tables[(hash >>> TABLE_SHIFT) & this.directoryMask]!;
    if (table[this.placeMask + 1 + COUNT]! >= this.#mostPerTable) {
      this.#makeRoom(table);
      table = this.tables[(hash >>> TABLE_SHIFT) & this.directoryMask]!;
    }
    const mask = this.placeMask;
    table[mask + 1 + COUNT]!++;
    const passed = put(table, mask, hash, (hash & this.tagMask) | slot);
    if (passed > LONG_PROBE) this.longProbes += passed;
  }

  /**
   * {@link remove} and {@link add} in one, for a slot that changes hands: most of what a set costs in a full cache. The new
   * hash must not stand in its column yet.
   */
  exchange(former: number, hash: number, slot: number): void {
    const { tables, directoryMask } = this;
    const table = tables[(hash >>> TABLE_SHIFT) & directoryMask]!;
    if (table !== tables[(former >>> TABLE_SHIFT) & directoryMask]! || !this.#cut(table, former, slot)) {
      this.remove(former, slot);
      this.add(hash, slot);
      return;
    }
    const passed = put(table, this.placeMask, hash, (hash & this.tagMask) | slot);
    if (passed > LONG_PROBE) this.longProbes += passed;
  }

  /** Takes a slot out, if it is there. */
  remove(hash: number, slot: number): void {
    const table = this.tables[(hash >>> TABLE_SHIFT) & this.directoryMask]!;
    if (this.#cut(table, hash, slot)) table[this.placeMask + 1 + COUNT]!--;
  }

  /** Whether `slot` stands under `hash`. */
  has(hash: number, slot: number): boolean {
    const table = this.tables[(hash >>> TABLE_SHIFT) & this.directoryMask]!;
    for (let at = hash & this.placeMask, item = table[at]!; item !== 0; item = table[at]!) {
      if ((item & this.slotMask) === slot) return true;
      at = (at + 1) & this.placeMask;
    }
    return false;
  }

  /** The items of every table, and how many it says they are; for checks. */
  *contents(): Generator<{ readonly items: Int32Array; readonly count: number }, void, undefined> {
    for (const table of new Set(this.tables)) {
      const items = table.subarray(0, this.placeMask + 1).filter((item) => item !== 0);
      yield { items, count: table[this.placeMask + 1 + COUNT]! };
    }
  }

  /** Takes a slot out of a table and closes the gap; whether it was there. */
  #cut(table: Int32Array, hash: number, slot: number): boolean {
    const mask = this.placeMask;
    const { slotMask } = this;
    let hole = hash & mask;
    for (let item = table[hole]!; (item & slotMask) !== slot; item = table[hole]!) {
      if (item === 0) return false;
      hole = (hole + 1) & mask;
    }
    let at = (hole + 1) & mask;
    for (let item = table[at]!; item !== 0; item = table[at]!) {
      // An item may move back to the hole unless that lies before the place where its search begins.
      const home = this.#slots.hashes[item & slotMask]! & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = item;
        hole = at;
      }
      at = (at + 1) & mask;
    }
    table[hole] = 0;
    return true;
  }

  #makeRoom(table: Int32Array): void {
    if (this.placeMask + 1 < LARGEST_TABLE) this.#double(table);
    else this.#split(table);
  }

  #double(table: Int32Array): void {
    const places = Math.max(FIRST_TABLE, (this.placeMask + 1) * 2);
    const larger = makeTable(places, 0);
    this.#move(table, places - 1, () => larger);
    this.placeMask = places - 1;
    this.#mostPerTable = places / (places < LARGEST_TABLE ? 4 : 2);
    this.tables = [larger];
  }

  /** Hands the entries of a full table to two new ones, by the next bit of the hash. */
  #split(table: Int32Array): void {
    const depth = table[LARGEST_TABLE + DEPTH]!;
    if (depth === DEEPEST || (this.#mayDecline && this.#isTooDeep(depth))) {
      // One more split would hardly part them; the owner takes another hash while the table is half full.
      this.longProbes = BEYOND_BEARING;
      return;
    }
    const bit = 1 << (TABLE_BITS + depth);
    if (2 ** depth > this.directoryMask) this.#doubleDirectory();
    const halves = [makeTable(LARGEST_TABLE, depth + 1), makeTable(LARGEST_TABLE, depth + 1)] as const;
    this.#move(table, this.placeMask, (hash) => halves[(hash & bit) === 0 ? 0 : 1]);
    this.tables.forEach((known, at) => {
      if (known === table) this.tables[at] = halves[((at >>> depth) & 1) === 0 ? 0 : 1];
    });
  }

  #isTooDeep(depth: number): boolean {
    return 2 ** (depth - MOST_SPLITS_TOO_DEEP) > 1 + this.count / (LARGEST_TABLE / 4);
  }

  #doubleDirectory(): void {
    this.tables = [...this.tables, ...this.tables];
    this.directoryMask = this.tables.length - 1;
  }

  #move(from: Int32Array, mask: number, tableOf: (hash: number) => Int32Array): void {
    const { hashes } = this.#slots;
    for (let at = 0; at <= this.placeMask; at++) {
      const item = from[at]!;
      if (item === 0) continue;
      const hash = hashes[item & this.slotMask]!;
      const table = tableOf(hash);
      put(table, mask, hash, item);
      table[mask + 1 + COUNT]!++;
    }
  }
}

function makeTable(places: number, depth: number): Int32Array {
  const table = new Int32Array(places + TAIL);
  table[places + DEPTH] = depth;
  return table;
}

/** Puts an item into the first free place from its own; returns how many it passed by. */
function put(table: Int32Array, mask: number, hash: number, item: number): number {
  let at = hash & mask;
  let passed = 0;
  while (table[at] !== 0) {
    at = (at + 1) & mask;
    passed++;
  }
  table[at] = item;
  return passed;
}
