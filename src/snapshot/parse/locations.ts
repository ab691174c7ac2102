import type { IntVector } from '../../struct/int-vector.ts';
import type { Locations } from '../graph.ts';
import type { ByteReader } from './byte-reader.ts';
import type { Header } from './header.ts';
import type { Kernel } from './kernel.ts';
import { readRows } from './numbers.ts';

/** Numbers kept of a location: ordinal, script, line, column. */
const STRIDE = 4;

/** Reads the value of `"locations"`, adding to `rows` as it goes, so that a file cut off here keeps what it has. */
export async function readLocations(
  reader: ByteReader,
  kernel: Kernel,
  header: Header,
  rows: IntVector,
): Promise<void> {
  const fields = header.locationFields.length;
  const [object, script, line, column] = ['object_index', 'script_id', 'line', 'column'].map((field) =>
    header.locationFields.indexOf(field),
  ) as [number, number, number, number];
  const nodeFields = header.nodeFields.length;
  const end = await readRows(reader, kernel, {
    fields,
    take(numbers, count) {
      for (let row = 0; row < count; row += fields) {
        const ordinal = numbers[row + object]! / nodeFields;
        if (!Number.isInteger(ordinal) || ordinal >= header.nodeCount) throw reader.damaged('a location of no node');
        rows.push(ordinal);
        rows.push(numbers[row + script]!);
        rows.push(numbers[row + line]!);
        rows.push(numbers[row + column]!);
      }
    },
    wide() {},
  });
  if (!end.closed) throw reader.truncated();
}

/** Locations in the order of the file, with an index by node that is made when first asked. */
export class LocationTable implements Locations {
  readonly count: number;
  readonly #rows: Uint32Array;
  readonly #nodeCount: number;
  /** Where each node's row starts, and 1 more; 0 is none. */
  #rowOf: Uint32Array | undefined;

  constructor(rows: Uint32Array, nodeCount: number) {
    this.count = rows.length / STRIDE;
    this.#rows = rows;
    this.#nodeCount = nodeCount;
  }

  scriptOf(ordinal: number): number {
    // As a signed number: what belongs to no script may have been written either way.
    return this.#read(ordinal, 1) | 0;
  }

  lineOf(ordinal: number): number {
    return this.#read(ordinal, 2);
  }

  columnOf(ordinal: number): number {
    return this.#read(ordinal, 3);
  }

  #read(ordinal: number, field: number): number {
    this.#rowOf ??= this.#index();
    const row = this.#rowOf[ordinal] ?? 0;
    return row === 0 ? -1 : this.#rows[row - 1 + field]!;
  }

  #index(): Uint32Array {
    const rowOf = new Uint32Array(this.#nodeCount);
    for (let row = 0; row < this.#rows.length; row += STRIDE) rowOf[this.#rows[row]!] = row + 1;
    return rowOf;
  }
}
