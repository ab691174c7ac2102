import { ShadowIndex } from './shadow-index.ts';

/** What an exact LRU cache would hold, as hashes only. */
export class ShadowLru {
  readonly #capacity: number;
  readonly #index: ShadowIndex;
  /** A ring; entry 0 is its head, whose next is the coldest. */
  readonly #next: Uint16Array;
  readonly #previous: Uint16Array;
  #count = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#index = new ShadowIndex(capacity);
    this.#next = new Uint16Array(capacity + 1);
    this.#previous = new Uint16Array(capacity + 1);
  }

  /** Asks for `hash`, and takes it in if it is not here; whether it was. */
  access(hash: number): boolean {
    const known = this.#index.find(hash);
    if (known !== 0) {
      this.#unlink(known);
      this.#append(known);
      return true;
    }
    const entry = this.#count < this.#capacity ? ++this.#count : this.#dropColdest();
    this.#index.add(hash, entry);
    this.#append(entry);
    return false;
  }

  #dropColdest(): number {
    const coldest = this.#next[0]!;
    this.#unlink(coldest);
    this.#index.remove(coldest);
    return coldest;
  }

  #unlink(entry: number): void {
    const before = this.#previous[entry]!;
    const after = this.#next[entry]!;
    this.#next[before] = after;
    this.#previous[after] = before;
  }

  #append(entry: number): void {
    const last = this.#previous[0]!;
    this.#next[last] = entry;
    this.#previous[entry] = last;
    this.#next[entry] = 0;
    this.#previous[0] = entry;
  }
}
