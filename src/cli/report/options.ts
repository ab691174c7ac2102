/** What is done with a verdict: the options that every command with a verdict has, and how they are read. */
import { type Command, Option } from 'commander';
import { OptionsError } from '../../base/errors.ts';
import { invalidOption, readChoice } from '../../base/options.ts';
import { isDay, readBaseline, type Verdict, VERDICTS } from '../../diagnose/report/index.ts';
import { formatOfFile, type ReportFormat } from './formats.ts';

/** What commander hands over. */
export interface RawReportOptions {
  readonly out?: string;
  readonly report?: readonly string[];
  readonly json?: string;
  readonly failOn?: string;
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly reason?: string;
  readonly expires?: string;
  readonly annotations?: string;
  readonly summary?: boolean;
  readonly showStrings?: boolean;
}

/** A file to write the report to. */
export interface ReportTarget {
  /** The option that names it, for messages. */
  readonly option: string;
  readonly file: string;
  readonly format: ReportFormat;
}

export interface BaselineOptions {
  readonly file: string;
  /** Whether the leaks that are found are to be written to it. */
  readonly update: boolean;
  readonly reason: string | undefined;
  readonly expires: string | undefined;
}

export interface ReportOptions {
  readonly outDir: string | undefined;
  readonly targets: readonly ReportTarget[];
  /** Verdicts, and `open`, that make the status 3. */
  readonly failOn: readonly Failing[];
  readonly baseline: BaselineOptions | undefined;
  readonly annotations: 'auto' | 'github' | 'never';
  /** Whether a Markdown report goes to the summary of the job. */
  readonly summary: boolean;
  readonly showStrings: boolean;
}

/** What may fail a run: a verdict, or descriptors, threads or handles of which more and more are open, whatever the verdict. */
export type Failing = Exclude<Verdict, 'none'> | 'open';

const FAILING: readonly Failing[] = [...VERDICTS.filter((verdict) => verdict !== 'none'), 'open'];

/** Adds the options of a report to a command. */
export function addReportOptions(command: Command): Command {
  const collect = (file: string, files: readonly string[] = []): string[] => [...files, file];
  return command
    .option('--out <dir>', 'keep snapshots, profiles, report.json and report.html in this folder')
    .option('--report <file>', 'write the report: .html, .json, .md or .txt; may be given again', collect)
    .option('--json <file>', 'write the report as JSON, whatever the name of the file')
    .option(
      '--fail-on <verdicts>',
      'end with status 3 on these verdicts, such as leak or leak,native; open: more and more is open',
    )
    .option('--baseline <file>', 'accept the leaks that this file lists')
    .option('--update-baseline', 'write the leaks that are found to the baseline')
    .option('--reason <text>', 'why they are accepted, for --update-baseline')
    .option('--expires <day>', 'last day on which they are accepted, for --update-baseline: 2026-12-31')
    .addOption(new Option('--annotations <where>', 'auto, github or never').default('auto'))
    .option('--summary', 'add the report to the summary of the GitHub job')
    .option('--show-strings', 'let keys and texts of the program stand in the report');
}

/**
 * Reads and checks them, the baseline too, so that nothing is wrong after a long watch that was wrong before it.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 * @throws {LeakError} `PLIM_ERR_LEAK_BASELINE`
 */
export function readReportOptions(raw: RawReportOptions): ReportOptions {
  const targets: ReportTarget[] = (raw.report ?? []).map((file) => ({
    option: '--report',
    file: readPath('--report', file),
    format: formatOfFile('--report', file),
  }));
  if (raw.json !== undefined) {
    targets.push({ option: '--json', file: readPath('--json', raw.json), format: 'json' });
  }
  return {
    outDir: raw.out === undefined ? undefined : readPath('--out', raw.out),
    targets,
    failOn: readFailOn(raw.failOn),
    baseline: readBaselineOptions(raw),
    annotations: readChoice('--annotations', raw.annotations ?? 'auto', ['auto', 'github', 'never'] as const),
    summary: raw.summary ?? false,
    showStrings: raw.showStrings ?? false,
  };
}

function readFailOn(value: string | undefined): Failing[] {
  if (value === undefined) return [];
  const words = value.split(',').map((word) => word.trim());
  return words.map((word) => {
    const failing = FAILING.find((candidate) => candidate === word);
    if (failing === undefined) throw invalidOption('--fail-on', `some of ${FAILING.join(', ')}`, value);
    return failing;
  });
}

function readBaselineOptions(raw: RawReportOptions): BaselineOptions | undefined {
  const { baseline, updateBaseline: update = false, reason, expires } = raw;
  if (baseline === undefined) {
    if (update) throw usage('--update-baseline needs --baseline FILE, the file to write.');
    if (reason !== undefined || expires !== undefined) throw usage('--reason and --expires need --update-baseline.');
    return undefined;
  }
  if (!update && (reason !== undefined || expires !== undefined)) {
    throw usage('--reason and --expires need --update-baseline.');
  }
  if (reason !== undefined && reason.trim() === '') throw invalidOption('--reason', 'a text that is not empty', reason);
  if (expires !== undefined && !isDay(expires)) throw invalidOption('--expires', 'a day such as 2026-12-31', expires);
  const file = readPath('--baseline', baseline);
  readBaseline(file);
  return { file, update, reason, expires };
}

function readPath(name: string, value: string): string {
  // A dash stands for standard output elsewhere; here that belongs to the program.
  if (value === '' || value.startsWith('-')) throw invalidOption(name, 'the name of a file or folder', value);
  return value;
}

function usage(message: string): OptionsError {
  return new OptionsError('PLIM_ERR_OPTION_INVALID', message);
}
