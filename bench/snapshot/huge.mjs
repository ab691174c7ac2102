// Files beyond 4 GiB, where offsets no longer fit 32 bits: read once each by Plimsoll, and checked against what was
// written. No other engine here opens them.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect, lastJsonLine, measureNode } from '../lib/child.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { workFolder } from '../lib/paths.mjs';
import { formatTable } from '../lib/table.mjs';
import { plimsollArgs } from './contenders.mjs';

const maker = fileURLToPath(new URL('make-huge.mjs', import.meta.url));
const folder = path.join(workFolder, 'heaps');

const LEAST_MB = 4096;

/** One whose numbers alone are larger than 4 GiB, and one whose strings are. */
const FILES = [
  { name: 'nodes and edges', nodes: 54e6, texts: 0 },
  { name: 'strings', nodes: 9e6, texts: 4.4e6 },
];

/** Makes, reads and removes each file. */
export async function readHugeFiles(dist) {
  fs.mkdirSync(folder, { recursive: true });
  const figures = [];
  for (const { name, nodes, texts } of FILES) {
    const file = path.join(folder, 'huge.heapsnapshot');
    try {
      const { fileMb, truth } = await write(file, nodes, texts);
      if (fileMb <= LEAST_MB) throw new BenchFailure(`The file of ${name} has ${fileMb.toFixed(0)} MiB only.`);
      const { output, ...measured } = await measureNode([...plimsollArgs(file, dist), '--check']);
      checkAnswer(name, lastJsonLine(output), truth);
      figures.push({ name, fileMb, nodes: truth.nodes, edges: truth.edges, texts, ...measured });
      console.log(`  ${name}, ${fileMb.toFixed(0)} MiB: ${measured.cpuS.toFixed(1)} s CPU`);
    } finally {
      fs.rmSync(file, { force: true });
    }
  }
  return figures;
}

async function write(file, nodes, texts) {
  console.log(`writing a snapshot of ${nodes / 1e6} million nodes and ${texts / 1e6} million long strings ...`);
  const words = ['--nodes', String(nodes), '--texts', String(texts), '--out', file];
  const { ending, output, errors } = await collect([maker, ...words], {});
  if (ending !== 0) throw new BenchFailure(`The maker ended with ${ending}: ${errors.slice(-600)}`);
  return lastJsonLine(output);
}

function checkAnswer(name, { nodes, biggestMap }, truth) {
  const answer = JSON.stringify({ nodes, ...biggestMap });
  const expected = JSON.stringify({ nodes: truth.nodes, ...truth.biggestMap });
  if (answer !== expected) throw new BenchFailure(`The file of ${name} was read as ${answer}; in it is ${expected}.`);
}

export function formatHuge(files) {
  const rows = files.map(({ name, fileMb, nodes, edges, cpuS, wallS, peakRssMb }) => [
    name,
    fileMb.toFixed(0),
    (nodes / 1e6).toFixed(1),
    (edges / 1e6).toFixed(1),
    cpuS.toFixed(1),
    wallS.toFixed(1),
    peakRssMb.toFixed(0),
    (peakRssMb / fileMb).toFixed(2),
  ]);
  const titles = ['beyond 4 GiB', 'MiB', 'M nodes', 'M edges', 'CPU s', 'wall s', 'peak RSS MiB', 'RSS/file'];
  return `${formatTable(titles, rows)}\n  the biggest Map and its retained size are those that were written`;
}
