import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  againstBaseline,
  audit,
  type AuditResult,
  baselineOf,
  formatGithub,
  formatJson,
  formatPretty,
  formatSarif,
  readBaseline,
} from '../../audit/index.ts';
import { OptionsError } from '../../base/errors.ts';
import { readChoice } from '../../base/options.ts';
import { checkWritableFile, writeJsonFile } from '../output-file.ts';
import { columnsOfStdout, hasColorsOnStdout, printResult } from '../snapshot/print.ts';
import { Progress } from '../snapshot/progress.ts';
import { STATUS } from '../status.ts';
import type { Terminal } from '../terminal.ts';
import { packageVersion } from '../version.ts';

export interface RawAuditOptions {
  readonly strict?: boolean;
  readonly format: string;
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly engine: string;
  readonly explain?: string;
}

const FORMATS = ['pretty', 'json', 'sarif', 'github'] as const;
/** Wider lines are hard to read even where there is room. */
const MAX_COLUMNS = 120;

/** `plimsoll audit [paths]`; gives the exit status. */
export async function runAudit(
  paths: readonly string[],
  options: RawAuditOptions,
  terminal: Terminal,
): Promise<number> {
  const format = readChoice('--format', options.format, FORMATS);
  const engine = readChoice('--engine', options.engine, ['auto', 'oxlint', 'eslint'] as const);
  const { baseline, updateBaseline = false } = options;
  if (updateBaseline && baseline === undefined) {
    throw new OptionsError('PLIM_ERR_OPTION_INVALID', '--update-baseline needs --baseline FILE, the file to write.');
  }
  if (updateBaseline) checkWritableFile('--baseline', baseline!);
  const known = baseline === undefined || updateBaseline ? undefined : readBaseline(baseline);
  const result = await auditWithProgress(paths, { engine, isStrict: options.strict ?? false }, terminal);
  if (updateBaseline) {
    writeJsonFile('--baseline', baseline!, baselineOf(result.findings));
    terminal.say(`${baseline!} now knows ${counted(result.findings.length, 'finding')}.`);
    await terminal.flush();
    return STATUS.fine;
  }
  const { added, known: hidden, gone } = againstBaseline(result.findings, known ?? { version: 1, findings: [] });
  await printResult(textOf({ ...result, findings: added }, format));
  if (hidden + gone > 0)
    terminal.say(`The baseline knows ${counted(hidden, 'finding')} more; ${gone} of its own are gone.`);
  await terminal.flush();
  return added.length > 0 ? STATUS.leak : STATUS.fine;
}

async function auditWithProgress(
  paths: readonly string[],
  { engine, isStrict }: { readonly engine: 'auto' | 'oxlint' | 'eslint'; readonly isStrict: boolean },
  terminal: Terminal,
): Promise<AuditResult> {
  const progress = new Progress(terminal);
  try {
    return await audit(paths, {
      engine,
      preset: isStrict ? 'strict' : 'recommended',
      pluginFile: fileURLToPath(new URL('../../audit/plugin.js', import.meta.url)),
      onProgress: (done, total) =>
        progress.show(`Auditing ${total.toLocaleString('en-US')} files`, done, total, 'share'),
    });
  } finally {
    await progress.end();
  }
}

function textOf(result: AuditResult, format: (typeof FORMATS)[number]): string {
  switch (format) {
    case 'json':
      return formatJson(result);
    case 'sarif':
      return formatSarif(result, packageVersion());
    case 'github':
      return formatGithub(result);
    default:
      return formatPretty(result, (file) => fs.readFileSync(file, 'utf8').split('\n'), {
        width: Math.min(columnsOfStdout(), MAX_COLUMNS),
        colors: hasColorsOnStdout(process.env),
      });
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
