/**
 * Reads the imports of a TypeScript file without a compiler: strings and comments are blanked first, so that what is
 * left to match is code. Exact for code that compiles, but for regular expressions in unusual places.
 */

/** One import, re-export or `import()`. */
export interface Import {
  /** What is imported; `null` when the name is computed. */
  readonly specifier: string | null;
  /** Line from 1. */
  readonly line: number;
  /** Whether it is `export * from`. */
  readonly star: boolean;
}

/** A source of the same length whose strings and comments are blank, and the strings by the place of their quote. */
export interface Masked {
  readonly code: string;
  readonly strings: ReadonlyMap<number, string>;
}

/** Characters and words after which a slash begins a regular expression and does not divide. */
const BEFORE_REGEX = /(?:^|[([{}=,;:!&|?+\-*%~^<>]|\b(?:return|typeof|case|in|of|void|delete|await|yield))\s*$/;

const IMPORT = /\b(?:from|import|(?:import|require)\s*\()\s*(['"`])|\bimport\s*\(\s*([^\s'"`)])/g;
const IMPORT_META = /\bimport\s*\.\s*meta\b/;
const STAR = /\bexport\s*\*(?:\s*as\s+\w+)?\s*$/;

/** Every import of a source, in its order. */
export function readImports(source: string): Import[] {
  const { code, strings } = mask(source);
  return [...code.matchAll(IMPORT)].map((match) => ({
    specifier: match[1] === undefined ? null : (strings.get(match.index + match[0].length - 1) ?? null),
    line: lineAt(code, match.index),
    star: STAR.test(code.slice(0, match.index)),
  }));
}

/** Whether a source says `import.meta` in its code. */
export function usesImportMeta(source: string): boolean {
  return IMPORT_META.test(mask(source).code);
}

/** Line, from 1, of a place in a text. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** Blanks the strings and comments of a source. */
export function mask(source: string): Masked {
  const strings = new Map<number, string>();
  /** Depth of braces at which each open `${` of a template ends. */
  const holes: number[] = [];
  let code = '';
  let depth = 0;

  const blank = (end: number): void => {
    code += source.slice(code.length, end).replaceAll(/[^\n]/g, ' ');
  };
  /** Takes a string that begins at the end of `code`, its quotes included; a template up to its end or next `${`. */
  const takeString = (quote: string): void => {
    const begin = code.length;
    const end = endOfString(source, begin + 1, quote);
    strings.set(begin, source.slice(begin + 1, end));
    code += source[begin]!;
    blank(end);
    if (source.startsWith('${', end)) {
      code += '${';
      holes.push(depth++);
    } else {
      code += source.slice(end, end + 1);
    }
  };

  while (code.length < source.length) {
    const at = code.length;
    const char = source[at]!;
    if (source.startsWith('//', at)) blank(endOf(source, '\n', at));
    else if (source.startsWith('/*', at)) blank(endOf(source, '*/', at + 2) + 2);
    else if (char === "'" || char === '"' || char === '`') takeString(char);
    else if (char === '/' && BEFORE_REGEX.test(code.slice(Math.max(0, at - 40)))) blank(endOfRegex(source, at + 1));
    else if (char === '}' && holes.at(-1) === depth - 1) {
      depth = holes.pop()!;
      takeString('`');
    } else {
      if (char === '{') depth++;
      if (char === '}') depth--;
      code += char;
    }
  }
  return { code: code.slice(0, source.length), strings };
}

function endOf(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found;
}

/** Where a string's closing quote stands, or a template's next `${`. */
function endOfString(source: string, from: number, quote: string): number {
  const ends = quote === '`' ? ['`', '${'] : [quote];
  let at = from;
  while (at < source.length && !ends.some((end) => source.startsWith(end, at))) at += source[at] === '\\' ? 2 : 1;
  return Math.min(at, source.length);
}

/** The place after a regular expression's closing slash. */
function endOfRegex(source: string, from: number): number {
  let inClass = false;
  let at = from;
  while (at < source.length && source[at] !== '\n' && (inClass || source[at] !== '/')) {
    if (source[at] === '[') inClass = true;
    if (source[at] === ']') inClass = false;
    at += source[at] === '\\' ? 2 : 1;
  }
  return Math.min(at + 1, source.length);
}
