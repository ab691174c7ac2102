import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { floorProblems, importCycles, readTree } from '../helpers/house.ts';
import { readImports, usesImportMeta } from '../helpers/imports.ts';
import { findTooLong } from '../helpers/lengths.ts';
import { withTempDir, writeTree } from '../helpers/temp-dir.ts';

/** What may be longer than 350 lines (a file) or 60 (a function), and why. */
const LONG_FOR_A_REASON: Readonly<Record<string, string>> = {};

describe('src', () => {
  const tree = readTree('src');
  const { dependencies } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { dependencies: object };

  test('has files with imports', () => {
    expect(tree.length).toBeGreaterThan(10);
    expect(tree.flatMap((file) => file.imports).length).toBeGreaterThan(10);
  });

  test('keeps to its floors and doors', () => {
    expect(floorProblems(tree, Object.keys(dependencies))).toEqual([]);
  });

  test('has no import cycle', () => {
    expect(importCycles(tree)).toEqual([]);
  });

  test('has a reason for every long file and function, and no reason left over', () => {
    const long = findTooLong('src', { file: 350, function: 60 });
    expect([...long.keys()].sort()).toEqual(Object.keys(LONG_FOR_A_REASON).sort());
  });
});

describe('readImports', () => {
  const specifiers = (source: string): (string | null)[] => readImports(source).map(({ specifier }) => specifier);

  test.each([
    ["import a from './a.ts';", ['./a.ts']],
    ["import './effect.ts';", ['./effect.ts']],
    ["import type { A } from './a.ts';", ['./a.ts']],
    ["import {\n  a,\n  b,\n} from './a.ts';", ['./a.ts']],
    ['export { a } from "./a.ts";', ['./a.ts']],
    ["export * as all from './a.ts';", ['./a.ts']],
    ["const a = await import('./a.ts');", ['./a.ts']],
    ['const a = await import(`./a.ts`);', ['./a.ts']],
    ["const a = await import(/* why */ './a.ts');", ['./a.ts']],
    ["let a: typeof import('./a.ts');", ['./a.ts']],
    ["const fs = require('node:fs');", ['node:fs']],
    ['const a = await import(name);', [null]],
    ["import a from './a.ts';import b from './b.ts'", ['./a.ts', './b.ts']],
  ])('reads %j', (source, expected) => {
    expect(specifiers(source)).toEqual(expected);
  });

  test.each([
    ["// import './a.ts';"],
    ["/* import './a.ts';\n import './b.ts'; */"],
    ['const text = "import \'./a.ts\'";'],
    ["const text = `import './a.ts' ${1 + 1} from './b.ts'`;"],
    ["const list = Array.from('abc');"],
    ["const found = /from '/.test(text);"],
    ["const quote = /['\"]/; // from './a.ts'"],
    ["const text = 'it\\'s'; // from './a.ts'"],
    ['const here = import.meta.url;'],
  ])('finds none in %j', (source) => {
    expect(specifiers(source)).toEqual([]);
  });

  test('goes on after templates in templates, divisions and regular expressions', () => {
    const source = [
      'const a = `x ${[1].map((n) => `${{ n }.n} / `)} y`;',
      'const b = (a.length / 2) / 3;',
      "const c = a.replace(/[/'`]/g, '');",
      "import './last.ts';",
    ].join('\n');
    expect(readImports(source)).toEqual([{ specifier: './last.ts', line: 4, star: false }]);
  });

  test('tells export * from other exports', () => {
    const stars = readImports("export * from './a.ts';\nexport { b } from './b.ts';\nexport * as c from './c.ts';");
    expect(stars.map(({ star }) => star)).toEqual([true, false, true]);
  });

  test('sees import.meta in code only', () => {
    expect(usesImportMeta('const url = import.meta.url;')).toBe(true);
    expect(usesImportMeta("// import.meta\nconst text = 'import.meta';")).toBe(false);
  });
});

describe('floorProblems', () => {
  const problems = (files: Readonly<Record<string, string>>): string[] =>
    withTempDir((dir) => {
      writeTree(dir, files);
      return floorProblems(readTree(dir), ['commander']);
    });

  test('lets a house in order pass', () => {
    const house = {
      'base/units.ts': 'export const KB = 1024;',
      'runtime/memory.ts': "import fs from 'node:fs';\nimport { KB } from '../base/units.ts';",
      'snapshot/index.ts': "export { read } from './parse/read.ts';",
      'snapshot/parse/read.ts': "import { KB } from '../../base/units.ts';\nimport { x } from '../../struct/bits.ts';",
      'struct/bits.ts': "import type { KB } from '../base/units.ts';",
      'cli/main.ts':
        "import { Command } from 'commander';\nimport { read } from '../snapshot/index.ts';\nimport.meta.url;",
      'dashboard/page/a.ts': "import uPlot from 'uplot';\nimport { KB } from '../../base/units.ts';",
      'index.ts': "export { read } from './snapshot/index.ts';\nexport { E } from './errors.ts';",
      'errors.ts': "export { KB } from './base/units.ts';",
    };
    expect(problems(house)).toEqual([]);
  });

  test.each([
    ['a file in no known room', { 'utils/all.ts': '' }, 'utils/all.ts is in no known room'],
    ['a stray file on top', { 'helpers.ts': '' }, 'helpers.ts is in no known room'],
    [
      'an import from above',
      { 'base/a.ts': "import '../snapshot/b.ts';", 'snapshot/b.ts': '' },
      'base/a.ts:1 imports snapshot/b.ts: snapshot (floor 2) is not below base (floor 0)',
    ],
    [
      'an import from beside, of a type alone',
      { 'cache/a.ts': "\nimport type { B } from '../scope/b.ts';", 'scope/b.ts': '' },
      'cache/a.ts:2 imports scope/b.ts: scope (floor 2) is not below cache (floor 2)',
    ],
    [
      'an import past the door',
      { 'diagnose/a.ts': "import '../snapshot/b.ts';", 'snapshot/b.ts': '', 'snapshot/index.ts': '' },
      'diagnose/a.ts:1 imports snapshot/b.ts past snapshot/index.ts',
    ],
    [
      'an import past an inner door',
      { 'diagnose/a.ts': "import './probe/b.ts';", 'diagnose/probe/b.ts': '', 'diagnose/probe/index.ts': '' },
      'diagnose/a.ts:1 imports diagnose/probe/b.ts past diagnose/probe/index.ts',
    ],
    [
      'a file that is not there',
      { 'cli/a.ts': "import './b.ts';" },
      'cli/a.ts:1 imports cli/b.ts, which does not exist',
    ],
    ['npm in a library', { 'system/a.ts': "import 'ws';" }, 'system/a.ts:1 imports ws from npm, but system is library'],
    [
      'a builtin without node:',
      { 'runtime/a.ts': "import 'fs';" },
      'runtime/a.ts:1 imports fs from npm, but runtime is library',
    ],
    [
      'npm that is no dependency',
      { 'cli/a.ts': "import 'left-pad';" },
      'cli/a.ts:1 imports left-pad, which is no dependency',
    ],
    ['Node in base', { 'base/a.ts': "import 'node:os';" }, 'base/a.ts:1 imports node:os, but base runs without Node'],
    [
      'Node in struct',
      { 'struct/a.ts': "import 'node:os';" },
      'struct/a.ts:1 imports node:os, but struct runs without Node',
    ],
    [
      'Node in the cache',
      { 'cache/a.ts': "import 'node:os';" },
      'cache/a.ts:1 imports node:os, but cache runs without Node',
    ],
    ['import.meta in a library', { 'register.ts': 'import.meta.url;' }, 'register.ts uses import.meta'],
    [
      'a page that needs Node',
      { 'dashboard/page/a.ts': "import 'node:os';" },
      'dashboard/page/a.ts:1 imports node:os, but runs in a browser',
    ],
    [
      'a page that needs a room of Node',
      { 'dashboard/page/a.ts': "import '../../runtime/b.ts';", 'runtime/b.ts': '' },
      'dashboard/page/a.ts:1 imports runtime/b.ts, but runs in a browser',
    ],
    [
      'a page used as a library',
      { 'dashboard/index.ts': "import './page/a.ts';", 'dashboard/page/a.ts': '' },
      'dashboard/index.ts:1 imports dashboard/page/a.ts, which is bundled into a page',
    ],
    ['a computed import', { 'system/a.ts': 'import(name);' }, 'system/a.ts:1 imports a computed name'],
    [
      'export *',
      { 'index.ts': "export * from './base/a.ts';", 'base/a.ts': '' },
      'index.ts:1 exports all of ./base/a.ts; list the names',
    ],
  ])('reports %s', (_what, files, problem) => {
    expect(problems(files as Record<string, string>)).toEqual([problem]);
  });
});

describe('importCycles', () => {
  test('reports each cycle once, from its first file', () => {
    const files = {
      'a.ts': "import './b.ts';",
      'b.ts': "import './c/c.ts';",
      'c/c.ts': "import type { B } from '../b.ts';\nimport './d.ts';",
      'c/d.ts': "import './d.ts';",
      'e.ts': "import './a.ts';",
    };
    const cycles = withTempDir((dir) => {
      writeTree(dir, files);
      return importCycles(readTree(dir));
    });
    expect(cycles).toEqual(['b.ts -> c/c.ts', 'c/d.ts']);
  });
});

describe('findTooLong', () => {
  test('counts code, neither comments nor blank lines', () => {
    const body = 'work();\n'.repeat(8);
    const files = {
      'long.ts': `export function long() {\n${body}}\n`,
      'short.ts': `// why\n\n// why\nexport function short() {\n// why\n\n${'work();\n'.repeat(5)}}\n`,
      'file.ts': 'work();\n'.repeat(12),
    };
    const long = withTempDir((dir) => {
      writeTree(dir, files);
      return findTooLong(dir, { file: 11, function: 8 });
    });
    const expected = new Map([
      ['file.ts', 12],
      ['long.ts: long', 10],
    ]);
    expect(long).toEqual(expected);
  });
});
