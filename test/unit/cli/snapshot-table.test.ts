import { expect, test } from 'vitest';
import { fitText, formatTable, plainText, textWidth } from '../../../src/cli/snapshot/table.ts';

test('characters of East Asian scripts take two columns, combining marks none', () => {
  expect(textWidth('Session')).toBe(7);
  expect(textWidth('Ünïcode类')).toBe(9);
  expect(textWidth('U\u0308')).toBe(1);
  expect(textWidth('😀')).toBe(2);
});

test('a text that fits stays as it is', () => {
  expect(fitText('Session', 7)).toBe('Session');
});

test('a text that does not fit keeps its start and its end', () => {
  expect(fitText('AbstractSingletonProxyFactoryBean', 15)).toBe('AbstractS…yBean');
  expect(fitText('类类类类类类', 7)).toBe('类类…类');
});

test.each([4, 5, 9, 20, 33])('it never takes more than %i columns', (columns) => {
  for (const text of ['AbstractSingletonProxyFactoryBean', '类'.repeat(30), 'é😀'.repeat(20)]) {
    expect(textWidth(fitText(text, columns))).toBeLessThanOrEqual(columns);
  }
});

test('names that would steer a terminal are shown as blanks', () => {
  expect(plainText('a\u001b[2Jb\nc\u202ed\u009be')).toBe('a [2Jb c d e');
});

test('figures stand right, the text last', () => {
  const rows = [
    ['size', 'count', 'class'],
    ['8 B', '1,000', 'Session'],
    ['100 MiB', '2', ''],
  ];
  expect(formatTable(rows, 80)).toEqual(['   size  count  class', '    8 B  1,000  Session', '100 MiB      2']);
});

test('lines stay within the columns given', () => {
  const lines = formatTable(
    [
      ['n', 'class'],
      ['123', 'X'.repeat(1000)],
    ],
    40,
  );
  expect(lines.map((line) => line.length)).toEqual([10, 40]);
});
