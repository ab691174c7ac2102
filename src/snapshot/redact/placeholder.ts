import { makeSipKey, sipHash, type SipKey } from '../../base/siphash.ts';

/** Texts up to this many characters are of one class; each further class is twice as long. */
const SHORTEST = 16;
/** V8 cuts texts at as many characters. */
const LONGEST = 1024;

/**
 * What stands for a text: the same for equal texts, another for others, and of the length of its class (16, 32, 64 ... 1,024
 * characters). It is a keyed hash: who does not have the key, which is nowhere written, can try out no guess.
 */
export class Placeholders {
  readonly #key: SipKey;

  constructor(key: SipKey = makeSipKey()) {
    this.#key = key;
  }

  of(text: string): string {
    const hash = sipHash(this.#key, Buffer.from(text, 'utf8'));
    let length = SHORTEST;
    while (length < text.length && length < LONGEST) length *= 2;
    return hash.padEnd(length, '-');
  }
}

/** A key from a secret of the user's: the snapshots of one process have equal placeholders for equal texts. */
export function keyFrom(secret: string): SipKey {
  const seed = Uint32Array.of(0x706c696d, 0x736f6c6c, 0x72656461, 0x63742121);
  const bytes = Buffer.from(secret, 'utf8');
  const words = [0, 1].map((round) => sipHash(seed, Buffer.concat([Uint8Array.of(round), bytes])));
  return Uint32Array.from(
    words.flatMap((word) => [word.slice(0, 8), word.slice(8)]).map((hex) => Number.parseInt(hex, 16)),
  );
}
