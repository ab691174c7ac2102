/** The docs say what the program does: options, links. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ENTRIES, PRELOADS, specifierOf } from '../../scripts/entries.mjs';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'].concat(
  fs.readdirSync('examples').map((name) => path.join('examples', name, 'README.md')),
  fs
    .readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
);

/** The long options that a help text declares. */
function optionsOf(command: string): string[] {
  const help = execFileSync(process.execPath, ['dist/cli/main.js', command, '--help'], { encoding: 'utf8' });
  return [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)]
    .map((match) => match[1]!)
    .filter((name) => name !== '--help');
}

/** The long options that a page's tables list in their first column. */
function optionsListed(page: string): string[] {
  const rows = fs.readFileSync(page, 'utf8').match(/^\| `--.*$/gm) ?? [];
  return rows.flatMap((row) => row.split(' | ')[0]!.match(/--[a-z-]+/g) ?? []);
}

/** A heading as the fragment of a link. */
function fragmentOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

/** Relative links of a page that lead nowhere. */
function deadLinks(page: string): string[] {
  const links = [...fs.readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file, fragment] = link.split('#') as [string, string?];
    const target = file === '' ? page : path.join(path.dirname(page), file);
    if (!fs.existsSync(target)) return true;
    if (fragment === undefined) return false;
    const headings = fs.readFileSync(target, 'utf8').match(/^#+ .+$/gm) ?? [];
    return !headings.map((line) => fragmentOf(line.replace(/^#+ /, ''))).includes(fragment);
  });
}

test.each([
  ['docs/run.md', ['run']],
  ['docs/snapshot.md', ['snapshot', 'diff']],
  ['docs/audit.md', ['audit']],
])('the options in the tables of %s are those of %j, and no other', (page, commands) => {
  const options = new Set(commands.flatMap(optionsOf));
  expect(options.size).toBeGreaterThan(5);
  expect(optionsListed(page).sort()).toEqual([...options].sort());
});

test.each([...ENTRIES, ...PRELOADS].map(specifierOf))('%s has its page in the reference', (entry) => {
  expect(fs.readFileSync('docs/reference/README.md', 'utf8')).toContain(`\`${entry}\``);
});

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  expect(deadLinks(page)).toEqual([]);
});
