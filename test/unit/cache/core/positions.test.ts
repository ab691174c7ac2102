import { describe, expect, test } from 'vitest';
import { choosePositions } from '../../../../src/cache/core/positions.ts';

const many = (count: number, keyOf: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => keyOf(i));
const scattered = (index: number): string => (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');

/** How many of the keys differ in length or in one of the chosen characters. */
function toldApart(keys: readonly string[], at: readonly number[]): number {
  return new Set(keys.map((key) => `${key.length}:${at.map((position) => key.at(position)).join('|')}`)).size;
}

describe('choosePositions', () => {
  test.each<[string, (index: number) => string]>([
    ['digits in the middle', (i) => `user:${scattered(i)}:profile`],
    ['digits at the end that grow in number', (i) => `item-${i}`],
    ['digits in front that grow in number', (i) => `${i}/orders`],
    ['a copy of the same digits', (i) => `${scattered(i)}-${scattered(i)}`],
  ])('tells keys apart by %s', (_, keyOf) => {
    const keys = many(1000, keyOf);
    const { at, shortest } = choosePositions(keys)!;
    expect(new Set(at).size).toBe(6);
    const long = keys.filter(({ length }) => length >= shortest);
    expect(long.length).toBeGreaterThan(900);
    expect(toldApart(long, at)).toBe(long.length);
  });

  test('goes on where a counter will', () => {
    const { at } = choosePositions(many(500, (i) => `order-${String(i).padStart(9, '0')}-new`))!;
    const later = many(1000, (i) => `order-${String(i * 997).padStart(9, '0')}-new`);
    expect(toldApart(later, at)).toBe(later.length);
  });

  test('never asks for a character that a string long enough does not have', () => {
    const { at, shortest } = choosePositions(many(100, (i) => 'ab'.repeat(3 + (i % 5)) + i))!;
    for (const position of at) expect(position < 0 ? -position : position + 1).toBeLessThanOrEqual(shortest);
    expect(Math.min(...at) < 0).toBe(Math.max(...at) < 0);
  });

  test('says nothing about a few strings, or about short ones', () => {
    expect(choosePositions(many(7, (i) => `something-${i}`))).toBeUndefined();
    expect(choosePositions(many(500, (i) => i.toString(36)))).toBeUndefined();
    expect(choosePositions([])).toBeUndefined();
  });
});
