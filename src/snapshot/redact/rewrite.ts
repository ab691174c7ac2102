/** The second pass: sections of numbers are copied as they stand, the header is written anew, strings are replaced. */
import type { ByteReader } from '../parse/byte-reader.ts';
import { BYTE, expect, peek, readValue } from '../parse/json.ts';
import { readSectionsOf } from './sections.ts';

/** Sections that hold numbers alone; others are left out. */
const NUMBERS = new Set(['nodes', 'edges', 'trace_function_infos', 'trace_tree', 'samples', 'locations']);
const MAX_HEADER_BYTES = 1 << 20;
/** A text of more characters is no text of a snapshot. */
const MAX_STRING_BYTES = 1 << 26;

export interface RewriteTarget {
  /** Takes bytes or text in order; what it is given is used up when it returns. */
  append(content: string | Uint8Array): void;
}

/** Gives what a string is replaced by, or the string itself. */
export type Replace = (text: string, index: number) => string;

/** @throws {SnapshotFormatError} when the file is damaged, ends early, or holds texts among its numbers */
export async function rewrite(reader: ByteReader, target: RewriteTarget, replace: Replace): Promise<void> {
  let before = '{';
  let hasStrings = false;
  const begin = (key: string): void => {
    target.append(`${before}"${key}":`);
    before = ',\n';
  };
  await readSectionsOf(reader, async (key) => {
    if (key === 'snapshot') {
      begin(key);
      target.append(headerText(await readValue(reader, 'a header', MAX_HEADER_BYTES)));
    } else if (key === 'strings') {
      begin(key);
      await copyStrings(reader, target, replace);
      hasStrings = true;
    } else if (NUMBERS.has(key)) {
      begin(key);
      await copyNumbers(reader, target);
    } else return 'skip';
    return 'read';
  });
  if (!hasStrings) throw reader.truncated('a file without its strings');
  target.append('}\n');
}

/** The header's numbers and its tables of fields and types; nothing else. */
function headerText(header: unknown): string {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(header as object)) {
    if (key === 'meta') kept[key] = wordsOf(value);
    else if (/^\w+$/.test(key) && typeof value === 'number') kept[key] = value;
  }
  return JSON.stringify(kept);
}

/** Lists of words, and lists of lists. */
function wordsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wordsOf);
  if (typeof value === 'string') return /^[a-z_ ]{0,40}$/i.test(value) ? value : '';
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? value : null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => /^\w+$/.test(key))
      .map(([key, inner]) => [key, wordsOf(inner)]),
  );
}

const IS_NUMBER_BYTE = new Uint8Array(256);
for (const char of '0123456789-+.eE,[] \n\r\t') IS_NUMBER_BYTE[char.charCodeAt(0)] = 1;

async function copyNumbers(reader: ByteReader, target: RewriteTarget): Promise<void> {
  await peek(reader);
  let depth = 0;
  for (;;) {
    const { bytes, at: from, end } = reader;
    let at = from;
    while (at < end) {
      const byte = bytes[at++]!;
      if (IS_NUMBER_BYTE[byte] === 0) {
        reader.at = at - 1;
        throw reader.damaged(`byte ${byte} among the numbers at byte ${reader.offset}`);
      }
      if (byte === BYTE.OPEN_ARRAY) depth++;
      else if (byte === BYTE.CLOSE_ARRAY && --depth <= 0) break;
    }
    target.append(bytes.subarray(from, at));
    reader.at = at;
    if (depth <= 0 && at > from) return;
    if (!(await reader.fill())) throw reader.truncated('a file that ends among its numbers');
  }
}

async function copyStrings(reader: ByteReader, target: RewriteTarget, replace: Replace): Promise<void> {
  await expect(reader, BYTE.OPEN_ARRAY);
  const out = new TextBuffer(target);
  out.add('[');
  for (let index = 0; (await peek(reader)) !== BYTE.CLOSE_ARRAY; index++) {
    if (index > 0) {
      await expect(reader, BYTE.COMMA);
      out.add(',\n');
    }
    out.add(JSON.stringify(replace(await readString(reader), index)));
  }
  await expect(reader, BYTE.CLOSE_ARRAY);
  out.add(']');
  out.flush();
}

/** Reads one string; the quick way where it stands whole in the window. */
async function readString(reader: ByteReader): Promise<string> {
  if ((await peek(reader)) !== BYTE.QUOTE) throw reader.damaged(`no string at byte ${reader.offset}`);
  const close = closingQuote(reader);
  if (close < 0) {
    const long = await readValue(reader, 'a string', MAX_STRING_BYTES);
    return long as string;
  }
  const quoted = Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + reader.at, close + 1 - reader.at);
  const start = reader.offset;
  reader.at = close + 1;
  try {
    return JSON.parse(quoted.toString('utf8')) as string;
  } catch {
    throw reader.damaged(`a string that is no JSON at byte ${start}`, start);
  }
}

/** Index of the quote that ends the string at hand; -1 when the window ends before. */
function closingQuote({ bytes, at, end }: ByteReader): number {
  for (let i = at + 1; i < end; i++) {
    if (bytes[i] === BYTE.BACKSLASH) i++;
    else if (bytes[i] === BYTE.QUOTE) return i;
  }
  return -1;
}

const FLUSH_AT = 1 << 20;

/** Gathers small texts, so that each is not a write of its own. */
class TextBuffer {
  readonly #target: RewriteTarget;
  #pieces: string[] = [];
  #length = 0;

  constructor(target: RewriteTarget) {
    this.#target = target;
  }

  add(text: string): void {
    this.#pieces.push(text);
    this.#length += text.length;
    if (this.#length >= FLUSH_AT) this.flush();
  }

  flush(): void {
    this.#target.append(this.#pieces.join(''));
    this.#pieces = [];
    this.#length = 0;
  }
}
