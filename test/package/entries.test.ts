/** Every entry is in the one list (scripts/entries.mjs), and in every place that follows from it. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ENTRIES, exportsOf, fileNameOf, PRELOADS, specifierOf } from '../../scripts/entries.mjs';
import { readTree } from '../helpers/house.ts';

/** The entry that a file of `src/` says it is, in its first comment: `plimsoll/cache`: bounded caches. */
function namedEntry(source: string): string | undefined {
  return /^\/\*\*\s+(?:\* )?`(plimsoll(?:\/[\w/-]+)?)`/.exec(source)?.[1];
}

/** Names without their endings of the files in a folder. */
function namesIn(folder: string, ending: string): string[] {
  return fs.readdirSync(folder).map((name) => name.slice(0, name.length - ending.length));
}

test('the files that call themselves an entry are those of the list', () => {
  const found = readTree('src').flatMap(({ name, source }) => {
    const entry = namedEntry(source);
    return entry === undefined ? [] : [`${entry} = ${name}`];
  });
  const listed = [...ENTRIES, ...PRELOADS].map((entry) => `${specifierOf(entry)} = ${entry.source}.ts`);
  expect(found.sort()).toEqual(listed.sort());
});

test("package.json's exports are those of the list, in the order that gives one instance", () => {
  const { exports } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { exports: object };
  expect(JSON.stringify(exports, null, 2)).toBe(JSON.stringify(exportsOf(ENTRIES), null, 2));
});

test('every entry has a program that uses it, and every program an entry', () => {
  expect(namesIn('test/uses', '.ts').sort()).toEqual(ENTRIES.map(fileNameOf).sort());
});

test.each(ENTRIES)('the program of $name imports it', (entry) => {
  const program = fs.readFileSync(path.join('test/uses', `${fileNameOf(entry)}.ts`), 'utf8');
  expect(program).toContain(`from '${specifierOf(entry)}'`);
});

test('every entry has an API report, and every report an entry', () => {
  expect(namesIn('api', '.api.md').sort()).toEqual(ENTRIES.map(fileNameOf).sort());
});

test.each(ENTRIES)('$name has ceilings for all of it and for single names', ({ ceilings }) => {
  expect(Object.keys(ceilings)).toContain('*');
  expect(Object.keys(ceilings).length).toBeGreaterThan(1);
});

test.each(ENTRIES)('docs/dependencies.md counts $name among what has none', (entry) => {
  expect(fs.readFileSync('docs/dependencies.md', 'utf8')).toContain(`\`${specifierOf(entry)}\``);
});
