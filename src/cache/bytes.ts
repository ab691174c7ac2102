import { invalidOption } from '../base/options.ts';
import type { Column, Slots } from './core/slots.ts';

/** What the entries of a cache weigh, each and together, in bytes. */
export class Weights<K, V> {
  /** Bytes of all entries. */
  total = 0;
  readonly #sizeOf: (value: V, key: K) => number;
  #column: Column<Float64Array>;

  constructor(slots: Slots, sizeOf: (value: V, key: K) => number) {
    this.#sizeOf = sizeOf;
    this.#column = columnOf(slots);
  }

  /** Asks the weigher; rounds up, so that sums stay exact. @throws what it throws, and {@link OptionsError} `PLIM_ERR_OPTION_INVALID` for no number of bytes */
  weigh(key: K, value: V): number {
    const bytes = this.#sizeOf(value, key);
    if (typeof bytes === 'number' && bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER) return Math.ceil(bytes);
    throw invalidOption('sizeOf(value, key)', 'a number of bytes of at least 0', bytes);
  }

  of(slot: number): number {
    return this.#column.items[slot]!;
  }

  put(slot: number, bytes: number): void {
    this.total += bytes;
    this.#column.items[slot] = bytes;
  }

  drop(slot: number): void {
    this.total -= this.#column.items[slot]!;
    this.#column.items[slot] = 0;
  }

  /** Forgets all entries and goes on with new slots. */
  restart(slots: Slots): void {
    this.total = 0;
    this.#column = columnOf(slots);
  }
}

function columnOf(slots: Slots): Column<Float64Array> {
  return slots.addColumn((length) => new Float64Array(length));
}
