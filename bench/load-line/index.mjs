// What the load line makes of too little memory: hits of three caches of different worth, against the best split of the same
// memory found by search, and against shrinking all alike.
import { distOption, importBuilt } from '../lib/dist.mjs';
import { formatTable } from '../lib/table.mjs';
import { ask, seeded, workloads } from './workload.mjs';

export const description =
  'hits of three caches under a load line, against the best split and against shrinking all alike';

export const options = {
  shares: { kind: 'numbers', value: [20, 35, 50], help: 'limits, as percent of what all caches together would hold' },
  requests: { kind: 'number', value: 300_000, help: 'requests that count, after as many to settle' },
  dist: distOption,
};

/** Requests in a second of the bench's time. */
const PER_SECOND = 1_000;
/** Seconds between two looks of the load line. */
const LOOK_SECONDS = 5;
const HIGH = 0.8;
const LOW = 0.7;
/** Parts of the memory that the search moves. */
const PARTS = 40;

/** Measures every limit. */
export async function run({ shares, requests, dist }) {
  const { Cache } = await importBuilt(dist, 'cache/index.js');
  const { LoadLine } = await importBuilt(dist, 'monitor/load-line/index.js');
  const whole = workloads.reduce((sum, { wholeBytes }) => sum + wholeBytes, 0);
  const figures = shares.map((percent) =>
    measure({ Cache, LoadLine, requests, percent, limit: (whole * percent) / 100 }),
  );
  return { figures, report: formatReport(figures) };
}

function measure({ Cache, LoadLine, requests, percent, limit }) {
  const time = timeOf();
  const line = squeezed({ Cache, requests, time }, (caches) => lineOver(LoadLine, caches, limit, time));
  const alike = squeezed({ Cache, requests, time: timeOf() }, (caches) => () => shrinkAlike(caches, limit));
  // Of as much memory as the caches under the line held in the mean.
  const best = bestSplit(Cache, requests, line.held);
  return {
    percent,
    line: line.hits,
    alike: alike.hits,
    best: best.hits,
    ofBest: line.hits / best.hits,
    alikeOfBest: alike.hits / best.hits,
    split: line.split,
    bestSplit: best.split,
    heldOfLimit: line.held / limit,
  };
}

/** A clock that the bench moves. */
function timeOf() {
  const timers = new Set();
  const time = {
    now: 0,
    clock: {
      wallNow: () => time.now,
      steadyNow: () => time.now,
      startTimer: (run, ms) => {
        const timer = { at: time.now + ms, run };
        timers.add(timer);
        return { cancel: () => void timers.delete(timer) };
      },
    },
    advance: (ms) => {
      time.now += ms;
      for (const timer of timers) if (timer.at <= time.now && timers.delete(timer)) timer.run();
    },
  };
  return time;
}

function makeCaches(Cache, bytesOf, clock) {
  return workloads.map((workload) => {
    const { name, bytes, missCost } = workload;
    const cache = new Cache({
      name,
      maxBytes: bytesOf(workload),
      sizeOf: () => bytes,
      missCost,
      ...(clock ? { clock } : {}),
    });
    return { ...workload, cache };
  });
}

/** Hits of caches that fill up freely and are then kept below the limit by what `guardOf` gives. */
function squeezed({ Cache, requests, time }, guardOf) {
  const caches = makeCaches(Cache, ({ wholeBytes }) => wholeBytes, time.clock);
  const random = seeded(1);
  const held = [];
  ask(caches, requests, random, PER_SECOND, () => time.advance(1_000));
  const look = guardOf(caches);
  const tick = () => {
    time.advance(1_000);
    look();
    held.push(bytesHeld(caches));
  };
  ask(caches, requests, random, PER_SECOND, tick);
  held.length = 0;
  const hits = ask(caches, requests, random, PER_SECOND, tick);
  const split = Object.fromEntries(caches.map(({ name, cache }) => [name, cache.bytes]));
  for (const { cache } of caches) void cache.close();
  return { hits: sum(hits), split, held: sum(held) / held.length };
}

function lineOver(LoadLine, caches, limit, { clock }) {
  const door = {
    read: () => ({ heapBytes: bytesHeld(caches), bufferBytes: 0, otherBytes: 0 }),
    heapLimit: () => null,
    containerLimit: () => null,
    observeMajors: () => null,
  };
  new LoadLine({ limit, high: HIGH, low: LOW, interval: LOOK_SECONDS * 1_000, clock, door }).start();
  return () => {};
}

function shrinkAlike(caches, limit) {
  const held = bytesHeld(caches);
  if (held > HIGH * limit) for (const { cache } of caches) cache.shrink(1 - (LOW * limit) / held);
}

/** Every cache alone, at every part of the memory; then the parts that have most hits together. */
function bestSplit(Cache, requests, bytes) {
  const curves = workloads.map((workload) => curveOf(Cache, workload, requests, bytes));
  let best = { hits: -1 };
  for (let a = 0; a <= PARTS; a++) {
    for (let b = 0; a + b <= PARTS; b++) {
      const parts = [a, b, PARTS - a - b];
      const hits = sum(parts.map((part, i) => curves[i][part]));
      if (hits > best.hits) best = { hits, parts };
    }
  }
  const split = Object.fromEntries(workloads.map(({ name }, i) => [name, (bytes * best.parts[i]) / PARTS]));
  return { hits: best.hits, split };
}

function curveOf(Cache, workload, requests, bytes) {
  const own = Math.round(requests * workload.share);
  return Array.from({ length: PARTS + 1 }, (_, part) => {
    const maxBytes = Math.min(workload.wholeBytes, (bytes * part) / PARTS);
    if (maxBytes < workload.bytes) return 0;
    const cache = new Cache({ maxBytes, sizeOf: () => workload.bytes });
    const alone = [{ ...workload, cache }];
    const random = seeded(2);
    ask(alone, own, random);
    const hits = sum(ask(alone, own, random));
    // Else the load line of the next limit would ask it too.
    void cache.close();
    return hits;
  });
}

function bytesHeld(caches) {
  return sum(caches.map(({ cache }) => cache.bytes));
}

function sum(list) {
  return list.reduce((total, one) => total + one, 0);
}

/** What the figures say, for a reader. */
export function formatReport(figures) {
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const rows = figures.map(({ percent: limit, best, ofBest, alikeOfBest, heldOfLimit, split, bestSplit: found }) => [
    `${limit} %`,
    best,
    percent(ofBest),
    percent(alikeOfBest),
    percent(heldOfLimit),
    megabytes(split),
    megabytes(found),
  ]);
  const titles = [
    'limit',
    'hits of the best split',
    'load line',
    'all alike',
    'held of the limit',
    'its split, MB',
    'best split, MB',
  ];
  return `Limits as a share of what three caches would hold; hits as a share of those of the best split of as many bytes\n${formatTable(titles, rows)}`;
}

function megabytes(split) {
  return Object.values(split)
    .map((bytes) => (bytes / 1e6).toFixed(1))
    .join(' / ');
}
