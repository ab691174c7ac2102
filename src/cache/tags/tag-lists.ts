/**
 * Which entries have which tag: a ring of nodes for each tag, threaded through typed arrays, and for each slot the chain of
 * its nodes.
 *
 * An entry that leaves takes its nodes with it, and a tag whose last node goes is forgotten, so there is never more here
 * than the entries in the cache say. A tag is invalidated in O(1): its ring is cut off as it is, and the next entry with the
 * tag begins another. Who has a node in a ring that was cut off is dead, and is taken out sooner or later; the ring serves as
 * the list of those. So the stamp of an entry's tag is the ring it stands in, and no numbers are compared.
 *
 * **Cost:** 4 bytes a slot; 20 bytes for each tag of each entry; some 150 bytes a tag. Made with the first tagged entry. A use
 * of a tagged entry looks at its nodes while there are rings cut off, and at nothing otherwise.
 */
import type { Column, Slots } from '../core/slots.ts';

const FIRST_ROOM = 16;

export class TagLists {
  /** The ring of each tag begins and ends at its head, a node of its own. */
  readonly #heads = new Map<string, number>();
  /** The tag of each head. */
  readonly #tags = new Map<number, string>();
  /** Heads of rings that were cut off, first cut off first. */
  readonly #cutOff = new Set<number>();
  /** The first node of each slot. */
  #first: Column<Uint32Array>;
  #next: Uint32Array = new Uint32Array(FIRST_ROOM);
  #previous: Uint32Array = new Uint32Array(FIRST_ROOM);
  /** The slot of each node, and the head of its ring; of a head, the number of nodes in its ring. */
  #slotOf: Uint32Array = new Uint32Array(FIRST_ROOM);
  #headOf: Uint32Array = new Uint32Array(FIRST_ROOM);
  /** The next node of the same slot; of a free node, the next free one. */
  #sibling: Uint32Array = new Uint32Array(FIRST_ROOM);
  /** Nodes in use or once used; node 0 is none. */
  #count = 0;
  #free = 0;

  constructor(slots: Slots) {
    this.#first = columnOf(slots);
  }

  /** How many tags there are. */
  get size(): number {
    return this.#heads.size;
  }

  /** The entry in `slot` has these tags from now on, each named once. */
  written(slot: number, tags: readonly string[]): void {
    this.removed(slot);
    const { items } = this.#first;
    for (const tag of tags) {
      const head = this.#heads.get(tag) ?? this.#begin(tag);
      const node = this.#take();
      this.#slotOf[node] = slot;
      this.#sibling[node] = items[slot]!;
      items[slot] = node;
      this.#link(node, head);
    }
  }

  /** The entry in `slot` has no tags any more. */
  removed(slot: number): void {
    const { items } = this.#first;
    for (let node = items[slot]!; node !== 0; ) {
      const sibling = this.#sibling[node]!;
      this.#unlink(node);
      node = sibling;
    }
    items[slot] = 0;
  }

  /** Cuts the ring of `tag` off; returns its name from then on, 0 when nobody has the tag. Its entries are dead. */
  cutOff(tag: string): number {
    const head = this.#heads.get(tag);
    if (head === undefined) return 0;
    this.#heads.delete(tag);
    this.#tags.delete(head);
    this.#cutOff.add(head);
    return head;
  }

  /** How many entries are left in a ring that was cut off. */
  countIn(ring: number): number {
    return this.#cutOff.has(ring) ? this.#slotOf[ring]! : 0;
  }

  /** The slot of an entry in a ring that was cut off; 0 when none is left. */
  firstIn(ring: number): number {
    return this.#cutOff.has(ring) ? this.#slotOf[this.#next[ring]!]! : 0;
  }

  /** The slot of some dead entry; 0 when there is none. */
  nextDead(): number {
    for (const ring of this.#cutOff) return this.firstIn(ring);
    return 0;
  }

  /** Whether the entry in `slot` has a tag that was invalidated after its `set`; `but`: a ring that does not count. */
  isDead(slot: number, but: number = 0): boolean {
    if (this.#cutOff.size === 0) return false;
    for (let node = this.#first.items[slot]!; node !== 0; node = this.#sibling[node]!) {
      const head = this.#headOf[node]!;
      if (head !== but && this.#cutOff.has(head)) return true;
    }
    return false;
  }

  /** The tags of the entry in `slot`, in the order given, but for those that were invalidated since. */
  of(slot: number): string[] {
    const tags: string[] = [];
    for (let node = this.#first.items[slot]!; node !== 0; node = this.#sibling[node]!) {
      const tag = this.#tags.get(this.#headOf[node]!);
      if (tag !== undefined) tags.unshift(tag);
    }
    return tags;
  }

  /** Entries have moved to `slots`, new ones: the one now in slot `i + 1` was in `from[i]`; all others are gone. */
  moved(from: Uint32Array, slots: Slots): void {
    const former = this.#first.items;
    this.#first = columnOf(slots);
    const { items } = this.#first;
    from.forEach((old, i) => {
      items[i + 1] = former[old]!;
      for (let node = former[old]!; node !== 0; node = this.#sibling[node]!) this.#slotOf[node] = i + 1;
    });
  }

  /** Throws on the first thing that does not hold; for tests. */
  check(isTaken: (slot: number) => boolean): void {
    let rings = 0;
    for (const [tag, head] of this.#heads) {
      if (this.#tags.get(head) !== tag) throw new Error(`the tag '${tag}' has the head of another`);
    }
    for (const head of [...this.#heads.values(), ...this.#cutOff]) {
      const slots = this.#slotsIn(head);
      if (slots.length === 0) throw new Error(`ring ${head} has outlived its entries`);
      if (slots.length !== this.#slotOf[head]) throw new Error(`ring ${head} has ${slots.length} nodes, counts others`);
      for (const slot of slots) {
        if (!isTaken(slot)) throw new Error(`ring ${head} has slot ${slot}, which is vacant`);
        if (!this.#headsOf(slot).includes(head)) throw new Error(`slot ${slot} does not know its ring ${head}`);
      }
      rings += slots.length + 1;
    }
    let free = 0;
    for (let node = this.#free; node !== 0; node = this.#sibling[node]!) free++;
    if (rings + free !== this.#count) throw new Error(`${rings} tag nodes and ${free} free ones, ${this.#count} made`);
  }

  #slotsIn(head: number): number[] {
    const slots: number[] = [];
    for (let node = this.#next[head]!; node !== head; node = this.#next[node]!) slots.push(this.#slotOf[node]!);
    return slots;
  }

  #headsOf(slot: number): number[] {
    const heads: number[] = [];
    for (let node = this.#first.items[slot]!; node !== 0; node = this.#sibling[node]!) heads.push(this.#headOf[node]!);
    return heads;
  }

  #begin(tag: string): number {
    const head = this.#take();
    this.#slotOf[head] = 0;
    this.#next[head] = head;
    this.#previous[head] = head;
    this.#tags.set(head, tag);
    this.#heads.set(tag, head);
    return head;
  }

  #link(node: number, head: number): void {
    const last = this.#previous[head]!;
    this.#next[last] = node;
    this.#previous[node] = last;
    this.#next[node] = head;
    this.#previous[head] = node;
    this.#headOf[node] = head;
    this.#slotOf[head]!++;
  }

  #unlink(node: number): void {
    const before = this.#previous[node]!;
    const after = this.#next[node]!;
    this.#next[before] = after;
    this.#previous[after] = before;
    this.#release(node);
    const head = this.#headOf[node]!;
    if (--this.#slotOf[head]! > 0) return;
    if (!this.#cutOff.delete(head)) {
      this.#heads.delete(this.#tags.get(head)!);
      this.#tags.delete(head);
    }
    this.#release(head);
  }

  #take(): number {
    const node = this.#free;
    if (node !== 0) {
      this.#free = this.#sibling[node]!;
      return node;
    }
    if (this.#count + 1 >= this.#next.length) this.#grow();
    return ++this.#count;
  }

  #release(node: number): void {
    this.#sibling[node] = this.#free;
    this.#free = node;
  }

  #grow(): void {
    this.#next = doubled(this.#next);
    this.#previous = doubled(this.#previous);
    this.#slotOf = doubled(this.#slotOf);
    this.#headOf = doubled(this.#headOf);
    this.#sibling = doubled(this.#sibling);
  }
}

function columnOf(slots: Slots): Column<Uint32Array> {
  return slots.addColumn((length) => new Uint32Array(length));
}

function doubled(from: Uint32Array): Uint32Array {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
}
