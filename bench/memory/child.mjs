// child.mjs JSON: what one cache weighs, in a process of its own; prints one line of JSON.
import { nextTurn } from '../lib/cpu.mjs';
import { median } from '../lib/stats.mjs';
import { makeKeys } from '../lib/workload.mjs';
import { chooseContenders } from '../peers/caches.mjs';

const { contenders, index, entries, shape } = JSON.parse(process.argv[2]);
const contender = (await chooseContenders(contenders))[index];
const create = await contender.load();
console.log(JSON.stringify(await weigh()));
process.exit(0);

async function weigh() {
  const keys = makeKeys(2 * entries, shape);
  warmUp(keys);
  const emptyBytes = await weighEmpty();
  const before = await settledBytes();
  const cache = create(entries);
  for (let place = 0; place < entries; place++) cache.set(keys[place], place);
  const filled = await settledBytes();
  if (cache.size !== entries) return { failed: `holds ${cache.size} of ${entries} entries` };
  for (let place = entries; place < 2 * entries; place++) {
    cache.set(keys[place], place);
    if (contender.unbounded) cache.delete(keys[place - entries]);
  }
  const churned = await settledBytes();
  const size = cache.size;
  cache.clear();
  const cleared = await settledBytes();
  // The keys were there before, and must be there until the end: they are not the cache's.
  if (keys.length !== 2 * entries || cache.size !== 0) return { failed: `holds ${cache.size} entries when cleared` };
  return {
    emptyBytes,
    filled: (filled - before) / entries,
    churned: (churned - before) / entries,
    clearedBytes: cleared - before,
    size,
  };
}

/** One empty cache may weigh less than what else moves in a heap: of the light ones, many are weighed together. */
async function weighEmpty() {
  const one = await weighMany(1);
  return one > 1e6 ? one : weighMany(256);
}

async function weighMany(count) {
  const before = await settledBytes();
  const caches = Array.from({ length: count }, () => create(entries));
  const after = await settledBytes();
  if (caches.some((cache) => cache.size !== 0)) throw new Error('A new cache is not empty.');
  return (after - before) / count;
}

/** Code, and whatever a library makes at its first use, is not the cache's. */
function warmUp(keys) {
  const cache = create(64);
  for (let at = 0; at < 1_000; at++) {
    cache.set(keys[at % 200], at);
    cache.get(keys[at % 70]);
  }
  cache.clear();
}

/** Live heap and buffers: the median of five looks after six collections each. */
async function settledBytes() {
  const looks = [];
  for (let look = 0; look < 5; look++) {
    for (let collection = 0; collection < 6; collection++) {
      globalThis.gc();
      await nextTurn();
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    looks.push(heapUsed + arrayBuffers);
  }
  return median(looks);
}
