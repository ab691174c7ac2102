/** Values to bytes and back: by JSON, by the engine's own serialisation, or as the caller says. */
import { deserialize, serialize } from 'node:v8';
import { invalidOption, readBytes } from '../base/options.ts';

/** Makes bytes of a value, and a value of bytes. Either may throw. */
export interface Codec<V = unknown> {
  /** Stands in every stored value, so that another codec does not misread it; from 0 to 255. Ours have 1 and 2. */
  readonly id: number;
  readonly encode: (value: V) => Uint8Array | string;
  /** May check what it gives: a value that makes it throw is damaged, and counts as none. */
  readonly decode: (bytes: Buffer) => V;
}

/** JSON: what every language reads. Maps, dates, `undefined` and bytes do not survive it. */
export const jsonCodec: Codec = {
  id: 1,
  encode: (value) => {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new TypeError(`JSON has no form for a ${typeof value}`);
    return text;
  },
  decode: (bytes) => JSON.parse(bytes.toString('utf8')) as unknown,
};

/** The structured clone of V8: Map, Set, Date, BigInt, typed arrays and cycles survive it. Node.js and its like only. */
export const v8Codec: Codec = {
  id: 2,
  encode: (value) => serialize(value),
  decode: (bytes) => deserialize(bytes) as unknown,
};

/** How values are written. */
export interface CodecOptions<V> {
  /** @default 'json' */
  readonly codec?: 'json' | 'v8' | Codec<V>;
  /** Values of at least so many encoded bytes are compressed (deflate); `Infinity`: none. @default '4KB' */
  readonly compressAbove?: number | string;
  /** A stored value that would be larger than this when read is damaged. @default '64MB' */
  readonly maxValueBytes?: number | string;
}

/** {@link CodecOptions}, checked. */
export interface ResolvedCodecOptions<V> {
  readonly codec: Codec<V>;
  readonly compressAbove: number;
  readonly maxValueBytes: number;
}

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveCodecOptions<V>(options: CodecOptions<V>): ResolvedCodecOptions<V> {
  const { compressAbove = '4KB', maxValueBytes = '64MB' } = options;
  return {
    codec: readCodec(options.codec === undefined ? 'json' : options.codec),
    compressAbove: compressAbove === Infinity ? Infinity : readBytes('compressAbove', compressAbove),
    maxValueBytes: readBytes('maxValueBytes', maxValueBytes, 1),
  };
}

function readCodec<V>(codec: 'json' | 'v8' | Codec<V>): Codec<V> {
  if (codec === 'json') return jsonCodec as Codec<V>;
  if (codec === 'v8') return v8Codec as Codec<V>;
  const isCodec =
    typeof codec === 'object' &&
    codec !== null &&
    typeof codec.encode === 'function' &&
    typeof codec.decode === 'function' &&
    Number.isInteger(codec.id) &&
    codec.id >= 0 &&
    codec.id <= 255;
  if (!isCodec) {
    throw invalidOption('codec', "'json', 'v8' or an object with `encode`, `decode` and an `id` from 0 to 255", codec);
  }
  return codec;
}
