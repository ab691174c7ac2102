/**
 * What kind of object a value is, told without running any of the program's code: its prototypes name the candidate, a
 * getter or method of the engine's own, which works on real ones only, confirms it. No property is read, no
 * `Symbol.toStringTag`, no `Symbol.hasInstance`.
 *
 * Proxies are the one thing that the language cannot tell: to ask a Proxy anything is to run its handler. Node.js, Deno
 * and Bun can tell them (`util.types.isProxy`). In a browser the traps do run; what they throw is caught.
 */
import {
  arrayBufferBytes,
  bigintValue,
  booleanValue,
  dataViewBuffer,
  dateTime,
  generatorPrototypes,
  hostTypes,
  isProxy,
  mapSize,
  numberValue,
  regexpSource,
  setSize,
  sharedBufferBytes,
  stringValue,
  symbolValue,
  typedArrayBytes,
  typedArrayPrototype,
} from './natives.ts';

export const KIND = {
  plain: 0,
  array: 1,
  map: 2,
  set: 3,
  date: 4,
  regexp: 5,
  error: 6,
  arrayBuffer: 7,
  typedArray: 8,
  dataView: 9,
  promise: 10,
  weakMap: 11,
  weakRef: 12,
  boxed: 13,
  generator: 14,
  proxy: 15,
} as const;

export type Kind = (typeof KIND)[keyof typeof KIND];

/** Throws unless its `this` is the real thing. */
type Proof = (this: object) => unknown;

interface Known {
  readonly kind: Kind;
  readonly proof: Proof | undefined;
}

/**
 * The prototypes that end the search. Kinds without a proof have a flat size, which an impostor may have too.
 */
const KNOWN: ReadonlyMap<object, Known> = new Map([
  known(KIND.plain, Object.prototype),
  known(KIND.array, Array.prototype),
  known(KIND.map, Map.prototype, mapSize),
  known(KIND.set, Set.prototype, setSize),
  known(KIND.date, Date.prototype, dateTime),
  known(KIND.regexp, RegExp.prototype, regexpSource),
  known(KIND.error, Error.prototype),
  known(KIND.arrayBuffer, ArrayBuffer.prototype, arrayBufferBytes),
  known(KIND.typedArray, typedArrayPrototype, typedArrayBytes),
  known(KIND.dataView, DataView.prototype, dataViewBuffer),
  known(KIND.promise, Promise.prototype),
  known(KIND.weakMap, WeakMap.prototype),
  known(KIND.weakMap, WeakSet.prototype),
  known(KIND.weakMap, FinalizationRegistry.prototype),
  known(KIND.weakRef, WeakRef.prototype),
  known(KIND.boxed, Number.prototype, numberValue),
  known(KIND.boxed, String.prototype, stringValue),
  known(KIND.boxed, Boolean.prototype, booleanValue),
  known(KIND.boxed, Symbol.prototype, symbolValue),
  known(KIND.boxed, BigInt.prototype, bigintValue),
  ...generatorPrototypes.map((prototype) => known(KIND.generator, prototype)),
  ...(sharedBufferBytes === undefined ? [] : [known(KIND.arrayBuffer, SharedArrayBuffer.prototype, sharedBufferBytes)]),
]);

function known(kind: Kind, prototype: object, proof?: Proof): [object, Known] {
  return [prototype, { kind, proof }];
}

const { getPrototypeOf } = Object;
const { isArray } = Array;

/** Longest chain of prototypes that is followed. */
const MAX_CHAIN = 100;

/** The kind of `value`. **Cost:** some 50 ns for a plain object or an array. */
export function kindOf(value: object): Kind {
  if (isProxy(value)) return KIND.proxy;
  if (isArray(value)) return KIND.array;
  const first = getPrototypeOf(value) as object | null;
  if (first === Object.prototype || first === null) return KIND.plain;
  return kindByChain(value, first);
}

function kindByChain(value: object, first: object): Kind {
  let prototype: object | null = first;
  for (let steps = 0; prototype !== null && steps < MAX_CHAIN; steps++) {
    const found = KNOWN.get(prototype);
    if (found !== undefined) return isProven(value, found.proof) ? found.kind : KIND.plain;
    if (isProxy(prototype)) return KIND.plain;
    prototype = getPrototypeOf(prototype) as object | null;
  }
  return kindByHost(value);
}

function isProven(value: object, proof: Proof | undefined): boolean {
  if (proof === undefined) return true;
  try {
    proof.call(value);
    return true;
  } catch {
    return false;
  }
}

/** For objects of another realm (`node:vm`, a frame), whose prototypes are not ours. */
function kindByHost(value: object): Kind {
  if (hostTypes === undefined) return KIND.plain;
  if (hostTypes.isMap(value)) return KIND.map;
  if (hostTypes.isSet(value)) return KIND.set;
  if (hostTypes.isDate(value)) return KIND.date;
  if (hostTypes.isRegExp(value)) return KIND.regexp;
  if (hostTypes.isNativeError(value)) return KIND.error;
  if (hostTypes.isTypedArray(value)) return KIND.typedArray;
  if (hostTypes.isArrayBuffer(value)) return KIND.arrayBuffer;
  return KIND.plain;
}
