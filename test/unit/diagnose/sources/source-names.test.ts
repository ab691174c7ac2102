import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync, type BuildOptions } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { SourceNames } from '../../../../src/diagnose/sources/source-names.ts';
import { SourcePlaces } from '../../../../src/diagnose/sources/source-places.ts';
import { withTempDir, writeTree } from '../../../helpers/temp-dir.ts';

const FILES = {
  'src/sessions.ts': `
export class SessionRecord {
  body: string;
  #ownerId: number;
  constructor(id: number) { this.body = 'body ' + id; this.#ownerId = id; }
  get owner() { return this.#ownerId; }
}
export class SessionIndex {
  #byUser = new Map<number, number>();
  add(id: number) { this.#byUser.set(id, id); }
}
export const openSessions = new Map<number, SessionRecord>();
export function remember(id: number) { openSessions.set(id, new SessionRecord(id)); }
`,
  'src/app.ts': `
import { openSessions, remember, SessionIndex } from './sessions.ts';
const userIndex = new SessionIndex();
const auditTrail: (() => unknown)[] = [];
function makeCounter(prefix: string) {
  const seenNames = new Set<string>();
  return (name: string) => seenNames.add(prefix + name).size;
}
export const countLogin = makeCounter('login');
export const handle = (id: number) => { remember(id); auditTrail.push(() => id); userIndex.add(id); return countLogin('x' + id) + openSessions.size; };
`,
};

/** The names of a bundle, and a way to the place of the text that follows `mark` in it. */
function withBundle<T>(
  use: (names: SourceNames, at: (mark: RegExp) => { url: string; line: number; column: number }, text: string) => T,
  options: BuildOptions = {},
): T {
  return withTempDir((dir) => {
    writeTree(dir, FILES);
    const outfile = path.join(dir, 'dist/app.mjs');
    const entryPoints = [path.join(dir, 'src/app.ts')];
    buildSync({ entryPoints, outfile, bundle: true, minify: true, sourcemap: true, format: 'esm', ...options });
    const sources = new SourcePlaces();
    const url = pathToFileURL(outfile).href;
    const text = sources.linesOf(url)!.join('\n');
    const at = (mark: RegExp): { url: string; line: number; column: number } => {
      const found = new RegExp(mark, 'm').exec(text)!;
      const before = text.slice(0, found.index + found[0].length).split('\n');
      return { url, line: before.length - 1, column: before.at(-1)!.length };
    };
    return use(new SourceNames(sources), at, text);
  });
}

/** What stands in the bundle for something of the source. */
const shortened = (text: string, pattern: RegExp): string => pattern.exec(text)![1]!;

describe.each([
  ['a map with the sources in it', {}],
  ['a map without them', { sourcesContent: false }],
  ['a map in the script', { sourcemap: 'inline' as const }],
  ['shortened names on many lines', { minify: false, minifyIdentifiers: true }],
])('%s', (_, options: BuildOptions) => {
  test('tells what classes and functions were called', () => {
    withBundle((names, at, text) => {
      const record = shortened(text, /(\w+) ?= ?class/);
      expect(record).toHaveLength(1);
      expect(names.ofCode(at(/constructor/), record)).toBe('SessionRecord');
      const remember = shortened(text, /function (\w+)\(\w+\) ?\{\s*\w+\.set/);
      expect(names.ofCode(at(new RegExp(`function ${remember}`)), remember)).toBe('remember');
    }, options);
  });

  test('tells what private fields were called, those of each class', () => {
    withBundle((names, at, text) => {
      expect(names.ofPrivate(at(/constructor/), shortened(text, /(#\w+);\s*constructor/))).toBe('#ownerId');
      const index = shortened(text, /(#\w+) ?= ?(?:\/\* @__PURE__ \*\/ )?new Map/);
      expect(names.ofPrivate(at(/(?=class ?\{\s*#\w+ ?= ?(?:\/\* @__PURE__ \*\/ )?new Map)/), index)).toBe('#byUser');
    }, options);
  });

  test('tells what a variable was called and where it is declared, whoever sees it', () => {
    withBundle((names, at, text) => {
      const sessions = shortened(text, /(?<![#\w])(\w+) ?= ?(?:\/\* @__PURE__ \*\/ )?new Map/);
      const seenFrom = at(/export ?\{|=> ?\{?\s*(?=\w+\(\w+\))/);
      const found = names.ofVariable(seenFrom, sessions);
      expect(found).toMatchObject({ name: 'openSessions', place: { line: 11 } });
      expect(found!.place!.url).toMatch(/src\/sessions\.ts$/);
    }, options);
  });

  test('of variables of one short name takes the one in the innermost scope', () => {
    withBundle((names, at, text) => {
      const seen = shortened(text, /(\w+) ?= ?(?:\/\* @__PURE__ \*\/ )?new Set/);
      expect(names.ofVariable(at(/new Set;return |^ {2}return (?=\(\w\) =>)/), seen)).toMatchObject({
        name: 'seenNames',
      });
    }, options);
  });
});

test('nothing is made up where there is no map, or no such name', () => {
  withBundle(
    (names, at) => {
      expect(names.ofCode(at(/constructor/), 'o')).toBe('o');
      expect(names.ofVariable(at(/constructor/), 'zz')).toBeNull();
      expect(names.ofPrivate(at(/constructor/), '#zz')).toBe('#zz');
    },
    { sourcemap: false },
  );
  withBundle((names, at) => {
    expect(names.ofCode(at(/constructor/), '$$')).toBe('$$');
    expect(names.ofVariable(at(/constructor/), '$$')).toBeNull();
  });
  const names = new SourceNames(new SourcePlaces());
  expect(names.ofVariable({ url: 'file:///gone.js', line: 3, column: 1 }, 'a')).toBeNull();
  expect(names.ofCode({ url: 'file:///gone.js', line: 3, column: 1 }, 'a')).toBe('a');
});

test('in a bundle without a map a short name is still the one of its scope', () => {
  withBundle(
    (names, at, text) => {
      const seen = shortened(text, /(\w+)=new Set/);
      const found = names.ofVariable(at(/new Set;return /), seen);
      expect(found).toMatchObject({ name: seen, place: { line: 0, column: text.indexOf(`${seen}=new Set`) } });
    },
    { sourcemap: false },
  );
});
