// What watching costs a busy HTTP server: CPU of the server process per request, bare and under the preload, in pairs.
import { distOption } from '../lib/dist.mjs';
import { interleavePairs } from '../lib/interleave.mjs';
import { median, ratioWithInterval } from '../lib/stats.mjs';
import { formatTable } from '../lib/table.mjs';
import { runTrial, startDriver } from './trial.mjs';

export const description = 'CPU per request of a busy HTTP server under watch against the same server bare';

export const options = {
  pairs: { kind: 'number', value: 30, help: 'pairs of servers for the steady cost' },
  'snapshot-pairs': { kind: 'number', value: 10, help: 'pairs in which the watched server is snapshotted on the way' },
  snapshots: { kind: 'number', value: 2, help: 'snapshots in each of those' },
  requests: { kind: 'number', value: 60_000, help: 'requests that count, for each server' },
  warmup: { kind: 'number', value: 10_000, help: 'requests before those' },
  connections: { kind: 'number', value: 16, help: 'connections of the driver' },
  dist: distOption,
};

/** Measures the steady cost, then the cost outside announced pauses when snapshots are taken. */
export async function run({ pairs, 'snapshot-pairs': snapshotPairs, snapshots, connections, ...load }) {
  const driver = startDriver(connections);
  try {
    const figures = {
      steady: await compare(driver, 'steady', pairs, { ...load, snapshots: 0 }),
      withSnapshots: await compare(driver, 'with snapshots', snapshotPairs, { ...load, snapshots }),
    };
    return { figures, report: formatReport(figures) };
  } finally {
    driver.close();
  }
}

async function compare(driver, title, pairs, trial) {
  if (pairs === 0) return undefined;
  const bare = { ...trial, watched: false, snapshots: 0 };
  const { first, second } = await interleavePairs({ ...trial, watched: true }, bare, pairs, async (one, pair) => {
    const result = await runTrial(driver, one);
    const name = one.watched ? 'watched' : 'bare';
    console.log(`  ${title}, pair ${pair + 1}: ${name} ${result.cpuUsPerRequest.toFixed(1)} us a request`);
    return result;
  });
  return summarise(first, second);
}

function summarise(watched, bare) {
  const middle = (runs, figure) => median(runs.map((run) => run[figure]));
  return {
    ratio: ratioWithInterval(
      watched.map((run) => run.cpuUsPerRequest),
      bare.map((run) => run.cpuUsPerRequest),
    ),
    cpuUsPerRequest: { watched: middle(watched, 'cpuUsPerRequest'), bare: middle(bare, 'cpuUsPerRequest') },
    rssMb: { watched: middle(watched, 'rssMb'), bare: middle(bare, 'rssMb') },
    floors: middle(watched, 'floors'),
    askedCollections: middle(watched, 'asked'),
    announcedPauseMs: middle(watched, 'pauseMs'),
    snapshotCpuMs: middle(watched, 'snapshotCpuUs') / 1000,
    pairs: watched.map((run, pair) => [run.cpuUsPerRequest, bare[pair].cpuUsPerRequest]),
  };
}

/** What the figures say, for a reader. */
export function formatReport({ steady, withSnapshots }) {
  const titles = [
    'cost',
    'pairs',
    'us bare',
    'us watched',
    'ratio',
    '95 % interval',
    'RSS bare',
    'RSS watched',
    'floors',
    'asked',
  ];
  const row = (name, cost) => [
    name,
    cost.ratio.pairs,
    cost.cpuUsPerRequest.bare.toFixed(1),
    cost.cpuUsPerRequest.watched.toFixed(1),
    cost.ratio.ratio.toFixed(4),
    `${cost.ratio.low.toFixed(4)}-${cost.ratio.high.toFixed(4)}`,
    `${cost.rssMb.bare.toFixed(0)} MiB`,
    `${cost.rssMb.watched.toFixed(0)} MiB`,
    cost.floors,
    cost.askedCollections,
  ];
  const rows = [];
  if (steady !== undefined) rows.push(row('steady', steady));
  if (withSnapshots !== undefined) rows.push(row('outside announced pauses', withSnapshots));
  const lines = [
    'CPU of the server per request, medians; the ratio is the geometric mean over the pairs',
    formatTable(titles, rows),
  ];
  if (withSnapshots !== undefined) {
    const { announcedPauseMs, snapshotCpuMs } = withSnapshots;
    lines.push(
      `  announced pauses ${announcedPauseMs.toFixed(0)} ms, CPU while they lasted ${snapshotCpuMs.toFixed(0)} ms`,
    );
  }
  return lines.join('\n');
}
