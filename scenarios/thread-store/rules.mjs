// What the store promises besides losing nothing, looked at one by one.
import { nextTurn } from '../frame/measure.mjs';
import { makeThreadStore } from './plimsoll.mjs';

const OUTSIDE = { send: () => {}, onTimeout: () => {} };
const HOUR = 3_600_000;

/** A store with its alerts and debug lines at hand. */
function makeStore(options = {}) {
  const alerts = [];
  const lines = [];
  const logger = { debug: (fields, message) => lines.push(message), warn: () => {}, error: () => {} };
  const store = makeThreadStore(OUTSIDE, { env: {}, logger, onAlert: (alert) => alerts.push(alert), ...options });
  return { store, alerts, lines };
}

function fill(store, count, text = 'word ') {
  for (let i = 0; i < count; i++) store.append(`thread ${i}`, text);
}

/** @param {import('../frame/outcome.mjs').Checks} checks @param {import('../frame/virtual-time.mjs').VirtualTime} time Installed. */
export async function checkRules(checks, time) {
  await checkBound(checks);
  await checkCapacity(checks);
  await checkMapShape(checks);
  await checkFigures(checks, time);
  await checkAge(checks, time);
  await checkBytes(checks);
  await checkPins(checks);
}

async function checkBound(checks) {
  const { store, alerts, lines } = makeStore();
  fill(store, 449);
  const before = alerts.filter(({ code }) => code === 'PLIM_WARN_CACHE_FULL').length;
  fill(store, 500);
  checks.equal(
    'warnings of 90 % utilisation before and after thread 450',
    [0, 1],
    [before, alerts.filter(({ code }) => code === 'PLIM_WARN_CACHE_FULL').length],
  );
  store.append('one more', 'word ');
  checks.equal('a set at 500 leaves', 451, store.size());
  const { flushTimers, timeoutTimers, total } = store.stats();
  checks.equal('flush timers, turn timeouts and total then', [451, 0, 451], [flushTimers, timeoutTimers, total]);
  checks.equal('debug lines of the eviction batch', 1, lines.length);
  await store.close();
}

async function checkCapacity(checks) {
  const capacity = async (sessions, env) => {
    const { store } = makeStore({ env });
    store.setSessions(sessions);
    const { maxEntries } = store.threads;
    await store.close();
    return maxEntries;
  };
  const grown = [await capacity(5, {}), await capacity(15, {}), await capacity(2, {})];
  checks.equal('capacity of 5, 15 and 2 sessions', [500, 1500, 500], grown);
  checks.equal('capacity with MAX_CACHE_SIZE=1200', 1200, await capacity(5, { MAX_CACHE_SIZE: '1200' }));
  const warnings = [];
  const hear = ({ message }) => warnings.push(message);
  process.on('warning', hear);
  const rubbish = ['many', '-5', '1.5', '0', '1e99'];
  const got = [];
  for (const MAX_CACHE_SIZE of rubbish) got.push(await capacity(5, { MAX_CACHE_SIZE }));
  await nextTurn();
  process.off('warning', hear);
  checks.equal(
    `capacity with MAX_CACHE_SIZE ${rubbish.join(', ')}`,
    rubbish.map(() => 500),
    got,
  );
  const told = rubbish.filter((text) => warnings.some((message) => message.includes(`'${text}'`)));
  checks.equal('of these are warned of', rubbish, told);
}

async function checkMapShape(checks) {
  const { store } = makeStore();
  fill(store, 3);
  const { threads } = store;
  const own = { id: 'own', weighedBytes: 0 };
  const seen = [
    threads.get('thread 1').id,
    threads.get('nobody') === undefined,
    threads.has('thread 2'),
    threads.size,
    [...threads].map(([key]) => key).join(),
    [...threads.keys()].length + [...threads.values()].length + [...threads.entries()].length,
    threads.set('own', own).get('own') === own,
    threads.delete('own'),
    threads.delete('own'),
  ];
  threads.clear();
  const wanted = ['thread 1', true, true, 3, 'thread 0,thread 2,thread 1', 9, true, true, false, 0];
  checks.equal('get, has, size, iteration, set, delete and clear are those of a Map', wanted, [...seen, threads.size]);
  await store.close();
}

async function checkFigures(checks, time) {
  const { store, alerts } = makeStore();
  fill(store, 1500);
  store.threads.get('thread 1499');
  store.threads.get('gone');
  const stats = store.stats();
  const { size, capacity, utilisation, hits, misses, hitRatio, evictions } = stats;
  checks.equal('size, capacity and utilisation', [size, 500, size / 500], [store.size(), capacity, utilisation]);
  checks.equal('hits and misses of 1,502 look-ups', [1, 1501], [hits, misses]);
  checks.equal('hit ratio', 1 / 1502, hitRatio);
  checks.equal('evictions by cause', { capacity: 1500 - size, expired: 0, pressure: 0 }, evictions);
  checks.equal('evictions that came in no batch of 50', 0, evictions.capacity % 50);
  checks.that(
    'evictions per minute',
    'about those of the last minute',
    stats.evictionsPerMinute,
    stats.evictionsPerMinute >= evictions.capacity - 256,
  );
  checks.equal('warning of thrashing', 1, alerts.filter(({ code }) => code === 'PLIM_WARN_CACHE_THRASHING').length);
  await time.advance(2 * 60_000);
  await store.close();
}

async function checkAge(checks, time) {
  const { store, lines } = makeStore();
  fill(store, 100);
  await time.advance(HOUR / 2);
  for (let i = 0; i < 10; i++) store.append(`thread ${i}`, 'word ');
  await time.advance(HOUR / 2 + 2000);
  checks.equal('threads left of 100 an hour later, 10 of them used meanwhile', 10, store.size());
  checks.equal('evicted by age', 90, store.stats().evictions.expired);
  checks.atLeast('debug lines of the clean-up', 1, lines.filter((line) => /90|expired/.test(line)).length);
  await store.close();
}

async function checkBytes(checks) {
  const sent = [];
  const store = makeThreadStore(
    { send: (_id, text) => sent.push(text.length), onTimeout: () => {} },
    { env: {}, maxBytes: '1MB', onAlert: () => {} },
  );
  fill(store, 40, 'x'.repeat(64 * 1024));
  const { bytes, size } = store.stats();
  checks.atMost('bytes of unsent deltas with maxBytes 1 MB', 2 ** 20, bytes);
  checks.equal('what was evicted by memory was sent', 40 - size, sent.length);
  await store.close();
  checks.equal(
    'bytes sent in the end',
    40 * 64 * 1024,
    sent.reduce((sum, length) => sum + length, 0),
  );
}

async function checkPins(checks) {
  const timedOut = [];
  const store = makeThreadStore(
    { send: () => {}, onTimeout: (id) => timedOut.push(id) },
    { env: {}, onAlert: () => {} },
  );
  store.startTurn('busy');
  fill(store, 3000);
  checks.equal('a thread with a running turn after 3,000 others', true, store.threads.has('busy'));
  store.closeThread('busy');
  checks.equal('closed while it runs: its timeout fires', ['busy'], timedOut);
  await store.close();
}
