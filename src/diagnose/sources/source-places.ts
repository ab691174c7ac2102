/** Places as the author wrote them: compiled code followed through its source map, variables to their declarations. */
import fs from 'node:fs';
import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';
import path from 'node:path';
import { type CodePlace, pathOfUrl } from '../../snapshot/index.ts';

const MAP_COMMENT = /\/\/[#@] ?sourceMappingURL=(\S+)\s*$/;
/** The comment stands at the end of a file; a map written into it may be long, so all of the last line is read. */
const INLINE_MAP = /^data:application\/json[^,]*?(;base64)?,/;
/** Longer lines are a bundler's: nobody finds anything in one without a column. */
export const LONGEST_WRITTEN = 300;
const LARGEST_FILE = 64 * 1024 * 1024;

export interface SourcePlacesOptions {
  /** Source maps of scripts that exist only in the program's memory, by URL. */
  readonly maps?: ReadonlyMap<string, SourceMapPayload>;
}

export class SourcePlaces {
  readonly #maps: ReadonlyMap<string, SourceMapPayload>;
  readonly #found = new Map<string, SourceMap | null>();
  readonly #resolved = new Map<string, CodePlace>();
  readonly #lines = new Map<string, readonly string[] | null>();

  constructor(options: SourcePlacesOptions = {}) {
    // CommonJS scripts go by path in snapshots and by URL where their maps come from.
    this.#maps = new Map([...(options.maps ?? [])].map(([url, map]) => [pathOfUrl(url), map]));
  }

  /** The original place of compiled code; the place itself when there is no source map. */
  resolve(place: CodePlace): CodePlace {
    const key = `${place.line}:${place.column}:${place.url}`;
    let resolved = this.#resolved.get(key);
    if (resolved === undefined) {
      resolved = this.#throughMap(place);
      this.#resolved.set(key, resolved);
    }
    return resolved;
  }

  #throughMap(place: CodePlace): CodePlace {
    const map = this.#mapOf(place.url);
    if (map === null) return place;
    const entry = map.findEntry(place.line, place.column);
    if (!('originalSource' in entry) || entry.originalSource === undefined) return place;
    return {
      url: originalUrl(entry.originalSource, map.payload.sourceRoot ?? '', place.url),
      line: entry.originalLine,
      column: entry.originalColumn,
    };
  }

  /** Whether there is a source map of a script. */
  hasMap(url: string): boolean {
    return this.#mapOf(url) !== null;
  }

  /** The name that stands in the author's file for the one at exactly this place of compiled code. */
  originalName(place: CodePlace): { readonly name: string; readonly place: CodePlace } | null {
    const map = this.#mapOf(place.url);
    // The types of Node.js leave out the name.
    const entry: (SourceMapping & { readonly name?: string }) | {} | undefined = map?.findEntry(
      place.line,
      place.column,
    );
    if (map === null || entry === undefined || !('originalSource' in entry)) return null;
    if (entry.generatedLine !== place.line || entry.generatedColumn !== place.column) return null;
    const original = this.#throughMap(place);
    const written = this.#originalLine(map, entry.originalSource, original)?.slice(original.column) ?? '';
    // A class or function without a name of its own is mapped at its keyword.
    const name =
      entry.name ?? /^(?:(?:export|default|async|class|function\*?)\s+)*(#?[$A-Z_a-z][$\w]*)/.exec(written)?.[1];
    return name === undefined ? null : { name, place: original };
  }

  /** A line of the author's file: from the map, which may carry it, or from the disk. */
  #originalLine(map: SourceMap, source: string, place: CodePlace): string | undefined {
    const { sources, sourcesContent } = map.payload;
    const content: string | null | undefined = sourcesContent?.[sources.indexOf(source)];
    return (typeof content === 'string' ? content.split('\n') : this.linesOf(place.url))?.[place.line];
  }

  #mapOf(url: string): SourceMap | null {
    let map = this.#found.get(url);
    if (map === undefined) {
      map = this.#readMap(url);
      this.#found.set(url, map);
    }
    return map;
  }

  /** A map that is missing, unreadable or damaged is no map: the compiled place is still a place. */
  #readMap(url: string): SourceMap | null {
    try {
      const payload = this.#maps.get(pathOfUrl(url)) ?? payloadOf(url, this.linesOf(url));
      return payload === null ? null : new SourceMap(payload);
    } catch {
      return null;
    }
  }

  /** Lines of a script or source on the disk; `null` when it cannot be read. */
  linesOf(url: string): readonly string[] | null {
    let lines = this.#lines.get(url);
    if (lines === undefined) {
      lines = readLines(url);
      this.#lines.set(url, lines);
    }
    return lines;
  }

  /**
   * Line and column, from 0, at which a variable or property is declared; `null` when it is not found. Read by pattern,
   * not by parser: the file may be of any dialect.
   */
  declarationOf(url: string, name: string): { readonly line: number; readonly column: number } | null {
    const lines = this.linesOf(url);
    if (lines === null || !/^[#$\w]+$/.test(name)) return null;
    const word = name.replaceAll('$', String.raw`\$`);
    const patterns = [
      new RegExp(String.raw`\b(?:const|let|var|static|readonly)\s+(?:[\w\s]*\s)?${word}(?![$\w])`),
      new RegExp(String.raw`\b(?:const|let|var)\s*[{[][^=]*(?<![$\w])${word}(?![$\w])`),
      new RegExp(String.raw`(?:\bthis|\bexports|\w)\.${word}\s*=(?!=)`),
      new RegExp(String.raw`^\s*(?:private|public|protected|accessor)?\s*${word}\s*(?:[=:?!;]|$)`),
      new RegExp(String.raw`(?<![$\w.])${word}\s*[:=](?![=>])`),
      new RegExp(String.raw`\bfunction\*?\s+${word}(?![$\w])|\bclass\s+${word}(?![$\w])`),
    ];
    const code = withoutComments(lines);
    for (const pattern of patterns) {
      const line = code.findIndex((text) => pattern.test(text));
      if (line >= 0) return { line, column: pattern.exec(code[line]!)!.index };
    }
    return null;
  }
}

/** The lines without comments that begin one: further in, what looks like a comment may stand in a string. */
function withoutComments(lines: readonly string[]): readonly string[] {
  let isInside = false;
  return lines.map((line) => {
    if (!isInside && !/^\s*\/\*/.test(line)) return /^\s*\/\//.test(line) ? '' : line;
    const end = line.indexOf('*/', isInside ? 0 : line.indexOf('/*') + 2);
    isInside = end < 0;
    return isInside ? '' : line.slice(end + 2);
  });
}

function readLines(url: string): readonly string[] | null {
  const file = pathOfUrl(url);
  if (!path.isAbsolute(file)) return null;
  try {
    if (fs.statSync(file).size > LARGEST_FILE) return null;
    return fs.readFileSync(file, 'utf8').split('\n');
  } catch {
    return null;
  }
}

function payloadOf(url: string, lines: readonly string[] | null): SourceMapPayload | null {
  const comment = lines?.findLast((line) => line.trim() !== '');
  const target = comment === undefined ? undefined : MAP_COMMENT.exec(comment)?.[1];
  if (target === undefined) return null;
  const inline = INLINE_MAP.exec(target);
  if (inline !== null) {
    const data = target.slice(inline[0].length);
    return parseMap(inline[1] === undefined ? decodeURIComponent(data) : Buffer.from(data, 'base64').toString('utf8'));
  }
  if (/^\w+:/.test(target)) return null;
  return parseMap(fs.readFileSync(path.resolve(path.dirname(pathOfUrl(url)), decodeURIComponent(target)), 'utf8'));
}

function parseMap(text: string): SourceMapPayload {
  return JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, '')) as SourceMapPayload;
}

/** Sources are named relative to the script, absolutely, or in a bundler's own scheme (`webpack://app/./src/a.ts`). */
function originalUrl(source: string, root: string, scriptUrl: string): string {
  const full = root === '' || /^(?:\w+:|\/)/.test(source) ? source : `${root.replace(/\/$/, '')}/${source}`;
  if (full.startsWith('file://')) return full;
  const bundled = /^[\w-]+:\/\/[^/]*\/(?:\.\/)?(.*)$/.exec(full);
  if (bundled !== null) return bundled[1]!;
  if (path.isAbsolute(full)) return full;
  const script = pathOfUrl(scriptUrl);
  return path.isAbsolute(script) ? path.resolve(path.dirname(script), full) : full;
}
