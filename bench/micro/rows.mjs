// What is timed. A row prepares the work of a contender and that of its yardstick, and checks that the contender does it.
import { keyShapes, makeKeys, pick, shuffled, uniform, zipf } from '../lib/workload.mjs';
import { compileLoop } from './loops.mjs';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} [keyKind] A kind of keys that some caches cannot tell apart.
 * @property {number} [ttl] The row is for those that take a ttl, ms.
 * @property {number} [entries] How many; large rows get longer slices.
 * @property {(create: Function, options?: { ttl?: number }) => Work} prepare
 *
 * @typedef {object} Work
 * @property {(count: number) => unknown} ours
 * @property {(count: number) => unknown} yardstick
 * @property {() => string | undefined} check What is wrong, if anything.
 * @property {() => Record<string, number>} [more] Figures besides time, asked for after the timing.
 */

const HOUR = 3_600_000;
const OPERATIONS = { 1_000: 1 << 16, 10_000: 1 << 17, 100_000: 1 << 19, 1_000_000: 1 << 20 };
const SIZES = Object.keys(OPERATIONS).map(Number);
const short = (entries) => (entries >= 1_000_000 ? `${entries / 1_000_000}m` : `${entries / 1_000}k`);

function fill(cache, keys, order = keys.keys()) {
  for (const place of order) cache.set(keys[place], place);
  return cache;
}

function missing(cache, keys) {
  const wrong = keys.findIndex((key, place) => cache.get(key) !== place);
  return wrong < 0 ? undefined : `key ${wrong} of ${keys.length} gives ${cache.get(keys[wrong])}`;
}

/** Every key asked for is there, in a cache that is exactly full. The yardstick is Map.get. */
function hits({ entries, shape = 'plain', popularity = 'uniform', fresh = false, before = () => {} }) {
  return (create, options) => {
    before(create);
    const keys = makeKeys(entries, shape);
    const order = shuffled(entries);
    const places =
      popularity === 'zipf' ? zipf(entries, 0.99, OPERATIONS[entries]) : uniform(entries, OPERATIONS[entries]);
    const asked = pick(fresh ? makeKeys(entries, shape) : keys, places);
    const cache = fill(create(entries, options), keys, order);
    const wrong = missing(cache, keys);
    return {
      ours: compileLoop('get', cache, asked),
      yardstick: compileLoop('get', fill(new Map(), keys, order), asked),
      check: () => wrong,
    };
  };
}

/** Hits by keys made for the call, as programs write them; the making is in both times. */
function builtHits(create) {
  const entries = 10_000;
  const keys = makeKeys(entries, 'plain').map((_, place) => `user:${place}:profile`);
  const numbers = Array.from(uniform(entries, OPERATIONS[entries]));
  const cache = fill(create(entries), keys);
  return {
    ours: compileLoop('getBuilt', cache, numbers),
    yardstick: compileLoop('getBuilt', fill(new Map(), keys), numbers),
    check: () => missing(cache, keys),
  };
}

/** Hits by keys cut out of a longer text for the call, as from a request; the cutting is in both times. */
function cutHits(create) {
  const entries = 10_000;
  const width = 20;
  const text = makeKeys(entries, 'plain')
    .map((key) => key.padEnd(width).slice(0, width))
    .join('');
  const starts = Array.from(uniform(entries, OPERATIONS[entries]), (place) => place * width);
  const keys = makeKeys(entries, 'plain').map((key) => key.padEnd(width).slice(0, width));
  const cache = fill(create(entries), keys);
  const loop = (store) => compileLoop('getCut', store, starts, { text, width });
  return { ours: loop(cache), yardstick: loop(fill(new Map(), keys)), check: () => missing(cache, keys) };
}

/** get, and set on a miss. The yardstick is an unbounded Map that always hits: no bounded cache can reach it. */
function readThrough(entries, capacity) {
  return (create, options) => {
    const keys = makeKeys(entries);
    const asked = pick(keys, zipf(entries, 0.99, 1 << 20));
    const cache = create(capacity, options);
    const loop = compileLoop('readThrough', cache, asked);
    let misses = 0;
    let operations = 0;
    loop(1 << 20);
    return {
      ours: (count) => {
        misses += loop(count);
        operations += count;
      },
      yardstick: compileLoop('get', fill(new Map(), keys, shuffled(entries)), asked),
      check: () => overfull(cache, capacity),
      more: () => ({ hitRatio: 1 - misses / operations }),
    };
  };
}

/** Only new keys. The yardstick is Map.set and Map.delete of the key set `capacity` calls ago: FIFO without a list. */
function churn(capacity) {
  return (create, options) => {
    const keys = makeKeys(Math.max(1 << 16, 2 ** Math.ceil(Math.log2(capacity * 4))));
    const cache = create(capacity, options);
    const ours = compileLoop('set', cache, keys);
    const yardstick = compileLoop('replace', new Map(), keys, { lag: keys.length - capacity });
    ours(capacity * 2);
    yardstick(capacity * 2);
    return { ours, yardstick, check: () => overfull(cache, capacity) };
  };
}

/** A library that keeps twice its bound by design is timed all the same: the page says what each of them holds. */
function overfull(cache, capacity) {
  return cache.size <= capacity * 2 ? undefined : `holds ${cache.size} entries of at most ${capacity}`;
}

/** New values for keys that are there. The yardstick is Map.set. */
function resets(entries) {
  return (create, options) => {
    const keys = makeKeys(entries);
    const order = shuffled(entries);
    const set = pick(keys, uniform(entries, OPERATIONS[entries]));
    const cache = fill(create(entries, options), keys, order);
    const wrong = missing(cache, keys);
    return {
      ours: compileLoop('set', cache, set),
      yardstick: compileLoop('set', fill(new Map(), keys, order), set),
      check: () => wrong,
    };
  };
}

/** A program has more than one cache: what the engine learned about the others must not cost this one much. */
function useInCompany(create) {
  for (const shape of ['integer', 'object', 'double', 'plain', 'two-byte']) {
    for (const capacity of [50, 3_000]) {
      const keys = makeKeys(capacity * 2, shape);
      const cache = create(capacity);
      for (let round = 0; round < 20_000 / capacity; round++) {
        for (const key of keys) if (cache.get(key) === undefined) cache.set(key, {});
      }
    }
  }
}

/** Whether an entry that is past its ttl is gone; asked once, before the rows with a ttl. */
async function expires(create) {
  const cache = create(10, { ttl: 20 });
  cache.set('key', 1);
  if (cache.get('key') !== 1) return false;
  await new Promise((resolve) => setTimeout(resolve, 80));
  return cache.get('key') === undefined;
}

const stringHits = ['uniform', 'zipf'].flatMap((popularity) =>
  SIZES.map((entries) => ({
    name: `hit/string/${short(entries)}/${popularity}`,
    entries,
    prepare: hits({ entries, popularity }),
  })),
);

const integerHits = SIZES.map((entries) => ({
  name: `hit/integer/${short(entries)}`,
  entries,
  prepare: hits({ entries, shape: 'integer' }),
}));

/** Kinds of keys that some caches cannot tell apart. */
const UNCOMMON = ['double', 'mixed'];

const shapes = Object.keys(keyShapes)
  .filter((shape) => shape !== 'plain' && shape !== 'integer')
  .map((shape) => ({
    name: `shape/${shape}`,
    ...(UNCOMMON.includes(shape) && { keyKind: shape }),
    prepare: hits({ entries: 10_000, shape }),
  }));

const withTtl = [
  { name: 'ttl/hit/100k', prepare: hits({ entries: 100_000 }) },
  { name: 'ttl/re-set/100k', prepare: resets(100_000) },
  { name: 'ttl/churn/100k', prepare: churn(100_000) },
].map((row) => ({ ...row, ttl: HOUR, expires }));

/** @type {Row[]} */
export const rows = [
  ...stringHits,
  { name: 'hit/fresh-string/100k', prepare: hits({ entries: 100_000, fresh: true }) },
  { name: 'hit/built-string/10k', prepare: builtHits },
  { name: 'hit/cut-string/10k', prepare: cutHits },
  { name: 'hit/string/10k/in-company', keyKind: 'object', prepare: hits({ entries: 10_000, before: useInCompany }) },
  ...integerHits,
  { name: 'hit/object/100k', keyKind: 'object', prepare: hits({ entries: 100_000, shape: 'object' }) },
  { name: 'read-through/100k-keys/10k', prepare: readThrough(100_000, 10_000) },
  { name: 'read-through/1m-keys/100k', entries: 1_000_000, prepare: readThrough(1_000_000, 100_000) },
  { name: 'churn/1k', prepare: churn(1_000) },
  { name: 'churn/100k', prepare: churn(100_000) },
  { name: 're-set/100k', prepare: resets(100_000) },
  ...withTtl,
  ...shapes,
];
