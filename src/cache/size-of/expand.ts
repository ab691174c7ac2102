/**
 * What one object takes by itself, and what it refers to. Own properties are looked at through their descriptors, so
 * that getters are seen and never run. Prototypes are not entered: the whole program shares them. Nor are functions:
 * what they close over cannot be seen.
 */
import { KIND, type Kind, kindOf } from './kinds.ts';
import {
  BYTES,
  elementsBytes,
  fieldsBytes,
  gappyElementsBytes,
  MAX_FAST_FIELDS,
  orderedTableBytes,
  STACK_FRAMES,
  storeBytes,
} from './layout.ts';
import {
  isEnumerable,
  lookupGetter,
  mapEntries,
  mapNext,
  mapSize,
  regexpSource,
  setNext,
  setSize,
  setValues,
  stringValue,
} from './natives.ts';
import { isSmallInteger } from './primitives.ts';
import { privateFields } from './private-fields.ts';
import { expandArrayBuffer, expandDataView, expandTypedArray } from './buffers.ts';
import { countIndices, looksLikeMap } from './names.ts';
import { samplePlace, type Visitor } from './visitor.ts';

const { getOwnPropertyNames, getOwnPropertySymbols, getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;

/** Places of an array that are looked at to tell whether most are empty. */
const GAP_SAMPLE = 8;

/** In a dictionary, keys longer than this are taken for data that no other object shares. */
const LONG_KEY = 12;

/** Shows what `value` takes to `visitor`. */
export function expand(value: object, visitor: Visitor): void {
  const kind = kindOf(value);
  if (kind === KIND.plain) expandPlain(value, visitor);
  else if (kind === KIND.array) expandArray(value as readonly unknown[], visitor);
  else expandBuiltIn(value, kind, visitor);
}

function expandPlain(value: object, visitor: Visitor): void {
  const names = getOwnPropertyNames(value);
  const symbols = getOwnPropertySymbols(value);
  const indices = countIndices(names);
  const fields = names.length - indices + symbols.length;
  const prototype = getPrototypeOf(value) as object | null;
  if (indices > 0) visitor.add(elementsBytes(Number(names[indices - 1]) + 1, indices));
  if (prototype === Object.prototype) {
    const isDictionary = fields > MAX_FAST_FIELDS || looksLikeMap(names, indices);
    // `{}` has room for four fields; it counts like an object with one, so that one more never makes it smaller.
    visitor.add(fieldsBytes(Math.max(1, fields), isDictionary));
    if (isDictionary) addKeys(names, indices, visitor);
  } else if (prototype === null) {
    visitor.add(fieldsBytes(fields, true));
    addKeys(names, indices, visitor);
  } else {
    visitor.add(fieldsBytes(fields + privateFields(prototype), false));
  }
  showProperties(value, names, symbols, visitor);
}

/** The names of a dictionary belong to it, unless they are words that occur elsewhere too. */
function addKeys(names: readonly string[], from: number, visitor: Visitor): void {
  const taken = visitor.take(names.length - from);
  for (let i = 0; i < taken; i++) {
    const name = names[from + i]!;
    if (name.length > LONG_KEY) visitor.slot(name);
  }
}

function showProperties(value: object, names: readonly string[], symbols: readonly symbol[], visitor: Visitor): void {
  const count = names.length + symbols.length;
  const taken = visitor.take(count);
  const step = count / taken;
  for (let i = 0; i < taken; i++) {
    const at = taken === count ? i : samplePlace(i, step);
    showProperty(value, at < names.length ? names[at]! : symbols[at - names.length]!, visitor);
  }
}

function showProperty(value: object, name: string | symbol, visitor: Visitor): void {
  // A stack that V8 captured is made into text when it is first read, by the program's own function if it has one.
  if (name === 'stack' && !isEnumerable.call(value, name)) return visitor.addInSlots(BYTES.stackFrame * STACK_FRAMES);
  const property = getOwnPropertyDescriptor(value, name);
  if (property === undefined) return;
  // Its own: what somebody put on Object.prototype is no part of a descriptor.
  if (hasOwn(property, 'value')) return visitor.slot(property.value);
  visitor.addInSlots(BYTES.accessorPair);
  visitor.slot((property as { get?: unknown }).get);
  visitor.slot((property as { set?: unknown }).set);
}

/**
 * An array with nothing but numbers in it stores them unboxed; among other things each fraction has an object of its
 * own.
 *
 * Named properties are looked for in what a regular expression found and in instances of derived classes: to list them
 * costs as much as all the elements.
 */
function expandArray(value: readonly unknown[], visitor: Visitor): void {
  const { length } = value;
  if (hasWideGaps(value)) return expandGappyArray(value, visitor);
  const taken = visitor.take(length);
  const step = length / taken;
  const ordinary = isOrdinaryArray(value);
  let found = 0;
  let fractions = 0;
  let others = 0;
  for (let i = 0; i < taken; i++) {
    const at = taken === length ? i : samplePlace(i, step);
    if (!ordinary && !hasOwn(value, at)) continue;
    const element = lookupGetter.call(value, at) === undefined ? readElement(value, at) : null;
    if (element === undefined && !hasOwn(value, at)) continue;
    found++;
    if (typeof element !== 'number') {
      others++;
      visitor.slot(element);
    } else if (!isSmallInteger(element)) fractions++;
  }
  if (others > 0) visitor.addInSlots(fractions * BYTES.heapNumber);
  visitor.add(BYTES.array + elementsBytes(length, length));
  if (!ordinary || hasOwn(value, 'index')) showNamed(value, found + 1, visitor);
}

/** Whether to ask for an element that is missing runs nothing of the program's. */
function isOrdinaryArray(value: readonly unknown[]): boolean {
  return getPrototypeOf(value) === Array.prototype && getPrototypeOf(Array.prototype) === Object.prototype;
}

/**
 * Not `value[at]`: where code that reads arrays of numbers and of other things is optimised, V8 gives every fraction an
 * object of its own in the arrays that pass through, and they stay like that.
 */
const readElement: (value: readonly unknown[], at: number) => unknown = Reflect.get;

/** Whether most of a sample of places are empty. */
function hasWideGaps(value: readonly unknown[]): boolean {
  const { length } = value;
  const sample = Math.min(length, GAP_SAMPLE);
  let empty = 0;
  for (let i = 0; i < sample; i++) if (!hasOwn(value, Math.floor((i * length) / sample))) empty++;
  return empty > sample / 2;
}

/** Goes by the names of the elements there are, which may be few among billions of places. */
function expandGappyArray(value: readonly unknown[], visitor: Visitor): void {
  const names = getOwnPropertyNames(value).filter((name) => name !== 'length');
  const used = countIndices(names);
  visitor.add(BYTES.array + gappyElementsBytes(value.length, used));
  showProperties(value, names, getOwnPropertySymbols(value), visitor);
}

/** Named properties of what is no plain object: those after the first `skipped` names. */
function showNamed(value: object, skipped: number, visitor: Visitor): void {
  const names = getOwnPropertyNames(value);
  const symbols = getOwnPropertySymbols(value);
  const extra = names.length - skipped + symbols.length;
  if (extra <= 0) return;
  visitor.add(storeBytes(extra));
  showProperties(value, names.slice(skipped), symbols, visitor);
}

/** Of a Map too large to look through, the first entries are looked at. */
function expandMap(value: Map<unknown, unknown>, visitor: Visitor): void {
  const count = mapSize.call(value);
  visitor.add(BYTES.map + orderedTableBytes(count, 2));
  let left = visitor.take(count);
  const entries = mapEntries.call(value);
  for (; left > 0; left--) {
    const { value: entry } = mapNext.call(entries) as { value: [unknown, unknown] };
    visitor.slot(entry[0]);
    visitor.slot(entry[1]);
  }
  showNamed(value, 0, visitor);
}

function expandSet(value: Set<unknown>, visitor: Visitor): void {
  const count = setSize.call(value);
  visitor.add(BYTES.map + orderedTableBytes(count, 1));
  let left = visitor.take(count);
  const values = setValues.call(value);
  for (; left > 0; left--) visitor.slot((setNext.call(values) as { value: unknown }).value);
  showNamed(value, 0, visitor);
}

/** An error has room for its message and its stack; what else it has was added. */
function expandError(value: object, visitor: Visitor): void {
  const names = getOwnPropertyNames(value);
  const symbols = getOwnPropertySymbols(value);
  const own = Number(hasOwn(value, 'stack')) + Number(hasOwn(value, 'message'));
  const extra = names.length + symbols.length - own;
  visitor.add(BYTES.error + (extra === 0 ? 0 : storeBytes(extra)));
  showProperties(value, names, symbols, visitor);
}

function expandBoxed(value: object, visitor: Visitor): void {
  visitor.add(BYTES.boxed);
  visitor.take(1);
  visitor.slot(boxedText(value));
}

function boxedText(value: object): string | undefined {
  try {
    return stringValue.call(value);
  } catch {
    return undefined;
  }
}

function expandBuiltIn(value: object, kind: Kind, visitor: Visitor): void {
  switch (kind) {
    case KIND.map:
      return expandMap(value as Map<unknown, unknown>, visitor);
    case KIND.set:
      return expandSet(value as Set<unknown>, visitor);
    case KIND.typedArray:
      return expandTypedArray(value, visitor);
    case KIND.arrayBuffer:
      return expandArrayBuffer(value, visitor);
    case KIND.dataView:
      return expandDataView(value, visitor);
    case KIND.proxy:
      return visitor.add(BYTES.proxy);
    case KIND.regexp:
      visitor.add(BYTES.regexp);
      visitor.take(1);
      visitor.slot(regexpSource.call(value));
      return showNamed(value, 1, visitor);
    case KIND.boxed:
      return expandBoxed(value, visitor);
    case KIND.error:
      return expandError(value, visitor);
    default:
      visitor.add(FLAT[kind as keyof typeof FLAT]);
      return showNamed(value, 0, visitor);
  }
}

/** The kinds that take the same whatever they are used for. */
const FLAT = {
  [KIND.date]: BYTES.date,
  [KIND.promise]: BYTES.promise,
  [KIND.weakMap]: BYTES.weakMap,
  [KIND.weakRef]: BYTES.weakRef,
  [KIND.generator]: BYTES.generator,
} as const;
