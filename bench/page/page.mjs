// The page of figures: goals beside what was measured, then each area's report.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { resultsFolder, root } from '../lib/paths.mjs';
import { formatFigures } from './figures.mjs';
import { goals } from './goals.mjs';

const introduction = `# Performance

What was measured, beside what is to be reached. The page is written by \`node bench/page/write.mjs\` from the figures that
\`npm run bench\` leaves in \`bench/results\`; how they are taken stands in \`bench/README.md\`. Ratios are taken within one
run, contenders in turn, by CPU time where the machine is shared: they carry over to other machines better than bare
numbers, but not exactly.`;

/** The whole page as Markdown. */
export async function makePage(folder = resultsFolder) {
  const results = readResults(folder);
  const figures = Object.fromEntries(results.map(({ area, figures: own }) => [area, own]));
  const parts = [introduction, formatGoals(figures)];
  for (const result of results) parts.push(await formatArea(result));
  return `${parts.join('\n\n')}\n`;
}

function readResults(folder) {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')));
}

function formatGoals(figures) {
  const judged = goals.map((goal) => ({ ...goal, ...judge(goal, figures) }));
  const rows = judged.map(
    ({ what, wanted, shown, verdict, before = 'not measured' }) =>
      `| ${what} | ${wanted} | ${shown} | ${verdict} | ${before} |`,
  );
  const notes = judged.filter(({ verdict, note }) => verdict.startsWith('missed') && note !== undefined);
  return [
    '## Goals',
    ['| what | to reach | measured | | before Plimsoll, elsewhere |', '|---|--:|--:|---|---|', ...rows].join('\n'),
    ...(notes.length === 0
      ? []
      : ['### What is missed, and why', ...notes.map(({ what, note }) => `**${what}.** ${note}`)]),
  ].join('\n\n');
}

/**
 * How a goal stands: reached, missed by so much, or not measured.
 *
 * @param {Pick<import('./goals.mjs').Goal, 'atLeast' | 'atMost' | 'digits' | 'unit' | 'measured'>} goal
 * @param {Record<string, any>} figures Of all areas, by name.
 */
export function judge({ atLeast, atMost, digits, unit, measured }, figures) {
  const write = (value) => `${value.toFixed(digits)}${unit === undefined ? '' : ` ${unit}`}`;
  const wanted = atLeast === undefined ? `<= ${write(atMost)}` : `>= ${write(atLeast)}`;
  const value = measured(figures);
  if (value === undefined) return { wanted, shown: '', verdict: 'not measured' };
  const short = atLeast === undefined ? value - atMost : atLeast - value;
  return { wanted, shown: write(value), verdict: short <= 0 ? 'reached' : `missed by ${write(short)}` };
}

async function formatArea({ area, date, machine, load, options, figures }) {
  const module = await importArea(area);
  const { node, v8, cpu, cores, memoryMb, commit, platform } = machine;
  const chosen = Object.entries(options).filter(
    ([name, value]) => name in (module?.options ?? {}) && value !== undefined,
  );
  return [
    `## ${area}`,
    `${module?.description ?? ''}.`,
    `Measured ${date.slice(0, 10)} at ${commit} on ${cpu}, ${cores} cores, ${Math.round(memoryMb / 1024)} GiB, ${platform}, ` +
      `Node.js ${node}, V8 ${v8}; load average ${load.before[0]} before, ${load.after[0]} after. ` +
      `Options: ${chosen.map(([name, value]) => `${name} ${[value].flat().join(', ')}`).join('; ')}.`,
    `\`\`\`text\n${module?.formatReport?.(figures, options) ?? formatFigures(figures)}\n\`\`\``,
  ].join('\n\n');
}

/** An area whose folder is gone keeps its figures. */
async function importArea(area) {
  const file = path.join(root, 'bench', area, 'index.mjs');
  return fs.existsSync(file) ? import(pathToFileURL(file).href) : undefined;
}
