// One adapter a cache, all of one form. Where a class can be used as it is, it is: an adapter in between would cost.
import { importBuilt } from '../lib/dist.mjs';
import { BenchFailure } from '../lib/failure.mjs';
import { contenderFiles } from './files.mjs';
import { importPeer } from './packages.mjs';

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {boolean} [unbounded] Holds everything: a yardstick, no cache.
 * @property {boolean} [expires] Takes a ttl.
 * @property {string[]} [leavesOut] Kinds of keys that it cannot tell apart.
 * @property {() => Promise<(capacity: number, options?: { ttl?: number }) => object>} load Gives a maker of caches with
 *   get, set, delete, clear and size.
 */

/** @type {Contender[]} */
const peers = [
  { name: 'Map', unbounded: true, load: async () => () => new Map() },
  {
    name: 'lru-cache',
    expires: true,
    load: async () => {
      const { LRUCache } = await importPeer('lru-cache');
      return (max, { ttl } = {}) => new LRUCache(ttl === undefined ? { max } : { max, ttl });
    },
  },
  {
    name: 'mnemonist',
    load: async () => {
      const { default: mnemonist } = await importPeer('mnemonist');
      return (capacity) => new mnemonist.LRUMapWithDelete(capacity);
    },
  },
  {
    name: 'quick-lru',
    expires: true,
    load: async () => {
      const { default: QuickLRU } = await importPeer('quick-lru');
      return (maxSize, { ttl } = {}) => new QuickLRU(ttl === undefined ? { maxSize } : { maxSize, maxAge: ttl });
    },
  },
  {
    name: 'tiny-lru',
    expires: true,
    // Its index is a plain object: 1 is '1', and every object is the same key.
    leavesOut: ['object', 'double', 'mixed'],
    load: async () => {
      const { lru } = await importPeer('tiny-lru');
      return (max, { ttl } = {}) => (ttl === undefined ? lru(max) : lru(max, ttl, true));
    },
  },
  {
    name: 'lru.min',
    load: async () => {
      const { createLRU } = await importPeer('lru.min');
      return (max) => createLRU({ max });
    },
  },
  {
    name: 'sieve-cache',
    load: async () => {
      const { SieveCache } = await importPeer('@neophi/sieve-cache');
      return (capacity) => new SieveCache(capacity);
    },
  },
  {
    name: 'transitory',
    expires: true,
    load: async () => {
      const { newCache } = await importPeer('transitory');
      return (capacity, { ttl } = {}) => transitoryCache(newCache().maxSize(capacity), ttl);
    },
  },
];

function transitoryCache(builder, ttl) {
  const cache = (ttl === undefined ? builder : builder.expireAfterWrite(ttl)).build();
  return {
    get: (key) => cache.getIfPresent(key) ?? undefined,
    set: (key, value) => cache.set(key, value),
    delete: (key) => cache.delete(key),
    clear: () => cache.clear(),
    get size() {
      return cache.size;
    },
  };
}

/** Plimsoll's cache, from the built package, by default with default options. */
export function plimsollCache(dist, options = {}) {
  return {
    name: options.policy === undefined ? 'plimsoll' : `plimsoll ${options.policy}`,
    expires: true,
    load: async () => {
      const { Cache } = await importBuilt(dist, 'cache/index.js');
      return (maxEntries, { ttl } = {}) =>
        new Cache(ttl === undefined ? { ...options, maxEntries } : { ...options, maxEntries, ttl });
    },
  };
}

/** Plimsoll's class of lru-cache's name. */
function plimsollLRUCache(dist) {
  return {
    name: 'plimsoll LRUCache',
    expires: true,
    load: async () => {
      const { LRUCache } = await importBuilt(dist, 'cache/lru-cache/index.js');
      return (max, { ttl } = {}) => new LRUCache(ttl === undefined ? { max } : { max, ttl });
    },
  };
}

/** The options by which every area over caches chooses who takes part. */
export const contenderOptions = {
  only: {
    kind: 'names',
    value: ['plimsoll', 'plimsoll LRUCache', ...peers.map((peer) => peer.name)],
    help: 'caches that take part',
  },
  policies: { kind: 'names', value: [], help: "more rows of Plimsoll's: its other policies" },
  with: {
    kind: 'names',
    value: [],
    isPath: true,
    help: 'files of other caches: they export name and create(capacity, { ttl })',
  },
};

/**
 * Those that take part, in the order of the table.
 *
 * @returns {Promise<Contender[]>}
 */
export async function chooseContenders({ only, policies, with: files, dist }) {
  const known = [plimsollCache(dist), plimsollLRUCache(dist), ...peers];
  const stranger = only.find((name) => !known.some((contender) => contender.name === name));
  if (stranger !== undefined)
    throw new BenchFailure(`There is no cache '${stranger}'. There are: ${known.map(({ name }) => name).join(', ')}.`);
  return [
    ...known.filter((contender) => only.includes(contender.name)),
    ...policies.map((policy) => plimsollCache(dist, { policy })),
    ...(await contenderFiles(files)),
  ];
}
