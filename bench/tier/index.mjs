// What a second tier costs: reads that the first tier serves, reads that Redis serves against the bare client, memory, and how long
// a change takes to reach another instance; beside bentocache, cacheable and node-redis's own client-side cache.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { collect, lastJsonLine } from '../lib/child.mjs';
import { builtFile, distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { median, spread } from '../lib/stats.mjs';
import { formatSpread, formatTable } from '../lib/table.mjs';
import { installTierPeers } from './packages.mjs';
import { startServer } from './server.mjs';

export const description =
  'CPU of reads from either tier of a cache over Redis, its memory, and how soon changes are heard';

export const options = {
  keys: { kind: 'number', value: 5000, help: 'keys, all of which are read in each slice' },
  slices: { kind: 'number', value: 7, help: 'slices of each way of reading, in turn with the yardstick' },
  changes: { kind: 'number', value: 100, help: 'changes whose way to another instance is timed' },
  rounds: { kind: 'number', value: 3, help: 'processes of each contender, in turn' },
  dist: distOption,
};

export const NAMES = [
  'bare node-redis',
  'bare node-redis without its time limit',
  'plimsoll',
  'plimsoll, tracking',
  'node-redis client-side cache',
  'bentocache',
  'cacheable',
];

const child = fileURLToPath(new URL('child.mjs', import.meta.url));

export async function run({ keys, slices, changes, rounds, dist }) {
  installTierPeers();
  const [library, cacheLibrary] = ['tier', 'cache'].map(
    (room) => pathToFileURL(builtFile(dist, `${room}/index.js`)).href,
  );
  const server = await startServer();
  const runs = NAMES.map(() => []);
  try {
    for (let round = 0; round < rounds; round++) {
      for (const index of NAMES.keys()) {
        const input = { library, cacheLibrary, url: server.url, index, keys, slices, changes };
        const weighed = await runOne(NAMES[index], { ...input, isWeighing: true });
        runs[index].push({ ...(await runOne(NAMES[index], input)), ...weighed });
      }
      console.log(`  round ${round + 1} of ${rounds}`);
    }
  } finally {
    server.close();
  }
  const figures = NAMES.map((name, index) => summarise(name, runs[index]));
  return { figures, report: formatReport(figures) };
}

export async function runOne(name, input) {
  const { output, errors, ending } = await collect(['--expose-gc', child, JSON.stringify(input)], { timeout: 240_000 });
  if (ending === 0) return lastJsonLine(output);
  throw new BenchFailure(`${name} ended with ${ending}: ${errors.trim().slice(-600)}`);
}

function summarise(name, runs) {
  const ratios = (part, own, yardstick) =>
    runs.flatMap((run) => (run[part][own] ?? []).map((ns, at) => ns / run[part][yardstick][at]));
  const nsOf = (part, way) => runs.flatMap((run) => run[part][way] ?? []);
  const maybe = (values) => (values.length === 0 ? undefined : spread(values));
  const changes = runs.flatMap(({ changeMs }) => changeMs ?? []);
  return {
    name,
    firstTierSync: maybe(ratios('firstTier', 'sync', 'cache')),
    firstTierPromise: maybe(ratios('firstTier', 'promise', 'cache')),
    promiseNs: maybe(nsOf('firstTier', 'promise')),
    cacheNs: maybe(nsOf('firstTier', 'cache')),
    secondTier: maybe(ratios('secondTier', 'own', 'bare')),
    secondTierUs: maybe(nsOf('secondTier', 'own').map((ns) => ns / 1000)),
    bytes: maybe(runs.flatMap(({ bytes }) => bytes ?? [])),
    changeMs:
      changes.length === 0
        ? undefined
        : { median: median(changes), p99: changes.toSorted((a, b) => a - b)[Math.floor(changes.length * 0.99)] },
  };
}

/** The figures as text. */
export function formatReport(figures) {
  const show = (value, digits) => (value === undefined ? '' : formatSpread(value, digits));
  const rows = figures.map((each) => [
    each.name,
    show(each.firstTierSync, 2),
    show(each.firstTierPromise, 2),
    show(each.promiseNs, 0),
    show(each.secondTier, 2),
    show(each.secondTierUs, 1),
    show(each.bytes, 0),
    each.changeMs === undefined ? '' : `${each.changeMs.median.toFixed(2)} (99 %: ${each.changeMs.p99.toFixed(2)})`,
  ]);
  const head = [
    'cache',
    'first tier, no promise / `Cache`',
    'first tier, promise / `Cache`',
    'ns',
    'Redis / bare client',
    'us',
    'bytes an entry',
    'change heard, ms',
  ];
  return formatTable(head, rows);
}
