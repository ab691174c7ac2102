/** The audit: files, engine, rules, findings. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AuditError } from '../../base/errors.ts';
import { readChoice } from '../../base/options.ts';
import { asFindings, type Finding, type LeftOut, type RawFinding } from '../finding.ts';
import { RULES } from '../rules/index.ts';
import { type Engine, type EngineName, findEngine } from './engine.ts';
import { eslintEngine } from './eslint.ts';
import { findSources } from './files.ts';
import { oxlintEngine } from './oxlint.ts';

export interface AuditOptions {
  /** The folder that paths count from, and whose project has the engine. @default the current folder */
  readonly cwd?: string;
  /** `recommended`: what is nearly always a leak; `strict`: all rules. @default 'recommended' */
  readonly preset?: 'recommended' | 'strict';
  /** Which linter runs the rules. @default 'auto', oxlint before ESLint */
  readonly engine?: EngineName | 'auto';
  /** What would stand under `settings.plimsoll`: rows for the table of handles. @default none */
  readonly settings?: object;
  /** The file of the plugin `plimsoll/eslint`, for oxlint. @default the one that the project has installed */
  readonly pluginFile?: string;
  /** Called after each batch of files. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface AuditResult {
  readonly engine: { readonly name: EngineName; readonly version: string };
  /** How many files were audited. */
  readonly files: number;
  /** In order of file and line. */
  readonly findings: readonly Finding[];
  /** Files that the engine could not read. */
  readonly leftOut: readonly LeftOut[];
}

/** Files a batch: enough to make the start of an engine cheap, few enough for progress. */
const BATCH = 500;

/**
 * Looks for leaks in the sources below some paths.
 *
 * **Cost:** oxlint reads some hundred files a second, ESLint about a third of that; files go to it in batches.
 *
 * @throws {@link AuditError} `PLIM_ERR_AUDIT_ENGINE`, `PLIM_ERR_AUDIT_FAILED`; {@link FileError}
 *   `PLIM_ERR_FILE_UNREADABLE`; {@link OptionsError} `PLIM_ERR_OPTION_INVALID`.
 */
export async function audit(paths: readonly string[], options: AuditOptions = {}): Promise<AuditResult> {
  const cwd = path.resolve(options.cwd ?? '');
  const preset = readChoice('preset', options.preset ?? 'recommended', ['recommended', 'strict']);
  const wanted = readChoice('engine', options.engine ?? 'auto', ['auto', 'oxlint', 'eslint']);
  const files = findSources(paths.length === 0 ? ['.'] : paths, cwd);
  const engine = engineFor(cwd, wanted, options);
  const rules = Object.keys(RULES).filter((rule) => preset === 'strict' || RULES[rule]!.preset === 'recommended');
  const findings: RawFinding[] = [];
  const leftOut: LeftOut[] = [];
  for (let done = 0; done < files.length; done += BATCH) {
    const batch = await engine.run(files.slice(done, done + BATCH), rules);
    findings.push(...batch.findings);
    leftOut.push(...batch.leftOut);
    options.onProgress?.(Math.min(done + BATCH, files.length), files.length);
  }
  return {
    engine: { name: engine.name, version: engine.version },
    files: files.length - leftOut.length,
    findings: asFindings(findings, (file) => nameOf(file, cwd), linesOf),
    leftOut: leftOut.map(({ file, reason }) => ({ file: nameOf(file, cwd), reason })),
  };
}

function engineFor(cwd: string, wanted: EngineName | 'auto', { pluginFile, settings }: AuditOptions): Engine {
  const found = findEngine(cwd, wanted);
  if (found.name === 'eslint') return eslintEngine(found, cwd, settings);
  return oxlintEngine(found, pluginFile ?? installedPlugin(cwd), cwd, settings);
}

/** Our own plugin, as the project would import it. */
function installedPlugin(cwd: string): string {
  try {
    return createRequire(path.join(cwd, 'package.json')).resolve('plimsoll/eslint');
  } catch (error) {
    throw new AuditError(
      'PLIM_ERR_AUDIT_ENGINE',
      `oxlint loads the rules from a file, and plimsoll is not installed in ${cwd}: give \`pluginFile\`.`,
      { cause: error },
    );
  }
}

function nameOf(file: string, cwd: string): string {
  return path.relative(cwd, file).replaceAll('\\', '/');
}

function linesOf(file: string): readonly string[] {
  return fs.readFileSync(file, 'utf8').split('\n');
}
