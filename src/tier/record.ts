/**
 * An entry as bytes: a header that says what it is, its stamp, its times and its generations, and the value as its codec wrote it.
 *
 *     0  magic 0xB7      1  version 1       2  CRC-32 of all that follows it (4 bytes)
 *     6  flags           7  codec           8  stamp (12)
 *     20 written at (8)  28 expires at (8)  36 generations: count (2), then of each: length of the tag (2), tag, generation (12)
 *     then the value
 *
 * The generation of the whole tier comes first, so it stands at a fixed place: a sweep reads it without the rest. Whatever
 * fails the checksum, or has another version or codec, is damage and never a value.
 */
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { messageOf } from '../base/errors.ts';
import type { ResolvedCodecOptions } from './codec.ts';
import { STAMP_LENGTH } from './stamp.ts';
import type { Generation, NewEntry, TierFound } from './tier.ts';

const MAGIC = 0xb7;
const VERSION = 1;
const MISSING = 1;
const COMPRESSED = 2;
const DELETED = 4;

const CRC_AT = 2;
const FLAGS_AT = 6;
const CODEC_AT = 7;
/** Where the stamp stands. */
export const STAMP_AT = 8;
const WRITTEN_AT = STAMP_AT + STAMP_LENGTH;
const EXPIRES_AT = WRITTEN_AT + 8;
const GENERATIONS_AT = EXPIRES_AT + 8;
/** Where the generation of the whole tier stands. */
export const GENERATION_AT: number = GENERATIONS_AT + 4;
const FENCE_LENGTH = WRITTEN_AT;

const deflate = promisify(zlib.deflateRaw) as (bytes: Uint8Array, options: zlib.ZlibOptions) => Promise<Buffer>;
const inflate = promisify(zlib.inflateRaw) as (bytes: Uint8Array, options: zlib.ZlibOptions) => Promise<Buffer>;
const EMPTY = Buffer.alloc(0);

/** The bytes of an entry; at once, unless it is to be compressed. @throws what the codec throws */
export function encodeRecord<V>(entry: NewEntry<V>, options: ResolvedCodecOptions<V>): Buffer | Promise<Buffer> {
  if (entry.kind === 'missing') return assemble(entry, MISSING, options.codec.id, EMPTY);
  const encoded = options.codec.encode(entry.value as V);
  // Text is written into the record itself: one copy less.
  if (typeof encoded === 'string' && encoded.length * 3 < options.compressAbove) {
    return assemble(entry, 0, options.codec.id, encoded);
  }
  const bytes = typeof encoded === 'string' ? Buffer.from(encoded) : encoded;
  if (bytes.length < options.compressAbove) return assemble(entry, 0, options.codec.id, bytes);
  return deflate(bytes, { level: 1 }).then((small) =>
    small.length < bytes.length
      ? assemble(entry, COMPRESSED, options.codec.id, small)
      : assemble(entry, 0, options.codec.id, bytes),
  );
}

/** The bytes that a delete leaves. */
export function encodeFence(stamp: string): Buffer {
  const bytes = Buffer.allocUnsafe(FENCE_LENGTH);
  bytes[0] = MAGIC;
  bytes[1] = VERSION;
  bytes[FLAGS_AT] = DELETED;
  bytes[CODEC_AT] = 0;
  bytes.write(stamp, STAMP_AT, 'latin1');
  return seal(bytes);
}

/** What bytes stand for; at once, unless they are compressed. Never throws, never rejects. */
export function decodeRecord<V>(bytes: Buffer, options: ResolvedCodecOptions<V>): TierFound<V> | Promise<TierFound<V>> {
  try {
    return readRecord(bytes, options);
  } catch {
    // A checksum can be right by purpose or chance, and lengths inside be wrong all the same.
    return damaged('an entry whose lengths are wrong');
  }
}

function readRecord<V>(bytes: Buffer, options: ResolvedCodecOptions<V>): TierFound<V> | Promise<TierFound<V>> {
  if (bytes.length < FENCE_LENGTH || bytes[0] !== MAGIC) return damaged('no entry of this cache');
  if (bytes[1] !== VERSION) return damaged(`an entry of version ${bytes[1]}`);
  if (bytes.readUInt32LE(CRC_AT) !== zlib.crc32(bytes.subarray(FLAGS_AT))) return damaged('an entry that is not whole');
  const flags = bytes[FLAGS_AT]!;
  const stamp = bytes.toString('latin1', STAMP_AT, WRITTEN_AT);
  if ((flags & DELETED) !== 0) return { kind: 'deleted', stamp };
  const times = { writtenAt: bytes.readDoubleLE(WRITTEN_AT), expiresAt: bytes.readDoubleLE(EXPIRES_AT) };
  const { generations, end } = readGenerations(bytes);
  if ((flags & MISSING) !== 0) return { kind: 'missing', value: undefined, stamp, ...times, generations };
  const { codec } = options;
  if (bytes[CODEC_AT] !== codec.id) return damaged(`a value of codec ${bytes[CODEC_AT]}, not ${codec.id}`);
  const decode = (value: Buffer): TierFound<V> => {
    try {
      return { kind: 'value', value: codec.decode(value), stamp, ...times, generations };
    } catch (error) {
      return damaged(`a value that cannot be decoded: ${messageOf(error)}`);
    }
  };
  const payload = bytes.subarray(end);
  if ((flags & COMPRESSED) === 0) return decode(payload);
  return inflate(payload, { maxOutputLength: options.maxValueBytes }).then(decode, (error: unknown) =>
    damaged(`a value that cannot be unpacked: ${messageOf(error)}`),
  );
}

function assemble<V>(entry: NewEntry<V>, flags: number, codec: number, value: Uint8Array | string): Buffer {
  const tagBytes = entry.generations.reduce((sum, [tag]) => sum + 2 + Buffer.byteLength(tag) + STAMP_LENGTH, 2);
  const valueAt = GENERATIONS_AT + tagBytes;
  const bytes = Buffer.allocUnsafe(valueAt + (typeof value === 'string' ? Buffer.byteLength(value) : value.length));
  bytes[0] = MAGIC;
  bytes[1] = VERSION;
  bytes[FLAGS_AT] = flags;
  bytes[CODEC_AT] = codec;
  bytes.write(entry.stamp, STAMP_AT, 'latin1');
  bytes.writeDoubleLE(entry.writtenAt, WRITTEN_AT);
  bytes.writeDoubleLE(entry.expiresAt, EXPIRES_AT);
  writeGenerations(bytes, entry.generations);
  if (typeof value === 'string') bytes.write(value, valueAt);
  else bytes.set(value, valueAt);
  return seal(bytes);
}

function seal(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(zlib.crc32(bytes.subarray(FLAGS_AT)), CRC_AT);
  return bytes;
}

function writeGenerations(bytes: Buffer, generations: readonly Generation[]): void {
  let at = bytes.writeUInt16LE(generations.length, GENERATIONS_AT);
  for (const [tag, generation] of generations) {
    const length = bytes.write(tag, at + 2);
    bytes.writeUInt16LE(length, at);
    at += 2 + length;
    at += bytes.write(generation, at, 'latin1');
  }
}

function readGenerations(bytes: Buffer): { readonly generations: Generation[]; readonly end: number } {
  const count = bytes.readUInt16LE(GENERATIONS_AT);
  const generations: Generation[] = [];
  let at = GENERATIONS_AT + 2;
  for (let left = count; left > 0; left--) {
    const length = bytes.readUInt16LE(at);
    const tag = length === 0 ? '' : bytes.toString('utf8', at + 2, at + 2 + length);
    at += 2 + length;
    generations.push([tag, bytes.toString('latin1', at, at + STAMP_LENGTH)]);
    at += STAMP_LENGTH;
  }
  return { generations, end: at };
}

function damaged(problem: string): { readonly kind: 'damaged'; readonly problem: string } {
  return { kind: 'damaged', problem };
}
