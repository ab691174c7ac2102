/** The end of a watch: the report is said, written where it was asked for, and turned into a status. */
import fs from 'node:fs';
import path from 'node:path';
import type { Environment } from '../../base/environment.ts';
import { messageOf } from '../../base/errors.ts';
import type { Warning } from '../../base/warnings.ts';
import { type LeakReport, reportText, today } from '../../diagnose/report/index.ts';
import { checkWritableFile, prepareFolder, writeTextFile } from '../output-file.ts';
import { errorLine, STATUS } from '../status.ts';
import type { Terminal } from '../terminal.ts';
import { applyBaseline, isAccepted } from './accepted.ts';
import { writeReport } from './formats.ts';
import { isGitHub, verdictAnnotations } from './github.ts';
import type { ReportOptions, ReportTarget } from './options.ts';

/** Job summaries of GitHub may have 1 MiB. */
const LARGEST_SUMMARY = 1024 * 1024;

/**
 * Sees that all that was asked for can be written, and makes the folder; gives its real name.
 *
 * @throws {FileError} `PLIM_ERR_FILE_UNWRITABLE`
 */
export function prepareOutputs({ targets, baseline, outDir }: ReportOptions): string | undefined {
  for (const { option, file } of targets) checkWritableFile(option, file);
  if (baseline?.update === true) checkWritableFile('--baseline', baseline.file);
  return outDir === undefined ? undefined : prepareFolder('--out', outDir);
}

/** Whether a report is wanted that shows heap and allocations. */
export function wantsPictures({ targets, outDir }: ReportOptions): boolean {
  return outDir !== undefined || targets.some(({ format }) => format === 'html' || format === 'json');
}

/**
 * Says the verdict and writes it; gives the status: 0, 3 when the verdict is one of `--fail-on` and not accepted, 1 when
 * something could not be written.
 */
export function giveReport(
  made: LeakReport,
  options: ReportOptions,
  { terminal, env }: { readonly terminal: Terminal; readonly env: Environment },
): number {
  const lost: Warning[] = [];
  const attempt = (what: () => void): void => {
    try {
      what();
    } catch (error) {
      lost.push({ code: 'PLIM_WARN_OUTPUT_LOST', message: messageOf(error) });
      terminal.say(errorLine(error));
    }
  };
  let report = made;
  const { baseline } = options;
  if (baseline !== undefined) attempt(() => (report = applyBaseline(made, baseline, today())));
  const { columns, hasColors } = terminal.look;
  terminal.say(['', reportText(report, { width: columns, colors: hasColors }), ''].join('\n'));
  const failsByVerdict = options.failOn.some((word) => word === report.verdict) && !isAccepted(report);
  const failsByOpen = options.failOn.includes('open') && report.open.length > 0;
  if (options.annotations === 'github' || (options.annotations === 'auto' && isGitHub(env))) {
    for (const command of verdictAnnotations(report, failsByVerdict, env)) terminal.say(command);
  }
  // What could be written says what could not.
  const whole = (): LeakReport => ({ ...report, warnings: [...report.warnings, ...lost] });
  for (const { option, file, format } of targetsOf(options)) {
    attempt(() => writeTextFile(option, file, writeReport(whole(), format)));
  }
  if (options.summary) attempt(() => addSummary(whole(), env, terminal));
  if (lost.length > 0) return STATUS.failure;
  return failsByVerdict || failsByOpen ? STATUS.leak : STATUS.fine;
}

function targetsOf({ targets, outDir }: ReportOptions): readonly ReportTarget[] {
  if (outDir === undefined) return targets;
  return [
    ...targets,
    { option: '--out', file: path.join(outDir, 'report.json'), format: 'json' },
    { option: '--out', file: path.join(outDir, 'report.html'), format: 'html' },
  ];
}

function addSummary(report: LeakReport, env: Environment, terminal: Terminal): void {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file === undefined || file === '') {
    terminal.say('plimsoll: --summary has no effect here: GITHUB_STEP_SUMMARY names no file.');
    return;
  }
  const text = writeReport(report, 'markdown');
  fs.appendFileSync(file, Buffer.byteLength(text) > LARGEST_SUMMARY ? text.slice(0, LARGEST_SUMMARY >> 2) : text);
}
