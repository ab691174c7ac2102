/** Stamps: texts of 12 characters of which no two are alike, whoever makes them. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Characters of a stamp; all are ASCII, one byte each. */
export const STAMP_LENGTH = 12;
const COUNTER_LENGTH = 5;
const COUNTER_END = 64 ** COUNTER_LENGTH;

let prefix = '';
let counter = COUNTER_END;

/**
 * A stamp that nobody else makes: 42 random bits, drawn anew every billion stamps, and a counter.
 *
 * **Cost:** some 100 ns.
 */
export function newStamp(): string {
  if (counter === COUNTER_END) {
    const bytes = crypto.getRandomValues(new Uint8Array(STAMP_LENGTH - COUNTER_LENGTH));
    prefix = Array.from(bytes, (byte) => ALPHABET[byte & 63]).join('');
    counter = 0;
  }
  let text = '';
  for (let at = 0, rest = counter++; at < COUNTER_LENGTH; at++, rest = Math.floor(rest / 64))
    text += ALPHABET[rest & 63];
  return prefix + text;
}
