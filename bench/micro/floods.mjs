// Keys sent by somebody who wants them to collide. Timed as a whole, since a cache may change its ways under way, and
// call by call, since one long call stalls a server.
import { cpuNs } from '../lib/cpu.mjs';
import { longestCall } from '../lib/longest.mjs';
import { flattened } from '../lib/workload.mjs';

const COUNT = 40_000;

/** `count` keys of 36 characters that differ in the characters from `from` to `from + 8` only. */
function keysDifferingAt(from, count) {
  const keys = Array.from({ length: count }, (_, index) => {
    const text = (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
    return `${'x'.repeat(from)}${text}${'x'.repeat(28 - from)}`;
  });
  return flattened(keys);
}

/** Keys of one length with the same hash wherever a hash is a polynomial of 31, as in many languages. */
function keysOfOnePolynomial(count) {
  const keys = Array.from({ length: count }, (_, index) =>
    Array.from({ length: 16 }, (_unused, bit) => ((index >>> bit) & 1 ? 'Aa' : 'BB')).join(''),
  );
  return flattened(keys);
}

/** Whatever a cache has learned from one part of the keys is of no use for the next. */
const waves = (count) => [0, 14, 28].map((from) => keysDifferingAt(from, count));

/** Texts too long to be read whole at every call, that differ in eight characters somewhere inside. */
function longTexts(count) {
  return flattened(
    Array.from({ length: count }, (_, index) => {
      const text = (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
      return `${'x'.repeat(3_001)}${text}${'x'.repeat(7_000)}`;
    }),
  );
}

/** Integers that differ in bits that a mask, or the top of a product, does not look at. */
function integersInSteps(step, count) {
  return Array.from({ length: count }, (_, index) => (index * step) | 0);
}

/** By name: keys that come first, and the flood after them. */
const floods = {
  'flood/unsampled': () => ({ first: keysDifferingAt(0, 2_000), flood: keysDifferingAt(20, COUNT) }),
  'flood/waves': () => ({ first: keysDifferingAt(8, 2_000), flood: waves(COUNT / 2).flat() }),
  'flood/polynomial': () => ({ first: waves(4_000).flat(), flood: keysOfOnePolynomial(COUNT) }),
  'flood/long-texts': () => ({ first: keysDifferingAt(0, 2_000), flood: longTexts(4_000) }),
  'flood/integer-steps-64k': () => ({ first: [], flood: integersInSteps(65_536, COUNT) }),
  'flood/integer-steps-1m': () => ({ first: [], flood: integersInSteps(1_048_573, COUNT) }),
};

/** Rows: each flood into a cache that has room for all of it, and into one that is full all the time. */
export const floodRows = Object.entries(floods).flatMap(([name, make]) => [
  { name: `${name}/room`, make, capacity: 200_000 },
  { name: `${name}/full`, make, capacity: 8_000 },
]);

/** CPU time of taking all keys against Map's, and the longest single `set` of each. */
export function runFlood({ make, capacity }, create, repetitions) {
  const { first, flood } = make();
  const runs = { ours: [], map: [] };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    runs.map.push(takeFlood(new Map(), first, flood, capacity));
    runs.ours.push(takeFlood(create(capacity), first, flood));
  }
  const least = (side, figure) => Math.min(...runs[side].map((run) => run[figure]));
  return {
    ratio: least('map', 'cpu') / least('ours', 'cpu'),
    longestMs: least('ours', 'longestMs'),
    mapLongestMs: least('map', 'longestMs'),
  };
}

/** A Map, which has no bound, gets one here: its oldest key leaves. */
function takeFlood(cache, first, flood, boundOfMap = Infinity) {
  for (const key of first) cache.set(key, 1);
  const started = cpuNs();
  const longestMs = longestCall(flood.length, (index) => {
    cache.set(flood[index], index);
    if (cache.size > boundOfMap) cache.delete(cache.keys().next().value);
  });
  const cpu = cpuNs() - started;
  const last = flood.at(-1);
  if (cache.get(last) !== undefined && cache.get(last) !== flood.length - 1)
    throw new Error(`The flood's last key gives ${cache.get(last)}.`);
  return { cpu, longestMs };
}
