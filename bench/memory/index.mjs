// What an entry costs besides its key and its value: caches filled, churned, empty and cleared, one process each.
import { runContenders } from '../lib/contender-runs.mjs';
import { distOption } from '../lib/dist.mjs';
import { spread } from '../lib/stats.mjs';
import { formatTable } from '../lib/table.mjs';
import { contenderOptions } from '../peers/caches.mjs';

export const description = 'bytes an entry costs besides key and value: filled, churned, empty, cleared';

export const options = {
  ...contenderOptions,
  entries: { kind: 'numbers', value: [1_000_000, 600_000, 20_000], help: 'capacities' },
  shape: { kind: 'text', value: 'plain', help: 'shape of the keys, as in bench/lib/workload.mjs' },
  rounds: { kind: 'number', value: 1, help: 'processes a cache and capacity' },
  dist: distOption,
};

/** Weighs every cache at every capacity. */
export async function run({ entries: capacities, shape, rounds, ...contenders }) {
  const rows = capacities.map((entries) => ({ name: `${entries}`, entries }));
  const cells = await runContenders({
    script: new URL('child.mjs', import.meta.url),
    contenders,
    rows,
    rounds,
    argumentsOf: ({ entries }) => ({ entries, shape }),
  });
  const figures = rows.map(({ name, entries }) => ({
    entries,
    caches: cells.filter((cell) => cell.row === name).map(summarise),
  }));
  return { figures, report: formatReport(figures) };
}

function summarise({ contender, runs }) {
  const good = runs.filter((run) => run.filled !== undefined);
  if (good.length === 0) return { cache: contender, reason: runs[0]?.failed };
  const figures = ['emptyBytes', 'filled', 'churned', 'clearedBytes', 'size'];
  return {
    cache: contender,
    ...Object.fromEntries(figures.map((name) => [name, spread(good.map((run) => run[name]))])),
  };
}

/** What the figures say, for a reader. */
export function formatReport(figures) {
  return figures.map(formatCapacity).join('\n\n');
}

function formatCapacity({ entries, caches }) {
  const titles = ['cache', 'empty, kB', 'filled, B/entry', 'churned, B/entry', 'cleared, kB', 'entries held'];
  const rows = caches.map(({ cache, reason, emptyBytes, filled, churned, clearedBytes, size }) =>
    filled === undefined
      ? [cache, reason, '', '', '', '']
      : [
          cache,
          (emptyBytes.median / 1000).toFixed(1),
          filled.median.toFixed(1),
          churned.median.toFixed(1),
          (clearedBytes.median / 1000).toFixed(1),
          size.median,
        ],
  );
  return `Room for ${entries} entries\n${formatTable(titles, rows)}`;
}
