/** Values that would run code, throw or never end when they are looked at carelessly. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sizeOf } from '../../../../src/cache/size-of/index.ts';

/** Runs `run` while a property of the engine's is something else. */
function whileReplaced<T>(owner: object, name: PropertyKey, property: PropertyDescriptor, run: () => T): T {
  const before = Reflect.getOwnPropertyDescriptor(owner, name);
  Reflect.defineProperty(owner, name, { configurable: true, ...property });
  try {
    return run();
  } finally {
    if (before === undefined) Reflect.deleteProperty(owner, name);
    else Reflect.defineProperty(owner, name, before);
  }
}

/** An array with a gap in its middle. */
function withGap(): unknown[] {
  const list = [1, 2, 3];
  Reflect.deleteProperty(list, 1);
  return list;
}

/** A handler whose every trap counts. */
function countingHandler(): { handler: ProxyHandler<object>; traps: string[] } {
  const traps: string[] = [];
  const handler = new Proxy(
    {},
    {
      get: (_, trap) => {
        traps.push(String(trap));
        return undefined;
      },
    },
  );
  return { handler, traps };
}

const ran = vi.fn(() => {
  throw new Error('user code ran');
});

afterEach(() => {
  expect(ran).not.toHaveBeenCalled();
  ran.mockClear();
});

const getter = { get: ran, set: ran, enumerable: true, configurable: true };

test('getters and setters are not run, wherever they are', () => {
  const list: unknown[] = [1, 2, 3];
  Object.defineProperty(list, 1, getter);
  class Fields {
    get inherited(): unknown {
      return ran();
    }
  }
  const map = Object.defineProperties(new Map(), { size: getter, extra: getter });
  for (const value of [
    Object.defineProperty({}, 'a', getter),
    list,
    new Fields(),
    map,
    Object.create({}, { b: getter }),
  ]) {
    expect(sizeOf(value)).toBeGreaterThan(0);
  }
});

test('a getter on the prototype of arrays is not run for a gap', () => {
  expect(whileReplaced(Array.prototype, 1, getter, () => sizeOf(withGap()))).toBe(72);
});

test('no trap of a Proxy is run: not of the value, not of a part, not of its prototype', () => {
  const { handler, traps } = countingHandler();
  const proxy = new Proxy({}, handler);
  const list = new Proxy([], handler);
  const values: unknown[] = [proxy, list, [proxy], { proxy }, new Map([[proxy, list]]), new Set([proxy])];
  values.push(Object.create(proxy), Object.setPrototypeOf(withGap(), proxy), Object.setPrototypeOf(new Map(), proxy));
  for (const value of values) expect(sizeOf(value)).toBeGreaterThan(0);
  expect(traps).toEqual([]);
});

test('a Proxy that was revoked is a Proxy', () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  expect(sizeOf(proxy)).toBe(32);
  expect(sizeOf({ proxy })).toBe(64);
});

test('nothing is asked to describe itself', () => {
  const value = {
    toString: ran,
    valueOf: ran,
    toJSON: ran,
    constructor: ran,
    get [Symbol.toStringTag]() {
      return ran();
    },
    [Symbol.iterator]: ran,
    [Symbol.toPrimitive]: ran,
    [Symbol.for('nodejs.util.inspect.custom')]: ran,
  };
  expect(sizeOf(value)).toBeGreaterThan(0);
});

test('a stack is not made into text, which would run Error.prepareStackTrace', () => {
  const captured = { a: 1 };
  Error.captureStackTrace(captured);
  const error = new Error('message');
  const sizes = whileReplaced(Error, 'prepareStackTrace', { value: ran, writable: true }, () => [
    sizeOf(error),
    sizeOf(captured),
  ]);
  expect(Math.min(...sizes)).toBeGreaterThan(500);
});

describe('names and prototypes that lie', () => {
  test.each<[string, object, number]>([
    ['__proto__ as a name of its own', JSON.parse('{"__proto__":{"a":1}}') as object, 32 + 32],
    ['an object that pretends to be a Map', Object.create(Map.prototype) as object, 24],
    ['an object that pretends to be a Date', Object.create(Date.prototype) as object, 24],
    ['an object that pretends to be a Uint8Array', Object.create(Uint8Array.prototype) as object, 24],
    ['an object that pretends to be a boxed text', Object.create(String.prototype) as object, 24],
    ['an object with the tag of a Map', { [Symbol.toStringTag]: 'Map' }, 32 + 24],
    ['a stack that is a field like any other', { stack: [1, 2] }, 32 + 64],
    ['constructor and hasOwnProperty as fields', { constructor: 1, hasOwnProperty: 2 }, 40],
  ])('%s', (_, value, bytes) => {
    expect(sizeOf(value)).toBe(bytes);
  });

  test.each([
    ['get', { value: ran }],
    ['value', { value: 'x'.repeat(1000) }],
    ['maxSteps', { value: undefined }],
  ])('what somebody put on Object.prototype as %s is not taken for a part of a value', (name, property) => {
    expect(whileReplaced(Object.prototype, name, property, () => sizeOf({ a: 1 }, {}))).toBe(32);
  });

  test.each<[string, object, PropertyKey]>([
    ['RegExp.prototype.exec', RegExp.prototype, 'exec'],
    ['Map.prototype.entries', Map.prototype, 'entries'],
    ['Symbol.iterator of a Map', Map.prototype, Symbol.iterator],
    ['Array.prototype.at', Array.prototype, 'at'],
    ['String.prototype.codePointAt', String.prototype, 'codePointAt'],
    ['Map[Symbol.hasInstance]', Map, Symbol.hasInstance],
  ])('%s may have been replaced: it is not called', (_, owner, name) => {
    const value = { text: 'x'.repeat(100), map: new Map([[1, 2]]), list: [1, 'a'] };
    expect(whileReplaced(owner, name, { value: ran }, () => sizeOf(value))).toBeGreaterThan(100);
  });

  test('a chain of prototypes has an end', () => {
    let value: object = Object.create(null) as object;
    for (let i = 0; i < 10_000; i++) value = Object.create(value) as object;
    expect(sizeOf(value)).toBe(24);
  });
});

test('host objects and whole programs do not break it', () => {
  const values = [
    globalThis,
    process,
    process.stdout,
    new URL('https://example.com'),
    new AbortController(),
    import.meta,
  ];
  for (const value of values) expect(Number.isSafeInteger(sizeOf(value))).toBe(true);
});

test('texts are not held on to after they were measured', () => {
  sizeOf(`${'x'.repeat(100)}語`);
  // biome-ignore lint/complexity/useLiteralKeys: a legacy property without a type
  expect((RegExp as unknown as Record<string, string>)['input']).toBe('');
});
