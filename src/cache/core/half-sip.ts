/**
 * A keyed hash of text and numbers: who does not know the key cannot make inputs that collide.
 *
 * HalfSipHash-1-3 (J.-P. Aumasson and D. J. Bernstein's SipHash in 32-bit words), over two UTF-16 units a word. It costs
 * about 2 ns a character, so it is used only where the sampled hash of `key-hash.ts` will not do.
 */

/** The key: two random words. */
export interface HashKey {
  readonly low: number;
  readonly high: number;
}

/** Characters read of a longer text, unless it is to be read whole. */
const BOUNDED_LENGTH = 4096;

/**
 * The hash of `text` under `key`.
 *
 * Of a text longer than 4,096 characters, only that many are read unless `isWhole`: its two ends, and a spread of the
 * middle. Texts that differ elsewhere collide, which costs time, never a wrong answer; the index notices and asks again
 * for `isWhole`.
 */
export function hashText(text: string, key: HashKey, isWhole: boolean): number {
  const { length } = text;
  let v0 = key.low;
  let v1 = key.high;
  let v2 = key.low ^ 0x6c796765;
  let v3 = key.high ^ 0x74656462;
  // Beyond the bound the middle is read in steps, so that the work is the same for any length.
  const end = BOUNDED_LENGTH / 4;
  const step = isWhole || length <= BOUNDED_LENGTH ? 2 : Math.max(2, Math.floor((length - 2 * end) / end));
  for (let at = 0; at < length; at += step > 2 && at >= end && at < length - end ? step : 2) {
    const word = text.charCodeAt(at) | (at + 1 < length ? text.charCodeAt(at + 1) << 16 : 0);
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return finish(v0, v1, v2, v3, length);
}

/** The hash of two words, such as the halves of a double, under `key`. */
export function hashWords(first: number, second: number, key: HashKey): number {
  const text = finish(key.low, key.high, key.low ^ 0x6c796765, key.high ^ 0x74656462, first);
  return finish(key.low ^ text, key.high, key.low ^ 0x6c796765, key.high ^ 0x74656462 ^ text, second);
}

/** Takes in the last word, then three rounds. */
function finish(v0: number, v1: number, v2: number, v3: number, last: number): number {
  v3 ^= last;
  for (let round = 0; round < 4; round++) {
    if (round === 1) {
      v0 ^= last;
      v2 ^= 0xff;
    }
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  return v1 ^ v3;
}
