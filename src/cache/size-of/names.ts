/** Objects with fewer names than this are taken for records, whatever their names. */
const FEW = 20;

/** Names looked at. */
const SAMPLE = 8;

/** How many of an object's own names, as the engine lists them, are indices: those come first, in order. */
export function countIndices(names: readonly string[]): number {
  let count = 0;
  while (count < names.length && isIndex(names[count]!)) count++;
  return count;
}

/** `0`, `1`, ... as text: what V8 keeps among the elements and not among the fields. */
function isIndex(name: string): boolean {
  if (name.length > 10 || !isDigit(name.charCodeAt(0))) return false;
  const number = Number(name);
  return number < 2 ** 32 - 1 && String(number) === name;
}

/**
 * Whether an object looks like a map from ids to values, which V8 turns into a dictionary while it is filled, rather
 * than like a record, whose shape comes from a literal or from JSON: many names, most of them with digits in them.
 */
export function looksLikeMap(names: readonly string[], from: number): boolean {
  const count = names.length - from;
  if (count < FEW) return false;
  let numbered = 0;
  for (let i = 0; i < SAMPLE; i++) {
    if (hasDigit(names[from + Math.floor((i * count) / SAMPLE)]!)) numbered++;
  }
  return numbered > SAMPLE / 2;
}

function hasDigit(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (isDigit(name.charCodeAt(i))) return true;
  return false;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
