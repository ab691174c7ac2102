import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, WARNING_CODES } from '../../src/errors.ts';
import { readTree } from '../helpers/house.ts';
import { type Registry, registryProblems } from '../helpers/registry.ts';

/** The text of every test below a folder, without that of what is installed there: a hundred times as many files. */
function readTests(folder: string): string {
  const texts = fs.readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? '' : readTests(name);
    return name.endsWith('.test.ts') ? fs.readFileSync(name, 'utf8') : '';
  });
  return texts.join('\n');
}

describe('the codes of errors and warnings', () => {
  test('are registered, used, asserted and explained', () => {
    const problems = registryProblems({
      codes: { ...ERROR_CODES, ...WARNING_CODES },
      sources: readTree('src'),
      tests: readTests('test'),
      page: fs.readFileSync('docs/errors.md', 'utf8'),
    });
    expect(problems).toEqual([]);
  });

  test('say of which kind they are', () => {
    for (const code of Object.keys(ERROR_CODES)) expect(code).toMatch(/^PLIM_ERR_[A-Z]+_[A-Z_]+$/);
    for (const code of Object.keys(WARNING_CODES)) expect(code).toMatch(/^PLIM_WARN_[A-Z]+_[A-Z_]+$/);
  });
});

describe('docs/dependencies.md', () => {
  test('names every dependency with its pinned version, and no other', () => {
    const page = fs.readFileSync('docs/dependencies.md', 'utf8');
    const listed = [...page.matchAll(/^\| `([^`]+)` \| ([\d.]+) \|/gm)].map(
      ([, name, version]) => `${name} ${version}`,
    );
    const { dependencies, devDependencies } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    const pinned = Object.entries({ ...dependencies, ...devDependencies }).map(([name, pin]) => `${name} ${pin}`);
    expect(listed.sort()).toEqual(pinned.sort());
  });
});

describe('registryProblems', () => {
  const sound: Registry = {
    codes: { PLIM_ERR_FILE_LOST: 'A file was lost.', PLIM_WARN_FILE_OLD: 'A file is old.' },
    sources: [
      { name: 'base/errors.ts', source: "PLIM_ERR_FILE_LOST: 'A file was lost.'" },
      { name: 'cli/main.ts', source: "throw new E('PLIM_ERR_FILE_LOST'); warn('PLIM_WARN_FILE_OLD')" },
    ],
    tests: "expect(code).toBe('PLIM_ERR_FILE_LOST')",
    page: [
      '# Errors',
      '## `PLIM_ERR_FILE_LOST`',
      'A file was lost. **Why:** it was deleted. **What to do:** restore it.',
      '## PLIM_WARN_FILE_OLD',
      'A file is old. **Why:** time. **What to do:** nothing.',
    ].join('\n'),
  };

  test('lets a sound registry pass', () => {
    expect(registryProblems(sound)).toEqual([]);
  });

  test.each<[string, Partial<Registry>, string[]]>([
    [
      'a code that nothing uses',
      {
        sources: [
          ...sound.sources.slice(0, 1),
          { name: 'a.ts', source: "/* PLIM_ERR_FILE_LOST */ 'PLIM_WARN_FILE_OLD'" },
        ],
      },
      ['PLIM_ERR_FILE_LOST is registered and not used'],
    ],
    [
      'a code that is not registered',
      { sources: [...sound.sources, { name: 'a.ts', source: "code: 'PLIM_ERR_FILE_GONE'" }] },
      ['PLIM_ERR_FILE_GONE is used and not registered'],
    ],
    ['a code that no test asserts', { tests: 'PLIM_ERR_FILE_LOST_TOO' }, ['PLIM_ERR_FILE_LOST is asserted by no test']],
    [
      'a section without advice',
      { page: sound.page.replace('**What to do:** restore it.', '') },
      ['PLIM_ERR_FILE_LOST: no "**What to do:**"'],
    ],
    [
      'a section that says something else than the registry',
      { page: sound.page.replace('A file is old.', 'A file was old.') },
      ['PLIM_WARN_FILE_OLD: no "A file is old."'],
    ],
    [
      'a missing and a left-over section',
      { page: sound.page.replace('## PLIM_WARN_FILE_OLD', '## PLIM_WARN_FILE_NEW') },
      ['PLIM_WARN_FILE_NEW is documented and not registered', 'PLIM_WARN_FILE_OLD has no section'],
    ],
  ])('reports %s', (_what, change, problems) => {
    expect(registryProblems({ ...sound, ...change })).toEqual(problems);
  });
});
