/** Ids on a page, as a power of two: a page is 8 KiB. */
const PAGE_BITS = 16;
const NO_PAGE = new Uint8Array(0);

/**
 * A set of unsigned 32-bit ids as one bit each, in pages: built once, asked often. **Cost:** 8 KiB for each range of
 * 65,536 ids that has one; what lies far off, as ids made from addresses do, costs its own page only.
 */
export class IdSet {
  readonly #pages: Uint8Array[] = Array.from<Uint8Array>({ length: 2 ** (32 - PAGE_BITS) }).fill(NO_PAGE);

  constructor(ids: Uint32Array) {
    for (const id of ids) {
      let page = this.#pages[id >>> PAGE_BITS]!;
      if (page === NO_PAGE) this.#pages[id >>> PAGE_BITS] = page = new Uint8Array(2 ** (PAGE_BITS - 3));
      page[(id & (2 ** PAGE_BITS - 1)) >>> 3]! |= 1 << (id & 7);
    }
  }

  /** Whether `id`, a whole number from 0 to 2^32 - 1, is in the set. */
  has(id: number): boolean {
    const byte = this.#pages[id >>> PAGE_BITS]![(id & (2 ** PAGE_BITS - 1)) >>> 3];
    return byte !== undefined && (byte & (1 << (id & 7))) !== 0;
  }
}
