import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { measureSize, sizeOf } from '../../../../src/cache/size-of/index.ts';

/** Sizes by V8's rules: pointers of 8 bytes, objects of three words and a word a field. */
const WORD = 8;
const object = (fields: number): number => (3 + fields) * WORD;
const store = (slots: number): number => (2 + slots) * WORD;
const array = (slots: number): number => 4 * WORD + (slots === 0 ? 0 : store(slots));
const oneByte = (length: number): number => Math.ceil((2 * WORD + length) / WORD) * WORD;
const twoByte = (length: number): number => Math.ceil((2 * WORD + 2 * length) / WORD) * WORD;
const heapNumber = 2 * WORD;
const dictionary = (capacity: number): number => store(6 + 3 * capacity);
const map = (capacity: number): number => 4 * WORD + store(3 + capacity / 2 + 3 * capacity);
const set = (capacity: number): number => 4 * WORD + store(3 + capacity / 2 + 2 * capacity);
const recent = 'Float16Array' in globalThis;
const buffer = (recent ? 12 : 11) * WORD;
const view = (recent ? 13 : 12) * WORD;
const closure = 12 * WORD;

describe('primitives', () => {
  test.each([
    ['undefined', undefined, 0],
    ['null', null, 0],
    ['true', true, 0],
    ['zero', 0, 0],
    ['the largest small integer', 2 ** 31 - 1, 0],
    ['the smallest small integer', -(2 ** 31), 0],
    ['an integer beyond', 2 ** 31, heapNumber],
    ['a fraction', 1.5, heapNumber],
    ['minus zero', -0, heapNumber],
    ['NaN', Number.NaN, heapNumber],
    ['0n', 0n, 2 * WORD],
    ['a bigint of one digit', 2n ** 63n, 3 * WORD],
    ['a negative one', -(2n ** 64n) + 1n, 3 * WORD],
    ['a bigint of two digits', 2n ** 64n, 4 * WORD],
    ['a bigint of 1000 digits', 2n ** 63_999n, 1002 * WORD],
    ['an empty text', '', 0],
    ['one character', 'a', 0],
    ['one wide character', '語', twoByte(1)],
    ['eight characters', 'abcdefgh', oneByte(8)],
    ['nine characters', 'abcdefghi', oneByte(9)],
    ['Latin letters', 'é'.repeat(20), oneByte(20)],
    ['wide letters', '日本語', twoByte(3)],
    ['a wide character far behind', `${'x'.repeat(5000)}語`, twoByte(5001)],
    ['a long text', 'x'.repeat(100_000), oneByte(100_000)],
    ['a symbol', Symbol('description'), 3 * WORD + oneByte(11)],
    ['a symbol without description', Symbol(), 3 * WORD],
  ])('%s', (_, value, bytes) => {
    expect(measureSize(value)).toEqual({ bytes, estimated: false });
    expect(sizeOf(value)).toBe(bytes);
  });
});

describe('objects', () => {
  test('a field is a word, and the object has three more', () => {
    expect(sizeOf({ a: 1 })).toBe(object(1));
    expect(sizeOf({ a: 1, b: true, c: null })).toBe(object(3));
  });

  test('an empty object counts like one with a field: a field more never makes an object smaller', () => {
    expect(sizeOf({})).toBe(object(1));
  });

  test('what fields refer to is added, fractions among it', () => {
    expect(sizeOf({ name: 'Plimsoll', depth: 4.5, inner: { a: 1 } })).toBe(
      object(3) + oneByte(8) + heapNumber + object(1),
    );
  });

  test('symbols as keys and properties that are not enumerable count like any other', () => {
    const value = Object.defineProperty({ a: 1, [Symbol('b')]: 'text' }, 'c', { value: 'more' });
    expect(sizeOf(value)).toBe(object(3) + oneByte(4) + oneByte(4));
  });

  test('an accessor counts as a pair of functions', () => {
    const value = Object.defineProperty({}, 'a', { get: () => 1, set: () => {}, enumerable: true });
    expect(sizeOf(value)).toBe(object(1) + 3 * WORD + 2 * closure);
  });

  test('an object without prototype is a dictionary of half as many places again, a power of two', () => {
    const value = Object.assign(Object.create(null) as Record<string, number>, { a: 1, b: 2, c: 3, d: 4 });
    expect(sizeOf(Object.create(null))).toBe(object(0) + dictionary(4));
    expect(sizeOf(value)).toBe(object(0) + dictionary(8));
  });

  test('more than 127 fields are a dictionary too, whose long names are its own', () => {
    const names = Array.from({ length: 128 }, (_, i) => `name-of-a-field-${i}`);
    const value = Object.fromEntries(names.map((name) => [name, 1]));
    const keys = names.reduce((sum, name) => sum + oneByte(name.length), 0);
    expect(sizeOf(value)).toBe(object(0) + dictionary(256) + keys);
  });

  test('many names with digits look like a map, which is a dictionary; words look like a record', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const byId = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`id-${i}`, i]));
    const record = Object.fromEntries(letters.split('').map((letter) => [letter, 1]));
    expect(sizeOf(byId)).toBe(object(0) + dictionary(64));
    expect(sizeOf(record)).toBe(object(26));
  });

  test('names that are numbers are elements', () => {
    expect(sizeOf({ 0: true, 1: true, 2: true })).toBe(object(1) + store(3));
    expect(sizeOf({ 100_000: true, 200_000: true, a: 1 })).toBe(object(1) + store(4 + 3 * 4));
    expect(sizeOf({ '01': 1, '4294967295': 1 })).toBe(object(2));
  });

  test('an instance has its private fields too, and those of the classes above', () => {
    class Base {
      readonly #a = 1;
      static readonly #shared = 'x'.repeat(1000);
      get #hidden(): string {
        return Base.#shared;
      }
      sum(): string {
        return this.#a + this.#hidden;
      }
    }
    class Derived extends Base {
      readonly #b = 2;
      c = 3;
      override sum(): string {
        return super.sum() + this.#b;
      }
    }
    expect(sizeOf(new Base())).toBe(object(1));
    expect(sizeOf(new Derived())).toBe(object(3));
  });

  test('prototypes and what they hold are shared, and not counted', () => {
    const shared = { text: 'x'.repeat(1000) };
    expect(sizeOf(Object.create(shared))).toBe(object(0));
  });
});

describe('arrays', () => {
  test.each([
    ['empty', [], array(0)],
    ['of small integers', [1, 2, 3], array(3)],
    ['of numbers, unboxed', [1, 2.5, 3], array(3)],
    ['of fractions among other things, boxed', [1.5, null, 2.5], array(3) + 2 * heapNumber],
    ['of texts', ['one', 'two'], array(2) + 2 * oneByte(3)],
    ['nested', [[1, 2], [3.5]], array(2) + array(2) + array(1)],
    ['with a few gaps', Object.assign([1, 2, 3, undefined], { 5: 6 }), array(6)],
    ['with nothing in its places', Object.assign([], { length: 100 }), array(100)],
  ])('%s', (_, value, bytes) => {
    expect(sizeOf(value)).toBe(bytes);
  });

  test('with more gaps than elements: grown by half, and 16', () => {
    const value: number[] = [];
    value[99] = 1;
    expect(sizeOf(value)).toBe(array(100 + 50 + 16));
  });

  test('with few elements very far apart: a hash table', () => {
    const value: number[] = [];
    for (let i = 0; i < 4; i++) value[i * 1_000_000] = i;
    value[4_294_967_294] = 5;
    expect(measureSize(value)).toEqual({ bytes: 4 * WORD + store(4 + 3 * 8), estimated: false });
  });

  test('the result of a match holds the text that was searched', () => {
    const text = `${'x'.repeat(1000)}-42`;
    const bytes = sizeOf(/-(?<digits>\d+)/.exec(text));
    expect(bytes).toBeGreaterThan(oneByte(text.length));
    expect(bytes).toBeLessThan(oneByte(text.length) + 400);
  });

  test('instances of derived classes have fields', () => {
    class Stack extends Array<number> {
      label = 'text';
    }
    expect(sizeOf(new Stack())).toBe(array(0) + store(1) + oneByte(4));
  });
});

describe('built-in objects', () => {
  test.each([0, 1, 4, 5, 8, 9, 100])('a Map and a Set of %i have a power of two of places', (count) => {
    const places = Math.max(4, 2 ** Math.ceil(Math.log2(count || 1)));
    const numbers = Array.from({ length: count }, (_, i) => i);
    expect(sizeOf(new Set(numbers))).toBe(set(places));
    expect(sizeOf(new Map(numbers.map((n) => [n, n])))).toBe(map(places));
  });

  test('keys and values of a Map, values of a Set', () => {
    expect(sizeOf(new Map([['key', { a: 1 }]]))).toBe(map(4) + oneByte(3) + object(1));
    expect(sizeOf(new Map([[{ a: 1 }, 1.5]]))).toBe(map(4) + object(1) + heapNumber);
    expect(sizeOf(new Set(['one', 2.5]))).toBe(set(4) + oneByte(3) + heapNumber);
  });

  test.each([
    ['Date', new Date(), (recent ? 12 : 14) * WORD],
    ['RegExp', /abc/, 24 * WORD + oneByte(3)],
    ['Promise', Promise.resolve({ a: 1 }), 6 * WORD],
    ['WeakMap', new WeakMap(), 17 * WORD],
    ['WeakSet', new WeakSet(), 17 * WORD],
    ['WeakRef', new WeakRef({}), 4 * WORD],
    ['generator', (function* () {})(), 15 * WORD],
    ['boxed number', Object(5), 4 * WORD],
    ['boxed text', Object('abcd'), 4 * WORD + oneByte(4)],
    ['function', () => {}, closure],
    ['class', Map, closure],
    ['Proxy', new Proxy({ a: 'x'.repeat(1000) }, {}), 4 * WORD],
    ['function behind a Proxy', new Proxy(() => {}, {}), closure],
  ])('%s', (_, value, bytes) => {
    expect(sizeOf(value)).toBe(bytes);
  });

  test('an error: message, eight calls of its stack, and what was added', () => {
    const error = 6 * WORD + 8 * 8 * WORD;
    expect(sizeOf(new Error('what went wrong'))).toBe(error + oneByte(15));
    expect(sizeOf(Object.assign(new TypeError('what went wrong'), { code: 'EBAD' }))).toBe(
      error + oneByte(15) + store(1) + oneByte(4),
    );
    expect(sizeOf(new Error('outer', { cause: { a: 1 } }))).toBe(error + oneByte(5) + store(1) + object(1));
  });

  test('fields that were added to them', () => {
    expect(sizeOf(Object.assign(new Date(), { zone: 'Berlin' }))).toBe(sizeOf(new Date()) + store(1) + oneByte(6));
  });

  test('objects of another realm are known for what they are', () => {
    const context = createContext({});
    const there = (code: string): unknown => runInContext(code, context);
    expect(sizeOf(there('new Map([[1, 2]])'))).toBe(map(4));
    expect(sizeOf(there('new Set([1])'))).toBe(set(4));
    expect(sizeOf(there('new Date()'))).toBe(sizeOf(new Date()));
    expect(sizeOf(there('/abc/'))).toBe(sizeOf(/abc/));
    expect(sizeOf(there('[1, 2]'))).toBe(array(2));
    expect(sizeOf(there('new Uint8Array(1000)'))).toBe(view + buffer + 1000);
    expect(sizeOf(there('new ArrayBuffer(1000)'))).toBe(buffer + 1000);
    expect(sizeOf(there('new Error("message")'))).toBe(sizeOf(new Error('message')));
    expect(sizeOf(there('({ a: 1 })'))).toBe(object(1));
  });
});

describe('binary data', () => {
  test('a view, its buffer, the bytes', () => {
    expect(sizeOf(new ArrayBuffer(1000))).toBe(buffer + 1000);
    expect(sizeOf(new SharedArrayBuffer(1000))).toBe(buffer + 1000);
    expect(sizeOf(new Uint8Array(1000))).toBe(view + buffer + 1000);
    expect(sizeOf(new Float64Array(8))).toBe(view + buffer + 64);
    expect(sizeOf(new DataView(new ArrayBuffer(1000)))).toBe((recent ? 11 : 10) * WORD + buffer + 1000);
    expect(sizeOf(Buffer.alloc(10_000))).toBe(view + buffer + 10_000);
  });

  test('a part of a buffer keeps all of it', () => {
    expect(sizeOf(new Uint8Array(10_000).subarray(0, 10))).toBe(view + buffer + 10_000);
  });

  test('several views of a buffer hold it once', () => {
    const bytes = new ArrayBuffer(10_000);
    expect(sizeOf([new Uint8Array(bytes), new Uint16Array(bytes), bytes])).toBe(array(3) + 2 * view + buffer + 10_000);
  });

  test('a small Buffer from the pool counts with its own bytes', () => {
    expect(sizeOf(Buffer.from('hello'))).toBe(view + 8);
  });

  test('a buffer that was handed over is empty', () => {
    const bytes = new ArrayBuffer(1000);
    structuredClone(bytes, { transfer: [bytes] });
    expect(sizeOf(bytes)).toBe(buffer);
  });
});

describe('what is shared counts once', () => {
  test('objects, texts, functions, symbols', () => {
    const part = { a: 1 };
    const text = 'a text that is used twice';
    const long = 'x'.repeat(10_000);
    const run = (): void => {};
    const symbol = Symbol('s');
    expect(sizeOf([part, part])).toBe(array(2) + object(1));
    expect(sizeOf([text, text])).toBe(array(2) + oneByte(text.length));
    expect(sizeOf([long, long])).toBe(array(2) + oneByte(10_000));
    expect(sizeOf([run, run])).toBe(array(2) + closure);
    expect(sizeOf([symbol, symbol])).toBe(array(2) + 3 * WORD);
  });

  test('long texts that are alike count one by one', () => {
    expect(sizeOf([`${'x'.repeat(300)}ab`, `${'x'.repeat(300)}ba`])).toBe(array(2) + 2 * oneByte(302));
  });

  test('more objects than are looked for one by one', () => {
    const parts = Array.from({ length: 50 }, (_, i) => ({ i }));
    expect(sizeOf([...parts, ...parts])).toBe(array(100) + 50 * object(1));
  });

  test('cycles end', () => {
    const value: Record<string, unknown> = { a: 1 };
    value['self'] = value;
    value['list'] = [value, { back: value }];
    expect(sizeOf(value)).toBe(object(3) + array(2) + object(1));
  });
});

test('the same value has the same size again: nothing is left over from the last time', () => {
  const value = { text: 'some text', long: 'x'.repeat(1000), list: [1.5, { a: 1 }], map: new Map([[{}, 'value']]) };
  const first = sizeOf(value);
  expect(first).toBeGreaterThan(1000);
  expect(sizeOf(value)).toBe(first);
  expect(sizeOf([value, value])).toBe(array(2) + first);
});
