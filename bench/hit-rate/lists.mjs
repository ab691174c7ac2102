/** Doubly linked lists over the ids 0 to count - 1, least recent first; an id is in one list at most. */
export class Lists {
  constructor(count, lists) {
    this.count = count;
    // List l hangs on the sentinel count + l.
    this.before = new Int32Array(count + lists);
    this.after = new Int32Array(count + lists);
    this.sizes = new Int32Array(lists);
    for (let sentinel = count; sentinel < count + lists; sentinel++) {
      this.before[sentinel] = sentinel;
      this.after[sentinel] = sentinel;
    }
  }

  /** Puts an id at the most recent end. */
  push(list, id) {
    const sentinel = this.count + list;
    const last = this.before[sentinel];
    this.after[last] = id;
    this.before[id] = last;
    this.after[id] = sentinel;
    this.before[sentinel] = id;
    this.sizes[list]++;
  }

  remove(list, id) {
    this.after[this.before[id]] = this.after[id];
    this.before[this.after[id]] = this.before[id];
    this.sizes[list]--;
  }

  /** The least recent id; `undefined` of an empty list. */
  oldest(list) {
    const id = this.after[this.count + list];
    return id < this.count ? id : undefined;
  }

  /** The next more recent id after `id`; `undefined` at the end. */
  newer(id) {
    const next = this.after[id];
    return next < this.count ? next : undefined;
  }

  /** Takes the least recent id out. */
  shift(list) {
    const id = this.oldest(list);
    this.remove(list, id);
    return id;
  }
}
