// Real traces are not ours to pass on: they are read from a folder of the user's. `index.json` lists them (an array of
// objects with `name`); NAME.u32.gz holds the requests, unsigned 32-bit ids, little-endian.
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { BenchFailure } from '../lib/failure.mjs';
import { dense, streams } from './streams.mjs';

/**
 * @typedef {object} Trace
 * @property {string} name
 * @property {'real' | 'synthetic'} kind
 * @property {() => { stream: Uint32Array, count: number }} load Ids from 0 to count - 1.
 */

/** @returns {Trace[]} */
export function chooseTraces({ traces: folder, seeds, requests, streams: wanted }) {
  const isWanted = ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part));
  const all = [...(folder === undefined ? [] : realTraces(folder)), ...seeds.flatMap((seed) => made(seed, requests))];
  const chosen = all.filter(isWanted);
  if (chosen.length === 0)
    throw new BenchFailure(
      `No stream is called like ${wanted.join(', ')}. There are: ${all.map(({ name }) => name).join(', ')}.`,
    );
  return chosen;
}

function made(seed, requests) {
  return Object.entries(streams).map(([name, make]) => ({
    name: `${name}#${seed}`,
    kind: 'synthetic',
    load: () => dense(make(requests, seed)),
  }));
}

function realTraces(folder) {
  const indexFile = path.join(folder, 'index.json');
  if (!fs.existsSync(indexFile)) throw new BenchFailure(`There is no ${indexFile}, which lists the traces.`);
  return JSON.parse(fs.readFileSync(indexFile, 'utf8')).map(({ name }) => ({
    name,
    kind: 'real',
    load: () => dense(readIds(path.join(folder, `${name}.u32.gz`))),
  }));
}

function readIds(file) {
  const bytes = gunzipSync(fs.readFileSync(file));
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
