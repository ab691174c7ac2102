/** Values too large to be looked through, and what may be asked for. */
import { describe, expect, test } from 'vitest';
import { isPlimsollError } from '../../../../src/base/errors.ts';
import { measureSize, sizeOf } from '../../../../src/cache/size-of/index.ts';
import { saturate } from '../../../../src/cache/size-of/size-of.ts';

const unlimited = { maxSteps: Number.MAX_SAFE_INTEGER };

function linkedList(length: number): object | null {
  let head: object | null = null;
  for (let i = 0; i < length; i++) head = { i, next: head };
  return head;
}

interface Tree {
  readonly left: Tree | null;
  readonly right: Tree | null;
  readonly text: string;
}

function tree(depth: number, name = 'root'): Tree | null {
  if (depth === 0) return null;
  return { left: tree(depth - 1, `${name}l`), right: tree(depth - 1, `${name}r`), text: name };
}

const shared = { text: 'x'.repeat(1_000_000) };

const rows = (count: number, make: (i: number) => object): object[] => Array.from({ length: count }, (_, i) => make(i));

describe('an estimate', () => {
  test.each<[string, object, number]>([
    [
      'rows of one shape',
      rows(50_000, (i) => ({ id: i, name: `name of ${i}`, price: i + 0.5, tags: ['a', `t${i}`] })),
      0.02,
    ],
    ['rows that differ', rows(50_000, (i) => ({ id: i, text: 'x'.repeat((i * 7919) % 200) + i })), 0.1],
    ['numbers', Array.from({ length: 1_000_000 }, (_, i) => i + 0.5), 0.001],
    ['texts', Array.from({ length: 200_000 }, (_, i) => `text number ${i}`), 0.02],
    ['a Map', new Map(Array.from({ length: 50_000 }, (_, i) => [i, { id: i, at: i + 0.5 }])), 0.02],
    ['a Set', new Set(Array.from({ length: 50_000 }, (_, i) => `member ${i}`)), 0.05],
    [
      'an object used as a map',
      Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, { id: i }])),
      0.02,
    ],
    ['rows that all share a part', rows(50_000, (i) => ({ id: i, shared })), 0.02],
    ['many references to few objects', Array.from({ length: 100_000 }, (_, i) => rowsShared[i % 10]), 0.02],
    ['a balanced tree', tree(15)!, 0.25],
    ['one large and many small things', { meta: { a: 1 }, rows: rows(50_000, (i) => ({ i })), end: 'text' }, 0.02],
  ])('of %s is near the truth and says that it is one', (_, value, tolerance) => {
    const truth = sizeOf(value, unlimited);
    const { bytes, estimated } = measureSize(value);
    expect(estimated).toBe(true);
    expect(Math.abs(bytes / truth - 1)).toBeLessThan(tolerance);
  });

  test('is repeatable', () => {
    const value = tree(14);
    expect(sizeOf(value)).toBe(sizeOf(value));
  });

  test('is at least what was seen', () => {
    expect(sizeOf(linkedList(100_000))).toBeGreaterThan(3000 * 40);
  });

  test('begins where the limit is passed', () => {
    // One for the array, one for each slot, two for each row.
    const value = rows(100, (i) => ({ i }));
    expect(measureSize(value, { maxSteps: 301 })).toEqual({ bytes: sizeOf(value, unlimited), estimated: false });
    expect(measureSize(value, { maxSteps: 300 }).estimated).toBe(true);
  });
});

const rowsShared = rows(10, (i) => ({ id: i, text: `${'x'.repeat(500)}${i}` }));

test('a list of 300,000 links is measured without recursion', () => {
  expect(measureSize(linkedList(300_000), unlimited)).toEqual({ bytes: 12_000_000, estimated: false });
  expect(measureSize(linkedList(300_000)).estimated).toBe(true);
});

test.each([
  [2 ** 53, Number.MAX_SAFE_INTEGER],
  [Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER],
  [1234.5, 1235],
])('%d bytes are given as %d', (bytes, given) => {
  expect(saturate(bytes)).toBe(given);
});

test('an array of four thousand million places and nothing in them is small', () => {
  expect(sizeOf(Object.assign([], { length: 2 ** 32 - 1 }))).toBeLessThan(300);
});

test('texts of equal length and beginning do not make it slow', () => {
  const value = Array.from({ length: 2000 }, (_, i) => `${'x'.repeat(20_000)}${i + 1000}`);
  const began = process.cpuUsage();
  const bytes = sizeOf(value);
  const { user } = process.cpuUsage(began);
  expect(bytes).toBeGreaterThan(2000 * 20_000);
  // A set of them would compare two million pairs, which takes seconds.
  expect(user / 1e6).toBeLessThan(1);
});

describe('options', () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, null, {}, 'many', '-3'])(
    'maxSteps: %j is refused',
    (maxSteps) => {
      const attempt = (): unknown => measureSize({}, { maxSteps } as never);
      expect(attempt).toThrow(/^Expected `maxSteps` to be a whole number of at least 1, got /);
      expect(codeOf(attempt)).toBe(true);
    },
  );

  test('anything else than an object is passed over, such as an index or a key', () => {
    expect(['abc', 1.5, { a: 1 }].map((value, i) => sizeOf(value, i as never))).toEqual([24, 16, 32]);
    expect(sizeOf({ a: 1 }, 'key' as never)).toBe(32);
    expect(sizeOf({ a: 1 }, null as never)).toBe(32);
    expect(sizeOf({ a: 1 }, {})).toBe(32);
  });
});

function codeOf(attempt: () => unknown): boolean {
  try {
    attempt();
    return false;
  } catch (thrown) {
    return isPlimsollError(thrown, 'PLIM_ERR_OPTION_INVALID');
  }
}
