// child.mjs JSON: every policy and capacity on one stream, in a process of its own, so that each stream meets a cache with
// another seed; prints one line of JSON.
import { plimsollCache } from '../peers/caches.mjs';
import { contenderFiles } from '../peers/files.mjs';
import { optimalHits } from './optimal.mjs';
import { references } from './policies/index.mjs';
import { replayCache, replayReference } from './replay.mjs';
import { chooseTraces } from './traces.mjs';

const SHARES = [0.001, 0.01, 0.05, 0.1, 0.25];
const LEAST_CAPACITY = 50;

const keyMakers = {
  string: (id) => `/api/items/${(Math.imul(id, 0x9e3779b1) >>> 0).toString(36)}:${id}`,
  integer: (id) => id,
};

const { name, which, policies, known, files, keys, dist } = JSON.parse(process.argv[2]);
const { kind, load } = chooseTraces(which).find((trace) => trace.name === name);
const caches = await loadCaches();
const trace = load();
const points = capacitiesFor(trace.count).map(measure);
console.log(JSON.stringify({ count: trace.count, points }));
process.exit(0);

async function loadCaches() {
  const contenders = [
    ...policies.map((policy) => ({ ...plimsollCache(dist, { policy }), name: `plimsoll ${policy}` })),
    ...(await contenderFiles(files)),
  ];
  return Promise.all(contenders.map(async (contender) => ({ name: contender.name, create: await contender.load() })));
}

function measure(capacity) {
  const hits = {};
  for (const [policy, make] of Object.entries(references)) {
    if (policy === 'LRU' || known.includes(policy)) hits[policy] = replayReference(make, trace, capacity);
  }
  for (const cache of caches)
    hits[cache.name] = replayCache(cache.create, cache.name, trace, capacity, keyMakers[keys]);
  const optimal = optimalHits(trace.stream, trace.count, capacity);
  return { trace: name, kind, capacity, requests: trace.stream.length, optimal, hits };
}

/** Five shares of the keys, none under 50 entries, none that holds them all. */
function capacitiesFor(count) {
  const capacities = SHARES.map((share) => Math.max(LEAST_CAPACITY, Math.round(count * share)));
  return [...new Set(capacities)].filter((capacity) => capacity < count);
}
