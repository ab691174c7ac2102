// What scopes cost: CPU of a busy server per request with a scope for each against a listener for each, and of single
// operations against the disposable stacks of newer runtimes.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findRuntimes } from '../../scripts/lib/runtimes.mjs';
import { collect, lastJsonLine } from '../lib/child.mjs';
import { builtFile, distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { median, ratioWithInterval, spread } from '../lib/stats.mjs';
import { formatSpread, formatTable } from '../lib/table.mjs';
import { startDriver } from '../overhead/trial.mjs';
import { runPair } from './trial.mjs';

export const description = 'CPU of a scope for each request of a busy server, and of using and ending three things';

export const options = {
  pairs: { kind: 'number', value: 30, help: 'pairs of servers' },
  requests: { kind: 'number', value: 30_000, help: 'requests that count, for each server' },
  warmup: { kind: 'number', value: 60_000, help: 'requests before those, until the compiler has done its work' },
  connections: { kind: 'number', value: 16, help: 'connections of the driver' },
  rounds: { kind: 'number', value: 9, help: 'rounds of the single operations' },
  dist: distOption,
};

const operationsFile = fileURLToPath(new URL('operations.mjs', import.meta.url));

/** Measures the operations on this runtime and, where it is there, on Node.js 24; then the servers. */
export async function run({ pairs, rounds, connections, dist, ...load }) {
  const entry = pathToFileURL(builtFile(dist, 'scope/index.js')).href;
  const operations = await measureOperations(entry, rounds);
  const server = pairs === 0 ? undefined : await compareServers(entry, pairs, connections, load);
  const figures = { operations, server };
  return { figures, report: formatReport(figures) };
}

async function measureOperations(entry, rounds) {
  if (rounds === 0) return [];
  const newer = findRuntimes().runtimes.find(({ name }) => name === 'Node.js 24');
  const programs = [process.execPath, ...(newer === undefined ? [] : [newer.program])];
  const found = [];
  for (const program of programs) {
    const { output, errors, ending } = await collect([operationsFile, entry, String(rounds)], {}, program);
    if (ending !== 0) throw new BenchFailure(`The operations ended with ${ending}: ${errors.trim().slice(-600)}`);
    const { version, figures } = lastJsonLine(output);
    found.push(...Object.entries(figures).map(([way, ns]) => ({ version, way, ns: spread(ns) })));
  }
  return found;
}

async function compareServers(entry, pairs, connections, load) {
  const driver = startDriver(connections);
  const runs = { scoped: [], bare: [] };
  try {
    for (let pair = 0; pair < pairs; pair++) {
      const [scoped, bare] = await runPair(driver, [entry, undefined], load);
      runs.scoped.push(scoped);
      runs.bare.push(bare);
      const us = [scoped, bare].map((run) => run.cpuUsPerRequest.toFixed(1));
      console.log(`  pair ${pair + 1}: with scopes ${us[0]}, bare ${us[1]} us a request`);
    }
    return summarise(runs.scoped, runs.bare);
  } finally {
    driver.close();
  }
}

function summarise(scoped, bare) {
  const cpu = (runs) => runs.map((run) => run.cpuUsPerRequest);
  return {
    ratio: ratioWithInterval(cpu(scoped), cpu(bare)),
    cpuUsPerRequest: { scopes: median(cpu(scoped)), bare: median(cpu(bare)) },
    rssMb: { scopes: median(scoped.map((run) => run.rssMb)), bare: median(bare.map((run) => run.rssMb)) },
    pairs: scoped.map((run, pair) => [run.cpuUsPerRequest, bare[pair].cpuUsPerRequest]),
  };
}

/** The figures as text. */
export function formatReport({ operations, server }) {
  const rows = operations.map(({ version, way, ns }) => [way, version, formatSpread(ns, 0)]);
  const lines = ['ns of CPU to own three things and end them', formatTable(['way', 'Node.js', 'ns'], rows)];
  if (server === undefined) return lines.join('\n');
  const { ratio, cpuUsPerRequest } = server;
  const row = [
    ratio.pairs,
    cpuUsPerRequest.bare.toFixed(1),
    cpuUsPerRequest.scopes.toFixed(1),
    ratio.ratio.toFixed(4),
    `${ratio.low.toFixed(4)}-${ratio.high.toFixed(4)}`,
  ];
  lines.push(
    'CPU of the server per request, medians; the ratio is the geometric mean over the pairs',
    formatTable(['pairs', 'us bare', 'us with scopes', 'ratio', '95 % interval'], [row]),
  );
  return lines.join('\n');
}
