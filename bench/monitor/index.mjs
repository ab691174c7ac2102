// What watching the memory from inside costs: CPU of a busy server per request, and of a program that does nothing.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { collect, lastJsonLine } from '../lib/child.mjs';
import { builtFile, distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { installPackages } from '../lib/packages.mjs';
import { median, ratioWithInterval } from '../lib/stats.mjs';
import { formatTable } from '../lib/table.mjs';
import { runInTurns } from '../lib/turns.mjs';
import { startDriver } from '../overhead/trial.mjs';

export const description =
  'CPU of a Monitor in a busy server and in an idle program, beside prom-client and under-pressure';

export const options = {
  pairs: { kind: 'number', value: 30, help: 'rounds of servers in which the Monitor is compared' },
  'peer-pairs': { kind: 'number', value: 10, help: 'of those, rounds in which the peers take part' },
  requests: { kind: 'number', value: 18_000, help: 'requests that count, for each server' },
  warmup: { kind: 'number', value: 9_000, help: 'requests before those' },
  connections: { kind: 'number', value: 16, help: 'connections of the driver' },
  'idle-seconds': { kind: 'number', value: 20, help: 'seconds of an idle program' },
  'idle-rounds': { kind: 'number', value: 5, help: 'idle programs of each kind' },
  add: { kind: 'text', value: '', help: 'figures of an earlier run whose pairs are counted in' },
  dist: distOption,
};

const PEERS = { 'prom-client': '15.1.3', '@fastify/under-pressure': '9.2.0', fastify: '5.12.8' };
/** Short turns: the machine's other work falls on all alike. */
const TURN = 500;
const OURS = ['bare', 'plimsoll'];
const ALL = [...OURS, 'prom-client', 'under-pressure'];
const IDLE = ['bare', 'plimsoll, defaults', 'plimsoll', 'prom-client', 'under-pressure'];

const preload = fileURLToPath(new URL('watchers.mjs', import.meta.url));
const idleFile = fileURLToPath(new URL('idle.mjs', import.meta.url));

/** Measures the servers, then the idle programs. */
export async function run(given) {
  const { pairs, 'peer-pairs': peerPairs, 'idle-seconds': seconds, 'idle-rounds': rounds, connections, dist } = given;
  const start = starter(dist);
  const earlier = given.add === '' ? undefined : JSON.parse(fs.readFileSync(given.add, 'utf8')).figures;
  const servers = await compareServers(start, { ...given, pairs, peerPairs, connections }, earlier?.runs ?? []);
  const idle = await measureIdle(start, seconds, rounds, earlier?.idleShares ?? {});
  const figures = { busy: summarise(servers), idle: medians(idle), runs: servers, idleShares: idle };
  return { figures, report: formatReport(figures) };
}

function starter(dist) {
  const folder = installPackages('monitors', PEERS);
  const resolve = createRequire(path.join(folder, 'package.json')).resolve;
  const urlOf = (name) => pathToFileURL(resolve(name)).href;
  const modules = JSON.stringify({
    plimsoll: pathToFileURL(builtFile(dist, 'monitor/index.js')).href,
    prom: urlOf('prom-client'),
    fastify: urlOf('fastify'),
    pressure: urlOf('@fastify/under-pressure'),
  });
  return (name) => ({ preload, env: { PLIMSOLL_BENCH_WATCHER: name, PLIMSOLL_BENCH_MODULES: modules } });
}

async function compareServers(start, { pairs, peerPairs, connections, requests, warmup }, earlier) {
  const driver = startDriver(connections);
  const runs = [...earlier];
  try {
    for (let pair = 0; pair < pairs; pair++) {
      const names = pair < peerPairs ? ALL : OURS;
      const results = await runInTurns(driver, names.map(start), { requests, warmup, turn: TURN });
      const run = Object.fromEntries(names.map((name, at) => [name, results[at]]));
      runs.push(run);
      const us = names.map((name) => `${name} ${run[name].cpuUsPerRequest.toFixed(1)}`);
      console.log(`  round ${pair + 1}: ${us.join(', ')} us a request`);
    }
    return runs;
  } finally {
    driver.close();
  }
}

function summarise(runs) {
  return ALL.slice(1).flatMap((name) => {
    const taken = runs.filter((run) => run[name] !== undefined);
    if (taken.length === 0) return [];
    const cpu = (who) => taken.map((run) => run[who].cpuUsPerRequest);
    const rss = (who) => median(taken.map((run) => run[who].rssMb));
    return [
      {
        name,
        ratio: ratioWithInterval(cpu(name), cpu('bare')),
        cpuUsPerRequest: median(cpu(name)),
        bareUsPerRequest: median(cpu('bare')),
        rssMb: rss(name),
        bareRssMb: rss('bare'),
      },
    ];
  });
}

async function measureIdle(start, seconds, rounds, earlier) {
  const shares = Object.fromEntries(IDLE.map((name) => [name, [...(earlier[name] ?? [])]]));
  for (let round = 0; round < rounds; round++) {
    // All at once: what is counted is CPU time, and it takes so long by the clock.
    const results = await Promise.all(IDLE.map((name) => idleShare(start(name), seconds)));
    for (const [at, name] of IDLE.entries()) shares[name].push(results[at]);
  }
  return shares;
}

async function idleShare({ preload, env }, seconds) {
  const args = ['--import', preload, idleFile, String(seconds)];
  const { output, errors, ending } = await collect(args, { env: { ...process.env, ...env } });
  if (ending !== 0) throw new BenchFailure(`The idle program ended with ${ending}: ${errors.trim().slice(-600)}`);
  return lastJsonLine(output).share;
}

function medians(shares) {
  return Object.entries(shares).map(([name, all]) => ({ name, share: all.length === 0 ? null : median(all) }));
}

/** The figures as text. */
export function formatReport({ busy, idle }) {
  const rows = busy.map(({ name, ratio, cpuUsPerRequest, bareUsPerRequest, rssMb, bareRssMb }) => [
    name,
    ratio.pairs,
    bareUsPerRequest.toFixed(1),
    cpuUsPerRequest.toFixed(1),
    ratio.ratio.toFixed(4),
    `${ratio.low.toFixed(4)}-${ratio.high.toFixed(4)}`,
    `${(rssMb - bareRssMb).toFixed(0)} MiB`,
  ]);
  const lines = [
    'CPU of a busy server per request with each looking once a second, medians; the ratio is the geometric mean over the rounds',
    formatTable(['watcher', 'rounds', 'us bare', 'us watched', 'ratio', '95 % interval', 'more RSS'], rows),
  ];
  const known = idle.filter(({ share }) => share !== null);
  if (known.length > 0) {
    lines.push(
      'CPU of a program that does nothing, share of one core, medians',
      formatTable(
        ['watcher', 'share'],
        known.map(({ name, share }) => [name, `${(share * 100).toFixed(3)} %`]),
      ),
    );
  }
  return lines.join('\n');
}
