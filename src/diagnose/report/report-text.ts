/** A leak report as a person reads it: the word first, then who, how fast and what to do, then what was watched. */
import { formatBytes, formatChange, formatCount, formatDuration } from '../../base/units.ts';
import type { LeakReport, ReportedSuspect, Verdict } from './report.ts';
import { hang, paint, printable, sparkline, type Style, wrapLines } from './text-layout.ts';
import { floorBytes } from '../wire.ts';

/** Widths in columns: when nobody says so, at most, at least. */
const DEFAULT_WIDTH = 80;
const MOST_WIDTH = 100;
const LEAST_WIDTH = 40;
const CHART_POINTS = 40;
const LABEL_WIDTH = 10;
const MOST_OPEN = 3;
/** Beyond this depth a retaining path is no longer indented further. */
const DEEPEST_INDENT = 12;

export interface ReportTextOptions {
  /** Columns; 80 by default, from 40 to 100. */
  readonly width?: number | undefined;
  /** Whether to colour; `false` by default. */
  readonly colors?: boolean;
}

const VERDICT_STYLE: Readonly<Record<Verdict, Style>> = {
  leak: 'red',
  native: 'red',
  step: 'yellow',
  filling: 'yellow',
  churn: 'yellow',
  unclear: 'yellow',
  none: 'green',
};

const KIND_STYLE: Readonly<Record<ReportedSuspect['kind'], Style>> = { leak: 'red', filling: 'yellow', step: 'yellow' };

/** Stands before a suspect that is not accused of leaking. */
const KIND_MARK: Readonly<Record<ReportedSuspect['kind'], string>> = {
  leak: '',
  filling: 'FILLING ',
  step: 'STOPPED ',
};

interface Page {
  readonly width: number;
  readonly colors: boolean;
}

/** The whole report as text, without a newline at its end. */
export function reportText(report: LeakReport, options: ReportTextOptions = {}): string {
  const page = pageOf(options);
  return [
    headText(report, page),
    ...report.suspects.map((suspect, index) => suspectText(suspect, index + 1, page)),
    ...sitesTexts(report, page),
    ...openTexts(report, page),
    ...baselineTexts(report, page),
    ...processesTexts(report, page),
    watchedText(report, page),
    ...report.warnings.map(({ code, message }) => labelled('warning', `${message} (${code})`, page, 'yellow')),
  ].join('\n\n');
}

/** The suspects alone, numbered, each as in {@link reportText}. */
export function suspectTexts(suspects: readonly ReportedSuspect[], options: ReportTextOptions = {}): string[] {
  const page = pageOf(options);
  return suspects.map((suspect, index) => suspectText(suspect, index + 1, page));
}

function pageOf({ width, colors }: ReportTextOptions): Page {
  return { width: Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width ?? DEFAULT_WIDTH)), colors: colors ?? false };
}

function headText(report: LeakReport, { width, colors }: Page): string {
  const title = `━━━ Verdict: ${report.verdict.toUpperCase()} `;
  const head = paint(title.padEnd(width, '━'), ['bold', VERDICT_STYLE[report.verdict]], colors);
  return [head, ...wrapLines(printable(report.explanation), width)].join('\n');
}

function suspectText(suspect: ReportedSuspect, number: number, page: Page): string {
  const { width, colors } = page;
  const style = KIND_STYLE[suspect.kind];
  const [bullet, mark] = [`${number}. `, KIND_MARK[suspect.kind]];
  const lines = wrapLines(mark + printable(suspect.sentence), width - bullet.length);
  const [first, ...rest] = lines as [string, ...string[]];
  const painted = paint(mark, ['bold', style], colors) + first.slice(mark.length);
  return [
    hang(paint(bullet, ['bold', style], colors), [painted, ...rest]),
    ...pathLines(suspect.path, page),
    ...growthLines(suspect, page),
    ...(suspect.examples ?? []).map((text) => labelled('example', JSON.stringify(text), page)),
    labelled('remedy', suspect.advice, page),
    ...(suspect.accepted === undefined ? [] : [labelled('accepted', acceptedText(suspect.accepted), page)]),
  ].join('\n');
}

/** `ticket 7, until 2026-12-31`. */
export function acceptedText({ reason, expires }: NonNullable<ReportedSuspect['accepted']>): string {
  return expires === undefined ? reason : `${reason} (until ${expires})`;
}

/** Entries of the user's baseline that excuse nothing. */
function baselineTexts({ baseline }: LeakReport, page: Page): string[] {
  if (baseline === undefined) return [];
  const { expired, unused, file } = baseline;
  const texts = [
    ...expired.map(({ sentence, reason, expires }) =>
      labelled('expired', `${sentence} It was accepted until ${expires ?? ''} (${reason}).`, page, 'yellow'),
    ),
    ...unused.map(({ sentence }) => labelled('not found', `${sentence} It stands in ${file}.`, page)),
  ];
  return texts.length === 0 ? [] : [texts.join('\n')];
}

/** Where there is nobody to accuse, at least the places that made what stays. */
function sitesTexts({ suspects, allocationSites, death }: LeakReport, page: Page): string[] {
  if (suspects.length > 0 || allocationSites.length === 0) return [];
  const stays = 'What stays was allocated in:';
  // Of a program that died of memory a single snapshot has told already who fills it.
  const head = death === undefined ? `Who holds it is not known, as it takes two snapshots to tell. ${stays}` : stays;
  const rows = allocationSites.map(
    (site) =>
      `${site.function} (${site.file}:${site.line}): ${formatBytes(site.bytes)}, ${Math.round(site.share * 100)} %`,
  );
  return [
    [
      ...wrapLines(head, page.width),
      ...rows.map((row) => hang('   · ', wrapLines(printable(row), page.width - 5))),
    ].join('\n'),
  ];
}

/** What is outside the heap and grows all the same. */
function openTexts({ open }: LeakReport, page: Page): string[] {
  return open.slice(0, MOST_OPEN).map(({ kind, from, to, perMinute, advice }) => {
    const what =
      kind === 'descriptors' ? 'Open descriptors' : kind === 'threads' ? 'Threads' : `Open handles (${kind})`;
    const grew = `${what} grew from ${formatCount(from)} to ${formatCount(to)}, +${formatCount(perMinute)}/min.`;
    return [labelled('open', grew, page, 'yellow'), labelled('remedy', advice, page)].join('\n');
  });
}

/** A row for each process and thread; the one that is judged stands first. */
function processesTexts({ processes }: LeakReport, page: Page): string[] {
  if (processes === undefined) return [];
  const rows = processes.map(({ pid, threadId, script, floors, growthBytes, judged }) => [
    `${judged ? '>' : ' '} ${pid}${threadId === 0 ? '' : `, worker ${threadId}`}`,
    growthBytes === null ? 'not measured' : formatChange(growthBytes),
    `${formatCount(floors)} ${floors === 1 ? 'collection' : 'collections'}`,
    printable(script),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(([name, growth, floors, script]) => {
    const line = `${name!.padEnd(widths[0]!)}  ${growth!.padStart(widths[1]!)}  ${floors!.padStart(widths[2]!)}  ${script!}`;
    return `   ${line.length + 3 > page.width ? `${line.slice(0, page.width - 4)}…` : line}`;
  });
  const title = `${formatCount(processes.length)} processes or threads were watched; the verdict is of the one that grew most.`;
  return [[labelled('processes', title, page), ...lines].join('\n')];
}

function pathLines(path: readonly string[], { width, colors }: Page): string[] {
  return path.map((hop, depth) => {
    const indent = ' '.repeat(3 + 2 * Math.min(DEEPEST_INDENT, depth));
    const prefix = `${indent}${paint(depth === 0 ? '· ' : '└ ', ['dim'], colors)}`;
    return hang(prefix, wrapLines(printable(hop), width - indent.length - 2));
  });
}

function growthLines({ steps }: ReportedSuspect, page: Page): string[] {
  if (steps.length < 2) return [];
  // From zero on, so that a part that grew half as much looks half as high.
  const chart = sparkline([0, ...steps], CHART_POINTS).slice(1);
  const figures = steps.length <= 5 ? steps : [steps[0]!, steps.at(-1)!];
  const text = figures.map(formatChange).join(steps.length <= 5 ? ', ' : ' ... ');
  return [labelled('growth', `${chart} ${text}`, page)];
}

function watchedText(report: LeakReport, page: Page): string {
  const { environment: env } = report;
  const worker = env.threadId === 0 ? '' : `, worker ${env.threadId}`;
  const lines = [labelled('watched', `${env.argv.join(' ')} (process ${env.pid}${worker}, Node.js ${env.node})`, page)];
  lines.push(labelled('for', watchText(env), page));
  if (report.series.length > 1) lines.push(labelled('floor', seriesText(report, page), page));
  if (env.snapshots.length > 0) lines.push(labelled('snapshots', snapshotsText(env.snapshots), page));
  return lines.join('\n');
}

function watchText(env: LeakReport['environment']): string {
  const rounds = env.rounds === 0 ? '' : `, ${count(env.rounds, 'round')} of load`;
  const asked = env.askedCollections === 0 ? '' : ` (${env.askedCollections} asked for)`;
  return `${formatDuration(env.watchedMs)}${rounds}, ${count(env.floors, 'full collection')}${asked}`;
}

function seriesText({ series, growthBytes, bytesPerMinute }: LeakReport, { width }: Page): string {
  const live = series.map(floorBytes);
  const ends = `${formatBytes(live[0]!)} to ${formatBytes(live.at(-1)!)}`;
  const growth = `${formatChange(growthBytes)} once warm, ${formatChange(bytesPerMinute)}/min`;
  return `${sparkline(live, Math.min(CHART_POINTS, width >> 1))} ${ends} (${growth})`;
}

function snapshotsText(snapshots: LeakReport['environment']['snapshots']): string {
  return snapshots
    .map(
      ({ at, bytes, pauseMs }) => `${formatBytes(bytes)} at ${formatDuration(at)} (pause ${formatDuration(pauseMs)})`,
    )
    .join(', ');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** A labelled paragraph, its lines under one another. */
function labelled(label: string, text: string, { width, colors }: Page, style: Style = 'dim'): string {
  const prefix = `   ${label.padEnd(LABEL_WIDTH)}`;
  return hang(paint(prefix, [style], colors), wrapLines(printable(text), width - prefix.length));
}
