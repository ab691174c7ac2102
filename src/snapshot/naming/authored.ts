/**
 * Which keys may be shown.
 *
 * The key of an object, a Map or a symbol is either a name that an author wrote or data that the program met: a user, a
 * token, a session. Only the first may stand in a report. Nothing in a heap says which is which, so names are known by
 * their looks, and what is in doubt is not shown.
 */

const LONGEST = 48;
/** From this length on a text must look like words: shorter ones say little, whatever they are. */
const LONG = 12;
const NAME = /^[#$A-Z_a-z][\w$]*$/;
const SEPARATOR = /[-./:]/;
const MOST_PARTS = 5;

/** Whether a text reads like an identifier that an author wrote. */
export function isAuthoredName(text: string): boolean {
  if (text.length > LONGEST || !NAME.test(text)) return false;
  const numbers = text.match(/\d+/g) ?? [];
  if (numbers.some((digits) => digits.length > 4)) return false;
  if (text.length < LONG) return numbers.length <= 2;
  return numbers.length <= 1 && !isMixedAtRandom(text);
}

/** As {@link isAuthoredName}, for keys such as `user:created`, `content-type`, `node.inspect`. */
export function isAuthoredKey(text: string): boolean {
  const parts = text.split(SEPARATOR);
  return text.length <= LONGEST && parts.length <= MOST_PARTS && parts.every(isAuthoredName);
}

/** Words have few capitals, constants have no small letters; tokens have as many of the one as of the other. */
function isMixedAtRandom(text: string): boolean {
  const capitals = text.match(/[A-Z]/g)?.length ?? 0;
  const small = text.match(/[a-z]/g)?.length ?? 0;
  return small > 0 && capitals > (capitals + small) * 0.4;
}
