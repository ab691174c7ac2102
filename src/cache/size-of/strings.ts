import { BYTES, roundUp } from './layout.ts';
import { exec } from './natives.ts';

/** So much of a text is looked through here; for the rest a regular expression is faster. */
const SHORT = 24;

const WIDE = /[\u0100-\uffff]/;
const NOTHING = /(?:)/;

/**
 * Bytes of a text: V8 stores one byte a character if all fit into that, else two for each.
 *
 * It is taken to be in one piece. A text put together by `+` is, once it has been looked at. One that was cut out of
 * another by `slice` or `split` may hold all of that, which cannot be seen.
 *
 * **Cost:** does not grow with a one-byte text's length; 0.3 ns a character up to the first wide one.
 */
export function stringBytes(text: string): number {
  if (isShared(text)) return 0;
  return roundUp(BYTES.stringHeader + (isWide(text) ? 2 * text.length : text.length));
}

/** The engine has the empty text and every one-byte character once for all. */
export function isShared(text: string): boolean {
  return text.length < 2 && (text === '' || text.charCodeAt(0) <= 0xff);
}

function isWide(text: string): boolean {
  const end = Math.min(text.length, SHORT);
  for (let i = 0; i < end; i++) if (text.charCodeAt(i) > 0xff) return true;
  return text.length > SHORT && isWideFurtherOn(text);
}

/**
 * In a one-byte text nothing can match, which V8 knows when it compiles the pattern: it answers without reading. In a
 * two-byte text it reads up to the first wide character.
 */
function isWideFurtherOn(text: string): boolean {
  if (exec.call(WIDE, text) === null) return false;
  // The engine holds on to the last text that matched (`RegExp.input`), however large: give it another.
  exec.call(NOTHING, '');
  return true;
}
