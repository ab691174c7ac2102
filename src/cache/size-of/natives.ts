/**
 * What the engine itself answers about an object, taken at import time: a program that replaces `Map.prototype.size`
 * later is not run by us.
 */

type Getter<T> = (this: unknown) => T;

function getter<T>(prototype: object, name: PropertyKey): Getter<T> {
  return (Object.getOwnPropertyDescriptor(prototype, name) as unknown as { get: Getter<T> }).get;
}

/** `never` fits every signature; each constant below says what it is. */
function method(prototype: object, name: PropertyKey): never {
  return Object.getOwnPropertyDescriptor(prototype, name)!.value as never;
}

function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) as object;
}

export const typedArrayPrototype: object = prototypeOf(Uint8Array.prototype);

/** Prototype of all generator objects, of all async ones. */
export const generatorPrototypes: readonly object[] = [function* () {}, async function* () {}].map((maker) =>
  prototypeOf(maker.prototype),
);

/** Each throws when it is called on anything else. */
export const mapSize: Getter<number> = getter(Map.prototype, 'size');
export const setSize: Getter<number> = getter(Set.prototype, 'size');
export const regexpSource: Getter<string> = getter(RegExp.prototype, 'source');
export const arrayBufferBytes: Getter<number> = getter(ArrayBuffer.prototype, 'byteLength');
export const typedArrayBytes: Getter<number> = getter(typedArrayPrototype, 'byteLength');
export const typedArrayOffset: Getter<number> = getter(typedArrayPrototype, 'byteOffset');
export const typedArrayBuffer: Getter<ArrayBufferLike> = getter(typedArrayPrototype, 'buffer');
export const dataViewBuffer: Getter<ArrayBufferLike> = getter(DataView.prototype, 'buffer');
export const symbolDescription: Getter<string | undefined> = getter(Symbol.prototype, 'description');

export const dateTime: Getter<number> = method(Date.prototype, 'getTime');
export const numberValue: Getter<number> = method(Number.prototype, 'valueOf');
export const stringValue: Getter<string> = method(String.prototype, 'valueOf');
export const booleanValue: Getter<boolean> = method(Boolean.prototype, 'valueOf');
export const symbolValue: Getter<symbol> = method(Symbol.prototype, 'valueOf');
export const bigintValue: Getter<bigint> = method(BigInt.prototype, 'valueOf');
export const functionText: Getter<string> = method(Function.prototype, 'toString');

export const isEnumerable: (this: unknown, key: PropertyKey) => boolean = method(
  Object.prototype,
  'propertyIsEnumerable',
);
/** The getter of a property, found without making a descriptor. */
export const lookupGetter: (this: unknown, key: PropertyKey) => unknown = method(Object.prototype, '__lookupGetter__');
export const exec: (this: RegExp, text: string) => unknown = method(RegExp.prototype, 'exec');

export const mapEntries: Getter<MapIterator<[unknown, unknown]>> = method(Map.prototype, 'entries');
export const setValues: Getter<SetIterator<unknown>> = method(Set.prototype, 'values');
/** `next` of what these two give. */
export const mapNext: Getter<IteratorResult<[unknown, unknown]>> = method(prototypeOf(new Map().entries()), 'next');
export const setNext: Getter<IteratorResult<unknown>> = method(prototypeOf(new Set().values()), 'next');

/** `undefined` in browsers that are not isolated. */
export const sharedBufferBytes: Getter<number> | undefined =
  typeof SharedArrayBuffer === 'function' ? getter(SharedArrayBuffer.prototype, 'byteLength') : undefined;

/** The part of `util.types` that is used. */
export interface HostTypes {
  readonly isProxy: (this: void, value: unknown) => boolean;
  readonly isMap: (this: void, value: unknown) => boolean;
  readonly isSet: (this: void, value: unknown) => boolean;
  readonly isDate: (this: void, value: unknown) => boolean;
  readonly isRegExp: (this: void, value: unknown) => boolean;
  readonly isNativeError: (this: void, value: unknown) => boolean;
  readonly isArrayBuffer: (this: void, value: unknown) => boolean;
  readonly isTypedArray: (this: void, value: unknown) => boolean;
}

/** `util.types` of Node.js, Deno and Bun, asked for at run time so that browsers can load this file. */
export const hostTypes: HostTypes | undefined = (() => {
  try {
    return globalThis.process?.getBuiltinModule?.('node:util')?.types;
  } catch {
    return undefined;
  }
})();

/** `false` for everything where Proxies cannot be told. */
export const isProxy: (this: void, value: unknown) => boolean = hostTypes?.isProxy ?? ((): boolean => false);

/** `Buffer.prototype`, and the size of the blocks that small Buffers are cut from. */
export const bufferPrototype: object | undefined = globalThis.Buffer?.prototype;
export const bufferPoolBytes: number = globalThis.Buffer?.poolSize ?? 0;
