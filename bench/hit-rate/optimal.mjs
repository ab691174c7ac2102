// The clairvoyant bound (Belady, 1966, with bypass): keeps what is used soonest, and may decline a key. No policy over
// entries of one size hits more often.

/** @returns {number} Hits of the optimum, exactly. **Cost:** one pass, O(log32 n) a request. */
export function optimalHits(stream, count, capacity) {
  const nextUse = nextUses(stream, count);
  // What is held, by the place of its next use.
  const held = new PlaceSet(stream.length);
  let size = 0;
  let hits = 0;
  for (let place = 0; place < stream.length; place++) {
    const next = nextUse[place];
    const isUsedAgain = next < stream.length;
    if (held.has(place)) {
      hits++;
      held.delete(place);
      if (isUsedAgain) held.add(next);
      else size--;
    } else if (isUsedAgain && size < capacity) {
      size++;
      held.add(next);
    } else if (isUsedAgain && held.largest() > next) {
      held.delete(held.largest());
      held.add(next);
    }
  }
  return hits;
}

function nextUses(stream, count) {
  const next = new Int32Array(stream.length);
  const later = new Int32Array(count).fill(stream.length);
  for (let place = stream.length - 1; place >= 0; place--) {
    next[place] = later[stream[place]];
    later[stream[place]] = place;
  }
  return next;
}

/** A set of places that knows its largest: a tree of 32-bit words. */
class PlaceSet {
  constructor(length) {
    this.levels = [];
    let words = length;
    do {
      words = Math.max(1, (words + 31) >>> 5);
      this.levels.push(new Int32Array(words));
    } while (words > 1);
  }

  has(place) {
    return ((this.levels[0][place >>> 5] >>> (place & 31)) & 1) === 1;
  }

  add(place) {
    let at = place;
    for (const level of this.levels) {
      const before = level[at >>> 5];
      level[at >>> 5] = before | (1 << (at & 31));
      if (before !== 0) return;
      at >>>= 5;
    }
  }

  delete(place) {
    let at = place;
    for (const level of this.levels) {
      level[at >>> 5] &= ~(1 << (at & 31));
      if (level[at >>> 5] !== 0) return;
      at >>>= 5;
    }
  }

  largest() {
    let at = 0;
    for (const level of this.levels.toReversed()) at = (at << 5) | (31 - Math.clz32(level[at]));
    return at;
  }
}
