import type { ByteReader } from './byte-reader.ts';
import { BYTE, expect } from './json.ts';
import { type Kernel, STOP, TEXT } from './kernel.ts';
import type { StringBytes } from './string-table.ts';

/** Reads the value of `"strings"`, adding to `strings` as it goes, so that a file cut off here keeps what it has. */
export async function readStrings(reader: ByteReader, kernel: Kernel, strings: StringBytes): Promise<void> {
  await expect(reader, BYTE.OPEN_ARRAY);
  let text: number = TEXT.OUTSIDE;
  for (;;) {
    const stop = kernel.scanStrings(reader.at, reader.end, text);
    text = kernel.text;
    strings.append(reader.bytes, reader.at, kernel.at, kernel.output, kernel.count);
    reader.at = kernel.at;
    if (stop === STOP.CLOSED) return;
    if (stop === STOP.ODD) {
      throw reader.damaged(`byte ${reader.bytes[reader.at]} among the strings at byte ${reader.offset}`);
    }
    if (stop === STOP.INPUT && !(await reader.fill())) {
      if (text !== TEXT.OUTSIDE) strings.dropLast();
      throw reader.truncated();
    }
  }
}
