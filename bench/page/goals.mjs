// The figures that Plimsoll is to reach, with what was measured before it was built, and why one is missed.

const byName = (figures, area, name) => figures[area]?.find(({ row }) => row === name)?.caches;
const plimsoll = (caches) => caches?.find(({ cache }) => cache === 'plimsoll');
const speed = (name) => (figures) => plimsoll(byName(figures, 'micro', name))?.ratio?.median;
const memory = (entries, figure) => (figures) =>
  plimsoll(figures.memory?.find((each) => each.entries === entries)?.caches)?.[figure]?.median;
const longestSet = (figure) => (figures) =>
  plimsoll(figures.pause?.find(({ keys, entries }) => keys === 'plain' && entries === 1_000_000)?.caches)?.[figure]
    ?.min;
const adaptive = (figure) => (figures) =>
  figures['hit-rate']?.summary.find(({ policy }) => policy === 'plimsoll adaptive')?.[figure];
const plimsollTier = (caches) => caches?.find(({ name }) => name === 'plimsoll');
const reading = (heapMb, figure) => (figures) =>
  figures.snapshot?.find((each) => each.heapMb === heapMb)?.engines.find(({ name }) => name === 'plimsoll')?.[figure];

const trend = (forceMinutes, figure) => (figures) => {
  const share = figures.trend?.find((each) => each.detector === 'plimsoll' && each.forceMinutes === forceMinutes)?.[
    figure
  ];
  return share === undefined ? undefined : share * 100;
};

const trendMinutes = (forceMinutes) => (figures) =>
  figures.trend?.find((each) => each.detector === 'plimsoll' && each.forceMinutes === forceMinutes)?.medianMinutes;

/** Share of one core that an idle program takes under a watcher, %. */
const idle = (name) => (figures) => {
  const share = figures.monitor?.idle.find((each) => each.name === name)?.share ?? undefined;
  return share === undefined ? undefined : share * 100;
};

const PHASES = ['fillMs', 'replaceMs', 'readMs', 'deleteMs'];

/** The longest of several, `undefined` when nothing was measured. */
function largest(values) {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

const READ_THROUGH = 'read-through/100k-keys/10k';

/** By how much our hit ratio is above the best of the caches that keep to their bound. */
function readThroughLead(figures) {
  const caches = byName(figures, 'micro', READ_THROUGH);
  const own = plimsoll(caches)?.hitRatio?.median;
  // quick-lru holds up to twice its bound.
  const others = caches?.filter(({ cache, hitRatio }) => !['plimsoll', 'quick-lru'].includes(cache) && hitRatio);
  return own === undefined || others.length === 0
    ? undefined
    : own - Math.max(...others.map(({ hitRatio }) => hitRatio.median));
}

/**
 * @typedef {object} Goal
 * @property {string} what
 * @property {number} [atLeast]
 * @property {number} [atMost]
 * @property {number} digits After the point.
 * @property {string} [unit]
 * @property {(figures: Record<string, any>) => number | undefined} measured From the figures of all areas by name.
 * @property {string} [before] What was measured before anything was built, on another machine.
 * @property {string} [note] For a goal that is missed: what was tried, what limits it.
 */

/** @type {Goal[]} */
export const goals = [
  {
    what: 'hit, 10 k string keys, speed against `Map`',
    atLeast: 0.92,
    digits: 2,
    measured: speed('hit/string/10k/uniform'),
    before: 'best on npm 0.82 (sieve-cache), lru-cache 0.60',
    note: 'Depends on the processor: 1.10 on an AMD EPYC, 0.86 to 0.90 on the Intel Xeon of this run, where sieve-cache has 0.79 to 0.86.',
  },
  {
    what: 'hit, 100 k string keys, speed against `Map`',
    atLeast: 0.65,
    digits: 2,
    measured: speed('hit/string/100k/uniform'),
    before: 'best on npm 0.73 (sieve-cache), lru-cache 0.45',
  },
  {
    what: 'hit, 1 M string keys, speed against `Map`',
    atLeast: 0.87,
    digits: 2,
    measured: speed('hit/string/1m/uniform'),
    before: 'best on npm 0.72 (sieve-cache), lru-cache 0.47',
    note: 'Within the noise of its goal: 0.79 to 0.89 over the runs of one day on a shared machine.',
  },
  {
    what: 'hit, 100 k integer keys, speed against `Map`',
    atLeast: 1.3,
    digits: 2,
    measured: speed('hit/integer/100k'),
    before: 'best on npm 0.77, lru-cache 0.49',
    note: 'By turns in the same hour 0.91 of `Map`, 0.80 before; the prototype of the same design took 0.9 of our time there. What brought it: what a hit reads lies in one object whose fields begin with a value of their kind, so that the engine checks nothing; two places of the index at once, chosen without a branch, since a branch that is guessed wrong waits for the memory; a look-up short enough to be compiled into its caller, which a test holds. What is left is memory: index, page and state are three reads in places of their own, and at 100 k entries they are no longer in the second cache; with 1 k entries a hit takes 0.6 of the time in `Map`. Looking on in a loop instead of two places: 11.7 for 13.4 ns at 10 k, but 52 to 93 for 34 to 66 at 100 k. A rest of the look-up in one long function, which the engine leaves out of its callers: 1.00 here, but hits with a ttl went from 0.38 to 0.28. Whole numbers in a column of their own would add a read, since the value lies beside the key.',
  },
  {
    what: 'churn, 1 k, speed against `Map`',
    atLeast: 1.1,
    digits: 2,
    measured: speed('churn/1k'),
    before: 'lru-cache 0.80, mnemonist 0.85',
    note: 'An insertion into a full cache takes 1.2 times as long as in the prototype of the same design (1.5 before the straight path; same process, shares of CPU samples against Map). What brought it: features looked for once and not in every set, the slot exchanged in the index in one go, the evicted entry judged without a loop, a sketch that adds without branches, shorter code for the engine to put into its callers. What is left: a third of it is the exchange in the index and the page, whose three short loops end where the processor cannot foretell; then the hash, which no longer fits into the budget of what the engine inlines; the health marks and the exact bound over one set of slots. A sparser index would be faster and take twice the memory of small caches. Tried before without gain: flat queues (2 ns), larger inlining budgets.',
  },
  {
    what: 'churn, 100 k, speed against `Map`',
    atLeast: 1.2,
    digits: 2,
    measured: speed('churn/100k'),
    before: 'lru-cache 0.68, mnemonist 0.7-1.0',
    note: 'As with 1 k.',
  },
  {
    what: 'read-through, 100 k keys, capacity 10 k, speed against an unbounded `Map`',
    atLeast: 0.75,
    digits: 2,
    measured: speed(READ_THROUGH),
    before: 'lru-cache 0.50, sieve-cache 0.59',
    note: 'A fifth of the look-ups miss and insert, which costs what churn costs; at the best hit ratio of all contenders.',
  },
  {
    what: 'the same: hit ratio above the best of the others',
    atLeast: 0,
    digits: 3,
    measured: readThroughLead,
    before: 'sieve-cache 0.784, transitory 0.771, lru-cache 0.724',
  },
  {
    what: 're-set, 100 k, speed against `Map`',
    atLeast: 0.7,
    digits: 2,
    measured: speed('re-set/100k'),
    before: 'lru-cache 0.26, sieve-cache 0.83',
  },
  {
    what: 'hit with ttl, 100 k, speed against `Map`',
    atLeast: 0.5,
    digits: 2,
    measured: speed('ttl/hit/100k'),
    before: 'lru-cache 0.25',
  },
  {
    what: 're-set with ttl, 100 k, speed against `Map`',
    atLeast: 0.55,
    digits: 2,
    measured: speed('ttl/re-set/100k'),
    before: 'lru-cache 0.18',
    note: 'A set with a deadline hashes in JavaScript and writes the deadline alone: the entry keeps its place on the wheel until that comes. It is one more column, read and written at random (a cache miss of about 20 ns in 100 k entries), and a comparison of doubles; a reading of the clock is shared by up to 64 calls. A set of a new key in a full cache takes the same straight path since, and reuses the place of the entry that left: 0.47 to 0.6, lru-cache 0.56 in that run.',
  },
  {
    what: 'bytes per entry after churn, 1 M',
    atMost: 36,
    digits: 1,
    measured: memory(1_000_000, 'churned'),
    before: 'lru-cache 87, bare `Map` 59',
  },
  {
    what: 'bytes per entry after churn, 600 k',
    atMost: 44,
    digits: 1,
    measured: memory(600_000, 'churned'),
    before: 'lru-cache 126, bare `Map` 98',
  },
  {
    what: 'an empty cache with room for 1 M',
    atMost: 4_000,
    digits: 0,
    unit: 'B',
    measured: memory(1_000_000, 'emptyBytes'),
    before: 'lru-cache 28 MB',
  },
  {
    what: 'longest `set` at 1 M, filling',
    atMost: 5,
    digits: 1,
    unit: 'ms',
    measured: longestSet('fillMs'),
    before: 'lru-cache 23, bare `Map` 22',
  },
  {
    what: 'longest `set` at 1 M, replacing',
    atMost: 5,
    digits: 1,
    unit: 'ms',
    measured: longestSet('replaceMs'),
    before: 'lru-cache 56, bare `Map` 51',
  },
  {
    what: 'longest call at 1 M, reading through',
    atMost: 5,
    digits: 1,
    unit: 'ms',
    measured: longestSet('readMs'),
  },
  {
    what: 'longest call at 1 M, deleting',
    atMost: 5,
    digits: 1,
    unit: 'ms',
    measured: longestSet('deleteMs'),
  },
  {
    what: 'longest call over all shapes of keys',
    atMost: 5,
    digits: 1,
    unit: 'ms',
    measured: ({ pause }) =>
      largest(
        (pause ?? [])
          .filter(({ keys }) => keys !== 'plain')
          .flatMap(({ caches }) => PHASES.map((phase) => plimsoll(caches)?.[phase]?.min)),
      ),
  },
  {
    what: 'longest `set` over all floods of colliding keys',
    atMost: 5,
    digits: 1,
    unit: 'ms',
    measured: ({ micro }) => largest((micro ?? []).map(({ caches }) => plimsoll(caches)?.longestMs?.min)),
    note: 'One flood of twelve, of long texts into a cache with room; all others stay at 5.0 or below. Not looked into yet: the machine of this run takes two to three times as long for everything as the one that the goal was set on.',
  },
  {
    what: 'mean hit ratio / optimum, `adaptive`',
    atLeast: 0.81,
    digits: 3,
    measured: adaptive('ofOptimum'),
    before: 'Caffeine 0.788, LRU 0.655, over 174 points of which 50 are synthetic',
  },
  {
    what: 'points more than 0.5 under LRU, `adaptive`',
    atMost: 10,
    digits: 0,
    measured: adaptive('losses'),
    before: 'Caffeine 36',
  },
  {
    what: 'worst of them, points',
    atLeast: -5,
    digits: 1,
    measured: adaptive('worstPoints'),
    before: 'Caffeine -13.5',
  },
  {
    what: '`sizeOf` against heap snapshots: median error, %',
    atMost: 5,
    digits: 1,
    measured: (figures) => {
      const own = figures['size-of']?.summary.find(({ name }) => name === 'sizeOf');
      return own === undefined ? undefined : own.medianError * 100;
    },
  },
  {
    what: 'a scope per request: CPU per request, upper end of the 95 % interval',
    atMost: 1.03,
    digits: 3,
    measured: (figures) => figures.scope?.server?.ratio?.high,
    note: 'Over the whole server 2 to 3 us of 33 a request; in one process with in-memory sockets 0.9 us of 11: about half for the scope with its entry, 0.2 for two looks at the clock, 0.1 to 0.3 for taking the listener away again; leaving it with a response that has closed gained nothing that could be measured (0.93 against 0.90 us, by turns in one process). Entries without class fields, ties instead of entries for endWith and shared options brought most before that. A clock read once a turn does not pay: knowing when the turn is over costs as much as the second look. One cause was found after this figure: the closure of each tie was born in the old generation, since V8 puts a function there that is assigned to a property as it is written, and kept tie and response until a major collection: 820 kB survived each scavenge, against 515 without scopes and 495 now. A profile of both ways by turns in one server gave 1.3 us of 115 a request to all that scopes run (stack traces 0.12, clocks 0.2); two servers without scopes differ by 2 % as well (0.973 to 1.016 over eight rounds), so the interval says more about servers than about scopes. Tried without a gain beyond that: leaving the listener on a response that has closed (1.056 and 1.070), a clock read once a millisecond (1.085) or every 20 (1.064), against 1.061 and 1.086 as it is. Next: scope, place and entry list in one object, 7 objects a request instead of 9.',
  },
  {
    what: 'requests lost when a busy server is closed, fewer than by closing idle connections at once',
    atLeast: 0.85,
    digits: 2,
    measured: (figures) => figures.drain?.plimsoll?.fewerResets,
    before: 'prototype 0.85-0.91',
  },
  {
    what: 'reading a snapshot of 347 MB: CPU against the prototype',
    atMost: 0.7,
    digits: 2,
    measured: reading(240, 'cpuRatio'),
    before: 'DevTools 5.8, memlab 9.7',
  },
  {
    what: 'the same: peak RSS / file',
    atMost: 1.3,
    digits: 2,
    measured: reading(240, 'rssPerFile'),
    before: 'DevTools 3.6, memlab 3.8',
  },
  {
    what: 'reading a snapshot of 1.5 GB: CPU against the prototype',
    atMost: 0.7,
    digits: 2,
    measured: reading(1020, 'cpuRatio'),
    before: 'memlab 225 s wall',
  },
  {
    what: 'the same: peak RSS / file',
    atMost: 1.2,
    digits: 2,
    measured: reading(1020, 'rssPerFile'),
    before: 'memlab about 4',
  },
  {
    what: 'what watching costs a busy HTTP server: CPU per request, upper end of the 95 % interval',
    atMost: 1.02,
    digits: 3,
    measured: ({ overhead }) => overhead?.steady.ratio.high,
  },
  {
    what: 'what a Monitor that looks every second costs a busy HTTP server: CPU per request, upper end of the 95 % interval',
    atMost: 1.02,
    digits: 3,
    measured: ({ monitor }) => monitor?.busy.find(({ name }) => name === 'plimsoll')?.ratio.high,
    note: 'Over ten rounds only, on a machine where a request takes 94 us that takes 33 on others, and two servers of the same program differ by 2 %: the mean of 1.9 % lies within that. A look takes 0.1 to 0.5 ms.',
  },
  {
    what: 'CPU of a program that does nothing, under a Monitor with its defaults',
    atMost: 0.1,
    digits: 3,
    unit: '%',
    measured: idle('plimsoll, defaults'),
    note: 'Ten looks a second at the event loop by the runtime, 0.06 % where it was tuned. This machine takes three to four times as long for everything that wakes up: under-pressure takes 0.96 % here in the same run, prom-client 1.03 %, and 0.33 % and more elsewhere.',
    before: 'under-pressure 0.33',
  },
  {
    what: 'trend, natural collections: leaks found',
    atLeast: 93,
    digits: 0,
    unit: '%',
    measured: trend(0, 'found'),
    before: 'memwatch 79, best of our first tries 91',
  },
  {
    what: 'trend, natural collections: median time until a leak is found',
    atMost: 450,
    digits: 0,
    unit: 'min',
    measured: trendMinutes(0),
    before: 'best of our first tries 450',
  },
  {
    what: 'trend, natural collections: healthy runs alarmed, fills of caches apart',
    atMost: 2,
    digits: 1,
    unit: '%',
    measured: trend(0, 'falseAlarms'),
    before: 'memwatch 18, best of our first tries 3 with fills',
  },
  {
    what: 'trend, forced collections each 5 min: leaks found',
    atLeast: 97,
    digits: 0,
    unit: '%',
    measured: trend(5, 'found'),
    before: 'best of our first tries 97',
    note: 'Two of fifty leaks here grow by less than the floors vary in the twelve hours that a run lasts. Of the 80 leaks of seeds 201 to 216 79 were found.',
  },
  {
    what: 'trend, forced collections each 5 min: median time until a leak is found',
    atMost: 180,
    digits: 0,
    unit: 'min',
    measured: trendMinutes(5),
    before: 'best of our first tries 180',
  },
  {
    what: 'trend, forced collections each 5 min: healthy runs alarmed, fills of caches apart',
    atMost: 6,
    digits: 1,
    unit: '%',
    measured: trend(5, 'falseAlarms'),
    before: 'best of our first tries 10 with fills',
  },
  {
    what: 'load line, room for 35 %: hits against the best split of as much memory',
    atLeast: 0.95,
    digits: 3,
    measured: (figures) => figures['load-line']?.find(({ percent }) => percent === 35)?.ofBest,
    before: 'all alike 0.83',
  },
  {
    what: 'load line, room for 20 %: hits against the best split of as much memory',
    atLeast: 0.95,
    digits: 3,
    measured: (figures) => figures['load-line']?.find(({ percent }) => percent === 20)?.ofBest,
    before: 'all alike 0.80',
    note:
      'Of other mixes of three caches in as much room the worst of six had 92 %, the mean 95 (82 and 93 before uses were seen however often the line asks). ' +
      'Caches fill up again between two squeezes without any admission, so that some of the memory always holds entries that nobody has asked for twice: at its own split, held fast, this would have 96 %.',
  },
  {
    what: 'a read of two tiers that Redis serves: CPU against the bare client',
    atMost: 1.15,
    digits: 2,
    measured: ({ tier }) => plimsollTier(tier)?.secondTier?.median,
  },
  {
    what: 'a read of two tiers that the first serves, without a promise: CPU against `Cache`',
    atMost: 1.1,
    digits: 2,
    measured: ({ tier }) => plimsollTier(tier)?.firstTierSync?.median,
  },
  {
    what: 'a scrape of 1,000 caches (20,000 series): CPU against prom-client with as many gauges',
    atMost: 1,
    digits: 2,
    measured: ({ scrape }) => scrape?.cpuRatio.median,
  },
];
