import { describe, expect, test } from 'vitest';
import { blockAt, findBlocks } from '../../../../src/diagnose/sources/code-blocks.ts';

const blocksOf = (text: string): string[] => findBlocks(text).map(({ start, end }) => text.slice(start, end + 1));

test('blocks inside each other, in order of their beginning', () => {
  expect(blocksOf('a{b{c}d}e{f}')).toEqual(['{b{c}d}', '{c}', '{f}']);
});

describe('braces that begin nothing', () => {
  test.each([
    ['in texts', `x("{", '}', "\\"{", '\\'{')`],
    ['in comments', '// {\n/* } { */ a'],
    ['in patterns', 'a = /[{/"]{2}/.test(b); c = (/}/)'],
    ['in templates', 'a = `{ ${b + `}`} }`'],
  ])('%s', (_, text) => {
    expect(blocksOf(text)).toEqual([]);
  });

  test('but for those after a division', () => {
    expect(blocksOf('a = b / c; { d / e } x = "/"')).toEqual(['{ d / e }']);
  });
});

test('a block without an end goes on to the end, an end without a block is passed over', () => {
  expect(blocksOf('a } { b')).toEqual(['{ b']);
  for (const text of ['"', '`${', '/*', '/[', '\\', '`']) expect(blocksOf(text)).toEqual([]);
});

test('the innermost block around a place', () => {
  const text = 'a{b{c}d}e';
  const blocks = findBlocks(text);
  const around = (letter: string): string | undefined => {
    const block = blockAt(blocks, text.indexOf(letter));
    return block === undefined ? undefined : text.slice(block.start, block.end + 1);
  };
  expect(around('c')).toBe('{c}');
  expect(around('d')).toBe('{b{c}d}');
  expect(around('a')).toBeUndefined();
  expect(around('e')).toBeUndefined();
});
