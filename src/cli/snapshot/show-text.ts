import { formatBytes, formatCount, formatDuration } from '../../base/units.ts';
import type { ClassRow, RetainerRow, SnapshotReport } from './show-report.ts';
import { formatTable, plainText } from './table.ts';

const INDENT = 2;
/** Holders below this share are the runtime's furniture. */
const LEAST_SHARE = 0.0005;

/** The report as a person reads it, in lines of at most `columns`. */
export function snapshotText(report: SnapshotReport, columns: number): string {
  return [
    ...heading(report),
    '',
    'By class',
    ...indented(classTable(report.classes, report.liveBytes), columns),
    ...moreLine(report.classCount - report.classes.length, 'class', 'classes'),
    '',
    'Biggest retainers',
    ...indented(retainerTable(report.biggest, report.liveBytes), columns),
  ].join('\n');
}

function heading(report: SnapshotReport): string[] {
  const { nodeCount, edgeCount, stringCount } = report;
  const size = formatBytes(report.fileBytes);
  return [
    `${plainText(report.file)}: ${size}, read in ${formatDuration(report.readMs)}`,
    `${formatBytes(report.liveBytes)} alive: ${formatCount(nodeCount)} nodes, ${formatCount(edgeCount)} edges, ` +
      `${formatCount(stringCount)} strings`,
  ];
}

function classTable(classes: readonly ClassRow[], liveBytes: number): string[][] {
  return [
    ['retained', 'share', 'shallow', 'count', 'class'],
    ...classes.map((row) => [
      formatBytes(row.retainedBytes),
      formatShare(row.retainedBytes, liveBytes),
      formatBytes(row.shallowBytes),
      formatCount(row.count),
      row.name,
    ]),
  ];
}

function retainerTable(retainers: readonly RetainerRow[], liveBytes: number): string[][] {
  return [
    ['retained', 'share', 'object'],
    ...retainers
      .filter((row) => row.retainedBytes >= liveBytes * LEAST_SHARE)
      .map((row) => [formatBytes(row.retainedBytes), formatShare(row.retainedBytes, liveBytes), retainerName(row)]),
  ];
}

/** ``Map `sessions` in src/app.js:12, @4711``. */
function retainerName(row: RetainerRow): string {
  const owner = row.owner === '' ? '' : ` \`${row.owner}\``;
  const className = row.className === 'system / Context' ? 'Scope' : row.className;
  const others = row.hasOthersLikeIt ? ', and others like it' : '';
  return `${className}${owner}${row.place === '' ? '' : ` in ${row.place}`}, @${row.id}${others}`;
}

/** `71 %`, `0.4 %`. */
export function formatShare(bytes: number, of: number): string {
  const share = of > 0 ? (bytes / of) * 100 : 0;
  return `${share < 9.95 ? share.toFixed(1) : Math.round(share)} %`;
}

function indented(table: readonly (readonly string[])[], columns: number): string[] {
  return formatTable(table, columns - INDENT).map((line) => ' '.repeat(INDENT) + line);
}

function moreLine(more: number, one: string, many: string): string[] {
  return more > 0 ? [`  and ${formatCount(more)} more ${more === 1 ? one : many} (--top shows more)`] : [];
}
