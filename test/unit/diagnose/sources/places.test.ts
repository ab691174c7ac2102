import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { Places } from '../../../../src/diagnose/sources/places.ts';
import { sourceMapOf } from '../../../helpers/source-map.ts';
import { ownerPath } from '../../../helpers/suspects.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

const SOURCE = ['class Pool {', '  #idle = [];', '}', 'export const pool = new Pool();', 'export function lend() {}'];

/** Places of a program of one compiled file, whose only line comes from line 5 of its source. */
function withProgram(use: (places: Places, compiled: string) => void): void {
  withTempDir((dir) => {
    writeTree(dir, {
      'src/pool.ts': SOURCE.join('\n'),
      'dist/pool.js': 'x;\n//# sourceMappingURL=pool.js.map',
      'dist/pool.js.map': JSON.stringify(sourceMapOf('../src/pool.ts', [4])),
    });
    use(
      new Places({ root: dir, isWatcherScript: (url) => url.includes('watcher') }),
      pathToFileURL(path.join(dir, 'dist/pool.js')).href,
    );
  });
}

test('a place is written as the author has it, from the root on', () => {
  withProgram((places, url) => {
    expect(places.placeText({ url, line: 0, column: 0 })).toBe('src/pool.ts:5');
  });
});

test('in a line that is a whole bundle a place has its column', () => {
  withTempDir((dir) => {
    writeTree(dir, { 'bundle.js': `${'a();'.repeat(200)}\nb();` });
    const url = pathToFileURL(path.join(dir, 'bundle.js')).href;
    const { placeText } = new Places({ root: dir });
    expect(placeText({ url, line: 0, column: 40 })).toBe('bundle.js:1:41');
    expect(placeText({ url, line: 1, column: 0 })).toBe('bundle.js:2');
  });
});

test('a declaration is looked for in the source', () => {
  withProgram((places, url) => {
    const near = { url, line: 0, column: 0 };
    expect(places.findDeclaration(near, 'pool')).toMatchObject({ line: 3, column: 7 });
    expect(places.findDeclaration(near, '#idle')).toMatchObject({ line: 1 });
    expect(places.findDeclaration(near, 'nothing')).toBeNull();
    expect(places.findDeclaration(near, '')).toBeNull();
  });
});

test('an owner is placed by its variable, else by where its path begins', () => {
  withProgram((places, url) => {
    const scope = { name: 'lend', place: { url, line: 0, column: 0 } };
    expect(places.ofOwner(ownerPath({ scope, variable: 'pool' }))).toBe('src/pool.ts:4');
    expect(places.ofOwner(ownerPath({ scope: null, head: 'globalThis' }))).toBe('globalThis');
    for (const foreign of ['node:events', 'file:///watcher/probe.js', '']) {
      const place = { url: foreign, line: 0, column: 0 };
      expect(places.ofOwner(ownerPath({ scope: { name: 'x', place }, head: 'process' }))).toBe('process');
    }
  });
});

test('without options nothing is foreign but the runtime', () => {
  const places = new Places({ root: '' });
  expect(['file:///a.js', 'node:fs', ''].map(places.isProgramScript)).toEqual([true, false, false]);
});
