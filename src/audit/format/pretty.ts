/** Text for people: findings by file, each with the line it is about and the lines around it. */
import type { Finding } from '../finding.ts';
import type { AuditResult } from '../run/audit.ts';

export interface PrettyStyle {
  /** Columns that a line may fill. */
  readonly width: number;
  readonly colors: boolean;
}

/** Reads the lines of a file by the name that a finding gives. */
export type ReadLines = (file: string) => readonly string[];

/** The findings grouped by file with a frame of code, and one line that sums up. */
export function formatPretty(result: AuditResult, readLines: ReadLines, style: PrettyStyle): string {
  const files = groupByFile(result.findings);
  const blocks = [...files].map(([file, findings]) => fileBlock(file, findings, readLines(file), style));
  return [...blocks, ...leftOutLines(result), summary(result, files.size)].join('\n');
}

function groupByFile(findings: readonly Finding[]): Map<string, Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const finding of findings) files.set(finding.file, [...(files.get(finding.file) ?? []), finding]);
  return files;
}

function fileBlock(file: string, findings: readonly Finding[], lines: readonly string[], style: PrettyStyle): string {
  const parts = findings.map((finding) => findingBlock(finding, lines, style));
  return [paint(file, BOLD, style), '', ...parts].join('\n');
}

function findingBlock(finding: Finding, lines: readonly string[], style: PrettyStyle): string {
  const head = `  ${finding.line}:${finding.column}  ${paint(finding.rule, YELLOW, style)}`;
  return [
    head,
    ...wrap(finding.message, style.width - 4).map((line) => `    ${line}`),
    '',
    ...frame(finding, lines, style),
    '',
  ].join('\n');
}

/** The line of a finding between its neighbours, with numbers and a mark. */
function frame({ line, column }: Finding, lines: readonly string[], style: PrettyStyle): string[] {
  const digits = String(line + 1).length;
  const shown: string[] = [];
  for (const number of [line - 1, line, line + 1]) {
    const text = lines[number - 1];
    if (text === undefined) continue;
    const margin = `  ${number === line ? '>' : ' '} ${String(number).padStart(digits)} | `;
    shown.push(cut(`${margin}${untab(text)}`, style.width));
    if (number !== line) continue;
    const indent = untab(text.slice(0, column - 1)).length;
    if (margin.length + indent < style.width)
      shown.push(`${' '.repeat(digits + 5)}| ${' '.repeat(indent)}${paint('^', YELLOW, style)}`);
  }
  return shown;
}

function leftOutLines({ leftOut }: AuditResult): string[] {
  const reasons = new Map<string, string[]>();
  for (const { file, reason } of leftOut) reasons.set(reason, [...(reasons.get(reason) ?? []), file]);
  return [...reasons].map(([reason, files]) =>
    files.length === 1
      ? `${files[0]!} was left out: ${reason}.`
      : `${files.length} files were left out, ${files[0]!} and others: ${reason}.`,
  );
}

function summary({ findings, files, engine }: AuditResult, withFindings: number): string {
  const by = `${files.toLocaleString('en-US')} ${files === 1 ? 'file' : 'files'} read with ${engine.name} ${engine.version}`;
  if (findings.length === 0) return `No leaks found; ${by}.`;
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} in ${withFindings} ${withFindings === 1 ? 'file' : 'files'}`;
  return `${count}; ${by}. Why, and what to do: plimsoll audit --explain ${findings[0]!.rule}`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > Math.max(width, 20)) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(width - 3, 1))}...` : text;
}

function untab(text: string): string {
  return text.replaceAll('\t', '  ');
}

const BOLD = '1';
const YELLOW = '33';

function paint(text: string, code: string, { colors }: PrettyStyle): string {
  return colors ? `\u001b[${code}m${text}\u001b[0m` : text;
}
