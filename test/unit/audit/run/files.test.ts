import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findSources } from '../../../../src/audit/run/files.ts';
import { isPlimsollError } from '../../../../src/base/errors.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

/** The sources that are found in a tree, by their names in it. */
function sources(files: Record<string, string>, paths: readonly string[] = ['.']): string[] {
  return withTempDir((dir) => {
    writeTree(dir, { '.git/HEAD': '', ...files });
    return findSources(paths, dir).map((file) => path.relative(dir, file).replaceAll('\\', '/'));
  });
}

describe('findSources', () => {
  test('takes every kind of source, and no declarations', () => {
    const names = ['a.js', 'b.cjs', 'c.mjs', 'd.jsx', 'e.ts', 'f.cts', 'g.mts', 'h.tsx'];
    const others = ['i.d.ts', 'j.json', 'k.d.mts', 'l.md'];
    expect(sources(Object.fromEntries([...names, ...others].map((name) => [name, ''])))).toEqual(names);
  });

  test('never enters node_modules', () => {
    expect(sources({ 'a.js': '', 'node_modules/x/index.js': '', 'packages/p/node_modules/y.js': '' })).toEqual([
      'a.js',
    ]);
  });

  test('respects ignore files of every folder, the nearest last', () => {
    const files = {
      '.gitignore': 'dist\n*.gen.js\n',
      '.plimsollignore': 'legacy/\n',
      'src/.gitignore': '!kept.gen.js\n',
      'src/a.js': '',
      'src/b.gen.js': '',
      'src/kept.gen.js': '',
      'dist/a.js': '',
      'legacy/a.js': '',
    };
    expect(sources(files)).toEqual(['src/a.js', 'src/kept.gen.js']);
    expect(sources(files, ['src'])).toEqual(['src/a.js', 'src/kept.gen.js']);
  });

  test('takes a file that is named whatever the ignore files say, and each once', () => {
    const files = { '.gitignore': 'a.js\n', 'a.js': '', 'b.js': '' };
    expect(sources(files, ['a.js', 'b.js', '.'])).toEqual(['a.js', 'b.js']);
  });

  test('refuses a path that does not exist', () => {
    let thrown: unknown;
    try {
      sources({}, ['missing']);
    } catch (error) {
      thrown = error;
    }
    expect(isPlimsollError(thrown, 'PLIM_ERR_FILE_UNREADABLE')).toBe(true);
  });
});
