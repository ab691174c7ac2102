/** Runs the audit's rules over a text in ESLint, in this process. */
import { Linter } from 'eslint';
import plugin from '../../src/audit/plugin.ts';

export interface Linted {
  readonly rule: string;
  readonly line: number;
  readonly message: string;
  /** What the text becomes with each suggestion. */
  readonly suggested: readonly string[];
}

/** All that the rules say of JavaScript; the name decides how it is read, and whether at all. */
export function lint(source: string, filename: string = 'src/file.mjs', settings: object = {}): Linted[] {
  const config = {
    ...plugin.configs.strict,
    plugins: { plimsoll: plugin },
    settings,
    files: ['**/*'],
    languageOptions: { sourceType: filename.endsWith('.cjs') ? 'commonjs' : 'module' },
  };
  const messages = new Linter().verify(source, [config as unknown as Linter.Config], { filename });
  return messages.map(({ ruleId, line, message, suggestions = [] }) => ({
    rule: ruleId?.replace('plimsoll/', '') ?? 'none',
    line,
    message,
    suggested: suggestions.map(({ fix }) => source.slice(0, fix.range[0]) + fix.text + source.slice(fix.range[1])),
  }));
}
