import { expect, test } from 'vitest';
import { wordsOfOptions } from '../../../src/runtime/node-options.ts';

test.each([
  ['', []],
  ['--a  --b=1', ['--a', '--b=1']],
  ['"--diagnostic-dir=/tmp/a b" --c', ['--diagnostic-dir=/tmp/a b', '--c']],
  ['--d="a \\"b\\" \\\\c" --e', ['--d=a "b" \\c', '--e']],
  ['"never closed', ['never closed']],
])('NODE_OPTIONS %j', (text, words) => {
  expect(wordsOfOptions(text)).toEqual(words);
});
