/** Seeded random numbers: the same seed gives the same catalogue and the same load. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to 1, by mulberry32. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to `bound`. */
  below(bound) {
    return Math.floor(this.next() * bound);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** `count` picks, joined into one text. */
  words(list, count) {
    return Array.from({ length: count }, () => this.pick(list)).join(' ');
  }

  shuffle(list) {
    for (let last = list.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [list[last], list[other]] = [list[other], list[last]];
    }
    return list;
  }
}
