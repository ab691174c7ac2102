/**
 * Names as the author wrote them, in code whose names a minifier has shortened: the source map says where each name of
 * the compiled code stood, and often what it was; else the author's file is read there.
 */
import type { CodePlace, OriginalNames, OriginalVariable } from '../../snapshot/index.ts';
import { type Block, blockAt, findBlocks } from './code-blocks.ts';
import { LONGEST_WRITTEN, type SourcePlaces } from './source-places.ts';

interface Compiled {
  readonly text: string;
  readonly lineStarts: readonly number[];
  readonly blocks: readonly Block[];
  /** Where the block begins that ends at an offset. */
  readonly startOf: ReadonlyMap<number, number>;
}

const LONGEST_KEYWORD = 12;
/** How far before a constructor its class may begin, characters. */
const FARTHEST = 20_000;

export class SourceNames implements OriginalNames {
  readonly #sources: SourcePlaces;
  readonly #compiled = new Map<string, Compiled | null>();
  readonly #code = new Map<string, string>();
  readonly #variables = new Map<string, OriginalVariable | null>();
  readonly #privates = new Map<string, string>();

  constructor(sources: SourcePlaces) {
    this.#sources = sources;
  }

  ofCode(place: CodePlace, compiledName: string): string {
    const find = (): string => this.#findCode(place, compiledName) ?? compiledName;
    return remembered(this.#code, keyOf(place, compiledName), find);
  }

  ofVariable(place: CodePlace, compiledName: string): OriginalVariable | null {
    const find = (): OriginalVariable | null => this.#findVariable(place, compiledName);
    return remembered(this.#variables, keyOf(place, compiledName), find);
  }

  ofPrivate(place: CodePlace, compiledName: string): string {
    const find = (): string => this.#findPrivate(place, compiledName) ?? compiledName;
    return remembered(this.#privates, keyOf(place, compiledName), find);
  }

  /** The engine gives the place of the parameters, in classes often those of the constructor: the name stands before it. */
  #findCode(place: CodePlace, name: string): string | null {
    const compiled = this.#read(place.url);
    if (compiled === null) return null;
    const end = offsetOf(compiled, place);
    const word = escaped(name);
    const from = Math.max(0, end - FARTHEST);
    const before = compiled.text.slice(from, end + `class ${name}`.length);
    const pattern = new RegExp(
      String.raw`\bfunction\*?\s*(${word})\s*\(|\bclass\s+(${word})\b|(?<![\w$.])(${word})\s*=\s*(?:async\s*)?(?:class\b|function\b|\(|[$\w]+\s*=>)`,
      'g',
    );
    let last = -1;
    for (const match of before.matchAll(pattern))
      last = from + match.index + match[0].indexOf(name, wordStart(match[0]));
    return last < 0 ? null : (this.#originalAt(place.url, compiled, last, name)?.name ?? null);
  }

  /** Of all declarations of that name the one in the innermost block around the function that sees it. */
  #findVariable(place: CodePlace, name: string): OriginalVariable | null {
    const compiled = this.#read(place.url);
    if (compiled === null) return null;
    const around = blocksAround(compiled, offsetOf(compiled, place));
    const pattern = new RegExp(String.raw`(?<![\w$.])${escaped(name)}(?=\s*(?:=(?![=>])|[,;({]))`, 'g');
    let best: { readonly depth: number; readonly variable: OriginalVariable } | undefined;
    for (const match of compiled.text.matchAll(pattern)) {
      const block = blockAt(compiled.blocks, match.index);
      const depth = block === undefined ? -1 : around.indexOf(block.start);
      if ((block !== undefined && depth < 0) || (best !== undefined && best.depth >= depth)) continue;
      if (!isDeclared(compiled, match.index)) continue;
      const variable = this.#originalAt(place.url, compiled, match.index, name);
      if (variable !== null) best = { depth, variable };
    }
    return best?.variable ?? null;
  }

  /**
   * A private field is declared and used in the body of its class alone: around the constructor, or behind the place of a
   * class that has none. One of a base class is known where all fields of that short name were called the same.
   */
  #findPrivate(place: CodePlace, name: string): string | null {
    const compiled = this.#read(place.url);
    if (compiled === null) return null;
    const offset = offsetOf(compiled, place);
    const bodies = [
      blocksAround(compiled, offset).at(-1),
      compiled.blocks.find((block) => block.start >= offset)?.start,
    ];
    const isInClass = (at: number): boolean => blocksAround(compiled, at).some((start) => bodies.includes(start));
    const names = new Set<string>();
    for (const match of compiled.text.matchAll(new RegExp(String.raw`${escaped(name)}(?![$\w])`, 'g'))) {
      const original = this.#originalAt(place.url, compiled, match.index, name)?.name;
      if (original === undefined) continue;
      if (isInClass(match.index)) return original;
      names.add(original);
    }
    return names.size === 1 ? [...names][0]! : null;
  }

  #originalAt(url: string, compiled: Compiled, offset: number, name: string): OriginalVariable | null {
    const line = compiled.lineStarts.findLastIndex((start) => start <= offset);
    const place = { url, line, column: offset - compiled.lineStarts[line]! };
    // Of a bundle without a map no name is known, but still which of its many variables of that name is meant.
    if (!this.#sources.hasMap(url)) return { name, place };
    const found = this.#sources.originalName(place);
    return found === null || found.name === name ? null : found;
  }

  #read(url: string): Compiled | null {
    let compiled = this.#compiled.get(url);
    if (compiled === undefined) {
      compiled = null;
      const lines = this.#sources.linesOf(url);
      if (lines !== null && (this.#sources.hasMap(url) || lines.some((line) => line.length > LONGEST_WRITTEN))) {
        const text = lines.join('\n');
        let start = 0;
        const lineStarts = lines.map((line) => (start += line.length + 1) - line.length - 1);
        const blocks = findBlocks(text);
        compiled = { text, lineStarts, blocks, startOf: new Map(blocks.map(({ start: at, end }) => [end, at])) };
      }
      this.#compiled.set(url, compiled);
    }
    return compiled;
  }
}

/** What is known under `key`, found when it is asked for first. */
function remembered<T extends string | OriginalVariable | null>(known: Map<string, T>, key: string, find: () => T): T {
  let value = known.get(key);
  if (value === undefined) {
    value = find();
    known.set(key, value);
  }
  return value;
}

function keyOf(place: CodePlace, compiledName: string): string {
  return `${place.line}:${place.column}:${compiledName}:${place.url}`;
}

/** Where the blocks around an offset begin, outermost first. */
function blocksAround({ blocks }: Compiled, offset: number): number[] {
  const starts: number[] = [];
  for (let block = blockAt(blocks, offset); block !== undefined; block = block.outer) starts.unshift(block.start);
  return starts;
}

function offsetOf(compiled: Compiled, place: CodePlace): number {
  return (compiled.lineStarts[place.line] ?? 0) + place.column;
}

function escaped(name: string): string {
  return name.replaceAll('$', String.raw`\$`);
}

/** Where the name may begin in a matched declaration: behind its keyword. */
function wordStart(match: string): number {
  return /^(?:function\*?|class)\s*/.exec(match)?.[0].length ?? 0;
}

/** What an author or minifier declares stands behind a keyword, or in the list behind one. */
function isDeclared({ text, startOf }: Compiled, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - LONGEST_KEYWORD), offset);
  if (/\b(?:const|let|var|function\*?|class)\s+$/.test(before)) return true;
  return /,\s*$/.test(before) && /\b(?:const|let|var)\s/.test(statementBefore(text, startOf, offset));
}

/** The text from the beginning of a statement to an offset in it, without the blocks inside. */
function statementBefore(text: string, startOf: ReadonlyMap<number, number>, offset: number): string {
  let statement = '';
  for (let i = offset - 1; i >= 0 && text[i] !== ';' && text[i] !== '{'; i--) {
    if (text[i] === '}') i = startOf.get(i) ?? i;
    else statement = `${text[i]}${statement}`;
  }
  return statement;
}
