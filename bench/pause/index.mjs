// The longest single call: while a cache fills, while every entry is replaced once, while it is read through, and while
// every entry is deleted; and by shape of keys.
import { runContenders } from '../lib/contender-runs.mjs';
import { distOption } from '../lib/dist.mjs';
import { spread } from '../lib/stats.mjs';
import { formatTable } from '../lib/table.mjs';
import { keyShapes } from '../lib/workload.mjs';
import { contenderOptions } from '../peers/caches.mjs';

export const description =
  'the longest single call of caches: filling, replacing, reading through, deleting; by shape of keys';

const PHASES = ['fillMs', 'replaceMs', 'readMs', 'deleteMs'];

export const options = {
  ...contenderOptions,
  entries: { kind: 'number', value: 1_000_000, help: 'capacity' },
  shapes: { kind: 'names', value: [...Object.keys(keyShapes), 'object'], help: 'other shapes of keys' },
  'shape-entries': { kind: 'number', value: 200_000, help: 'capacity with those' },
  'shape-only': { kind: 'names', value: ['plimsoll', 'Map', 'lru-cache'], help: 'caches measured with those' },
  repetitions: { kind: 'number', value: 5, help: 'times in each process; the least counts' },
  rounds: { kind: 'number', value: 1, help: 'processes a cache and row' },
  dist: distOption,
};

/** Measures the default keys at full size, then every shape. */
export async function run({ entries, shapes, 'shape-entries': shapeEntries, 'shape-only': shapeOnly, ...rest }) {
  const { repetitions, rounds, ...contenders } = rest;
  const rows = [
    { name: `plain, ${entries}`, entries, shape: 'plain', isShape: false },
    ...shapes.map((shape) => ({ name: `${shape}, ${shapeEntries}`, entries: shapeEntries, shape, isShape: true })),
  ];
  const added = (contender) => !contenders.only.includes(contender.name);
  const cells = await runContenders({
    script: new URL('child.mjs', import.meta.url),
    contenders,
    rows,
    rounds,
    takesPart: (contender, { isShape, shape }) =>
      !contender.leavesOut?.includes(shape) && (!isShape || added(contender) || shapeOnly.includes(contender.name)),
    argumentsOf: ({ entries: count, shape }) => ({ entries: count, shape, repetitions }),
  });
  const figures = rows.map((row) => ({
    keys: row.shape,
    entries: row.entries,
    caches: cells.filter((cell) => cell.row === row.name).map(summarise),
  }));
  return { figures, report: formatReport(figures) };
}

function summarise({ contender, runs }) {
  const good = runs.filter((run) => run.fillMs !== undefined);
  if (good.length === 0) return { cache: contender, reason: runs[0]?.failed };
  const of = (name) => spread(good.map((run) => run[name]));
  return { cache: contender, ...Object.fromEntries(PHASES.map((phase) => [phase, of(phase)])) };
}

/** What the figures say, for a reader. */
export function formatReport(figures) {
  const rows = figures.flatMap(({ keys, entries, caches }) =>
    caches.map(({ cache, reason, ...phases }) => [
      `${keys} ${entries}`,
      cache,
      ...PHASES.map((phase) => phases[phase]?.min.toFixed(2) ?? reason),
    ]),
  );
  return `The longest single call, ms\n${formatTable(['keys, entries', 'cache', 'filling', 'replacing', 'reading through', 'deleting'], rows)}`;
}
