import { describe, expect, test } from 'vitest';
import { StringBytes } from '../../../../src/snapshot/parse/string-table.ts';

/** A table of the strings as they stand in a file, each given in quotes; added in small parts. */
function tableOf(quoted: readonly string[], pieceBytes: number, narrowBytes?: number): StringBytes {
  const table = new StringBytes(pieceBytes, narrowBytes);
  const part = 7;
  const bytes = Buffer.from(quoted.join(',\n'), 'utf8');
  const starts: number[] = [];
  for (let at = 0, i = 0; i < quoted.length; at += Buffer.byteLength(quoted[i]!) + 2, i++) starts.push(at);
  for (let from = 0; from < bytes.length; from += part) {
    const to = Math.min(bytes.length, from + part);
    const quotes = Uint32Array.from(starts.filter((start) => start >= from && start < to));
    table.append(bytes, from, to, quotes, quotes.length);
  }
  return table;
}

const TEXTS = [
  '',
  'plain',
  'a "quoted" word',
  'back\\slash\\',
  'line\nfeed',
  'é \u{1f600}',
  '\ud83d alone',
  'x'.repeat(50),
];

describe.each([8, 13, 64, 4096])('in pieces of %i bytes', (pieceBytes) => {
  test('decodes every string, escaped or as UTF-8', () => {
    const escaped = TEXTS.map((text) =>
      JSON.stringify(text).replaceAll(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    );
    expect(TEXTS.map((_, i) => tableOf(escaped, pieceBytes).get(i))).toEqual(TEXTS);
    expect(
      TEXTS.map((_, i) =>
        tableOf(
          TEXTS.map((text) => JSON.stringify(text)),
          pieceBytes,
        ).get(i),
      ),
    ).toEqual(TEXTS);
  });

  test('finds the strings that contain a text, also across the seam of two pieces', () => {
    const words = Array.from({ length: 60 }, (_, i) =>
      i % 3 === 0 ? `${'-'.repeat(i % 11)}in WeakMap in WeakMap` : `in Weak${i}`,
    );
    const table = tableOf(
      words.map((word) => JSON.stringify(word)),
      pieceBytes,
    );
    expect(table.indexesContaining('in WeakMap')).toEqual(
      words.flatMap((word, i) => (word.includes('in WeakMap') ? [i] : [])),
    );
    expect(table.indexesContaining('nowhere')).toEqual([]);
  });
});

test('an index behind the end reads as the empty string', () => {
  const table = tableOf(['"a"'], 64);
  expect(table.get(1)).toBe('');
  expect(table.get(2 ** 32 - 1)).toBe('');
});

test('a string with a broken escape is given as it stands', () => {
  expect(tableOf(['"a\\qb"'], 64).get(0)).toBe('a\\qb');
});

test('the last string can be dropped', () => {
  const table = tableOf(['"whole"', '"cut of'], 64);
  table.dropLast();
  expect(table.count).toBe(1);
  expect([table.get(0), table.get(1)]).toEqual(['whole', '']);
  expect(table.indexesContaining('cut')).toEqual([]);
});

test('no strings at all', () => {
  const table = new StringBytes(64);
  expect([table.count, table.bytes, table.get(0), table.indexesContaining('x')]).toEqual([0, 0, '', []]);
});

test('offsets beyond what 32 bits can tell are kept in 64', () => {
  const words = Array.from({ length: 3000 }, (_, i) => `"word ${i}"`);
  const table = tableOf(words, 4096, 9000);
  expect(words.map((_, i) => table.get(i))).toEqual(words.map((word) => word.slice(1, -1)));
  expect(table.indexesContaining('word 2999')).toEqual([2999]);
});
