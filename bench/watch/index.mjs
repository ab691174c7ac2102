// What a watched object costs: bytes while it is watched, CPU to hand it in, CPU when all are judged.
import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import { builtFile, distOption } from '../lib/dist.mjs';
import { spread } from '../lib/stats.mjs';
import { formatSpread, formatTable } from '../lib/table.mjs';

export const description = 'what watching an object for its collection costs: bytes, and CPU to hand in and to judge';

export const options = {
  objects: { kind: 'number', value: 100_000, help: 'objects watched at a time' },
  rounds: { kind: 'number', value: 5, help: 'processes' },
  dist: distOption,
};

const FIGURES = {
  bytes: 'bytes for each while watched',
  handInUs: 'CPU to hand one in, us',
  judgeUs: 'CPU to judge one that is retained, us',
  goneUs: 'CPU to hear of one that was collected, us',
};

/** Measures in processes of their own. */
export async function run({ objects, rounds, dist }) {
  const child = fileURLToPath(new URL('child.mjs', import.meta.url));
  const args = ['--expose-gc', child, builtFile(dist, 'watch/index.js'), String(objects)];
  const runs = Array.from({ length: rounds }, () =>
    JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })),
  );
  const figures = Object.fromEntries(Object.keys(FIGURES).map((name) => [name, spread(runs.map((run) => run[name]))]));
  return { figures, report: formatReport(figures) };
}

/** What the figures say, for a reader. */
export function formatReport(figures) {
  const rows = Object.entries(FIGURES).map(([name, what]) => [
    what,
    formatSpread(figures[name], name === 'bytes' ? 0 : 2),
  ]);
  return formatTable(['one object', 'median (extremes)'], rows);
}
