/** The page's tables: classes, places of allocation, open things, processes, floors, environment and method. */
import { formatBytes, formatChange, formatCount, formatDuration } from '../../../base/units.ts';
import type { LeakReport, Verdict } from '../../../diagnose/report/index.ts';
import { floorBytes } from '../../../diagnose/wire.ts';
import { html, type Markup, prose } from './markup.ts';

/** Floors that the table of figures shows; the data have all. */
const FLOORS_SHOWN = 60;

const MEANING: Readonly<Record<Verdict, string>> = {
  leak: 'It grows steadily, and the growth is in the JavaScript heap or in buffers held by it.',
  native: 'RSS grows, and neither the heap nor external memory does: the growth is outside JavaScript.',
  step: 'It grew in one step and has stopped.',
  filling: 'It grows, or grew, more and more slowly: a bounded store on its way to its bound looks like this.',
  churn: 'It grows, but what is allocated goes away again.',
  unclear: 'The watch was too short, no holder stands out, or the program could not be watched.',
  none: 'It does not grow.',
};

interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
}

type Cell = string | Markup | { readonly text: string; readonly value: number };

function table(caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Markup {
  const head = columns.map(
    ({ name, isNumber }) => html`<th scope="col"${isNumber === true && html` class="num"`}>${name}</th>`,
  );
  const body = rows.map(
    (cells) => html`<tr>${cells.map((cell, i) => cellOf(cell, i === 0, columns[i]?.isNumber === true))}</tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption class="sr">${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function cellOf(cell: Cell, isFirst: boolean, isNumber: boolean): Markup {
  const isValue = typeof cell === 'object' && 'value' in cell;
  const attributes = html`${isNumber && html` class="num"`}${isValue && html` data-value="${cell.value}"`}`;
  const content = isValue ? cell.text : cell;
  return isFirst ? html`<th scope="row"${attributes}>${content}</th>` : html`<td${attributes}>${content}</td>`;
}

const bytes = (value: number): Cell => ({ text: formatBytes(value), value });
const count = (value: number): Cell => ({ text: formatCount(value), value });

export function classesSection({ heap }: LeakReport): Markup | null {
  if (heap === undefined) return null;
  const cut =
    heap.classCount > heap.classes.length
      ? ` The ${heap.classes.length} that retain most of ${formatCount(heap.classCount)}.`
      : '';
  const columns = [
    { name: 'class' },
    { name: 'retained', isNumber: true },
    { name: 'count', isNumber: true },
    { name: 'shallow', isNumber: true },
  ];
  const rows = heap.classes.map((row) => [
    html`<code>${row.name}</code>`,
    bytes(row.retainedBytes),
    count(row.count),
    bytes(row.shallowBytes),
  ]);
  return html`<section aria-labelledby="classes"><h2 id="classes">Classes</h2>
<p class="lead">${formatBytes(heap.totalBytes)} in ${formatCount(heap.nodeCount)} things, ${formatDuration(heap.at)} after the start. Shallow is the things alone, retained what would go with them.${cut}</p>
<div id="class-table">${table('Table of classes', columns, rows)}</div></section>`;
}

/** Where there is nobody to accuse, at least the places that made what stays. */
export function sitesSection({ allocationSites }: LeakReport): Markup | null {
  if (allocationSites.length === 0) return null;
  const columns = [
    { name: 'function' },
    { name: 'place' },
    { name: 'bytes', isNumber: true },
    { name: 'share', isNumber: true },
  ];
  const rows = allocationSites.map((site) => [
    html`<code>${site.function}</code>`,
    `${site.file}:${site.line}`,
    bytes(site.bytes),
    { text: `${Math.round(site.share * 100)} %`, value: site.share },
  ]);
  return html`<section aria-labelledby="sites"><h2 id="sites">What stays was allocated in</h2>${table('Table of places', columns, rows)}</section>`;
}

export function openSection({ open }: LeakReport): Markup | null {
  if (open.length === 0) return null;
  const rows = open.map(
    ({ kind, from, to, perMinute, advice }) =>
      html`<li><b>${kind}</b>: ${formatCount(from)} to ${formatCount(to)}, +${formatCount(perMinute)}/min. ${prose(advice)}</li>`,
  );
  return html`<section aria-labelledby="open"><h2 id="open">More and more are open</h2><ul class="notes">${rows}</ul></section>`;
}

export function processesSection({ processes }: LeakReport): Markup | null {
  if (processes === undefined || processes.length < 2) return null;
  const columns = [
    { name: 'process' },
    { name: 'program' },
    { name: 'collections', isNumber: true },
    { name: 'growth', isNumber: true },
  ];
  const rows = processes.map(({ pid, threadId, script, floors, growthBytes, judged }) => [
    html`${pid}${threadId > 0 && `, worker ${threadId}`}${judged && html` <span class="tag">judged</span>`}`,
    html`<code>${script}</code>`,
    count(floors),
    growthBytes === null ? 'not measured' : { text: formatChange(growthBytes), value: growthBytes },
  ]);
  return html`<section aria-labelledby="processes"><h2 id="processes">Processes and threads</h2>
<p class="lead">The verdict is of the one that grew most.</p>${table('Table of processes', columns, rows)}</section>`;
}

export function environmentSection(report: LeakReport): Markup {
  const { environment: env } = report;
  const worker = env.threadId === 0 ? '' : `, worker ${env.threadId}`;
  const facts: (readonly [string, string])[] = [
    ['command', env.argv.join(' ')],
    ['folder', env.cwd],
    ['process', `${env.pid}${worker}`],
    ['Node.js', `${env.node}, ${env.platform} ${env.arch}`],
    ['heap limit', env.heapLimitBytes === 0 ? 'unknown' : formatBytes(env.heapLimitBytes)],
    ['memory limit', env.memoryLimitBytes === null ? 'unknown' : formatBytes(env.memoryLimitBytes)],
    ['collections', `${formatCount(env.floors)}, of which ${formatCount(env.askedCollections)} were asked for`],
    ['snapshots', snapshotsText(env.snapshots)],
    ['rounds of load', env.rounds === 0 ? 'none: time is the axis' : formatCount(env.rounds)],
  ];
  return html`<section aria-labelledby="method"><h2 id="method">Environment and method</h2>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p><b>${report.verdict}</b>: ${MEANING[report.verdict]}</p>
<p>Two judges that do not depend on each other decide. The floors, memory after full collections, say whether it grows: the first quarter is warm-up, and growth has to go on to the end. Three snapshots say of what kind the growth is: its rate in the second part beside the first, and how much of what was made in the first part is still there. Pauses for snapshots are taken off all times. Texts of the program are not part of this report unless it was made with --show-strings; names of classes, functions, variables, properties and files are.</p>
${floorsTable(report)}</section>`;
}

function floorsTable({ series }: LeakReport): Markup | null {
  if (series.length === 0) return null;
  const step = Math.max(1, Math.ceil(series.length / FLOORS_SHOWN));
  const shown = series.filter((_, i) => i % step === 0 || i === series.length - 1);
  const columns = [
    { name: 'at' },
    { name: 'alive', isNumber: true },
    { name: 'heap', isNumber: true },
    { name: 'external', isNumber: true },
    { name: 'RSS', isNumber: true },
    { name: 'collection' },
  ];
  const rows = shown.map((floor) => [
    { text: formatDuration(floor.at), value: floor.at },
    bytes(floorBytes(floor)),
    bytes(floor.heapUsed),
    bytes(floor.external),
    bytes(floor.rss),
    floor.asked ? 'asked for' : 'natural',
  ]);
  const every = step === 1 ? '' : `, one in ${step}`;
  return html`<details><summary>The ${formatCount(series.length)} floors in figures${every}</summary>${table('Table of floors', columns, rows)}</details>`;
}

function snapshotsText(snapshots: LeakReport['environment']['snapshots']): string {
  if (snapshots.length === 0) return 'none';
  return snapshots
    .map(
      ({ at, bytes: size, pauseMs }) =>
        `${formatBytes(size)} at ${formatDuration(at)} (pause ${formatDuration(pauseMs)})`,
    )
    .join(', ');
}
