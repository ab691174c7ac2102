// What Plimsoll costs a program before its first line: whole processes in turn, each against an empty module.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ENTRIES, specifierOf } from '../../scripts/entries.mjs';
import { measureNode } from '../lib/child.mjs';
import { builtFile, distOption } from '../lib/dist.mjs';
import { interleave } from '../lib/interleave.mjs';
import { bootstrapInterval, median, spread } from '../lib/stats.mjs';
import { formatSpread, formatTable } from '../lib/table.mjs';
import { openSession } from '../lib/watch.mjs';

export const description = 'what importing each entry, and the preload, adds to the start of a program';

export const options = {
  rounds: { kind: 'number', value: 20, help: 'processes of each kind' },
  dist: distOption,
};

const EMPTY = 'an empty module';
const FIGURES = {
  wallMs: (run) => run.wallS * 1000,
  cpuMs: (run) => run.cpuS * 1000,
  peakRssMb: (run) => run.peakRssMb,
};

const program = fileURLToPath(new URL('load.mjs', import.meta.url));
const nothing = new URL('nothing.mjs', import.meta.url).href;

/** Measures wall time, CPU and peak memory. */
export async function run({ rounds, dist }) {
  const session = await openSession(dist, { snapshots: false });
  try {
    const contenders = contendersOf(dist, session);
    // The first process of each kind reads files that later ones find in the system's cache.
    await interleave(contenders, 1, runOnce);
    const runs = await interleave(contenders, rounds, runOnce);
    const figures = Object.fromEntries([...runs].map(([name, own]) => [name, figuresOf(own, runs.get(EMPTY))]));
    return { figures, report: formatReport(figures) };
  } finally {
    session.close();
  }
}

function contendersOf(dist, session) {
  const urlOf = (file) => pathToFileURL(builtFile(dist, file)).href;
  const entries = ENTRIES.map((entry) => ({
    name: `import of ${specifierOf(entry)}`,
    args: [program, urlOf(`${entry.source}.js`)],
  }));
  return [
    { name: EMPTY, args: [program, nothing] },
    ...entries,
    { name: '--import plimsoll/register', args: ['--import', urlOf('register.js'), program, nothing] },
    { name: 'under plimsoll run', args: [program, nothing], env: session.environment },
  ];
}

function runOnce({ args, env = {} }) {
  return measureNode(args, { env });
}

function figuresOf(runs, empty) {
  const entries = Object.entries(FIGURES).map(([name, figure]) => {
    const added = runs.map((run, round) => figure(run) - figure(empty[round]));
    const own = {
      whole: spread(runs.map(figure)),
      added: { median: median(added), ...bootstrapInterval(added, median) },
    };
    return [name, own];
  });
  return Object.fromEntries(entries);
}

/** What the figures say, for a reader. */
export function formatReport(figures) {
  const added = ({ added: { median, low, high } }, digits) =>
    `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
  const rows = Object.entries(figures).map(([name, { wallMs, cpuMs, peakRssMb }]) =>
    name === EMPTY
      ? [name, formatSpread(wallMs.whole, 1), formatSpread(cpuMs.whole, 1), formatSpread(peakRssMb.whole, 1)]
      : [name, `+${added(wallMs, 1)}`, `+${added(cpuMs, 1)}`, `+${added(peakRssMb, 1)}`],
  );
  const title = 'A program that imports one module and ends: medians (extremes); what is added, with its 95 % interval';
  return `${title}\n${formatTable(['', 'wall ms', 'CPU ms', 'peak RSS MiB'], rows)}`;
}
