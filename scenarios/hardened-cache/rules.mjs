// What the caches promise, looked at one by one.
import { Cache, cacheHealth, measureSize } from 'plimsoll/cache';
import { LoadLine } from 'plimsoll/monitor';
import { codeOf } from './ends.mjs';
import { makeCaches } from './plimsoll.mjs';
import { SETTINGS } from './settings.mjs';
import { KINDS, touched } from './values.mjs';

const NAMES = Object.keys(SETTINGS);
const MB = 2 ** 20;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** @param {import('../frame/outcome.mjs').Checks} checks @param {import('../frame/virtual-time.mjs').VirtualTime} time Installed. */
export async function checkRules(checks, time) {
  checkSizes(checks);
  await checkAttempts(checks, time);
  await checkInterval(checks, time);
  await checkStages(checks, time);
  await checkAlerts(checks);
  await checkPressure(checks);
  await checkClosed(checks);
}

function checkSizes(checks) {
  const before = { ...touched };
  const sizes = Object.entries(KINDS).map(([kind, make]) => [kind, measureSize(make(7)).bytes]);
  const bad = sizes.filter(([, bytes]) => !Number.isSafeInteger(bytes) || bytes <= 0);
  checks.equal(`sizes of ${sizes.length} kinds of values that are no size`, [], bad);
  checks.equal('getters, traps and functions called by weighing', before, { ...touched });
  const huge = Array.from({ length: 1_000_000 }, (_, i) => i + 0.5);
  checks.that(
    'a value of 8 MB is weighed within a third',
    '8 MB',
    measureSize(huge).bytes,
    Math.abs(measureSize(huge).bytes / 8e6 - 1) < 1 / 3,
  );
  for (const bytes of [Infinity, Number.NaN, -1, 2 ** 60]) {
    const cache = new Cache({
      maxEntries: 10,
      maxBytes: '1MB',
      sizeOf: () => bytes,
      onError: () => {},
      onAlert: () => {},
    });
    for (let i = 0; i < 3; i++) cache.set(i, i);
    checks.that(
      `bytes after a weigher that says ${bytes}`,
      '0 to 1 MB',
      cache.bytes,
      cache.bytes >= 0 && cache.bytes <= MB,
    );
    void cache.close();
  }
}

async function checkAttempts(checks, time) {
  const attempts = [];
  const alerts = [];
  const cache = new Cache({
    name: 'one',
    maxEntries: 1,
    dispose: (_value, key) => {
      if (key !== 'bad') return;
      attempts.push(time.now);
      throw new Error('never');
    },
    onError: () => {},
    onAlert: (alert) => alerts.push(alert),
  });
  cache.set('bad', 1).set('good', 2);
  await time.advance(60 * SECOND);
  checks.equal(
    'attempts at a value that cannot be disposed of, ms after the first',
    [0, 2000, 6000],
    attempts.map((at) => Math.round(at - attempts[0])),
  );
  const { disposeAttempts, disposeRetries, disposeFailures } = cache.stats();
  checks.equal('attempts, retries and failures counted', [3, 2, 1], [disposeAttempts, disposeRetries, disposeFailures]);
  checks.equal(
    'the alert of its failure',
    ['critical PLIM_WARN_CACHE_DISPOSAL'],
    alerts.filter(({ code }) => code === 'PLIM_WARN_CACHE_DISPOSAL').map(({ level, code }) => `${level} ${code}`),
  );
  checks.equal(
    'health while it lasts, and ten minutes later',
    ['critical', 'healthy'],
    [cache.health().status, await laterHealth(cache, time)],
  );
  await cache.close();
}

async function laterHealth(cache, time) {
  await time.advance(600 * SECOND);
  return cache.health().status;
}

/** The four caches with the process's report on them. */
/** Clean-up by itself: nobody looks at what has expired. */
async function checkInterval(checks, time) {
  const disposedAt = [];
  const interval = 5 * MINUTE;
  const cache = new Cache({
    maxEntries: 10,
    ttl: MINUTE,
    sweepInterval: interval,
    disposeAttempts: 1,
    dispose: () => {
      disposedAt.push(time.now - began);
      throw new Error('not disposed of');
    },
    onError: () => {},
    onAlert: () => {},
  });
  const began = time.now;
  cache.set('key', {});
  await time.advance(MINUTE + interval + SECOND);
  const minutes = disposedAt.map((ms) => ms / MINUTE);
  checks.that(
    'minutes after which what expires after one is cleaned up, with an interval of five',
    'once, after 1 to 6',
    minutes,
    minutes.length === 1 && minutes[0] >= 1 && minutes[0] <= 6.01,
  );
  await time.advance(MINUTE);
  const { disposeAttempts, disposeRetries, disposeFailures } = cache.stats();
  checks.equal(
    'attempts, retries and failures when one attempt is allowed',
    [1, 0, 1],
    [disposeAttempts, disposeRetries, disposeFailures],
  );
  await cache.close();
}

function makeWatched() {
  const alerts = [];
  const caches = makeCaches({ dispose: () => {}, onAlert: (alert) => alerts.push(alert) });
  const report = () => {
    const { caches: all, totalBytes } = cacheHealth();
    const own = NAMES.map((name) => all.findLast((each) => each.name === name));
    return { caches: own, totalBytes, statuses: own.map(({ status }) => status) };
  };
  const close = () => Promise.all(Object.values(caches).map((cache) => cache.close()));
  return { caches, alerts, report, close };
}

async function checkStages(checks, time) {
  const { caches, report, close } = makeWatched();
  checks.equal(
    'health of empty caches',
    NAMES.map(() => 'healthy'),
    report().statuses,
  );
  checks.equal(
    'capacity of each',
    NAMES.map((name) => SETTINGS[name].maxEntries),
    report().caches.map(({ stats }) => stats.capacity),
  );
  for (const name of NAMES) caches[name].set('key', { name });
  for (let i = 0; i < 10; i++) caches.users.get('key');
  const bytes = report().caches.reduce((sum, { stats }) => sum + stats.bytes, 0);
  checks.equal('total bytes of the report are those of its caches', bytes, report().totalBytes);
  checks.equal(
    'minutes after which an entry is gone from each',
    NAMES.map((name) => SETTINGS[name].ttl / MINUTE),
    await lifetimes(caches, time),
  );
  const { evictions, hits } = report().caches[NAMES.indexOf('users')].stats;
  const counted = [evictions.expired, evictions.capacity, hits];
  checks.equal('expired, evicted for room, hits of the users, counted apart', [1, 0, 10], counted);
  await close();
  for (const name of NAMES) await checkBytes(checks, name);
}

/** After how many minutes the one entry of each cache has gone. */
async function lifetimes(caches, time) {
  const minutes = new Map();
  for (let minute = 1; minutes.size < NAMES.length && minute < 100; minute++) {
    await time.advance(MINUTE);
    for (const name of NAMES) if (!minutes.has(name) && !caches[name].has('key')) minutes.set(name, minute);
  }
  return NAMES.map((name) => minutes.get(name));
}

/** One cache on its way above its bytes, and above twice of them; the others are not concerned. */
async function checkBytes(checks, name) {
  const { caches, alerts, report, close } = makeWatched();
  const { warnBytes } = SETTINGS[name];
  const cache = caches[name];
  const add = () => void cache.set(cache.stats().sets, new Float64Array(warnBytes / 8 / 40));
  const statuses = [];
  while (cache.bytes < 0.95 * warnBytes) add();
  statuses.push(cache.health().status);
  while (cache.bytes <= warnBytes) add();
  statuses.push(cache.health().status);
  const others = report().statuses.filter((status) => status !== 'healthy').length - 1;
  for (let i = 0; i < 50 && alerts.at(-1).level !== 'critical'; i++) add();
  const mb = warnBytes / MB;
  checks.equal(`${name}: health below ${mb} MB and above`, ['healthy', 'warning'], statuses);
  checks.equal(`${name}: other caches whose health that changed`, 0, others);
  checks.equal(
    `${name}: alerts on the way above ${2 * mb} MB`,
    ['warning', 'critical'],
    alerts.map(({ level }) => level),
  );
  checks.atMost(`${name}: bytes after the clean-up that follows`, warnBytes, cache.bytes);
  await close();
}

async function checkAlerts(checks) {
  const cache = new Cache({ name: 'ring', maxEntries: 10, warnBytes: 10_000, onAlert: () => {} });
  for (let i = 0; i < 60; i++) {
    cache.set('large', new Uint8Array(15_000 + i));
    cache.delete('large');
    cache.set('small', i);
  }
  const { alerts } = cache.health();
  checks.equal('alerts kept of 60', 50, alerts.length);
  const reported = cacheHealth().caches.find(({ name }) => name === 'ring').alerts.length;
  checks.equal('alerts of that cache in the report over all', 50, reported);
  checks.equal(
    'the newest is the last',
    true,
    alerts.every(({ at }, i) => i === 0 || at >= alerts[i - 1].at),
  );
  await cache.close();
}

async function checkPressure(checks) {
  const caches = makeCaches({ dispose: () => {} });
  for (const cache of Object.values(caches)) for (let i = 0; i < 80; i++) cache.set(i, new Float64Array(8 * 1024));
  const line = new LoadLine({ limit: '4GB' });
  const before = Object.values(caches).reduce((sum, { bytes }) => sum + bytes, 0);
  line.relieve('5MB');
  const after = Object.values(caches).reduce((sum, { bytes }) => sum + bytes, 0);
  checks.atLeast('bytes given back under pressure when 5 MB are asked for', 5 * MB, before - after);
  const evicted = Object.values(caches).reduce((sum, cache) => sum + cache.stats().evictions.pressure, 0);
  checks.atLeast('entries evicted by pressure', 1, evicted);
  await Promise.all(Object.values(caches).map((cache) => cache.close()));
}

async function checkClosed(checks) {
  const { users } = makeCaches({ dispose: () => {} });
  users.set(1, {});
  await users.close();
  const uses = [
    () => users.get(1),
    () => users.set(1, {}),
    () => users.delete(1),
    () => users.has(1),
    () => users.clear(),
  ];
  checks.equal(
    'use after the end',
    uses.map(() => 'PLIM_ERR_CACHE_CLOSED'),
    uses.map(codeOf),
  );
  checks.equal('its figures go on', 0, users.stats().size);
}
