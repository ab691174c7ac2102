/** The JavaScript and TypeScript in the docs, block by block. */
import fs from 'node:fs';

/** A fenced block. */
export interface CodeBlock {
  readonly page: string;
  /** Line of its first line of code. */
  readonly line: number;
  /** As a module: with what the blocks before it on its page import, unless it has imports of its own. */
  readonly code: string;
  /** Marked with `part` behind the language: it shows a piece of something, and cannot run here by itself. */
  readonly isPart: boolean;
}

const FENCE = /^```(?:js|ts|mjs|javascript|typescript)(?<marks>(?: [^\n]*)?)\n(?<code>.*?)^```$/gms;
const IMPORT = /^import (?:(?<whole>[\w$]+)(?:, )?)?(?:\{(?<names>[^}]*)\})? from '(?<from>[^']+)';/gm;

/** Every block of a page. */
export function codeBlocks(page: string): CodeBlock[] {
  const text = fs.readFileSync(page, 'utf8');
  const imported = new Imports();
  return [...text.matchAll(FENCE)].map((match) => {
    const { code = '', marks = '' } = match.groups!;
    const line = text.slice(0, match.index).split('\n').length + 1;
    const hasImports = code.search(IMPORT) >= 0;
    // On one line, so that lines stay those of the block.
    const before = hasImports ? '' : imported.text();
    imported.add(code);
    return { page, line, code: `${before}${code}export {};\n`, isPart: marks.split(' ').includes('part') };
  });
}

/** What a page has imported so far. */
class Imports {
  readonly #whole: Map<string, string> = new Map();
  readonly #names: Map<string, Set<string>> = new Map();

  add(code: string): void {
    for (const { groups } of code.matchAll(IMPORT)) {
      const { whole, names = '', from = '' } = groups!;
      if (whole !== undefined) this.#whole.set(whole, from);
      const known = this.#names.get(from) ?? new Set();
      for (const name of names.split(',').map((part) => part.trim())) if (name !== '') known.add(name);
      this.#names.set(from, known);
    }
  }

  text(): string {
    const whole = [...this.#whole].map(([name, from]) => `import ${name} from '${from}'; `);
    const named = [...this.#names].map(([from, names]) => `import { ${[...names].join(', ')} } from '${from}'; `);
    return [...whole, ...named].join('');
  }
}
