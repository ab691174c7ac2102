/**
 * The last so many rows of numbers, by named columns; the oldest row makes room for the newest. One typed array, made at
 * the first row; what could not be told is `NaN` inside and `null` outside.
 *
 * **Cost:** 8 bytes a cell, whatever is in it; adding a row allocates nothing.
 */
export class Columns<Name extends string> {
  readonly names: readonly Name[];
  readonly capacity: number;
  #cells: Float64Array | undefined;
  #added = 0;

  /** @param capacity - rows that are kept */
  constructor(names: readonly Name[], capacity: number) {
    this.names = names;
    this.capacity = capacity;
  }

  /** Rows that there are. */
  get length(): number {
    return Math.min(this.#added, this.capacity);
  }

  /** Adds a row; columns that it does not name, and those that are `null`, are unknown. */
  push(row: Readonly<Partial<Record<Name, number | null>>>): void {
    this.#cells ??= new Float64Array(this.capacity * this.names.length);
    const start = (this.#added++ % this.capacity) * this.names.length;
    for (let i = 0; i < this.names.length; i++) this.#cells[start + i] = row[this.names[i]!] ?? Number.NaN;
  }

  /** Puts a row in place of the newest. */
  replaceLast(row: Readonly<Partial<Record<Name, number | null>>>): void {
    if (this.#added > 0) this.#added--;
    this.push(row);
  }

  /** A value by its row, 0 being the oldest; `null` when it is unknown or there is no such row. */
  at(row: number, name: Name): number | null {
    if (row < 0 || row >= this.length) return null;
    const first = this.#added - this.length;
    const value =
      this.#cells![((first + row) % this.capacity) * this.names.length + this.names.indexOf(name)] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  /** The newest value of a column. */
  last(name: Name): number | null {
    return this.at(this.length - 1, name);
  }

  /** A column, oldest first. */
  column(name: Name): (number | null)[] {
    return Array.from({ length: this.length }, (_, row) => this.at(row, name));
  }

  clear(): void {
    this.#added = 0;
    this.#cells = undefined;
  }
}
