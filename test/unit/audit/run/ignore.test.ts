import { expect, test } from 'vitest';
import { IgnoreFile } from '../../../../src/audit/run/ignore.ts';

test.each<[pattern: string, path: string, isFolder: boolean, decision: boolean | undefined]>([
  ['dist', 'dist', true, true],
  ['dist', 'packages/a/dist', true, true],
  ['/dist', 'packages/a/dist', true, undefined],
  ['dist/', 'dist', false, undefined],
  ['dist/', 'dist', true, true],
  ['a/b', 'a/b', false, true],
  ['a/b', 'x/a/b', false, undefined],
  ['**/b', 'x/a/b', false, true],
  ['a/**', 'a/x/y.js', false, true],
  ['a/**/z.js', 'a/z.js', false, true],
  ['a/**/z.js', 'a/x/y/z.js', false, true],
  ['*.gen.js', 'src/x.gen.js', false, true],
  ['*.gen.js', 'src/xgen.js', false, undefined],
  ['file?.js', 'file1.js', false, true],
  ['file[0-9].js', 'filex.js', false, undefined],
  ['file[!0-9].js', 'filex.js', false, true],
  ['!keep.js', 'keep.js', false, false],
  [String.raw`\#x`, '#x', false, true],
  ['# comment', 'comment', false, undefined],
  ['a+b(c).js', 'a+b(c).js', false, true],
  ['', 'a', false, undefined],
])('%j decides on %j (folder: %j): %j', (pattern, name, isFolder, decision) => {
  expect(new IgnoreFile('/root', pattern).decides(`/root/${name}`, isFolder)).toBe(decision);
});

test('the last pattern that speaks of a path decides', () => {
  const ignore = new IgnoreFile('/root', '*.js\r\n!a.js\r\n');
  expect([ignore.decides('/root/a.js', false), ignore.decides('/root/b.js', false)]).toEqual([false, true]);
});

test('nothing is decided outside of the folder', () => {
  expect(new IgnoreFile('/root/sub', '*').decides('/root/a.js', false)).toBeUndefined();
});
