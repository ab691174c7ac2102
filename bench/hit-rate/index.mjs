// How often policies hit: streams x capacities x policies, with the clairvoyant bound.
import os from 'node:os';
import { collect, lastJsonLine } from '../lib/child.mjs';
import { distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { formatTable } from '../lib/table.mjs';
import { references } from './policies/index.mjs';
import { summarise } from './summary.mjs';
import { chooseTraces } from './traces.mjs';

export const description = 'hit ratios of our policies and the known ones against the clairvoyant bound';

export const options = {
  traces: { kind: 'text', value: undefined, isPath: true, help: 'folder with real traces: index.json and NAME.u32.gz' },
  streams: { kind: 'names', value: [], help: 'only streams with one of these in their names' },
  seeds: { kind: 'numbers', value: [1, 2, 3], help: 'seeds of the synthetic streams' },
  requests: { kind: 'number', value: 1_000_000, help: 'length of a synthetic stream' },
  policies: { kind: 'names', value: ['adaptive', 'lru', 'lfu', 'fifo'], help: 'policies of ours' },
  references: { kind: 'names', value: Object.keys(references), help: 'known policies; LRU always takes part' },
  with: {
    kind: 'names',
    value: [],
    isPath: true,
    help: 'files of other caches: they export name and create(capacity)',
  },
  keys: { kind: 'text', value: 'string', help: "kind of keys that caches are given: 'string' or 'integer'" },
  points: { kind: 'flag', value: false, help: 'print every point' },
  jobs: { kind: 'number', value: os.availableParallelism(), help: 'streams replayed at the same time' },
  dist: distOption,
};

/** Replays every stream at every capacity. */
export async function run({ policies, references: known, with: files, keys, points: isVerbose, jobs, dist, ...which }) {
  if (!['string', 'integer'].includes(keys))
    throw new BenchFailure(`Expected --keys to be string or integer, got ${keys}.`);
  const names = chooseTraces(which).map(({ name }) => name);
  const queue = names.entries();
  const results = [];
  const work = async () => {
    for (const [place, name] of queue) {
      results[place] = await replayAlone({ name, which, policies, known, files, keys, dist }, isVerbose);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));
  const points = results.flat();
  const figures = { summary: summarise(points), points };
  return { figures, report: formatReport(figures) };
}

async function replayAlone(input, isVerbose) {
  const script = new URL('child.mjs', import.meta.url).pathname;
  const { output, errors, ending } = await collect([script, JSON.stringify(input)]);
  if (ending !== 0) throw new BenchFailure(`${input.name} ended with ${ending}: ${errors.trim().slice(-600)}`);
  const { count, points } = lastJsonLine(output);
  console.log(`  ${input.name}: ${points[0].requests} requests, ${count} keys`);
  if (isVerbose) console.log(points.map(formatPoint).join('\n'));
  return points;
}

function formatPoint({ capacity, requests, optimal, hits }) {
  const percent = (count) => ((100 * count) / requests).toFixed(2);
  const each = Object.entries(hits).map(([policy, count]) => `${policy} ${percent(count)}`);
  return `    at ${capacity}: optimum ${percent(optimal)} | ${each.join(' | ')}`;
}

/** What the figures say, for a reader. */
export function formatReport({ summary }) {
  const titles = ['policy', 'of optimum', 'real', 'synthetic', 'hit ratio', 'losses', 'worst', 'at'];
  const share = (value) => (value === null ? '-' : value.toFixed(4));
  const rows = summary.map((row) => [
    row.policy,
    ...[row.ofOptimum, row.real, row.synthetic, row.hitRatio].map(share),
    row.losses,
    row.worstPoints.toFixed(2),
    row.worstAt,
  ]);
  return [
    `${summary[0].points} points (stream x capacity): mean of hit ratio / optimum; losses: points more than 0.5 under LRU`,
    formatTable(titles, rows),
  ].join('\n');
}
