import { Columns } from '../../struct/columns.ts';

/** What was in use after one major collection, bytes; `at` in ms since 1970, `work` as counted by then. */
export interface FloorReading {
  readonly at: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
  readonly arrayBuffersBytes: number;
  readonly rssBytes: number;
  readonly heapTotalBytes: number;
  readonly work: number;
}

const NAMES = ['at', 'heapBytes', 'externalBytes', 'arrayBuffersBytes', 'rssBytes', 'heapTotalBytes', 'work'] as const;
type ColumnName = (typeof NAMES)[number];

const CAPACITY = 1_024;
const FIRST_SPACING_MS = 1_000;
/** Rows no nearer than this cover 36 hours: a day's cycle and some more. */
const LAST_SPACING_MS = 128_000;

/**
 * Floors over time in bounded memory. Of those that are nearer to one another than the spacing the lowest is kept; when
 * the room is full, every two rows become one and the spacing doubles, up to two minutes: from then on the oldest go.
 *
 * **Cost:** 57 kB, from the first floor on.
 */
export class Floors {
  readonly rows: Columns<ColumnName> = new Columns(NAMES, CAPACITY);
  #spacingMs = FIRST_SPACING_MS;
  #count = 0;
  #newest: FloorReading | undefined;

  /** All floors there were. */
  get count(): number {
    return this.#count;
  }

  /** The newest floor, whether its row was kept or not. */
  get newest(): FloorReading | undefined {
    return this.#newest;
  }

  add(floor: FloorReading): void {
    this.#count++;
    this.#newest = floor;
    const { rows } = this;
    const slot = (at: number | null): number => Math.floor((at ?? 0) / this.#spacingMs);
    if (rows.length > 0 && slot(rows.last('at')) === slot(floor.at)) {
      if (floor.heapBytes < rows.last('heapBytes')!) rows.replaceLast({ ...floor });
      return;
    }
    if (rows.length === CAPACITY && this.#spacingMs < LAST_SPACING_MS) this.#thin();
    rows.push({ ...floor });
  }

  clear(): void {
    this.rows.clear();
    this.#spacingMs = FIRST_SPACING_MS;
    this.#count = 0;
    this.#newest = undefined;
  }

  /** Of every two rows the lower one stays. */
  #thin(): void {
    const { rows } = this;
    const all = Array.from({ length: rows.length }, (_, row) => this.#row(row));
    rows.clear();
    this.#spacingMs *= 2;
    for (let i = 0; i < all.length; i += 2) {
      const [one, other] = [all[i]!, all[i + 1]];
      rows.push({ ...(other !== undefined && other.heapBytes < one.heapBytes ? other : one) });
    }
  }

  #row(row: number): FloorReading {
    return Object.fromEntries(NAMES.map((name) => [name, this.rows.at(row, name)!])) as Record<ColumnName, number>;
  }
}
