/** The minimal pairs of the audit's rules: each leaky form marks its lines with `// leak: rule`, its repaired form has none. */
import fs from 'node:fs';
import path from 'node:path';

const FOLDER = 'test/fixtures/audit/pairs';

export interface PairFile {
  readonly name: string;
  readonly source: string;
  /** `rule:line`, sorted. */
  readonly leaks: readonly string[];
}

/** Every file of every pair, in order. */
export function readPairs(): PairFile[] {
  return fs
    .readdirSync(FOLDER)
    .sort()
    .map((name) => {
      const source = fs.readFileSync(path.join(FOLDER, name), 'utf8');
      return { name, source, leaks: leaksIn(source) };
    });
}

function leaksIn(source: string): string[] {
  return source
    .split('\n')
    .flatMap((line, index) => {
      const rules = /\/\/ leak: (.+)/.exec(line)?.[1]?.split(', ') ?? [];
      return rules.map((rule) => `${rule}:${index + 1}`);
    })
    .sort();
}
