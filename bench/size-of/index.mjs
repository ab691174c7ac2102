// How near sizes come to the truth of heap snapshots, and what it costs to know them.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect, lastJsonLine } from '../lib/child.mjs';
import { distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { root } from '../lib/paths.mjs';
import { geometricMean, median } from '../lib/stats.mjs';
import { formatTable } from '../lib/table.mjs';
import { contenderNames } from './contenders.mjs';
import { kinds } from './kinds.mjs';
import { installPeers } from './peers/install.mjs';

export const description = 'sizes of realistic values against heap snapshots, and CPU per call';

export const options = {
  count: { kind: 'number', value: 1000, help: 'values of each kind in the snapshot' },
  rounds: { kind: 'number', value: 5, help: 'rounds of the measurement of cost' },
  only: { kind: 'names', value: Object.keys(kinds), help: 'kinds of values' },
  dist: distOption,
};

const script = (name) => fileURLToPath(new URL(name, import.meta.url));

export async function run({ count, rounds, only, dist }) {
  const unknown = only.find((kind) => !Object.hasOwn(kinds, kind));
  if (unknown !== undefined) throw new BenchFailure(`There is no kind '${unknown}'.`);
  installPeers();
  const built = path.resolve(root, dist);
  const cost = await measureCost(built, rounds, only);
  const rows = [];
  for (const kind of only) rows.push({ kind, ...(await measureTruth(built, kind, count)), ns: cost.get(kind) });
  const summary = contenderNames.map((name) => summarise(name, rows));
  const figures = { kinds: rows, summary };
  return { figures, report: formatReport(figures) };
}

/** What values of the kind take, and what each contender says. */
async function measureTruth(dist, kind, count) {
  const others = contenderNames.filter((name) => name !== 'sizeOf');
  const args = ['--expose-gc', script('truth.mjs'), dist, kind, String(count), ...others];
  const { bytes, estimates } = await runScript(args);
  const errors = Object.fromEntries(contenderNames.map((name) => [name, (estimates[name] ?? Number.NaN) / bytes - 1]));
  return { bytes, estimates, errors };
}

/** Kind to median CPU time per call by contender, ns. */
async function measureCost(dist, rounds, only) {
  const { cells } = await runScript([script('cost.mjs'), dist, String(rounds), ...only]);
  const cost = new Map(only.map((kind) => [kind, {}]));
  for (const { kind, name, ns } of cells) cost.get(kind)[name] = median(ns);
  return cost;
}

async function runScript(args) {
  const { output, errors, ending } = await collect(args, { env: process.env });
  if (ending !== 0) throw new BenchFailure(`${args.join(' ')} ended with ${ending}: ${errors.trim().slice(-600)}`);
  return lastJsonLine(output);
}

/** Errors over the kinds that a contender can weigh at all; ratios of cost within a kind. */
function summarise(name, rows) {
  const weighed = rows.filter(({ errors }) => Number.isFinite(errors[name]));
  const sorted = weighed.toSorted((a, b) => Math.abs(b.errors[name]) - Math.abs(a.errors[name]));
  const [worst] = sorted;
  return {
    name,
    weighed: weighed.length,
    medianError: median(weighed.map(({ errors }) => Math.abs(errors[name]))),
    within5: weighed.filter(({ errors }) => Math.abs(errors[name]) <= 0.05).length,
    worst: { kind: worst.kind, error: worst.errors[name] },
    medianNs: median(rows.map(({ ns }) => ns[name])),
    costRatio: geometricMean(weighed.map(({ ns }) => ns[name] / ns.sizeOf)),
  };
}

/** The figures as text. */
export function formatReport({ kinds: rows, summary }) {
  const percent = (error) => (Number.isFinite(error) ? `${(100 * error).toFixed(1)} %` : '-');
  const kindTitles = ['kind', 'bytes', ...contenderNames, ...contenderNames.map((name) => `${name} ns`)];
  const kindRows = rows.map(({ kind, bytes, errors, ns }) => [
    kind,
    bytes.toFixed(0),
    ...contenderNames.map((name) => percent(errors[name])),
    ...contenderNames.map((name) => ns[name].toFixed(0)),
  ]);
  const titles = ['', 'kinds', 'median error', 'within 5 %', 'worst', 'of', 'median ns', 'cost/sizeOf'];
  const summaryRows = summary.map((row) => [
    row.name,
    row.weighed,
    percent(row.medianError),
    row.within5,
    percent(row.worst.error),
    row.worst.kind,
    row.medianNs.toFixed(0),
    row.costRatio.toFixed(2),
  ]);
  return [
    'Error against what the values take in a heap snapshot; CPU per call',
    formatTable(kindTitles, kindRows),
    formatTable(titles, summaryRows),
  ].join('\n\n');
}
