/** A small open-addressed table from 32-bit hashes to numbered entries; what the shadows of `audit.ts` stand on. */
export class ShadowIndex {
  /** The hash of each entry, from 1. */
  readonly hashes: Int32Array;
  readonly #table: Uint16Array;
  readonly #mask: number;

  /** `capacity`: how many entries there may be, at most 32,767. */
  constructor(capacity: number) {
    this.hashes = new Int32Array(capacity + 1);
    this.#table = new Uint16Array(2 ** Math.ceil(Math.log2(capacity * 2 + 1)));
    this.#mask = this.#table.length - 1;
  }

  /** The entry with this hash; 0 when there is none. */
  find(hash: number): number {
    const table = this.#table;
    for (let at = this.#homeOf(hash), entry = table[at]!; entry !== 0; entry = table[at]!) {
      if (this.hashes[entry] === hash) return entry;
      at = (at + 1) & this.#mask;
    }
    return 0;
  }

  add(hash: number, entry: number): void {
    let at = this.#homeOf(hash);
    while (this.#table[at] !== 0) at = (at + 1) & this.#mask;
    this.#table[at] = entry;
    this.hashes[entry] = hash;
  }

  remove(entry: number): void {
    const table = this.#table;
    const mask = this.#mask;
    let hole = this.#homeOf(this.hashes[entry]!);
    while (table[hole] !== entry) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask, item = table[at]!; item !== 0; at = (at + 1) & mask, item = table[at]!) {
      if (((at - this.#homeOf(this.hashes[item]!)) & mask) >= ((at - hole) & mask)) {
        table[hole] = item;
        hole = at;
      }
    }
    table[hole] = 0;
  }

  #homeOf(hash: number): number {
    const mixed = Math.imul(hash, 0x5bd1e995);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
