import type { SourceMapPayload } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { SourcePlaces } from '../../../../src/diagnose/sources/source-places.ts';
import { sourceMapOf } from '../../../helpers/source-map.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

const COMPILED = 'const a = 1;\nfunction go() {}\n';
/** Compiled line 1 comes from line 7 of the source. */
const LINES = [3, 7];
const AT = { line: 1, column: 9 };

/** Where compiled code ends up; paths from the folder that the files are in. */
function resolved(files: Readonly<Record<string, string>>, script = 'dist/a.js', isUrl = true): string {
  return withTempDir((dir) => {
    writeTree(dir, files);
    const file = path.join(dir, script);
    const place = new SourcePlaces().resolve({ url: isUrl ? pathToFileURL(file).href : file, ...AT });
    const shown = place.url.replace(pathToFileURL(dir).href, 'file:').replace(dir, '');
    return `${shown}:${place.line}:${place.column}`;
  });
}

const json = (map: object): string => JSON.stringify(map);
const inline = (map: object): string =>
  `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${Buffer.from(json(map)).toString('base64')}\n`;

describe('a source map', () => {
  test('beside the script', () => {
    const files = {
      'dist/a.js': `${COMPILED}//# sourceMappingURL=a.js.map\n`,
      'dist/a.js.map': json(sourceMapOf('../src/a.ts', LINES)),
    };
    expect(resolved(files)).toBe('/src/a.ts:7:2');
    expect(resolved(files, 'dist/a.js', false)).toBe('/src/a.ts:7:2');
  });

  test('in the script', () => {
    expect(resolved({ 'dist/a.js': COMPILED + inline(sourceMapOf('../src/a.ts', LINES)) })).toBe('/src/a.ts:7:2');
    const plain = `//# sourceMappingURL=data:application/json,${encodeURIComponent(json(sourceMapOf('../src/a.ts', LINES)))}`;
    expect(resolved({ 'dist/a.js': COMPILED + plain })).toBe('/src/a.ts:7:2');
  });

  test('with the guard against inclusion as a script, blank lines behind it, odd names', () => {
    expect(
      resolved(
        {
          'my dist/ü.js': `${COMPILED}//# sourceMappingURL=${encodeURIComponent('ü 1.map')}\n\n  \n`,
          'my dist/ü 1.map': `)]}'\n${json(sourceMapOf('../src/a.ts', LINES))}`,
        },
        'my dist/ü.js',
      ),
    ).toBe('/src/a.ts:7:2');
  });

  test.each([
    ['a root beside it', '../lib', 'a.ts', '/lib/a.ts'],
    ['a root with a slash', '../lib/', 'a.ts', '/lib/a.ts'],
    ['a root and an absolute source', '../lib', '/src/a.ts', '/src/a.ts'],
    ['a root and a source with a scheme', '../lib', 'webpack://app/./src/a.ts', 'src/a.ts'],
    ['a bundler of a name', '', 'webpack://app/./src/a.ts', 'src/a.ts'],
    ['a bundler without one', '', 'webpack:///src/a.ts', 'src/a.ts'],
    ['a bundler with a folder above', '', 'webpack-internal:///./src/a.ts', 'src/a.ts'],
    ['a file URL', '', 'file:///src/my%20a.ts', 'file:///src/my%20a.ts'],
  ])('with %s', (_, sourceRoot, source, original) => {
    const files = { 'dist/a.js': COMPILED + inline(sourceMapOf(source, LINES, { sourceRoot })) };
    expect(resolved(files)).toBe(`${original}:7:2`);
  });

  test.each([
    ['none', ''],
    ['one that is missing', '//# sourceMappingURL=a.js.map'],
    ['one that is no JSON', `//# sourceMappingURL=data:application/json,{`],
    ['one that is no map', inline({})],
    ['a map without mappings', inline({ ...sourceMapOf('a.ts', LINES), mappings: '' })],
    ['one elsewhere', '//# sourceMappingURL=https://example.org/a.js.map'],
    ['a name that cannot be decoded', '//# sourceMappingURL=%E0%A4%A'],
    ['a map that does not know the line', inline({ ...sourceMapOf('a.ts', []), mappings: ';;;;AAAA' })],
    ['a map without sources', inline({ ...sourceMapOf('a.ts', LINES), sources: [] })],
    ['a comment that is not the last line', `//# sourceMappingURL=a.js.map\nmore();`],
  ])('place of compiled code with %s', (_, comment) => {
    expect(resolved({ 'dist/a.js': COMPILED + comment })).toBe('file:/dist/a.js:1:9');
  });

  test('of a script that exists in memory only is handed in', () => {
    const maps = new Map([
      ['file:///app/src/a.ts', sourceMapOf('file:///app/src/a.ts', LINES) as unknown as SourceMapPayload],
    ]);
    const places = new SourcePlaces({ maps });
    const place = { url: 'file:///app/src/a.ts', ...AT };
    expect(places.resolve(place)).toEqual({ url: 'file:///app/src/a.ts', line: 7, column: 2 });
    expect(places.resolve(place)).toBe(places.resolve({ ...place }));
  });

  test.each(['node:events', 'evalmachine.<anonymous>', '', 'file:///no/such/file.js', 'https://example.org/a.js'])(
    'is not looked for at %j',
    (url) => {
      expect(new SourcePlaces().resolve({ url, ...AT })).toEqual({ url, ...AT });
    },
  );
});

/** Line, from 1, at which `name` is declared in these lines; 0 for nowhere. */
function declared(name: string, ...lines: string[]): number {
  return withTempDir((dir) => {
    writeTree(dir, { 'a.ts': lines.join('\n') });
    return (new SourcePlaces().declarationOf(path.join(dir, 'a.ts'), name)?.line ?? -1) + 1;
  });
}

describe('the declaration of a name', () => {
  test.each([
    'const clients = new Map();',
    'let clients',
    '  var clients = {};',
    'export const clients: Map<string, Client> = new Map();',
    'const { clients } = state;',
    'const { users, clients, jobs } = state;',
    'const [first, clients] = useState();',
    'let a = 1, clients = [];',
    'class clients {',
    'export async function clients() {',
    'function* clients() {',
    '    this.clients = new Map();',
    'exports.clients = new Map();',
    'module.exports.clients = {};',
    'Cache.prototype.clients = {};',
    '  clients = new Map();',
    '  clients: Map<string, Client>;',
    '  clients?: Client[];',
    '  clients;',
    '  private readonly clients = new Map();',
    '  static clients = new Set();',
    '  const state = { clients: [], jobs: [] };',
  ])('%s', (line) => {
    expect(declared('clients', 'use(myclients, clients2);', line, 'clients.get(1);')).toBe(2);
  });

  test('of a private field, and of a name with a dollar', () => {
    expect(declared('#clients', 'class A {', '  #clients = new Map();', '  get() { return this.#clients; }')).toBe(2);
    expect(declared('$clients', 'const a$clients = 1;', 'const $clients = [];')).toBe(2);
  });

  test('stands before what only assigns it', () => {
    expect(
      declared('clients', 'this.clients = 1;', 'const other = { clients: 1 };', 'const clients = new Map();'),
    ).toBe(3);
  });

  test.each([
    '// const clients = 1;',
    '  // let clients;',
    '/* const clients = 1; */',
    ' * const clients = new Map();',
    '/**\n const clients = 1;\n */',
    '/* one\n var clients;\n two */',
  ])('is not in a comment: %j', (comment) => {
    const lines = comment.startsWith(' *') ? ['/**', comment, ' */'] : comment.split('\n');
    expect(declared('clients', ...lines)).toBe(0);
    expect(declared('clients', ...lines, 'const clients = 2;')).toBe(lines.length + 1);
  });

  test('is found behind a comment, and beside what looks like one', () => {
    expect(declared('clients', '/* the pool */ const clients = new Map();')).toBe(1);
    expect(declared('clients', "glob('src/**/*.js');", 'const clients = [];')).toBe(2);
  });

  test.each([
    'const myClients = 1; use(clients);',
    'const clientsById = new Map();',
    'myclients = 2;',
    'this.clients2 = 1;',
    'if (clients === undefined) stop();',
    'return clients;',
    'clients.set(1, 2);',
    'a.clients == b;',
  ])('is not %j', (line) => {
    expect(declared('clients', line)).toBe(0);
  });

  test.each(['', 'a b', 'a.b', '[key]', '(x)', 'a|b', 'größe'])('of %j is not looked for', (name) => {
    expect(declared(name, `const ${name} = 1;`)).toBe(0);
  });

  test('is not looked for where there is no file', () => {
    const places = new SourcePlaces();
    expect(places.declarationOf('node:events', 'clients')).toBe(null);
    expect(places.declarationOf('/no/such/file.js', 'clients')).toBe(null);
    expect(places.declarationOf('src/bundled.ts', 'clients')).toBe(null);
    expect(withTempDir((dir) => places.declarationOf(dir, 'clients'))).toBe(null);
  });
});
