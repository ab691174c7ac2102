// W-TinyLFU (Einziger, Friedman and Manes, ACM ToS 2017): a window of recent keys in front of a main part whose door is a
// sketch of frequencies; and two ways to move the border between them.
import { Lists } from '../lists.mjs';

/** Smaller sketches and samples say nothing. */
const LEAST_SKETCH = 256;

/** Count-min sketch of four rows of counters up to 15, halved every ten capacities of counted accesses. */
class Sketch {
  constructor(capacity) {
    const size = Math.max(capacity, LEAST_SKETCH);
    this.width = 2 ** Math.ceil(Math.log2(Math.max(16, size * 4)));
    this.counters = new Uint8Array(this.width * 4);
    this.counted = 0;
    this.sample = 10 * size;
  }

  placeOf(id, row) {
    let hash = Math.imul(id ^ (0x9e3779b9 + Math.imul(row, 0x7f4a7c15)), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return row * this.width + ((hash ^ (hash >>> 16)) & (this.width - 1));
  }

  add(id) {
    const { counters } = this;
    let isCounted = false;
    for (let row = 0; row < 4; row++) {
      const place = this.placeOf(id, row);
      if (counters[place] === 15) continue;
      counters[place]++;
      isCounted = true;
    }
    if (isCounted && ++this.counted >= this.sample) this.halve();
  }

  halve() {
    const { counters } = this;
    let odd = 0;
    for (let place = 0; place < counters.length; place++) {
      odd += counters[place] & 1;
      counters[place] >>= 1;
    }
    this.counted = Math.max(0, (this.counted - (odd >> 2)) >> 1);
  }

  get(id) {
    let least = 15;
    for (let row = 0; row < 4; row++) least = Math.min(least, this.counters[this.placeOf(id, row)]);
    return least;
  }
}

const [NOWHERE, WINDOW, PROBATION, PROTECTED] = [-1, 0, 1, 2];
const PROTECTED_SHARE = 0.8;

export class WTinyLfu {
  /** @param {{ window?: number, steering?: (capacity: number) => object }} [options] The window's first share. */
  constructor(capacity, count, { window = 0.01, steering = () => undefined } = {}) {
    this.capacity = capacity;
    this.lists = new Lists(count, 3);
    this.where = new Int8Array(count).fill(NOWHERE);
    this.sketch = new Sketch(capacity);
    this.windowMax = Math.max(1, capacity - Math.floor(capacity * (1 - window)));
    this.protectedMax = Math.floor((capacity - this.windowMax) * PROTECTED_SHARE);
    this.random = 12345;
    this.steering = steering(capacity);
  }

  access(id) {
    const was = this.where[id];
    this.sketch.add(id);
    if (was === NOWHERE) {
      this.put(WINDOW, id);
      this.shrinkWindow();
    } else this.touch(was, id);
    const step = this.steering?.step(was, this);
    if (step !== undefined) this.moveBorder(step);
    return was !== NOWHERE;
  }

  get held() {
    const { sizes } = this.lists;
    return sizes[WINDOW] + sizes[PROBATION] + sizes[PROTECTED];
  }

  put(list, id) {
    this.lists.push(list, id);
    this.where[id] = list;
  }

  drop(id) {
    this.lists.remove(this.where[id], id);
    this.where[id] = NOWHERE;
  }

  touch(was, id) {
    this.lists.remove(was, id);
    this.put(was === PROBATION ? PROTECTED : was, id);
    this.shrinkProtected();
  }

  shrinkProtected() {
    while (this.lists.sizes[PROTECTED] > this.protectedMax) this.put(PROBATION, this.lists.shift(PROTECTED));
  }

  shrinkWindow() {
    const { lists } = this;
    while (lists.sizes[WINDOW] > this.windowMax) {
      const candidate = lists.shift(WINDOW);
      this.put(PROBATION, candidate);
      if (this.held > this.capacity) this.drop(this.loser(candidate));
    }
    while (this.held > this.capacity) {
      this.drop(lists.oldest(PROBATION) ?? lists.oldest(PROTECTED) ?? lists.oldest(WINDOW));
    }
  }

  loser(candidate) {
    const { lists, sketch } = this;
    const oldest = lists.oldest(PROBATION);
    const victim = oldest === candidate ? lists.oldest(PROTECTED) : oldest;
    if (victim === undefined) return candidate;
    const uses = sketch.get(candidate);
    if (uses > sketch.get(victim)) return victim;
    // Now and then a key in frequent use is let in all the same: nobody can keep a crafted set of victims there for good.
    return uses >= 6 && this.oneIn128() ? victim : candidate;
  }

  oneIn128() {
    this.random = (Math.imul(this.random, 1664525) + 1013904223) | 0;
    return ((this.random >>> 16) & 127) === 0;
  }

  /** Gives the window `step` entries more, or fewer. */
  moveBorder(step) {
    if (step > 0) {
      const more = Math.min(step, this.protectedMax);
      this.windowMax += more;
      this.protectedMax -= more;
      this.shrinkProtected();
      this.fillWindow(more);
    } else {
      const fewer = Math.min(-step, this.windowMax - 1);
      this.windowMax -= fewer;
      this.protectedMax += fewer;
      for (let moved = 0; moved < fewer && this.lists.sizes[WINDOW] > this.windowMax; moved++) {
        this.put(PROBATION, this.lists.shift(WINDOW));
      }
    }
  }

  fillWindow(most) {
    const { lists } = this;
    for (let moved = 0; moved < Math.min(most, 1_000) && lists.sizes[WINDOW] < this.windowMax; moved++) {
      const list = lists.sizes[PROBATION] > 0 ? PROBATION : PROTECTED;
      if (lists.sizes[list] === 0) return;
      this.put(WINDOW, lists.shift(list));
    }
  }
}

/** Climbs after the hit ratio: goes on in a direction while it helps (Einziger et al., Middleware 2018). */
export class Climber {
  constructor(capacity) {
    this.capacity = capacity;
    this.period = 10 * Math.max(capacity, LEAST_SKETCH);
    this.stride = -0.0625 * capacity;
    this.requests = this.hits = this.lastRatio = 0;
  }

  step(was) {
    if (was !== NOWHERE) this.hits++;
    if (++this.requests < this.period) return undefined;
    const ratio = this.hits / this.requests;
    const change = ratio - this.lastRatio;
    const stride = change >= 0 ? this.stride : -this.stride;
    this.stride = Math.abs(change) >= 0.05 ? 0.0625 * this.capacity * Math.sign(stride) : 0.98 * stride;
    this.lastRatio = ratio;
    this.requests = this.hits = 0;
    return Math.trunc(stride);
  }
}

/** Moves the border to where a place earns more hits: in the window or in the main part. */
export class DensitySteering {
  constructor(capacity) {
    this.capacity = capacity;
    this.requests = this.windowHits = this.mainHits = 0;
  }

  step(was, { windowMax }) {
    if (was === WINDOW) this.windowHits++;
    else if (was !== NOWHERE) this.mainHits++;
    if (++this.requests < 4 * this.capacity) return undefined;
    const window = this.windowHits / windowMax + 1e-9;
    const main = this.mainHits / (this.capacity - windowMax + 1e-9) + 1e-9;
    const balance = Math.log(window / main);
    this.requests = this.windowHits = this.mainHits = 0;
    const step = Math.sign(balance) * Math.min(0.3, Math.abs(balance) * 0.03) * this.capacity;
    return Math.trunc(Math.max(step, Math.ceil(0.02 * this.capacity) - windowMax));
  }
}

/** Density says nothing about very small caches. */
export function densityAbove512(capacity) {
  return capacity > 512 ? new DensitySteering(capacity) : new Climber(capacity);
}
