/**
 * How V8 lays values out on the heap: the one table behind every size.
 *
 * Assumed are pointers of 8 bytes, as in Node.js and Deno on 64-bit machines. Where V8 compresses pointers (Chrome,
 * Electron), a figure is an upper bound: objects and arrays take about half of it there, texts and backing stores the
 * same. Read off heap snapshots of Node.js 20.20 (V8 11.3), 22.23 (12.4) and 24.21 (13.6); the three differ where
 * {@link isRecent} is asked, and nowhere else by more than 8 bytes.
 *
 * Never counted, for the whole program shares it: hidden classes, code, prototypes, the names of properties of ordinary
 * objects, one-character texts, `Symbol.for` symbols' registry, small integers, `true`, `false`, `null`, `undefined`.
 */

/** Bytes of a pointer, and what every size is a multiple of. */
export const WORD = 8;

/** Whether this is V8 13.x or newer, told by what came to the language with it. */
const isRecent = 'Float16Array' in globalThis;

/** Bytes of one of each, without what it refers to. */
export interface Layout {
  /** Map, properties, elements: what every object begins with. */
  readonly object: number;
  readonly array: number;
  /** What stands in front of every store of elements, properties or entries. */
  readonly storeHeader: number;
  readonly stringHeader: number;
  /** A number that is no small integer, where it stands by itself. */
  readonly heapNumber: number;
  readonly bigintHeader: number;
  readonly symbol: number;
  /** A function and a scope of one variable that it was made in; what the scope holds cannot be seen. */
  readonly function: number;
  readonly accessorPair: number;
  /** A Map or a Set, without its table. */
  readonly map: number;
  readonly date: number;
  /** With the record of its compiled form. */
  readonly regexp: number;
  /** With room for message and stack. */
  readonly error: number;
  /** One call on a stack that nobody has read yet. */
  readonly stackFrame: number;
  readonly arrayBuffer: number;
  readonly typedArray: number;
  readonly dataView: number;
  readonly promise: number;
  readonly weakMap: number;
  readonly weakRef: number;
  /** `new Number(1)`, `new String('')` and the like. */
  readonly boxed: number;
  readonly generator: number;
  /** A Proxy by itself: its target cannot be reached without running the handler. */
  readonly proxy: number;
}

export const BYTES: Layout = {
  object: 3 * WORD,
  array: 4 * WORD,
  storeHeader: 2 * WORD,
  stringHeader: 2 * WORD,
  heapNumber: 2 * WORD,
  bigintHeader: 2 * WORD,
  symbol: 3 * WORD,
  function: 12 * WORD,
  accessorPair: 3 * WORD,
  map: 4 * WORD,
  date: isRecent ? 12 * WORD : 14 * WORD,
  regexp: 24 * WORD,
  error: 6 * WORD,
  stackFrame: 8 * WORD,
  arrayBuffer: isRecent ? 12 * WORD : 11 * WORD,
  typedArray: isRecent ? 13 * WORD : 12 * WORD,
  dataView: isRecent ? 11 * WORD : 10 * WORD,
  promise: 6 * WORD,
  weakMap: 17 * WORD,
  weakRef: 4 * WORD,
  boxed: 4 * WORD,
  generator: 15 * WORD,
  proxy: 4 * WORD,
};

/** Frames that an error is taken to have kept. V8 keeps ten at most; code at the top of a program has fewer. */
export const STACK_FRAMES = 8;

/** Elements below this index are always kept in a store, those from the other on never. */
const MAX_GAP = 1024;
const MAX_STORE = 2 ** 25;

/** An object with more fields than this has become a dictionary. */
export const MAX_FAST_FIELDS = 127;

/** Rounds up to whole words. */
export function roundUp(bytes: number): number {
  return Math.ceil(bytes / WORD) * WORD;
}

/** The smallest power of two that is at least `count`, and 4. */
function tableCapacity(count: number): number {
  return count <= 4 ? 4 : 2 ** (32 - Math.clz32(count - 1));
}

/** Slots of a table of `count` entries with open addressing: half as many again are kept free. */
function hashCapacity(count: number): number {
  return tableCapacity(count + (count >> 1));
}

/** A store of `slots` pointers or unboxed numbers; none at all for none. */
export function storeBytes(slots: number): number {
  return slots === 0 ? 0 : BYTES.storeHeader + slots * WORD;
}

/** Hash table of named properties: key, value, details, half as many again as are in use, a power of two. */
function dictionaryBytes(count: number): number {
  return BYTES.storeHeader + (6 + 3 * hashCapacity(count)) * WORD;
}

/** Hash table of elements, for arrays with wide gaps. */
function sparseBytes(count: number): number {
  return BYTES.storeHeader + (4 + 3 * hashCapacity(count)) * WORD;
}

/** Ordered hash table of a Map (`width` 2) or Set (`width` 1): entries with a link each, a bucket for every two. */
export function orderedTableBytes(count: number, width: 1 | 2): number {
  const capacity = tableCapacity(count);
  return BYTES.storeHeader + (3 + capacity / 2 + capacity * (width + 1)) * WORD;
}

/** Slots that an array has room for after growing to `length` by assignment: half as many again, and 16. */
function grownCapacity(length: number): number {
  return length + (length >> 1) + 16;
}

/** Fields of a record or an instance: in the object itself, as a literal, `JSON.parse` and a constructor lay them. */
export function fieldsBytes(fields: number, isDictionary: boolean): number {
  return BYTES.object + (isDictionary || fields > MAX_FAST_FIELDS ? dictionaryBytes(fields) : fields * WORD);
}

/**
 * Elements below index `length`, `used` of them there: a store, or a hash table where V8 prefers that, which is when it
 * takes less than a third of the store.
 */
export function elementsBytes(length: number, used: number): number {
  const prefersTable = used > 0 && length > MAX_GAP && 9 * hashCapacity(used) <= length;
  return prefersTable || length > MAX_STORE ? sparseBytes(used) : storeBytes(length);
}

/** Elements of an array with more gaps than elements: it is taken to have grown by assignment beyond its end. */
export function gappyElementsBytes(length: number, used: number): number {
  const bytes = elementsBytes(length, used);
  return used > 0 && bytes === storeBytes(length) ? storeBytes(grownCapacity(length)) : bytes;
}
