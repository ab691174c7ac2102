/** Ids on a page, as a power of two: a page is 8 KiB. */
const PAGE_BITS = 16;
const PAGE_BYTES = 2 ** (PAGE_BITS - 3);
const REST = 2 ** PAGE_BITS - 1;

/**
 * A set of unsigned 32-bit ids as one bit each, in pages: built once, asked often. **Cost:** 256 KiB, and 8 KiB for each
 * 65,536 ids in a row with one of the set among them: ids made from addresses, which lie far off, cost little too.
 */
export class IdSet {
  /** Page of each range of ids; 0 is the empty one. */
  readonly #pageOf: Uint32Array = new Uint32Array(2 ** (32 - PAGE_BITS));
  readonly #pages: Uint8Array[] = [new Uint8Array(PAGE_BYTES)];

  constructor(ids: Uint32Array) {
    for (const id of ids) {
      const range = id >>> PAGE_BITS;
      if (this.#pageOf[range] === 0) this.#pageOf[range] = this.#pages.push(new Uint8Array(PAGE_BYTES)) - 1;
      this.#pages[this.#pageOf[range]!]![(id & REST) >>> 3]! |= 1 << (id & 7);
    }
  }

  /** Whether `id`, a whole number from 0 to 2^32 - 1, is in the set. */
  has(id: number): boolean {
    const page = this.#pages[this.#pageOf[id >>> PAGE_BITS]!]!;
    return (page[(id & REST) >>> 3]! & (1 << (id & 7))) !== 0;
  }
}
