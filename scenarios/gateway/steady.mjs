// Rounds of the same load, one after the other, and what is left after each when all clients have gone.
import { setTimeout as pause } from 'node:timers/promises';
import { check, checkAtLeast, checkAtMost, checkEqual, slopeOf } from './outcome.mjs';
import { Tally } from './load.mjs';

const REST_MS = 10_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const FIVE_MINUTES_MS = 5 * 60 * 1000;
const KIB = 1024;
/** What a thousand requests add to the floor of a form that leaks, bytes. */
const LEAKS = 1_200 * KIB;
const GROWTH = 'what a thousand requests add to the floor';

/**
 * @typedef {object} Size
 * @property {number} fill Well-behaved chats before the rounds: more than the stores take.
 * @property {number} rounds
 * @property {number} requests Of each round.
 * @property {number} flat What a thousand requests may add to a floor that does not grow, bytes: the fewer requests there
 *   are, the more of it is noise.
 * @property {number} [testRounds] Of the memory test; without it, it is left out.
 */

/**
 * @param {import('./processes.mjs').GatewayProcess} gateway
 * @param {import('./load.mjs').Load} load
 * @param {Size} size
 */
export async function runRounds(gateway, load, { fill, rounds, requests }) {
  const atStart = await gateway.ask('figures');
  const filled = await load.fill(fill);
  const tally = new Tally();
  const floors = [];
  let figures = atStart;
  // The first round is warm-up: code is compiled, tables get their size.
  for (let round = 0; round <= rounds; round++) {
    const one = await load.round(requests);
    figures = await figuresAtRest(gateway, load);
    process.stderr.write(`  round ${round}: ${one.text}\n`);
    if (round === 0) continue;
    floors.push(figures.floorBytes);
    tally.add(one);
  }
  // Node.js's `fetch` keeps a spare connection for some seconds after a call that was aborted.
  figures = await figuresAtRest(gateway, load, atStart.descriptors);
  return { atStart, filled, tally, floors, figures };
}

/**
 * Figures when no client is connected, and at most so many descriptors are open, or after a while in any case: what stays
 * then has been forgotten by somebody.
 */
async function figuresAtRest(gateway, load, descriptors = Infinity) {
  load.rest();
  const until = performance.now() + REST_MS;
  for (;;) {
    const open = await gateway.ask('open');
    const isAtRest = open.connections === 0 && (open.descriptors ?? 0) <= descriptors;
    if (isAtRest || performance.now() > until) return gateway.ask('figures');
    await pause(50);
  }
}

/** What a thousand requests add to the floor, bytes, when the first rounds have settled. */
function growthOf({ floors, tally }) {
  const settled = floors.slice(Math.max(0, (floors.length >> 1) - 1));
  return (slopeOf(settled) * floors.length * 1_000) / tally.requests;
}

const kib = (bytes) => `${Math.round(bytes / KIB)} KiB`;

/** What must hold of the form that does not leak. */
export async function checkKept(gateway, steady, { flat }) {
  const { atStart, filled, tally, figures } = steady;
  const { body: stats } = await gateway.system('stats');
  const { body: resources } = await gateway.system('resources?limit=1000');
  const lifetimes = await gateway.ask('lifetimes');
  const { thresholds, maxHeapBytes } = await gateway.ask('limits');
  const cacheOf = (name) => stats.caches.caches.find((cache) => cache.name === name).stats;
  const [artifacts, tenants] = [cacheOf('artifacts'), cacheOf('authentication')];
  const dropped = (name) => gateway.log.split('\n').filter((line) => line.includes(`'${name}' removed an entry`));
  const shownKeys = gateway.log.match(/sk-\d+/g) ?? [];
  const growth = growthOf(steady);
  const ofRequests = resources.oldest.filter(({ path }) => path.includes('requests'));
  return [
    checkEqual('artifact store: entries when more than a thousand were kept', 1_000, artifacts.size),
    checkEqual('artifact store: hours an artifact lives', 24, Math.round(lifetimes.artifacts / (DAY_MS / 24))),
    checkEqual('authentication cache: entries when more than a thousand were asked for', 1_000, tenants.size),
    checkEqual(
      'authentication cache: minutes an authorisation lives',
      5,
      Math.round(lifetimes.tenants / (FIVE_MINUTES_MS / 5)),
    ),
    checkAtLeast(
      'artifact store: lines about what was dropped',
      artifacts.evictions.capacity,
      dropped('artifacts').length,
    ),
    checkAtLeast(
      'authentication cache: lines about what was dropped',
      tenants.evictions.capacity,
      dropped('authentication').length,
    ),
    checkEqual('credentials readable in the log', 0, shownKeys.length),
    check(GROWTH, `at most ${kib(flat)}`, kib(growth), growth <= flat),
    checkAtLeast('clients that hung up in the middle of a stream', tally.requests / 50, tally.counts.vanished),
    checkEqual('timers left when all clients have gone', atStart.timers, figures.timers),
    checkEqual('listeners left on the shared model', 0, figures.listeners),
    checkEqual('connections left', 0, figures.connections),
    checkAtMost('descriptors left, of those at the start', atStart.descriptors, figures.descriptors),
    checkEqual('resources that scopes of requests still own, by the system API', 0, ofRequests.length),
    checkEqual('coalesced calls still remembered', 0, stats.coalescing.inFlight),
    checkEqual('requests lost under the steady load', 0, filled.counts.lost + tally.counts.lost),
    checkEqual('default MEMORY_MONITOR_INTERVAL, seconds', 30, stats.monitor.intervalMs / 1000),
    checkEqual('default MEMORY_THRESHOLD, of the heap and of the container', '0.8 0.8', thresholds.join(' ')),
    checkEqual('default MAX_HEAP_SIZE', '1GB', maxHeapBytes),
  ];
}

/** What must be seen of the form that leaks: on this very load. */
export function checkLeaked(steady) {
  const { atStart, tally, figures } = steady;
  const growth = growthOf(steady);
  return [
    check(GROWTH, `at least ${kib(LEAKS)}`, kib(growth), growth >= LEAKS),
    checkAtLeast('entries kept in stores meant for 2,000', 2_200, figures.entries),
    checkAtLeast('timers left when all clients have gone', atStart.timers + 1_000, figures.timers),
    checkAtLeast('listeners left on the shared model', 10, figures.listeners),
    checkAtLeast('descriptors left more than at the start', 5, figures.descriptors - atStart.descriptors),
    checkAtLeast('requests lost under the steady load', 10, tally.counts.lost),
  ];
}
