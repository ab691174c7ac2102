// What one kind of value really takes: node --expose-gc truth.mjs DIST KIND COUNT OTHERS...
//
// Many values of the kind are held by a plain array in a heap snapshot. What can be reached from the array alone is
// summed up and divided by their number: what all share with the program (hidden classes, code, literals) is not in it.
// Each value is measured by sizeOf once, as a cache would, which puts texts that were put together into one piece.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import { importBuilt } from '../lib/dist.mjs';
import { loadContenders } from './contenders.mjs';
import { kinds } from './kinds.mjs';

class Holder {
  constructor(values) {
    this.values = values;
  }

  /** Bytes of the holder, its array and the array's slots: what holds a value is no part of it. */
  get ownBytes() {
    return 32 + 48 + 8 * this.values.length;
  }
}

const [dist, kind, countText, ...others] = process.argv.slice(2);
const { openSnapshot } = await importBuilt(dist, 'snapshot/index.js');
const contenders = await loadContenders(dist, ['sizeOf', ...others]);
const count = Number(countText);

const make = kinds[kind];
const estimates = { sizeOf: hold(make) };
const bytes = (reachedAlone(await takeSnapshot(), 'Holder') - globalThis.heldByTheBench.ownBytes) / count;
for (const name of others) estimates[name] = weighFresh(make, contenders[name]);
console.log(JSON.stringify({ bytes, estimates }));

/** Leaves the values to one holder, which nothing else refers to; gives what sizeOf says of them on average. */
function hold(make) {
  const values = Array.from({ length: count }, () => null);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    values[i] = make(i);
    sum += contenders.sizeOf(values[i]);
  }
  globalThis.heldByTheBench = new Holder(values);
  return sum / count;
}

/**
 * What another contender says of values of its own: what it does with them (names made of texts, blocks of small Buffers
 * used up) is not to change the held ones.
 */
function weighFresh(make, weigh) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weigh(make(i));
  return sum / count;
}

async function takeSnapshot() {
  // Small collections first: they drop what is left of a text's parts once it is in one piece.
  for (let times = 0; times < 3; times++) globalThis.gc({ type: 'minor' });
  globalThis.gc();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-size-'));
  try {
    return await openSnapshot(v8.writeHeapSnapshot(path.join(folder, 'a.heapsnapshot')));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Bytes that only the object of class `name` leads to. */
function reachedAlone(snapshot, name) {
  const { graph } = snapshot;
  const nodes = Array.from({ length: graph.nodeCount }, (_, node) => node);
  const nameOf = (node) => graph.strings.get(graph.nodeName[node]);
  const holder = nodes.findLast((node) => graph.nodeType[node] === graph.nodeTypes.object && nameOf(node) === name);
  // The engine's table of unique texts holds them weakly; a snapshot shows it as a root.
  const table = nodes.find((node) => nameOf(node) === '(Internalized strings)');
  const reached = new Uint8Array(graph.nodeCount);
  visit(snapshot, 0, reached, [holder, table]);
  const others = reached.slice();
  visit(snapshot, holder, reached, [table]);
  return nodes.reduce((sum, node) => sum + (reached[node] - others[node]) * graph.selfSize[node], 0);
}

function visit({ graph, essential }, start, reached, without) {
  const waiting = [start];
  reached[start] = 1;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (let edge = graph.firstEdge[node]; edge < graph.firstEdge[node + 1]; edge++) {
      const to = graph.edgeTo[edge];
      if (essential[edge] === 0 || reached[to] === 1 || without.includes(to)) continue;
      reached[to] = 1;
      waiting.push(to);
    }
  }
}
