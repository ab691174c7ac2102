/** Where a load of a key has it from. */
import type { LoadContext, Loader } from '../cache/index.ts';
import type { TierParts } from './parts.ts';
import type { Look, SecondReads } from './second-reads.ts';

export interface LoadSource<V> {
  /** Runs the load of a key. */
  begin<T>(key: string, run: () => Promise<T>): Promise<T>;
  /** Looks for the key in the second tier. Never rejects. */
  find(key: string): Promise<Look<V>>;
  /** Calls the user's loader. */
  load(key: string, context: LoadContext<V>): V | PromiseLike<V>;
  /** The load waits for another process, which may take long. */
  waits(key: string): void;
}

/** Of one key by itself. */
export class SingleSource<V> implements LoadSource<V> {
  readonly #parts: TierParts<V>;
  readonly #second: SecondReads<V>;
  readonly #load: Loader<string, V>;

  constructor(parts: TierParts<V>, second: SecondReads<V>, load: Loader<string, V>) {
    this.#parts = parts;
    this.#second = second;
    this.#load = load;
  }

  begin<T>(_key: string, run: () => Promise<T>): Promise<T> {
    return run();
  }

  find(key: string): Promise<Look<V>> {
    return this.#second.find(key);
  }

  load(key: string, context: LoadContext<V>): V | PromiseLike<V> {
    this.#parts.counters.loads++;
    const load = this.#load;
    return load(key, context);
  }

  waits(): void {}
}
