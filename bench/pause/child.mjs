// child.mjs JSON: the longest single `set` of one cache, in a process of its own; prints one line of JSON.
import { longestCall } from '../lib/longest.mjs';
import { makeKeys } from '../lib/workload.mjs';
import { chooseContenders } from '../peers/caches.mjs';

const { contenders, index, entries, shape, repetitions } = JSON.parse(process.argv[2]);
const contender = (await chooseContenders(contenders))[index];
const create = await contender.load();
const keys = makeKeys(2 * entries, shape);
const runs = [];
for (let repetition = 0; repetition < repetitions; repetition++) {
  globalThis.gc();
  runs.push(fillAndReplace(create(entries)));
}
// What interrupts a repetition from outside only ever lengthens it.
const least = (name) => Math.min(...runs.map((run) => run[name]));
console.log(
  JSON.stringify(Object.fromEntries(['fillMs', 'readMs', 'replaceMs', 'deleteMs'].map((name) => [name, least(name)]))),
);
process.exit(0);

function fillAndReplace(cache) {
  const fillMs = longestCall(entries, (place) => cache.set(keys[place], place));
  if (cache.get(keys[entries - 1]) !== entries - 1) throw new Error('The last key set is not there.');
  const replaceMs = contender.unbounded
    ? longestCall(entries, (place) => {
        cache.set(keys[entries + place], place);
        cache.delete(keys[place]);
      })
    : longestCall(entries, (place) => cache.set(keys[entries + place], place));
  const readMs = longestCall(entries * 2, (at) => {
    const place = Math.imul(at, 0x9e3779b1) >>> 0;
    const key = keys[place % keys.length];
    if (cache.get(key) === undefined && !contender.unbounded) cache.set(key, place % keys.length);
  });
  const deleteMs = longestCall(entries * 2, (place) => cache.delete(keys[place]));
  if (cache.size !== 0) throw new Error(`${cache.size} entries are left.`);
  return { fillMs, replaceMs, readMs, deleteMs };
}
