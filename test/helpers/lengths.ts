/** How long files and functions are, counted by the linter: blank lines and comments do not count. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { withTempDir } from './temp-dir.ts';

/** Lines above which a file or a function needs a reason. */
export interface Ceilings {
  readonly file: number;
  readonly function: number;
}

interface Diagnostic {
  readonly message: string;
  readonly code: string;
  readonly filename: string;
}

/** What is longer than its ceiling: `cli/main.ts` for a file, `cli/main.ts: main` for a function; with the lines it has. */
export function findTooLong(root: string, ceilings: Ceilings): Map<string, number> {
  const rule = (max: number): unknown => ['error', { max, skipBlankLines: true, skipComments: true }];
  const config = {
    plugins: [],
    categories: { correctness: 'off' },
    rules: { 'max-lines': rule(ceilings.file), 'max-lines-per-function': rule(ceilings.function) },
  };
  const diagnostics = withTempDir((dir) => {
    const file = path.join(dir, 'oxlintrc.json');
    fs.writeFileSync(file, JSON.stringify(config));
    return lint(root, file);
  });
  return new Map(diagnostics.map((one) => [placeOf(one), Number(/\((\d+)\)/.exec(one.message)![1])]));
}

function lint(root: string, config: string): readonly Diagnostic[] {
  const linter = path.resolve('node_modules', '.bin', 'oxlint');
  const run = spawnSync(linter, ['-c', config, '--no-ignore', '--format', 'json', '.'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (run.error !== undefined || !run.stdout.trimStart().startsWith('{')) {
    throw new Error(`the linter did not answer: ${run.stderr}${run.stdout}`, { cause: run.error });
  }
  return (JSON.parse(run.stdout) as { diagnostics: readonly Diagnostic[] }).diagnostics;
}

function placeOf({ message, code, filename }: Diagnostic): string {
  if (code === 'eslint(max-lines)') return filename;
  return `${filename}: ${/`([^`]+)`/.exec(message)?.[1] ?? '(nameless)'}`;
}
