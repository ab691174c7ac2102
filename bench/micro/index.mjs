// Operations of caches against those of a bare Map: many small processes in turn, by CPU time.
import { runContenders } from '../lib/contender-runs.mjs';
import { distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { spread } from '../lib/stats.mjs';
import { formatTable } from '../lib/table.mjs';
import { contenderOptions } from '../peers/caches.mjs';
import { floodRows } from './floods.mjs';
import { rows as timedRows } from './rows.mjs';

export const description = 'operations of caches against a bare Map: hits, misses, re-sets, shapes of keys, floods';

export const options = {
  ...contenderOptions,
  rows: { kind: 'names', value: [], help: 'only rows with one of these in their names' },
  rounds: { kind: 'number', value: 2, help: 'processes a contender and row' },
  pairs: { kind: 'number', value: 7, help: 'pairs of slices, contender and Map, in a process' },
  slice: { kind: 'number', value: 25, help: 'CPU time of a slice, ms' },
  quick: { kind: 'flag', value: false, help: 'one round of three short pairs: a look, no figures' },
  dist: distOption,
};

const rows = [...timedRows, ...floodRows];

/** Measures the rows that are asked for. */
export async function run({ rows: wanted, rounds, pairs, slice, quick, ...contenders }) {
  const chosen = rows.filter((row) => wanted.length === 0 || wanted.some((part) => row.name.includes(part)));
  if (chosen.length === 0)
    throw new BenchFailure(`No row has one of these in its name: ${wanted.join(', ')}. There are: ${rowNames()}.`);
  const pace = quick ? { pairs: 3, sliceMs: 10, repetitions: 1 } : { pairs, sliceMs: slice, repetitions: 3 };
  const cells = await runContenders({
    script: new URL('child.mjs', import.meta.url),
    contenders,
    rows: chosen,
    rounds: quick ? 1 : rounds,
    takesPart,
    argumentsOf: () => pace,
    flags: ['--min-semi-space-size=16'],
  });
  const figures = chosen.map((row) => ({
    row: row.name,
    caches: cells.filter((cell) => cell.row === row.name).map(summarise),
  }));
  return { figures, report: formatReport(figures) };
}

function rowNames() {
  return rows.map((row) => row.name).join(', ');
}

function takesPart(contender, row) {
  if (row.ttl !== undefined && contender.expires !== true) return false;
  // An unbounded Map does other work there.
  if (contender.unbounded && !/^(hit|re-set|shape)\//.test(row.name)) return false;
  return !contender.leavesOut?.includes(row.keyKind);
}

function summarise({ contender, runs }) {
  const good = runs.filter((run) => run.ratio !== undefined);
  const bad = runs.find((run) => run.ratio === undefined);
  const reason = bad?.leftOut ?? bad?.failed;
  if (good.length === 0) return { cache: contender, reason };
  const figure = (name) => (name in good[0] ? { [name]: spread(good.map((run) => run[name])) } : {});
  return {
    cache: contender,
    ratio: spread(good.map((run) => run.ratio)),
    ...['ns', 'mapNs', 'hitRatio', 'longestMs', 'mapLongestMs'].reduce(
      (all, name) => ({ ...all, ...figure(name) }),
      {},
    ),
    ...(reason !== undefined && { reason }),
  };
}

/** What the figures say, for a reader. */
export function formatReport(figures) {
  const names = [...new Set(figures.flatMap(({ caches }) => caches.map(({ cache }) => cache)))];
  const cell = (row, name) => row.caches.find(({ cache }) => cache === name);
  const table = (rowsOf, format) =>
    formatTable(
      ['', ...names],
      rowsOf.map((row) => [row.row, ...names.map((name) => formatCell(cell(row, name), format))]),
    );
  const withFigure = (name) => figures.filter(({ caches }) => caches.some((each) => each[name] !== undefined));
  const parts = [
    `Speed against a bare Map by CPU time: 1 is as fast, 0.5 takes twice the time\n${table(figures, ({ ratio }) => ratio.median.toFixed(2))}`,
    section('Hit ratio', withFigure('hitRatio'), ({ hitRatio }) => hitRatio.median.toFixed(3)),
    section('Longest single call, ms', withFigure('longestMs'), ({ longestMs }) => longestMs.min.toFixed(2)),
    formatReasons(figures),
  ];
  return parts.filter((part) => part !== '').join('\n\n');

  function section(title, rowsOf, format) {
    return rowsOf.length === 0 ? '' : `${title}\n${table(rowsOf, format)}`;
  }
}

function formatCell(figures, format) {
  if (figures === undefined) return '';
  return figures.ratio === undefined ? '-' : format(figures);
}

function formatReasons(figures) {
  const reasons = figures.flatMap(({ row, caches }) =>
    caches.filter(({ reason }) => reason !== undefined).map(({ cache, reason }) => `  ${row}, ${cache}: ${reason}`),
  );
  return reasons.length === 0 ? '' : `Left out or failed\n${reasons.join('\n')}`;
}
