import type { ByteReader } from './byte-reader.ts';
import { BYTE, expect } from './json.ts';
import { type Kernel, STOP } from './kernel.ts';

export interface RowSink {
  /** Numbers in a row. */
  readonly fields: number;
  /** Takes whole rows: the first `count` of `numbers`. */
  take(numbers: Uint32Array, count: number): void;
  /** Learns that number `index` of the whole array is not what `take` is given, modulo 2^32, but `value`. */
  wide(index: number, value: number): void;
}

/** How many numbers were read, and whether the array's closing bracket was. */
export interface ArrayEnd {
  readonly numbers: number;
  readonly closed: boolean;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** Reads an array of integers in whole rows; stops without an error where the file ends. */
export async function readRows(reader: ByteReader, kernel: Kernel, sink: RowSink): Promise<ArrayEnd> {
  await expect(reader, BYTE.OPEN_ARRAY);
  const limit = kernel.output.length - (kernel.output.length % sink.fields);
  let taken = 0;
  let staged = 0;
  for (;;) {
    let to = reader.end;
    while (to > reader.at && isDigit(reader.bytes[to - 1]!)) to--;
    const stop = kernel.scanNumbers(reader.at, to, staged, limit);
    reader.at = kernel.at;
    staged = kernel.count;
    if (staged === limit || stop === STOP.CLOSED) {
      sink.take(kernel.output, staged - (staged % sink.fields));
      taken += staged;
      staged = 0;
    }
    if (stop === STOP.CLOSED) return { numbers: taken, closed: true };
    if (stop === STOP.OUTPUT) continue;
    if (stop === STOP.ODD && takeOddNumber(reader, kernel.output, staged, taken + staged, sink)) {
      staged++;
    } else if (!(await reader.fill())) {
      sink.take(kernel.output, staged - (staged % sink.fields));
      return { numbers: taken + staged, closed: false };
    }
  }
}

/** Reads a negative number or one above 2^32; `false` when the window may not hold all of it. */
function takeOddNumber(reader: ByteReader, output: Uint32Array, at: number, index: number, sink: RowSink): boolean {
  let end = reader.at;
  if (reader.bytes[end] === 45) end++;
  const digits = end;
  while (end < reader.end && isDigit(reader.bytes[end]!)) end++;
  if (end === reader.end) return false;
  if (end === digits) {
    throw reader.damaged(`byte ${reader.bytes[reader.at]} among the numbers at byte ${reader.offset}`);
  }
  const value = Number(Buffer.from(reader.bytes.subarray(reader.at, end)).toString('latin1'));
  output[at] = value % 2 ** 32;
  sink.wide(index, value);
  reader.at = end;
  return true;
}
