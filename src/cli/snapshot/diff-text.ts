import { formatBytes, formatChange, formatCount, formatDuration } from '../../base/units.ts';
import { type ReportTextOptions, suspectTexts } from '../../diagnose/report/index.ts';
import type { DiffReport } from './diff-report.ts';
import { formatTable, plainText } from './table.ts';

const INDENT = 2;

/** The comparison as a person reads it: what grew in all, who holds it, which classes. */
export function diffText(report: DiffReport, columns: number, style: ReportTextOptions): string {
  const blocks = [headText(report, columns)];
  if (report.suspects.length > 0) blocks.push(...suspectTexts(report.suspects, style));
  else blocks.push('No holder gained enough to be named.');
  if (report.classes.length > 0) blocks.push(classText(report, columns));
  return blocks.join('\n\n');
}

function headText(report: DiffReport, columns: number): string {
  const { snapshots, growthBytes, bytesPerMinute } = report;
  const rate = bytesPerMinute === null ? '' : `, ${formatChange(bytesPerMinute)}/min`;
  const rows = snapshots.map(({ file, at, liveBytes, truncated }) => [
    ...(at === null ? [] : [at === 0 ? 'start' : `+${formatDuration(at)}`]),
    formatBytes(liveBytes),
    `${plainText(file)}${truncated ? ' (cut off: names may be missing)' : ''}`,
  ]);
  const heading = [...(bytesPerMinute === null ? [] : ['time']), 'alive', 'snapshot'];
  const table = formatTable([heading, ...rows], columns - INDENT);
  return [
    `Growth: ${formatChange(growthBytes)}${rate}`,
    ...table.map((line) => ' '.repeat(INDENT) + line),
    ...notes(report).map((note) => ' '.repeat(INDENT) + note),
  ].join('\n');
}

function notes({ snapshots, given, reordered }: DiffReport): string[] {
  const told: string[] = [];
  if (reordered) told.push('They were given in another order; this is the one they were taken in.');
  if (given > snapshots.length) told.push(`Of ${given} snapshots the first, the middle and the last were compared.`);
  if (snapshots[0]?.at === null) {
    told.push('No rates: the times of the files do not tell when the snapshots were taken.');
  } else told.push('Times are those of the files.');
  return told;
}

function classText({ classes, snapshots }: DiffReport, columns: number): string {
  const counts = snapshots.map((_, i) => (i === 0 ? 'first' : i === snapshots.length - 1 ? 'last' : 'middle'));
  const rows = classes.map(({ className, counts: series }) => [
    `+${formatCount(series.at(-1)! - series[0]!)}`,
    ...series.map(formatCount),
    className,
  ]);
  const table = formatTable([['more', ...counts, 'class'], ...rows], columns - INDENT);
  return ['Classes that grew most', ...table.map((line) => ' '.repeat(INDENT) + line)].join('\n');
}
