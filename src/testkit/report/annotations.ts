/** Results for a CI service: GitHub's annotations, and JUnit's file. */
import { workflowCommand } from '../../base/workflow-command.ts';
import type { Leak, LeakResult } from '../check/result.ts';
import { formatLeakResult } from './report-text.ts';

/**
 * Workflow commands, one a line, that GitHub Actions shows beside the source when a step prints them: an error for each
 * leak, a warning when the check could not decide, nothing when it passed.
 */
export function githubAnnotations(result: LeakResult): string[] {
  const { verdict, name, leaks } = result;
  if (verdict === 'pass') return [];
  if (leaks.length === 0)
    return [workflowCommand(verdict === 'fail' ? 'error' : 'warning', { title: name }, formatLeakResult(result))];
  return leaks.map((leak) => workflowCommand('error', { ...placeOf(leak), title: `${name} leaks` }, textOf(leak)));
}

function placeOf({ file, line }: Leak): Record<string, string | number | undefined> {
  return file === null ? {} : { file, line: line ?? undefined };
}

function textOf({ sentence, path, advice }: Leak): string {
  return [sentence, ...path, advice].join('\n');
}

/** Results as a JUnit file: a case for each; one that could not be decided counts as skipped. */
export function junitReport(results: readonly LeakResult[], suite: string = 'leaks'): string {
  const of = (verdict: LeakResult['verdict']): number => results.filter((result) => result.verdict === verdict).length;
  const seconds = results.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const counts = `tests="${results.length}" failures="${of('fail')}" skipped="${of('unstable')}" time="${seconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escapeXml(suite)}" ${counts}>`,
    ...results.map(caseText),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseText(result: LeakResult): string {
  const { name, verdict, reason, durationMs } = result;
  const open = `    <testcase name="${escapeXml(name)}" time="${(durationMs / 1000).toFixed(3)}"`;
  if (verdict === 'pass') return `${open}/>`;
  const message = `message="${escapeXml(reason)}"`;
  const body =
    verdict === 'fail'
      ? `<failure ${message} type="LeakError">${escapeXml(formatLeakResult(result))}</failure>`
      : `<skipped ${message}/>`;
  return `${open}>${body}</testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

function escapeXml(text: string): string {
  // XML knows no way to write most control characters; names come from the program's own data.
  return text.replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '\ufffd').replaceAll(/[<>&"]/g, (char) => ENTITIES[char]!);
}
