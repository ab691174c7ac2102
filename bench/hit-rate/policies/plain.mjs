// Policies of one list, as everybody knows them. All references are (capacity, count) -> access(id) -> hit or not, for the
// ids 0 to count - 1, each of size 1.
import { Lists } from '../lists.mjs';

export class Lru {
  constructor(capacity, count) {
    this.capacity = capacity;
    this.lists = new Lists(count, 1);
    this.isIn = new Uint8Array(count);
  }

  access(id) {
    const { lists, isIn } = this;
    const hit = isIn[id] === 1;
    if (hit) lists.remove(0, id);
    else if (lists.sizes[0] >= this.capacity) isIn[lists.shift(0)] = 0;
    lists.push(0, id);
    isIn[id] = 1;
    return hit;
  }
}

export class Fifo {
  constructor(capacity, count) {
    this.ring = new Int32Array(capacity).fill(-1);
    this.at = 0;
    this.isIn = new Uint8Array(count);
  }

  access(id) {
    if (this.isIn[id] === 1) return true;
    const leaves = this.ring[this.at];
    if (leaves >= 0) this.isIn[leaves] = 0;
    this.ring[this.at] = id;
    this.at = (this.at + 1) % this.ring.length;
    this.isIn[id] = 1;
    return false;
  }
}

/** Least frequently used; counts leave with the entry, ties go by least recent. */
export class Lfu {
  constructor(capacity, count) {
    this.capacity = capacity;
    this.size = 0;
    this.least = 1;
    this.uses = new Int32Array(count);
    this.before = new Int32Array(count);
    this.after = new Int32Array(count);
    // First and last id of every number of uses.
    this.first = [];
    this.last = [];
  }

  access(id) {
    const uses = this.uses[id];
    if (uses > 0) {
      this.remove(uses, id);
      if (uses === this.least && this.first[uses] === -1) this.least = uses + 1;
      this.add(uses + 1, id);
      return true;
    }
    if (this.size >= this.capacity) this.evict();
    else this.size++;
    this.least = 1;
    this.add(1, id);
    return false;
  }

  evict() {
    const victim = this.first[this.least];
    this.remove(this.least, victim);
    this.uses[victim] = 0;
  }

  add(uses, id) {
    const last = this.last[uses] ?? -1;
    this.uses[id] = uses;
    this.before[id] = last;
    this.after[id] = -1;
    if (last === -1) this.first[uses] = id;
    else this.after[last] = id;
    this.last[uses] = id;
  }

  remove(uses, id) {
    const before = this.before[id];
    const after = this.after[id];
    if (before === -1) this.first[uses] = after;
    else this.after[before] = after;
    if (after === -1) this.last[uses] = before;
    else this.before[after] = before;
  }
}
