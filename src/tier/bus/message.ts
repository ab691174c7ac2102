/**
 * A message of the bus as bytes: a version, who sends it, their epoch and sequence number, whom they met, and what was changed.
 *
 *     0 version 1   1 flags (1: leaves)   2 origin (12)   then epoch, seq, the numbers of meetings and of ops as varints
 *     each meeting: origin (12), next as a varint
 *     each op: kind (1), then `set`: key, stamp (12) · `delete`: key · `tag`: tag · `clear`: generation (12)
 *
 * Texts are UTF-8 after their length in bytes as a varint.
 */
import { STAMP_LENGTH } from '../stamp.ts';
import type { BusOp } from './bus.ts';

/** That somebody was heard for the first time. */
export interface Meeting {
  /** Who it was. */
  readonly origin: string;
  /** The number after that of the last own message that had come back by then: this one and later ones came after theirs. */
  readonly next: number;
}

/** One message. */
export interface BusMessage {
  readonly origin: string;
  /** Moves when the origin could not send something. */
  readonly epoch: number;
  /** One more than that of the message before. */
  readonly seq: number;
  /** Since the message before. */
  readonly met: readonly Meeting[];
  /** The origin goes, and will not be missed. */
  readonly isLast: boolean;
  readonly ops: readonly BusOp[];
}

const VERSION = 1;
const LAST = 1;
const KINDS: readonly BusOp['kind'][] = ['set', 'delete', 'tag', 'clear'];
const LONGEST_VARINT = 8;

/** The bytes of a message. */
export function encodeMessage({ origin, epoch, seq, met, isLast, ops }: BusMessage): Buffer {
  const writer = new Writer();
  writer.bytes(Buffer.of(VERSION, isLast ? LAST : 0));
  writer.stamp(origin);
  for (const number of [epoch, seq, met.length, ops.length]) writer.varint(number);
  for (const { origin: other, next } of met) {
    writer.stamp(other);
    writer.varint(next);
  }
  for (const op of ops) writeOp(writer, op);
  return writer.end();
}

/** The message that bytes stand for; `undefined` when they are none of ours. */
export function decodeMessage(bytes: Buffer): BusMessage | undefined {
  try {
    const reader = new Reader(bytes);
    if (reader.byte() !== VERSION) return undefined;
    const isLast = (reader.byte() & LAST) !== 0;
    const origin = reader.stamp();
    const [epoch, seq] = [reader.varint(), reader.varint()];
    const [meetings, count] = [reader.varint(), reader.varint()];
    const met: Meeting[] = [];
    for (let left = meetings; left > 0; left--) met.push({ origin: reader.stamp(), next: reader.varint() });
    const ops: BusOp[] = [];
    for (let left = count; left > 0; left--) ops.push(readOp(reader));
    return reader.isAtEnd ? { origin, epoch, seq, met, isLast, ops } : undefined;
  } catch {
    return undefined;
  }
}

function writeOp(writer: Writer, op: BusOp): void {
  writer.bytes(Buffer.of(KINDS.indexOf(op.kind)));
  if (op.kind === 'clear') return writer.stamp(op.generation);
  writer.text(op.kind === 'tag' ? op.tag : op.key);
  if (op.kind === 'set') writer.stamp(op.stamp);
}

function readOp(reader: Reader): BusOp {
  const kind = KINDS[reader.byte()];
  switch (kind) {
    case 'set':
      return { kind, key: reader.text(), stamp: reader.stamp() };
    case 'delete':
      return { kind, key: reader.text() };
    case 'tag':
      return { kind, tag: reader.text() };
    case 'clear':
      return { kind, generation: reader.stamp() };
    default:
      throw new RangeError('no kind of op');
  }
}

class Writer {
  readonly #parts: Buffer[] = [];

  bytes(part: Buffer): void {
    this.#parts.push(part);
  }

  stamp(stamp: string): void {
    this.bytes(Buffer.from(stamp, 'latin1'));
  }

  text(text: string): void {
    const part = Buffer.from(text);
    this.varint(part.length);
    this.bytes(part);
  }

  varint(number: number): void {
    const part: number[] = [];
    let rest = number;
    for (; rest >= 128; rest = Math.floor(rest / 128)) part.push((rest % 128) + 128);
    this.bytes(Buffer.from([...part, rest]));
  }

  end(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Reads on, and throws a RangeError at the end. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  stamp(): string {
    return this.#take(STAMP_LENGTH).toString('latin1');
  }

  text(): string {
    return this.#take(this.varint()).toString();
  }

  varint(): number {
    let number = 0;
    for (let place = 0; place < LONGEST_VARINT; place++) {
      const byte = this.byte();
      number += (byte & 127) * 128 ** place;
      if (byte < 128) return number;
    }
    throw new RangeError('no number');
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('cut off');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}
