import { expect, test } from 'vitest';
import { columnsOf, hang, paint, sparkline, wrapLines } from '../../../../src/diagnose/report/text-layout.ts';

test('lines break at blanks, never between a figure and its unit', () => {
  expect(wrapLines('it grew by 312 KiB in 5 min, and more', 14)).toEqual([
    'it grew by',
    '312 KiB in',
    '5 min, and',
    'more',
  ]);
  expect(wrapLines('unbreakable-word-of-length', 5)).toEqual(['unbreakable-word-of-length']);
  expect(wrapLines('', 10)).toEqual(['']);
});

test('colours take no columns', () => {
  expect(columnsOf(paint('word', ['bold', 'red'], true))).toBe(4);
  expect(hang(paint('· ', ['dim'], true), ['a', 'b']).split('\n')[1]).toBe('  b');
  expect(paint('word', ['bold'], false)).toBe('word');
});

test('a sparkline runs from its lowest to its highest value', () => {
  expect(sparkline([1, 2, 3], 10)).toBe('▁▅█');
  expect(sparkline([7, 7], 10)).toBe('▁▁');
  expect(sparkline([], 10)).toBe('');
  const thinned = sparkline(
    Array.from({ length: 1_000 }, (_, k) => k),
    8,
  );
  expect(thinned).toBe('▁▂▃▄▅▆▇█');
});
