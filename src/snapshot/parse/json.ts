/** As much of JSON as stands around the sections of a snapshot, read through the sliding window. */
import type { ByteReader } from './byte-reader.ts';

export const BYTE = {
  QUOTE: 34,
  COMMA: 44,
  COLON: 58,
  OPEN_ARRAY: 91,
  BACKSLASH: 92,
  CLOSE_ARRAY: 93,
  OPEN_OBJECT: 123,
  CLOSE_OBJECT: 125,
} as const;

const isSpace = (byte: number): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;

/** The next byte that is no white space, left in place; -1 at the end of the file. */
export async function peek(reader: ByteReader): Promise<number> {
  for (;;) {
    while (reader.at < reader.end) {
      const byte = reader.bytes[reader.at]!;
      if (!isSpace(byte)) return byte;
      reader.at++;
    }
    if (!(await reader.fill())) return -1;
  }
}

/** Takes `byte`, after white space. @throws SnapshotFormatError when something else or nothing is there */
export async function expect(reader: ByteReader, byte: number): Promise<void> {
  const found = await peek(reader);
  if (found === -1) throw reader.truncated();
  if (found !== byte) {
    throw reader.damaged(`byte ${found} instead of \`${String.fromCharCode(byte)}\` at byte ${reader.offset}`);
  }
  reader.at++;
}

/** Finds the end of one JSON value that comes in pieces; trusts that it is well-formed. */
class ValueScanner {
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** Index after the value's last byte; -1 when it goes on behind `to`. */
  scan(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BYTE.BACKSLASH) this.#escaped = true;
        else if (byte === BYTE.QUOTE) {
          this.#inString = false;
          if (this.#depth === 0) return at + 1;
        }
      } else if (byte === BYTE.QUOTE) this.#inString = true;
      else if (byte === BYTE.OPEN_ARRAY || byte === BYTE.OPEN_OBJECT) this.#depth++;
      else if (byte === BYTE.CLOSE_ARRAY || byte === BYTE.CLOSE_OBJECT) {
        if (this.#depth === 0) return at;
        if (--this.#depth === 0) return at + 1;
      } else if (this.#depth === 0 && (byte === BYTE.COMMA || isSpace(byte))) return at;
    }
    return -1;
  }
}

async function takeValue(reader: ByteReader, onBytes: (bytes: Uint8Array) => void): Promise<void> {
  await peek(reader);
  const scanner = new ValueScanner();
  for (;;) {
    const end = scanner.scan(reader.bytes, reader.at, reader.end);
    onBytes(reader.bytes.subarray(reader.at, end < 0 ? reader.end : end));
    reader.at = end < 0 ? reader.end : end;
    if (end >= 0) return;
    if (!(await reader.fill())) throw reader.truncated();
  }
}

/** Passes over one value of any kind. */
export async function skipValue(reader: ByteReader): Promise<void> {
  await takeValue(reader, () => {});
}

/** Reads one small value. @throws SnapshotFormatError when it is no JSON or takes more than `maxBytes` */
export async function readValue(reader: ByteReader, what: string, maxBytes: number): Promise<unknown> {
  await peek(reader);
  const start = reader.offset;
  const pieces: Uint8Array[] = [];
  let length = 0;
  await takeValue(reader, (bytes) => {
    length += bytes.length;
    if (length > maxBytes) throw reader.damaged(`${what} of more than ${maxBytes} bytes`, start);
    pieces.push(bytes.slice());
  });
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw reader.damaged(`${what} that is no JSON at byte ${start}`, start);
  }
}
