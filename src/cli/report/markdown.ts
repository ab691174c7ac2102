/** A report for an issue or a pull request: the verdict and who holds what; what else is known is folded away. */
import { formatBytes, formatChange, formatCount, formatDuration } from '../../base/units.ts';
import {
  acceptedText,
  type LeakReport,
  printable,
  type ReportedSuspect,
  sparkline,
  type Verdict,
} from '../../diagnose/report/index.ts';
import { floorBytes } from '../../diagnose/wire.ts';

const MARKS: Readonly<Record<Verdict, string>> = {
  leak: '🔴',
  native: '🔴',
  step: '🟡',
  filling: '🟡',
  churn: '🟡',
  unclear: '⚪',
  none: '🟢',
};
const CHART_POINTS = 40;
const MOST_CLASSES = 10;

/** The report as GitHub and GitLab render it. Names of the program stand there as text, whatever they hold. */
export function markdownReport(report: LeakReport): string {
  const parts = [
    `## ${MARKS[report.verdict]} Memory verdict: ${report.verdict}`,
    prose(report.explanation),
    ...report.suspects.map(suspectText),
    ...sitesText(report),
    ...baselineText(report),
    ...report.warnings.map(({ code, message }) => `> ⚠️ ${prose(message)} (${code})`),
    folded('What was watched', watchedText(report)),
    ...processesText(report),
    ...classesText(report),
  ];
  return `${parts.join('\n\n')}\n`;
}

function suspectText(suspect: ReportedSuspect, index: number): string {
  const { kind, accepted } = suspect;
  const mark = accepted !== undefined ? '✅ accepted: ' : kind === 'leak' ? '' : `${kind}: `;
  const lines = [`**${index + 1}.** ${mark}${prose(suspect.sentence)}`, `**What to do:** ${prose(suspect.advice)}`];
  if (accepted !== undefined) lines.push(`**Accepted:** ${prose(acceptedText(accepted))}`);
  if (suspect.path.length > 0) lines.push(folded('Who holds it', fenced(chain(suspect.path))));
  const facts = [`fingerprint \`${suspect.fingerprint}\``];
  if (suspect.steps.length > 1) facts.unshift(`growth between snapshots ${suspect.steps.map(formatChange).join(', ')}`);
  for (const text of suspect.examples ?? []) facts.push(`for example ${code(JSON.stringify(text))}`);
  return [...lines, `<sub>${facts.join(' · ')}</sub>`].join('\n\n');
}

/** One hop a line, each under the one that holds it. */
function chain(path: readonly string[]): string {
  return path.map((hop, depth) => `${depth === 0 ? '' : `${'  '.repeat(depth - 1)}└ `}${printable(hop)}`).join('\n');
}

function sitesText({ suspects, allocationSites }: LeakReport): string[] {
  if (suspects.length > 0 || allocationSites.length === 0) return [];
  const rows = allocationSites.map(
    ({ function: name, file, line, bytes, share }) =>
      `| ${code(name)} | ${code(`${file}:${line}`)} | ${formatBytes(bytes)} | ${Math.round(share * 100)} % |`,
  );
  return [
    ['What stays was allocated in:', '', '| function | place | bytes | share |', '|---|---|--:|--:|', ...rows].join(
      '\n',
    ),
  ];
}

function baselineText({ baseline }: LeakReport): string[] {
  if (baseline === undefined) return [];
  const line = (what: string, { sentence, reason, expires }: (typeof baseline.unused)[number]): string =>
    `- ${what}: ${prose(sentence)} ${prose(`(${acceptedText({ reason, ...(expires === undefined ? {} : { expires }) })})`)}`;
  const rows = [
    ...baseline.expired.map((entry) => line('expired', entry)),
    ...baseline.unused.map((entry) => line('not found', entry)),
  ];
  return rows.length === 0 ? [] : [[`Of the accepted leaks in ${code(baseline.file)}:`, '', ...rows].join('\n')];
}

function processesText({ processes }: LeakReport): string[] {
  if (processes === undefined) return [];
  const rows = processes.map(({ pid, threadId, script, floors, growthBytes, judged }) => {
    const name = `${pid}${threadId === 0 ? '' : `, worker ${threadId}`}`;
    const growth = growthBytes === null ? 'not measured' : formatChange(growthBytes);
    return `| ${judged ? `**${name}**` : name} | ${code(script)} | ${formatCount(floors)} | ${growth} |`;
  });
  const lines = ['| process | program | collections | growth |', '|---|---|--:|--:|', ...rows];
  return [
    folded(`${formatCount(processes.length)} processes or threads; the verdict is of the first`, lines.join('\n')),
  ];
}

function watchedText({ environment: env, series, growthBytes, bytesPerMinute, open }: LeakReport): string {
  const worker = env.threadId === 0 ? '' : `, worker ${env.threadId}`;
  const live = series.map(floorBytes);
  const rows: (readonly [string, string])[] = [
    ['program', code(env.argv.join(' '))],
    ['process', `${env.pid}${worker}, Node.js ${code(env.node)}, ${code(`${env.platform} ${env.arch}`)}`],
    ['watched', `${formatDuration(env.watchedMs)}, ${env.floors} collections, ${env.rounds} rounds of load`],
    ['snapshots', `${env.snapshots.length}`],
    ['growth', `${formatChange(growthBytes)} once warm, ${formatChange(bytesPerMinute)}/min`],
    ...open.map(({ kind, from, to }) => [`open ${kind}`, `${formatCount(from)} to ${formatCount(to)}`] as const),
    ['Plimsoll', code(env.plimsoll)],
  ];
  if (live.length > 1) {
    const ends = `${formatBytes(live[0]!)} to ${formatBytes(live.at(-1)!)}`;
    rows.splice(4, 0, ['heap floor', `${sparkline(live, CHART_POINTS)} ${ends}`]);
  }
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${prose(name)} | ${value} |`)].join('\n');
}

function classesText({ heap }: LeakReport): string[] {
  if (heap === undefined) return [];
  const rows = heap.classes
    .slice(0, MOST_CLASSES)
    .map(
      ({ name, count, shallowBytes, retainedBytes }) =>
        `| ${code(name)} | ${formatCount(count)} | ${formatBytes(shallowBytes)} | ${formatBytes(retainedBytes)} |`,
    );
  const table = ['| class | count | shallow | retained |', '|---|--:|--:|--:|', ...rows].join('\n');
  return [folded(`What fills the heap (${formatBytes(heap.totalBytes)})`, table)];
}

function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** Text with what stands between backticks as code; everything else as it is written. */
function prose(text: string): string {
  const pieces = printable(text).split('`');
  if (pieces.length % 2 === 0) return escaped(pieces.join("'"));
  return pieces.map((piece, i) => (i % 2 === 1 ? code(piece) : escaped(piece))).join('');
}

/** Signs that would be markup, a mention of somebody, or a reference to an issue. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\*_[\]|~]/g, String.raw`\$&`)
    .replaceAll(/[@#](?=\w)/g, '$&\u200b')
    .replaceAll(/(https?):\/\//gi, '$1:\u200b//');
}

/** A code span: fenced by more backticks than stand in it; a bar would end the cell of a table. */
function code(text: string): string {
  const shown = printable(text).replaceAll('|', '\u00a6');
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  if (longest === 0) return shown.trim() === '' ? '' : `\`${shown}\``;
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${shown} ${fence}`;
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
