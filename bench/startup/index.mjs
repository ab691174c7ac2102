// What the preload costs a program of one line: whole processes in pairs.
import { fileURLToPath } from 'node:url';
import { measureNode } from '../lib/child.mjs';
import { distOption } from '../lib/dist.mjs';
import { interleavePairs } from '../lib/interleave.mjs';
import { bootstrapInterval, median, spread } from '../lib/stats.mjs';
import { formatSpread, formatTable } from '../lib/table.mjs';
import { openSession } from '../lib/watch.mjs';

export const description = 'what the preload adds to the start of a program of one line';

export const options = {
  rounds: { kind: 'number', value: 20, help: 'pairs of processes' },
  dist: distOption,
};

const program = fileURLToPath(new URL('one-word.cjs', import.meta.url));

/** Measures wall time, CPU and peak memory. */
export async function run({ rounds, dist }) {
  const session = await openSession(dist, { snapshots: false });
  try {
    const runOnce = (env) => measureNode([program], { env });
    const { first, second } = await interleavePairs(session.environment, {}, rounds, runOnce);
    const figures = {
      wallMs: compare(first, second, (run) => run.wallS * 1000),
      cpuMs: compare(first, second, (run) => run.cpuS * 1000),
      peakRssMb: compare(first, second, (run) => run.peakRssMb),
    };
    return { figures, report: formatReport(figures) };
  } finally {
    session.close();
  }
}

function compare(watched, bare, figure) {
  const added = watched.map((run, round) => figure(run) - figure(bare[round]));
  return {
    bare: spread(bare.map(figure)),
    watched: spread(watched.map(figure)),
    added: { median: median(added), ...bootstrapInterval(added, median) },
  };
}

function formatReport({ wallMs, cpuMs, peakRssMb }) {
  const row = (name, { bare, watched, added }) => [
    name,
    formatSpread(bare, 1),
    formatSpread(watched, 1),
    added.median.toFixed(1),
    `${added.low.toFixed(1)}-${added.high.toFixed(1)}`,
  ];
  const rows = [row('wall ms', wallMs), row('CPU ms', cpuMs), row('peak RSS MiB', peakRssMb)];
  return `A program of one line: medians (extremes)\n${formatTable(['', 'bare', 'watched', 'added', '95 % interval'], rows)}`;
}
