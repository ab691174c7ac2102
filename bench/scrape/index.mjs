// What a scrape of many caches costs, beside prom-client with as many gauges.
import { fileURLToPath } from 'node:url';
import { collect, lastJsonLine } from '../lib/child.mjs';
import { distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { interleave } from '../lib/interleave.mjs';
import { installPackages } from '../lib/packages.mjs';
import { geometricMean, spread } from '../lib/stats.mjs';
import { formatSpread, formatTable } from '../lib/table.mjs';

export const description = 'CPU and bytes of a scrape of many caches, beside prom-client with as many gauges';

export const options = {
  caches: { kind: 'number', value: 1_000, help: 'named caches' },
  scrapes: { kind: 'number', value: 50, help: 'scrapes of each process that count' },
  rounds: { kind: 'number', value: 7, help: 'processes of each contender, in turn' },
  dist: distOption,
};

const PEERS = { 'prom-client': '15.1.3' };
const program = fileURLToPath(new URL('child.mjs', import.meta.url));
/** Series of a contender's that the other has not. */
const MOST_DIFFERENCE = 0.02;

/** Measures both, in turn. */
export async function run({ caches, scrapes, rounds, dist }) {
  const peers = installPackages('scrape', PEERS);
  const names = ['plimsoll', 'prom-client'];
  const runs = await interleave(
    names.map((name) => ({ name })),
    rounds,
    async ({ name }) => {
      const input = JSON.stringify({ contender: name, caches, scrapes, dist, peers });
      const { output, errors, ending } = await collect(['--expose-gc', program, input], {});
      if (ending !== 0) throw new BenchFailure(`${name} ended with ${ending}: ${errors.trim().slice(-600)}`);
      return lastJsonLine(output);
    },
  );
  const figures = Object.fromEntries([...runs].map(([name, list]) => [name, summarise(list)]));
  const [own, peer] = names.map((name) => figures[name]);
  if (Math.abs(own.series - peer.series) > own.series * MOST_DIFFERENCE) {
    throw new BenchFailure(`They do not show as much: ${own.series} series and ${peer.series}.`);
  }
  const pairs = runs.get('plimsoll').map((one, i) => one.cpuMs / runs.get('prom-client')[i].cpuMs);
  figures.cpuRatio = { ...spread(pairs), mean: geometricMean(pairs) };
  return { figures, report: formatReport(figures) };
}

function summarise(runs) {
  const [{ series, bytes, gzipBytes }] = runs;
  return {
    series,
    bytes,
    gzipBytes,
    cpuMs: spread(runs.map((one) => one.cpuMs)),
    allocatedBytes: spread(runs.map((one) => one.allocatedBytes)),
  };
}

/** The figures as text. */
export function formatReport({ cpuRatio, ...contenders }) {
  const rows = Object.entries(contenders).map(([name, { series, cpuMs, bytes, gzipBytes, allocatedBytes }]) => [
    name,
    series,
    formatSpread(cpuMs, 1),
    (bytes / 1024).toFixed(0),
    (gzipBytes / 1024).toFixed(0),
    (allocatedBytes.median / 1024 / 1024).toFixed(1),
  ]);
  const titles = ['', 'series', 'CPU a scrape, ms', 'KiB', 'KiB in gzip', 'MiB allocated'];
  return `CPU against prom-client: ${formatSpread(cpuRatio, 2)}\n${formatTable(titles, rows)}`;
}
