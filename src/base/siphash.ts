/**
 * SipHash-2-4, a keyed hash of bytes (J.-P. Aumasson, D. J. Bernstein: "SipHash: a fast short-input PRF", 2012).
 *
 * Who does not know the key can neither compute a hash nor try out inputs for one. 64-bit words are pairs of 32-bit ones,
 * the lower first, because that is what the engine counts in. **Cost:** some 10 ns a byte.
 */

/** 128 random bits: four words. */
export type SipKey = Uint32Array;

/** The hash of `bytes` under `key`: 64 bits, as 16 hexadecimal digits. */
export function sipHash(key: SipKey, bytes: Uint8Array): string {
  // v0 to v3, each as two words: "somepseudorandomlygeneratedbytes", and the key.
  const v = Uint32Array.of(
    0x70736575 ^ key[0]!,
    0x736f6d65 ^ key[1]!,
    0x6e646f6d ^ key[2]!,
    0x646f7261 ^ key[3]!,
    0x6e657261 ^ key[0]!,
    0x6c796765 ^ key[1]!,
    0x79746573 ^ key[2]!,
    0x74656462 ^ key[3]!,
  );
  const whole = bytes.length & ~7;
  for (let at = 0; at < whole; at += 8) compress(v, wordAt(bytes, at), wordAt(bytes, at + 4));
  // What is left over, with the length in the highest byte.
  compress(v, wordAt(bytes, whole), wordAt(bytes, whole + 4) | (bytes.length << 24));
  v[V2]! ^= 0xff;
  for (let round = 0; round < 4; round++) mix(v);
  return hex(v[1]! ^ v[3]! ^ v[5]! ^ v[7]!) + hex(v[0]! ^ v[2]! ^ v[4]! ^ v[6]!);
}

/** A key of the best randomness there is. */
export function makeSipKey(): SipKey {
  const words = new Uint32Array(4);
  const { crypto } = globalThis as { crypto?: { getRandomValues?: (words: Uint32Array) => Uint32Array } };
  if (typeof crypto?.getRandomValues === 'function') return crypto.getRandomValues(words);
  return words.map(() => Math.random() * 2 ** 32);
}

const [V0, V1, V2, V3] = [0, 2, 4, 6] as const;

function compress(v: Uint32Array, low: number, high: number): void {
  v[V3]! ^= low;
  v[V3 + 1]! ^= high;
  mix(v);
  mix(v);
  v[V0]! ^= low;
  v[V0 + 1]! ^= high;
}

function mix(v: Uint32Array): void {
  half(v, V0, V1, 13);
  half(v, V2, V3, 16);
  swap(v, V0);
  half(v, V0, V3, 21);
  half(v, V2, V1, 17);
  swap(v, V2);
}

/** a += b; b = rotated(b, bits) ^ a */
function half(v: Uint32Array, a: number, b: number, bits: number): void {
  const low = v[b]!;
  const high = v[b + 1]!;
  const sum = v[a]! + low;
  v[a] = sum;
  v[a + 1]! += high + (sum > 0xffff_ffff ? 1 : 0);
  v[b] = ((low << bits) | (high >>> (32 - bits))) ^ v[a];
  v[b + 1] = ((high << bits) | (low >>> (32 - bits))) ^ v[a + 1]!;
}

/** Rotates by 32 bits. */
function swap(v: Uint32Array, a: number): void {
  const low = v[a]!;
  v[a] = v[a + 1]!;
  v[a + 1] = low;
}

/** Four bytes, the lowest first; 0 for those beyond the end. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
