import type { StringTable } from '../graph.ts';

/** Strings are decoded once; the decoded ones stand in pages, so that memory follows use. */
const PAGE = 256;

/**
 * The string table as bytes of the file, with the offset of each opening quote. Bytes stand in pieces of equal size:
 * no copy when it grows, and no limit of one buffer's length. Offsets are 32-bit while they fit.
 */
export class StringBytes implements StringTable {
  readonly #pieceBytes: number;
  readonly #narrowBytes: number;
  readonly #pieces: Buffer[] = [];
  #length = 0;
  #starts: Uint32Array | Float64Array = new Uint32Array(1024);
  #count = 0;
  readonly #decoded: string[][] = [];

  /** `narrowBytes`: as many bytes as offsets of 32 bits can tell apart; less only in tests. */
  constructor(pieceBytes: number, narrowBytes: number = 2 ** 32) {
    this.#pieceBytes = pieceBytes;
    this.#narrowBytes = narrowBytes;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#length;
  }

  /** Adds the bytes from `from` up to `to`, in which `quotes` has the indexes of `count` opening quotes. */
  append(bytes: Uint8Array, from: number, to: number, quotes: Uint32Array, count: number): void {
    const shift = this.#length - from;
    this.#reserve(this.#count + count, shift + to);
    const starts = this.#starts;
    for (let i = 0; i < count; i++) starts[this.#count + i] = quotes[i]! + shift;
    this.#count += count;
    for (let at = from; at < to; ) {
      const within = this.#length % this.#pieceBytes;
      if (within === 0) this.#pieces.push(Buffer.allocUnsafeSlow(this.#pieceBytes));
      const taken = Math.min(to - at, this.#pieceBytes - within);
      this.#pieces.at(-1)!.set(bytes.subarray(at, at + taken), within);
      this.#length += taken;
      at += taken;
    }
  }

  /** Forgets the last string: the file ends inside it. */
  dropLast(): void {
    this.#length = this.#starts[--this.#count]!;
  }

  get(index: number): string {
    const page = (this.#decoded[Math.floor(index / PAGE)] ??= []);
    return (page[index % PAGE] ??= this.#decode(index));
  }

  /** Indexes of the strings in whose bytes `text` (ASCII without quotes or escapes) occurs. **Cost:** a fast scan. */
  indexesContaining(text: string): number[] {
    const found: number[] = [];
    let last = -1;
    for (const offset of this.#offsetsOf(Buffer.from(text, 'latin1'))) {
      const index = this.#indexAt(offset);
      if (index !== last) found.push(index);
      last = index;
    }
    return found;
  }

  #decode(index: number): string {
    if (index >= this.#count) return '';
    const end = index + 1 < this.#count ? this.#starts[index + 1]! : this.#length;
    const quoted = this.#text(this.#starts[index]!, end);
    const close = quoted.lastIndexOf('"');
    const text = quoted.slice(1, close);
    if (!text.includes('\\')) return text;
    try {
      return JSON.parse(quoted.slice(0, close + 1)) as string;
    } catch {
      return text;
    }
  }

  #text(start: number, end: number): string {
    const size = this.#pieceBytes;
    const first = Math.floor(start / size);
    if (end <= (first + 1) * size)
      return this.#pieces[first]!.toString('utf8', start - first * size, end - first * size);
    const parts: Buffer[] = [];
    for (let piece = first; piece * size < end; piece++) {
      parts.push(this.#pieces[piece]!.subarray(Math.max(0, start - piece * size), end - piece * size));
    }
    return Buffer.concat(parts).toString('utf8');
  }

  *#offsetsOf(needle: Buffer): Generator<number> {
    const size = this.#pieceBytes;
    const overlap = needle.length - 1;
    for (let piece = 0; piece * size < this.#length; piece++) {
      const start = piece * size;
      const bytes = this.#pieces[piece]!.subarray(0, Math.min(size, this.#length - start));
      for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) yield start + at;
      const seam = Math.max(0, start + bytes.length - overlap);
      const across = Buffer.from(this.#text(seam, Math.min(this.#length, start + size + overlap)), 'utf8');
      const at = across.indexOf(needle);
      if (at >= 0) yield seam + at;
    }
  }

  /** The string in which byte `offset` stands. */
  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Makes room for `count` offsets below `length`. */
  #reserve(count: number, length: number): void {
    const full = count > this.#starts.length;
    const mustWiden = length > this.#narrowBytes && this.#starts instanceof Uint32Array;
    if (!full && !mustWiden) return;
    const room = full ? Math.max(count, this.#starts.length * 2) : this.#starts.length;
    const larger = length > this.#narrowBytes ? new Float64Array(room) : new Uint32Array(room);
    larger.set(this.#starts.subarray(0, this.#count));
    this.#starts = larger;
  }
}
