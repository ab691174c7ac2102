/**
 * A map that keeps nothing alive: a value is found for as long as somebody else holds it.
 *
 * Each value has a `WeakRef` under its key and a token in one `FinalizationRegistry`. The registry tells in its own time, so
 * the table is also swept when it has doubled since the last sweep: dead entries are never more than the live ones were.
 */
import { invalidOption, readFunction } from '../base/options.ts';

interface Cell<V extends object> {
  readonly ref: WeakRef<V>;
}

const SMALLEST_SWEEP = 64;

/**
 * Finds again what is in use elsewhere: one object for each key while anybody has it, and no memory for what nobody has.
 *
 * It is no cache in the usual sense: what nobody holds may be gone by the next turn of the event loop, or stay for hours, as
 * the collector likes. Where a value has to survive until it is asked for again, use `Cache`. Keys are held: a key through
 * which its value can be reached keeps it for ever.
 *
 * **Cost:** about 200 bytes an entry beside the key; a set costs about 0.5 us, a get about twice that of a `Map`.
 *
 * @example
 * const documents = new WeakCache<string, Document>();
 * const document = documents.getOrCreate(id, () => new Document(id));
 */
export class WeakCache<K, V extends object> {
  readonly #cells: Map<K, Cell<V>> = new Map();
  readonly #registry: FinalizationRegistry<{ readonly key: K; readonly cell: WeakRef<Cell<V>> }>;
  #sweepAt = SMALLEST_SWEEP;

  constructor() {
    const self = new WeakRef(this);
    // Held weakly: a registry that waits for a value to die must not keep the whole table.
    this.#registry = new FinalizationRegistry(({ key, cell }) => {
      const cache = self.deref();
      if (cache !== undefined) cache.#collected(key, cell.deref());
    });
  }

  /** Entries now, those included whose values are collected and which have not been taken out yet. */
  get size(): number {
    return this.#cells.size;
  }

  /** The value of `key`; `undefined` when there is none, or it is collected. */
  get(key: K): V | undefined {
    return this.#cells.get(key)?.ref.deref();
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /** @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` when `value` is no object: it can never be collected */
  set(key: K, value: V): this {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
      throw invalidOption('value', 'an object or a function', value);
    }
    const before = this.#cells.get(key);
    if (before !== undefined) this.#registry.unregister(before);
    else if (this.#cells.size >= this.#sweepAt) this.#sweep();
    const cell: Cell<V> = { ref: new WeakRef(value) };
    this.#cells.set(key, cell);
    this.#registry.register(value, { key, cell: new WeakRef(cell) }, cell);
    return this;
  }

  /** The value of `key`; when there is none, what `create` gives, which is stored. What it throws comes through. */
  getOrCreate(key: K, create: (key: K) => V): V {
    readFunction('create', create);
    const present = this.get(key);
    if (present !== undefined) return present;
    const made = create(key);
    // `create` may have stored one itself, which others may have by now.
    const meanwhile = this.get(key);
    if (meanwhile !== undefined) return meanwhile;
    this.set(key, made);
    return made;
  }

  /** Takes the entry of `key` out; whether its value was there. */
  delete(key: K): boolean {
    const cell = this.#cells.get(key);
    if (cell === undefined) return false;
    this.#cells.delete(key);
    this.#registry.unregister(cell);
    return cell.ref.deref() !== undefined;
  }

  clear(): void {
    for (const cell of this.#cells.values()) this.#registry.unregister(cell);
    this.#cells.clear();
    this.#sweepAt = SMALLEST_SWEEP;
  }

  *entries(): IterableIterator<[K, V]> {
    for (const [key, { ref }] of this.#cells) {
      const value = ref.deref();
      if (value !== undefined) yield [key, value];
    }
  }

  *keys(): IterableIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: K, cache: this) => void, thisArg?: unknown): void {
    for (const [key, value] of this.entries()) visit.call(thisArg, value, key, this);
  }

  #collected(key: K, cell: Cell<V> | undefined): void {
    if (cell !== undefined && this.#cells.get(key) === cell) this.#cells.delete(key);
  }

  #sweep(): void {
    for (const [key, cell] of this.#cells) {
      if (cell.ref.deref() !== undefined) continue;
      this.#cells.delete(key);
      this.#registry.unregister(cell);
    }
    this.#sweepAt = Math.max(SMALLEST_SWEEP, this.#cells.size * 2);
  }
}
