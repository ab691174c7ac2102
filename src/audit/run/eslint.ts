/** Runs the rules in the project's ESLint, in this process and with none of the project's own configuration. */
import fs from 'node:fs';
import path from 'node:path';
import { AuditError, messageOf } from '../../base/errors.ts';
import type { LeftOut, RawFinding } from '../finding.ts';
import plugin from '../plugin.ts';
import type { Batch, Engine, Found } from './engine.ts';
import { isTypeScript } from './files.ts';

interface Message {
  readonly ruleId: string | null;
  readonly fatal?: boolean;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

interface Result {
  readonly filePath: string;
  readonly messages: readonly Message[];
}

interface Linter {
  lintFiles(files: readonly string[]): Promise<readonly Result[]>;
}

interface EslintModule {
  readonly ESLint: new (options: object) => Linter;
}

const PREFIX = 'plimsoll/';
const NO_PARSER =
  'ESLint needs @typescript-eslint/parser to read TypeScript: install it, or oxlint, which reads it by itself';

/** The project's ESLint with our plugin, and its TypeScript parser if there is one. */
export function eslintEngine(found: Found, cwd: string, settings: unknown): Engine {
  const { ESLint } = found.load('eslint') as EslintModule;
  const parser = typescriptParser(found);
  const linterFor = (rules: readonly string[], sourceType: string): Linter =>
    new ESLint({
      cwd,
      overrideConfigFile: true,
      ignore: false,
      errorOnUnmatchedPattern: false,
      overrideConfig: configFor(rules, sourceType, parser, settings),
    });
  return {
    name: 'eslint',
    version: found.version,
    async run(files, rules) {
      const readable = parser === undefined ? files.filter((file) => !isTypeScript(file)) : files;
      const unreadable = files.filter((file) => !readable.includes(file)).map((file) => ({ file, reason: NO_PARSER }));
      const scripts = readable.filter(isCommonJs);
      const modules = readable.filter((file) => !scripts.includes(file));
      try {
        const results = [
          ...(await linted(linterFor(rules, 'commonjs'), scripts)),
          ...(await linted(linterFor(rules, 'module'), modules)),
        ];
        return asBatch(results, unreadable);
      } catch (error) {
        throw new AuditError('PLIM_ERR_AUDIT_FAILED', `ESLint failed: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

async function linted(linter: Linter, files: readonly string[]): Promise<readonly Result[]> {
  return files.length === 0 ? [] : await linter.lintFiles(files);
}

function configFor(rules: readonly string[], sourceType: string, parser: unknown, settings: unknown): object[] {
  const common = {
    plugins: { plimsoll: plugin },
    rules: Object.fromEntries(rules.map((rule) => [`${PREFIX}${rule}`, 'error'])),
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    settings: settings === undefined ? {} : { plimsoll: settings },
  };
  const parserOptions = { ecmaFeatures: { jsx: true } };
  return [
    { files: ['**/*.{js,cjs,mjs,jsx}'], languageOptions: { sourceType, parserOptions }, ...common },
    ...(parser === undefined
      ? []
      : [
          {
            files: ['**/*.{ts,cts,mts,tsx}'],
            languageOptions: { parser, sourceType: 'module', parserOptions },
            ...common,
          },
        ]),
  ];
}

/** The parser that the project has; `undefined` also when it cannot be loaded with the project's TypeScript. */
function typescriptParser({ load }: Found): unknown {
  try {
    return load('@typescript-eslint/parser');
  } catch {
    return undefined;
  }
}

/** `.cjs`, and `.js` in a package that does not say it is of modules and that imports nothing. */
function isCommonJs(file: string): boolean {
  if (file.endsWith('.cjs')) return true;
  if (!file.endsWith('.js') || packageType(path.dirname(file)) === 'module') return false;
  return !/^\s*(?:import\b(?!\s*\()|export\b)/m.test(fs.readFileSync(file, 'utf8'));
}

function packageType(folder: string): unknown {
  try {
    return (JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { readonly type?: unknown }).type;
  } catch {
    const parent = path.dirname(folder);
    return parent === folder ? undefined : packageType(parent);
  }
}

function asBatch(results: readonly Result[], unreadable: readonly LeftOut[]): Batch {
  const findings: RawFinding[] = [];
  const leftOut: LeftOut[] = [...unreadable];
  for (const { filePath, messages } of results) {
    const fatal = messages.find((message) => message.fatal === true);
    if (fatal !== undefined) leftOut.push({ file: filePath, reason: fatal.message });
    for (const { ruleId, message, line, column } of messages) {
      if (ruleId?.startsWith(PREFIX))
        findings.push({ rule: ruleId.slice(PREFIX.length), message, file: filePath, line, column });
    }
  }
  return { findings, leftOut };
}
