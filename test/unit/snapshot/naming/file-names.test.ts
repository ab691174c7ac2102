import { expect, test } from 'vitest';
import { pathOfUrl, shortFile } from '../../../../src/snapshot/naming/file-names.ts';

test.each([
  ['file:///app/a%20b/%C3%BC.mjs', '/app/a b/ü.mjs'],
  ['file:///app/a.mjs?update=1', '/app/a.mjs'],
  ['file:///app/a.mjs#part', '/app/a.mjs'],
  ['file:///app/what%3F.mjs', '/app/what?.mjs'],
  ['file:///app/100%.mjs', '/app/100%.mjs'],
  ['/app/a.cjs', '/app/a.cjs'],
  ['node:events', 'node:events'],
  ['evalmachine.<anonymous>', 'evalmachine.<anonymous>'],
])('the path of %s is %s', (url, path) => {
  expect(pathOfUrl(url)).toBe(path);
});

test.each([
  ['file:///app/src/a.mjs', '/app', 'src/a.mjs'],
  ['/app/src/a.cjs', '/app/', 'src/a.cjs'],
  ['/application/src/a.cjs', '/app', 'src/a.cjs'],
  ['/deep/down/there/a.cjs', '/app', 'there/a.cjs'],
  ['/deep/down/there/a.cjs', '', 'there/a.cjs'],
  ['/app/node_modules/pkg/lib/x.js', '/app', 'node_modules/pkg/lib/x.js'],
  ['/app/node_modules/a/node_modules/b/x.js', '/app', 'node_modules/b/x.js'],
  ['src/a.ts', '/app', 'src/a.ts'],
  ['node:events', '/app', 'node:events'],
])('%s seen from %s is %s', (url, root, file) => {
  expect(shortFile(url, root)).toBe(file);
});
