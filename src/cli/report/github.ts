/** A verdict as GitHub Actions shows it: notes beside the source, and the summary of the job. */
import fs from 'node:fs';
import path from 'node:path';
import type { Environment } from '../../base/environment.ts';
import { workflowCommand } from '../../base/workflow-command.ts';
import type { LeakReport, ReportedSuspect } from '../../diagnose/report/index.ts';
import { leaksOf } from './accepted.ts';

type Kind = 'error' | 'warning';

/** Whether this process runs in a workflow. */
export function isGitHub(env: Environment): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}

/**
 * Workflow commands, one a line: an error for each leak that is not accepted (a warning where the run does not fail), a
 * warning for each acceptance that is over; none for a program that does not grow.
 */
export function verdictAnnotations(report: LeakReport, fails: boolean, env: Environment): string[] {
  const { verdict, explanation, baseline } = report;
  const kind: Kind = fails || verdict === 'leak' ? 'error' : 'warning';
  const open = leaksOf(report).filter(({ accepted }) => accepted === undefined);
  const isTold = fails || verdict === 'leak' || verdict === 'native';
  const commands: string[] = [];
  if (isTold && report.suspects.length === 0) {
    const [site] = report.allocationSites;
    const place = site === undefined ? {} : placeOf(report, site.file, site.line, env);
    commands.push(workflowCommand(kind, { ...place, title: `Memory: ${verdict}` }, explanation));
  } else if (isTold) {
    for (const suspect of open) commands.push(suspectCommand(kind, suspect, report, env));
  }
  for (const { sentence, reason, expires } of baseline?.expired ?? []) {
    const text = `It was accepted until ${expires} (${reason}): ${sentence}`;
    commands.push(workflowCommand('warning', { file: baseline!.file, title: 'An accepted leak has expired' }, text));
  }
  return commands;
}

function suspectCommand(kind: Kind, suspect: ReportedSuspect, report: LeakReport, env: Environment): string {
  const { sentence, path: hops, advice, file, line } = suspect;
  const place = file === null ? {} : placeOf(report, file, line, env);
  return workflowCommand(
    kind,
    { ...place, title: `Memory: ${report.verdict}` },
    [sentence, ...hops, advice].join('\n'),
  );
}

/** Files are told relative to the program's folder; GitHub knows them by their path in the repository. */
function placeOf(
  { environment }: LeakReport,
  file: string,
  line: number | null,
  env: Environment,
): Record<string, string | number | undefined> {
  const absolute = path.resolve(environment.cwd, file);
  if (!fs.existsSync(absolute)) return {};
  const root = env['GITHUB_WORKSPACE'] ?? process.cwd();
  const relative = path.relative(root, absolute);
  return { file: relative.startsWith('..') ? absolute : relative, line: line ?? undefined };
}
