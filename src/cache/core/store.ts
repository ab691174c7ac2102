/**
 * A map from keys to slots: hash, index and slots put together, with `Map`'s equality of keys. Bounds, policies and
 * notices are above it.
 *
 * It watches how well its hash tells the keys apart, and takes another when that is not well enough. Up to 4,096 entries
 * are put under the new hash at once. Above, the old index stays as it is, for look-ups only, and every insertion moves
 * some entries over until none is left; an entry that is found in an old index moves at once. So no call does more than a
 * bounded part of the work. An old index may point to slots that have changed hands: the comparison of keys shows it.
 */
import { isForeign, KeyHash } from './key-hash.ts';
import { hashKey } from './seed.ts';
import { SlotIndex, TABLE_BITS } from './slot-index.ts';
import { PAGE_BITS, PAGE_MASK, Slots, State } from './slots.ts';

// Copied: the engine compiles a constant of the file itself into the code, and loads an imported or exported one each time.
const { QUIET } = State;
const TABLE_SHIFT: number = TABLE_BITS;
const PAGE_SHIFT: number = PAGE_BITS;
const IN_PAGE: number = PAGE_MASK;

/** An index no longer added to, with the hash it was made with. */
interface Former {
  readonly index: SlotIndex;
  readonly keyHash: KeyHash;
}

/** Positions are learned at this many entries and at each eightfold number, */
const FIRST_LESSON = 64;
/** up to this one; also how many entries are re-indexed at once. */
const LAST_LESSON = 4096;
/** More entries than there will ever be. */
const NEVER = 2 ** 30;
/** Strings looked at to learn positions. */
const SAMPLE = 1024;
/** Slots looked at per insertion while entries move to a new index. */
const STEP = 64;
/** Long probes that are forgiven, and as many again for every second entry. */
const FORGIVEN_PROBES = 512;
/** A bound by bytes alone leaves the number of entries open; this many bits for a slot leave six for the tag. */
const MOST_SLOT_BITS = 26;
const FEWEST_SLOT_BITS = 16;
/** Room for slots that a policy gives back late, above the bound, as a part of it. */
const LATE_SLOTS = 1.25;
/** The same for a small cache, in slots. */
const FEW_LATE_SLOTS = 1024;

/** The most entries that any cache holds. */
export const MOST_ENTRIES: number = Math.floor((2 ** MOST_SLOT_BITS - FEW_LATE_SLOTS) / LATE_SLOTS);

const NO_TABLE = new Int32Array(1);
const NO_STATE = new Uint8Array(1);

export class Store {
  // First what a hit reads: copies from the index and the slots, so that it is all found in one object. Each begins with a
  // value of its kind, because the engine then leaves out the checks of what it reads.
  keyHash: KeyHash = new KeyHash('sampled', hashKey());
  /** Mixed into the hash of whole numbers. */
  readonly seed: number = hashKey().low;
  tables: Int32Array[] = [];
  /** The only table, while there is one. */
  table: Int32Array = NO_TABLE;
  directoryMask = 0;
  placeMask = 0;
  tagMask = 0;
  slotMask = 0;
  pages: unknown[][] = [];
  /** The first page, which is all that most caches have. */
  page: unknown[] = [];
  state: Uint8Array = NO_STATE;
  /** Hits; counted by whoever finds the entry. */
  hits = 0;
  /** Entries in it. */
  count = 0;
  index!: SlotIndex;
  slots!: Slots;
  #slotBits = 0;
  #former: Former[] = [];
  /** The next slot to move from a former index. */
  #cursor = 0;
  #cursorEnd = 0;
  #nextLesson = FIRST_LESSON;
  #learnedAt = 0;

  /** `limit`: how many entries it will be asked to hold, at most {@link MOST_ENTRIES}. */
  constructor(limit: number) {
    this.restart(limit);
  }

  /** Forgets all entries and gives back their memory: slots, index and hash are new. Hits go on. */
  restart(limit: number): void {
    this.#slotBits = slotBitsFor(limit);
    this.keyHash = new KeyHash('sampled', hashKey());
    const slots = new Slots(limit);
    this.slots = slots;
    this.index = this.#makeIndex();
    this.#copyTables();
    this.pages = slots.pages;
    this.page = slots.pages[0]!;
    slots.onGrow(() => (this.state = slots.state));
    this.count = 0;
    this.#former = [];
    this.#cursor = this.#cursorEnd = 0;
    this.#nextLesson = FIRST_LESSON;
    this.#learnedAt = 0;
  }

  /** Changes how many entries it will be asked to hold. */
  setLimit(limit: number): void {
    this.slots.setLimit(limit);
    const bits = slotBitsFor(limit);
    if (bits <= this.#slotBits) return;
    // Items with wider slot numbers: the same hash, in a new index.
    this.#slotBits = bits;
    this.#rehash(this.keyHash);
  }

  /** The slot of `key`, whose hash is `hash`; 0 when it is not here. */
  find(key: unknown, hash: number): number {
    const { placeMask, tagMask, slotMask, pages } = this;
    const table = this.tables[(hash >>> TABLE_SHIFT) & this.directoryMask]!;
    for (let place = hash & placeMask, item = table[place]!; item !== 0; item = table[place]!) {
      const slot = item & slotMask;
      if (((item ^ hash) & tagMask) === 0 && pages[slot >>> PAGE_SHIFT]![(slot & IN_PAGE) * 2] === key) return slot;
      place = (place + 1) & placeMask;
    }
    return this.findElsewhere(key, hash);
  }

  /** {@link find} where `===` has found nothing in the index: `NaN`, and what has not moved here from a former index. */
  findElsewhere(key: unknown, hash: number): number {
    const slot = isNaN(key) ? this.#findIn(this.index, key, hash) : 0;
    return slot !== 0 || this.#former.length === 0 ? slot : this.#findInFormer(key, hash);
  }

  /** Adds a key that is not here; returns its slot. The hash in its column may be another one afterwards. */
  insert(key: unknown, value: unknown, hash: number): number {
    if (isForeign(key)) this.keyHash.foreign.remember(key, hash);
    // As in `Map`, -0 is 0.
    const slot = this.slots.take(key === 0 ? 0 : key, value, hash);
    if (slot <= IN_PAGE) this.page = this.pages[0]!;
    this.count++;
    this.#addToIndex(hash, slot);
    if (this.count >= this.#nextLesson) this.#learn();
    this.#tend();
    return slot;
  }

  /** {@link remove} and {@link insert} in one, in the same slot. */
  swap(slot: number, key: unknown, value: unknown, hash: number): void {
    const { slots } = this;
    const { foreign } = this.keyHash;
    // A key about to leave is best not looked at: it is cold, and would have to be fetched from memory.
    if (foreign.size > 0) this.#forget(slots.keyAt(slot));
    if (isForeign(key)) foreign.remember(key, hash);
    const { index } = this;
    index.exchange(slots.hashes[slot]!, hash, slot);
    slots.put(slot, key === 0 ? 0 : key, value, hash);
    if (index.tables !== this.tables) this.#copyTables();
    this.#tend();
  }

  /** Takes an entry out and lets go of its key and value. Its slot stays out of use until `slots.release(slot)`. */
  remove(slot: number): void {
    const { slots, keyHash } = this;
    if (keyHash.foreign.size > 0) this.#forget(slots.keyAt(slot));
    // Not there when it still stands in a former index only, which is never changed.
    this.index.remove(slots.hashes[slot]!, slot);
    slots.vacate(slot);
    this.count--;
  }

  /** The slot of `key`, which may be `NaN`, in one of the indexes. */
  #findIn({ tables, directoryMask, placeMask, tagMask, slotMask }: SlotIndex, key: unknown, hash: number): number {
    const table = tables[(hash >>> TABLE_SHIFT) & directoryMask]!;
    const { pages } = this;
    for (let place = hash & placeMask, item = table[place]!; item !== 0; item = table[place]!) {
      if (((item ^ hash) & tagMask) === 0) {
        const slot = item & slotMask;
        const known = pages[slot >>> PAGE_SHIFT]![(slot & IN_PAGE) * 2];
        if (known === key || (isNaN(key) && isNaN(known))) return slot;
      }
      place = (place + 1) & placeMask;
    }
    return 0;
  }

  #findInFormer(key: unknown, hash: number): number {
    for (const { index, keyHash } of this.#former) {
      const slot = this.#findIn(index, key, keyHash.of(key));
      if (slot === 0) continue;
      this.#moveOver(slot, hash);
      return slot;
    }
    return 0;
  }

  #moveSome(): void {
    const end = Math.min(this.#cursorEnd, this.#cursor + STEP);
    for (; this.#cursor < end; this.#cursor++) {
      const slot = this.#cursor;
      if (!this.slots.isTaken(slot)) continue;
      const hash = this.keyHash.of(this.slots.keyAt(slot));
      if (!this.index.has(hash, slot)) this.#moveOver(slot, hash);
    }
    if (this.#cursor === this.#cursorEnd) this.#former = [];
  }

  #moveOver(slot: number, hash: number): void {
    this.slots.hashes[slot] = hash;
    // The policy samples by hash: it must hear of the entry again.
    this.slots.state[slot]! &= ~QUIET;
    this.#addToIndex(hash, slot);
  }

  #addToIndex(hash: number, slot: number): void {
    const { index } = this;
    index.add(hash, slot);
    if (index.tables !== this.tables) this.#copyTables();
  }

  #makeIndex(): SlotIndex {
    return new SlotIndex(this.slots, this.#slotBits, this.keyHash.strength !== 'whole');
  }

  #forget(key: unknown): void {
    if (isForeign(key)) this.keyHash.foreign.forget(key);
  }

  #copyTables(): void {
    this.tagMask = this.index.tagMask;
    this.slotMask = this.index.slotMask;
    this.tables = this.index.tables;
    this.table = this.tables[0]!;
    this.directoryMask = this.index.directoryMask;
    this.placeMask = this.index.placeMask;
  }

  #learn(): void {
    this.#nextLesson = this.#nextLesson < LAST_LESSON ? this.#nextLesson * 8 : NEVER;
    this.#learnedAt = this.count;
    const better = this.keyHash.relearned(this.#sample());
    if (better !== undefined) this.#rehash(better);
  }

  /** What is due after each insertion. */
  #tend(): void {
    if (this.index.longProbes > FORGIVEN_PROBES) this.#judgeHash();
    if (this.#former.length > 0) this.#moveSome();
  }

  #judgeHash(): void {
    if (this.index.longProbes > FORGIVEN_PROBES + this.count / 2) this.#strengthen();
  }

  /** Too many keys collide: looks again where they differ, if that may have changed; else takes a stronger hash. */
  #strengthen(): void {
    this.index.longProbes = 0;
    const mayHaveChanged = this.#former.length === 0 && this.count >= this.#learnedAt * 2;
    const relearned = mayHaveChanged ? this.keyHash.relearned(this.#sample()) : undefined;
    this.#learnedAt = this.count;
    const better = relearned ?? this.keyHash.stronger();
    if (better !== undefined) this.#rehash(better);
  }

  #rehash(better: KeyHash): void {
    this.#former.unshift({ index: this.index, keyHash: this.keyHash });
    this.keyHash = better;
    this.index = this.#makeIndex();
    this.#copyTables();
    this.#cursor = 1;
    this.#cursorEnd = this.slots.count + 1;
    if (this.count <= LAST_LESSON) while (this.#former.length > 0) this.#moveSome();
  }

  /** Strings among the keys: half of the newest, half from anywhere. */
  #sample(): string[] {
    const { slots } = this;
    const strings: string[] = [];
    const addFrom = (first: number, last: number): void => {
      const step = Math.max(1, Math.floor((2 * (last - first + 1)) / SAMPLE));
      for (let slot = last; slot >= first; slot -= step) {
        const key = slots.keyAt(slot);
        if (typeof key === 'string') strings.push(key);
      }
    };
    const newest = Math.max(1, slots.count - SAMPLE / 2 + 1);
    addFrom(newest, slots.count);
    if (newest > 1) addFrom(1, newest - 1);
    return strings;
  }
}

function slotBitsFor(limit: number): number {
  const bits = Math.ceil(Math.log2(limit * LATE_SLOTS + FEW_LATE_SLOTS));
  return Math.min(MOST_SLOT_BITS, Math.max(FEWEST_SLOT_BITS, bits));
}

/** Whether `key` is NaN, which alone differs from itself. */
function isNaN(key: unknown): boolean {
  // oxlint-disable-next-line no-self-compare
  return key !== key;
}
