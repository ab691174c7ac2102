/**
 * Which entries have which tag: a ring of nodes for each tag, threaded through typed arrays, and for each slot the chain of
 * its nodes.
 *
 * An entry that leaves takes its nodes with it, and a tag whose last node goes is forgotten, so there is never more here
 * than the entries in the cache say. Hits do not come by. Taking out a tag takes out its entries there and then: that
 * costs as much as deleting each of them, whatever else the cache holds, and what they held is free at once. (Stamps that
 * are compared at each use would make the call itself cheaper, and every hit dearer.)
 *
 * **Cost:** 4 bytes a slot; 20 bytes for each tag of each entry; some 150 bytes a tag. Made with the first tagged entry.
 */
import type { Column, Slots } from '../core/slots.ts';

const FIRST_ROOM = 16;

export class TagLists {
  /** The ring of each tag begins and ends at its head, a node of its own. */
  readonly #heads = new Map<string, number>();
  /** The tag of each head. */
  readonly #tags = new Map<number, string>();
  /** The first node of each slot. */
  #first: Column<Uint32Array>;
  #next: Uint32Array = new Uint32Array(FIRST_ROOM);
  #previous: Uint32Array = new Uint32Array(FIRST_ROOM);
  /** The slot of each node, and the head of its ring. */
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

  /** The slots of the entries with `tag`. */
  slotsOf(tag: string): number[] {
    const slots: number[] = [];
    const head = this.#heads.get(tag);
    if (head === undefined) return slots;
    for (let node = this.#next[head]!; node !== head; node = this.#next[node]!) slots.push(this.#slotOf[node]!);
    return slots;
  }

  /** The tags of the entry in `slot`, in the order given. */
  of(slot: number): string[] {
    const tags: string[] = [];
    for (let node = this.#first.items[slot]!; node !== 0; node = this.#sibling[node]!) {
      tags.unshift(this.#tags.get(this.#headOf[node]!)!);
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
      const slots = this.slotsOf(tag);
      if (slots.length === 0) throw new Error(`the tag '${tag}' has outlived its entries`);
      if (this.#tags.get(head) !== tag) throw new Error(`the tag '${tag}' has the head of another`);
      for (const slot of slots) {
        if (!isTaken(slot)) throw new Error(`the tag '${tag}' has slot ${slot}, which is vacant`);
        if (!this.of(slot).includes(tag)) throw new Error(`slot ${slot} does not know its tag '${tag}'`);
      }
      rings += slots.length + 1;
    }
    let free = 0;
    for (let node = this.#free; node !== 0; node = this.#sibling[node]!) free++;
    if (rings + free !== this.#count) throw new Error(`${rings} tag nodes and ${free} free ones, ${this.#count} made`);
  }

  #begin(tag: string): number {
    const head = this.#take();
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
  }

  #unlink(node: number): void {
    const before = this.#previous[node]!;
    const after = this.#next[node]!;
    this.#next[before] = after;
    this.#previous[after] = before;
    this.#release(node);
    const head = this.#headOf[node]!;
    if (this.#next[head] !== head) return;
    this.#heads.delete(this.#tags.get(head)!);
    this.#tags.delete(head);
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
