// Reading a heap snapshot: parse, dominators, retained sizes, as whole processes in turn.
import fs from 'node:fs';
import { lastJsonLine, measureNode } from '../lib/child.mjs';
import { distOption } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { interleave } from '../lib/interleave.mjs';
import { median, pairedRatios, spread } from '../lib/stats.mjs';
import { formatSpread, formatTable } from '../lib/table.mjs';
import { chooseEngines, engineNames } from './contenders.mjs';
import { heapFile } from './heap-files.mjs';
import { formatHuge, readHugeFiles } from './huge.mjs';
import { installPeers } from './peers/install.mjs';

export const description =
  'reading heap snapshots: CPU, wall and peak memory against the prototype, memlab and DevTools';

export const options = {
  mb: { kind: 'numbers', value: [50], help: 'sizes of the heaps in MiB; 240 gives a file of about 347 MiB' },
  rounds: { kind: 'number', value: 5, help: 'rounds of each engine' },
  'peer-rounds': { kind: 'number', value: 5, help: 'rounds of memlab and DevTools, which take minutes on large files' },
  only: { kind: 'names', value: engineNames, help: 'engines that take part; the prototype always does' },
  keep: { kind: 'flag', value: false, help: 'keep the heap files for the next run' },
  huge: { kind: 'flag', value: false, help: 'also two files beyond 4 GiB: 10 GiB of disk, 6 GiB of memory' },
  dist: distOption,
};

/** Measures every size in turn. */
export async function run({ mb, rounds, 'peer-rounds': peerRounds, only, keep, huge, dist }) {
  const engines = chooseEngines(only, peerRounds);
  if (engines.some((engine) => engine.installed)) await installPeers();
  const figures = [];
  for (const size of mb) {
    const { file, fileMb } = await heapFile(size);
    const agreed = await checkAgreement(engines, file, dist);
    const runs = await interleave(engines, rounds, async (engine, round) => {
      const measured = await measureNode(engine.args(file, dist));
      console.log(`  ${size} MiB heap, round ${round + 1}: ${engine.name} ${measured.cpuS.toFixed(2)} s CPU`);
      return measured;
    });
    figures.push({ heapMb: size, fileMb, agreed, engines: engines.map(({ name }) => summarise(name, runs, fileMb)) });
    if (!keep) fs.rmSync(file);
  }
  if (huge) figures.push({ huge: await readHugeFiles(dist) });
  return { figures, report: formatReport(figures) };
}

/** Before anything is timed: all engines must give the biggest Map the same retained size. */
async function checkAgreement(engines, file, dist) {
  const answers = new Map();
  for (const { name, args } of engines) {
    const { output } = await measureNode([...args(file, dist), '--check']);
    answers.set(name, lastJsonLine(output).biggestMap);
  }
  const [expected] = answers.values();
  for (const [name, { id, retainedBytes }] of answers) {
    if (id === expected.id && retainedBytes === expected.retainedBytes) continue;
    throw new BenchFailure(
      `${name} says that the biggest Map is @${id} with ${retainedBytes} bytes; ` +
        `the prototype says @${expected.id} with ${expected.retainedBytes}.`,
    );
  }
  return { biggestMap: expected, engines: [...answers.keys()] };
}

function summarise(name, runs, fileMb) {
  const own = runs.get(name);
  const ratio = (figure) => median(pairedRatios(own.map(figure), runs.get('prototype').map(figure)));
  return {
    name,
    rounds: own.length,
    cpuS: spread(own.map((run) => run.cpuS)),
    wallS: spread(own.map((run) => run.wallS)),
    peakRssMb: spread(own.map((run) => run.peakRssMb)),
    rssPerFile: median(own.map((run) => run.peakRssMb)) / fileMb,
    cpuRatio: ratio((run) => run.cpuS),
    rssRatio: ratio((run) => run.peakRssMb),
  };
}

/** What the figures say, for a reader. */
export function formatReport(figures) {
  return figures.map((one) => (one.huge ? formatHuge(one.huge) : formatFile(one))).join('\n\n');
}

function formatFile({ heapMb, fileMb, agreed, engines }) {
  const titles = ['engine', 'rounds', 'CPU s', 'wall s', 'peak RSS MiB', 'RSS/file', 'CPU ratio', 'RSS ratio'];
  const rows = engines.map((engine) => [
    engine.name,
    engine.rounds,
    formatSpread(engine.cpuS, 2),
    formatSpread(engine.wallS, 2),
    formatSpread(engine.peakRssMb, 0),
    engine.rssPerFile.toFixed(2),
    engine.cpuRatio.toFixed(2),
    engine.rssRatio.toFixed(2),
  ]);
  const { id, retainedBytes } = agreed.biggestMap;
  return [
    `${fileMb.toFixed(0)} MiB file of a ${heapMb} MiB heap: medians (extremes); ratios per round against the prototype`,
    formatTable(titles, rows),
    `  all agree: the biggest Map is @${id}, it retains ${retainedBytes} bytes`,
  ].join('\n');
}
