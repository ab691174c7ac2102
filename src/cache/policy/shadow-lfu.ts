import { ShadowIndex } from './shadow-index.ts';
import { TinyLfu } from './tiny-lfu.ts';

/** What a cache with the same policy and a small window that never moves would hold, as hashes only. */
export class ShadowLfu {
  readonly #capacity: number;
  readonly #index: ShadowIndex;
  readonly #policy: TinyLfu;
  readonly #state: Uint8Array;
  #count = 0;

  constructor(capacity: number, windowLimit: number) {
    this.#capacity = capacity;
    this.#index = new ShadowIndex(capacity);
    this.#state = new Uint8Array(capacity + 1);
    this.#policy = new TinyLfu(capacity, windowLimit, () => {});
    this.#policy.attach({ state: this.#state, hashes: this.#index.hashes });
  }

  /** Asks for `hash`, and takes it in if it is not here; whether it was. */
  access(hash: number): boolean {
    const known = this.#index.find(hash);
    if (known !== 0) {
      this.#policy.touch(known);
      return true;
    }
    const entry = this.#count < this.#capacity ? ++this.#count : this.#drop();
    this.#state[entry] = 0;
    this.#index.add(hash, entry);
    this.#policy.insert(entry);
    return false;
  }

  #drop(): number {
    const victim = this.#policy.evict();
    this.#index.remove(victim);
    return victim;
  }
}
