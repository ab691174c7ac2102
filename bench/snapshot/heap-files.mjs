// Heap snapshots to measure on, made when they are not there.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect } from '../lib/child.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { workFolder } from '../lib/paths.mjs';

const maker = fileURLToPath(new URL('make-heap.mjs', import.meta.url));
const folder = path.join(workFolder, 'heaps');

/** The snapshot of a heap of `mb` MiB; its path and its size in MiB. */
export async function heapFile(mb) {
  const file = path.join(folder, `heap-${mb}.heapsnapshot`);
  if (!fs.existsSync(file)) await make(mb, file);
  return { file, fileMb: fs.statSync(file).size / 2 ** 20 };
}

async function make(mb, file) {
  console.log(`making a heap snapshot of ${mb} MiB ...`);
  fs.mkdirSync(folder, { recursive: true });
  const unfinished = `${file}.part`;
  const limit = `--max-old-space-size=${Math.max(2048, Math.round(mb * 8))}`;
  const { ending, errors } = await collect([limit, maker, '--mb', String(mb), '--out', unfinished], {});
  if (ending !== 0) throw new BenchFailure(`The heap maker ended with ${ending}: ${errors.slice(-600)}`);
  fs.renameSync(unfinished, file);
}
