// Policies of several queues.
import { Lists } from '../lists.mjs';

/** SIEVE (Zhang et al., NSDI 2024): one queue, a visited bit, a hand that goes from old to new. */
export class Sieve {
  constructor(capacity, count) {
    this.capacity = capacity;
    this.lists = new Lists(count, 1);
    this.isIn = new Uint8Array(count);
    this.isVisited = new Uint8Array(count);
    this.hand = undefined;
  }

  access(id) {
    if (this.isIn[id] === 1) {
      this.isVisited[id] = 1;
      return true;
    }
    if (this.lists.sizes[0] >= this.capacity) this.evict();
    this.lists.push(0, id);
    this.isIn[id] = 1;
    this.isVisited[id] = 0;
    return false;
  }

  evict() {
    const { lists, isVisited } = this;
    let victim = this.hand ?? lists.oldest(0);
    while (isVisited[victim] === 1) {
      isVisited[victim] = 0;
      victim = lists.newer(victim) ?? lists.oldest(0);
    }
    this.hand = lists.newer(victim);
    lists.remove(0, victim);
    this.isIn[victim] = 0;
  }
}

const [NOWHERE, SMALL, MAIN, GHOST] = [-1, 0, 1, 2];

/** S3-FIFO (Yang et al., SOSP 2023): small queue of 10 %, main queue, ghosts of as many keys as main holds. */
export class S3Fifo {
  constructor(capacity, count) {
    this.capacity = capacity;
    this.smallCapacity = Math.max(1, Math.floor(capacity * 0.1));
    this.mainCapacity = capacity - this.smallCapacity;
    this.ghostCapacity = Math.max(1, this.mainCapacity);
    this.lists = new Lists(count, 3);
    this.where = new Int8Array(count).fill(NOWHERE);
    this.uses = new Uint8Array(count);
  }

  access(id) {
    const { lists, where, uses } = this;
    const was = where[id];
    if (was === SMALL || was === MAIN) {
      if (uses[id] < 3) uses[id]++;
      return true;
    }
    if (was === GHOST) this.take(GHOST, id);
    while (lists.sizes[SMALL] + lists.sizes[MAIN] >= this.capacity) this.evict();
    uses[id] = 0;
    this.put(was === GHOST ? MAIN : SMALL, id);
    return false;
  }

  put(list, id) {
    this.lists.push(list, id);
    this.where[id] = list;
  }

  take(list, id) {
    this.lists.remove(list, id);
    this.where[id] = NOWHERE;
  }

  evict() {
    const { sizes } = this.lists;
    if (sizes[SMALL] >= this.smallCapacity || sizes[MAIN] === 0) this.evictFromSmall();
    else this.evictFromMain();
  }

  evictFromSmall() {
    const { lists, uses } = this;
    for (let id = lists.oldest(SMALL); id !== undefined; id = lists.oldest(SMALL)) {
      this.take(SMALL, id);
      if (uses[id] > 1) {
        uses[id] = 0;
        this.put(MAIN, id);
        if (lists.sizes[MAIN] > this.mainCapacity) return this.evictFromMain();
      } else {
        if (lists.sizes[GHOST] >= this.ghostCapacity) this.take(GHOST, lists.oldest(GHOST));
        return this.put(GHOST, id);
      }
    }
  }

  evictFromMain() {
    const { lists, uses } = this;
    for (;;) {
      const id = lists.oldest(MAIN);
      this.take(MAIN, id);
      if (uses[id] === 0) return;
      uses[id]--;
      this.put(MAIN, id);
    }
  }
}

const [T1, T2, B1, B2] = [0, 1, 2, 3];

/** ARC (Megiddo and Modha, FAST 2003). */
export class Arc {
  constructor(capacity, count) {
    this.capacity = capacity;
    this.target = 0;
    this.lists = new Lists(count, 4);
    this.where = new Int8Array(count).fill(NOWHERE);
  }

  access(id) {
    const was = this.where[id];
    if (was === T1 || was === T2) {
      this.move(was, T2, id);
      return true;
    }
    if (was === B1 || was === B2) this.comeBack(was, id);
    else this.comeNew(id);
    return false;
  }

  comeBack(was, id) {
    const { sizes } = this.lists;
    const step = was === B1 ? Math.max(1, sizes[B2] / sizes[B1]) : -Math.max(1, sizes[B1] / sizes[B2]);
    this.target = Math.max(0, Math.min(this.capacity, this.target + step));
    this.replace(was === B2);
    this.move(was, T2, id);
  }

  comeNew(id) {
    const { sizes } = this.lists;
    if (sizes[T1] + sizes[B1] >= this.capacity) {
      if (sizes[T1] < this.capacity) {
        this.drop(B1);
        this.replace(false);
      } else this.drop(T1);
    } else if (sizes[T1] + sizes[T2] + sizes[B1] + sizes[B2] >= this.capacity) {
      if (sizes[T1] + sizes[T2] + sizes[B1] + sizes[B2] >= 2 * this.capacity) this.drop(B2);
      this.replace(false);
    }
    this.lists.push(T1, id);
    this.where[id] = T1;
  }

  replace(isFromB2) {
    const { lists } = this;
    const recent = lists.sizes[T1];
    const isRecent = recent > 0 && (recent > this.target || (isFromB2 && recent === this.target));
    if (isRecent || lists.sizes[T2] === 0) this.move(T1, B1, lists.oldest(T1));
    else this.move(T2, B2, lists.oldest(T2));
  }

  move(from, to, id) {
    this.lists.remove(from, id);
    this.lists.push(to, id);
    this.where[id] = to;
  }

  drop(list) {
    this.where[this.lists.shift(list)] = NOWHERE;
  }
}
