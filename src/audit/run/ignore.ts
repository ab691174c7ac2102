/** Ignore files in the form of `.gitignore`: which paths below their folder they leave out. */
import path from 'node:path';

interface Pattern {
  readonly matches: RegExp;
  readonly isNegated: boolean;
  readonly isFolderOnly: boolean;
}

/** The patterns of one ignore file, and the folder that they count from. */
export class IgnoreFile {
  readonly #folder: string;
  readonly #patterns: readonly Pattern[];

  constructor(folder: string, text: string) {
    this.#folder = folder;
    this.#patterns = text.split(/\r?\n/).flatMap((line) => readPattern(line) ?? []);
  }

  /** Whether the last pattern that speaks of a path leaves it out; `undefined` when none does. */
  decides(target: string, isFolder: boolean): boolean | undefined {
    const relative = path.relative(this.#folder, target).replaceAll('\\', '/');
    if (relative === '' || relative.startsWith('../')) return undefined;
    let decision: boolean | undefined;
    for (const { matches, isNegated, isFolderOnly } of this.#patterns) {
      if ((isFolder || !isFolderOnly) && matches.test(relative)) decision = !isNegated;
    }
    return decision;
  }
}

function readPattern(line: string): Pattern | undefined {
  const text = line.replace(/(?<!\\)\s+$/, '');
  if (text === '' || text.startsWith('#')) return undefined;
  const isNegated = text.startsWith('!');
  const body = (isNegated ? text.slice(1) : text).replace(/^\\(?=[#!])/, '');
  const isFolderOnly = body.endsWith('/');
  const glob = isFolderOnly ? body.slice(0, -1) : body;
  const isAnchored = glob.includes('/');
  const source = asRegExp(glob.replace(/^\//, ''));
  return { matches: new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${source}$`), isNegated, isFolderOnly };
}

/** A glob as the source of a regular expression: `**`, `*`, `?`, `[a-z]`, and backslashes before any of them. */
function asRegExp(glob: string): string {
  return glob.replaceAll(/\*\*\/|\/\*\*$|\*\*|\*|\?|\[!?[^\]]+\]|\\.|[.+^${}()|/]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '/**') return '/.*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.startsWith('[')) return part.replace('[!', '[^');
    return part.startsWith('\\') ? part : `\\${part}`;
  });
}
