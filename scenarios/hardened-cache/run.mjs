// node --expose-gc scenarios/hardened-cache/run.mjs naive|plimsoll [--seed N] [--small]
import { cacheHealth } from 'plimsoll/cache';
import { countDescriptors, floor, growthOf } from '../frame/measure.mjs';
import { Checks, printRun } from '../frame/outcome.mjs';
import { runProgram } from '../frame/program.mjs';
import { VirtualTime } from '../frame/virtual-time.mjs';
import { checkEnds } from './ends.mjs';
import { Dashboard, Disposal } from './load.mjs';
import { makeCaches as makeNaive } from './naive.mjs';
import { makeCaches as makePlimsoll } from './plimsoll.mjs';
import { checkRules } from './rules.mjs';
import { SETTINGS } from './settings.mjs';
import { touched } from './values.mjs';

const HOURS = { small: 12, whole: 24, long: 24 };
const MB = 2 ** 20;
const COUNTERS = ['disposeAttempts', 'disposeRetries', 'disposeFailures'];
const HOUR = 3_600_000;

await runProgram(async (form, { seed, size }) => {
  const checks = new Checks('MISSION 3');
  if (form === 'plimsoll') await checkEnds(checks);

  const realNow = performance.now.bind(performance);
  const time = new VirtualTime(Date.UTC(2026, 0, 1)).install();
  const disposal = new Disposal(() => time.now);
  const caches = (form === 'naive' ? makeNaive : makePlimsoll)({ dispose: disposal.end });
  const floors = [];
  const sizes = [];
  const hourEnds = async () => {
    floors.push(await floor());
    sizes.push(Object.entries(caches).map(([name, { size }]) => size / SETTINGS[name].maxEntries));
  };
  const hours = HOURS[size];
  const dashboard = new Dashboard({ caches, time, seed, hours, hourEnds });
  const began = realNow();
  await dashboard.run();
  const seconds = (realNow() - began) / 1000;
  const entries = sumOf(caches, ({ size }) => size);
  const health = cacheHealth();
  const descriptors = countDescriptors();
  // All has expired by then, and whatever can be disposed of is.
  await time.advance(2 * HOUR);
  const workLost = dashboard.sets - disposal.met + disposal.open;

  const all = { checks, caches, dashboard, disposal, floors, sizes, workLost };
  if (form === 'naive') checkNaive(all);
  else checkPlimsoll(all);
  dashboard.burst();
  const closedAfter = closeTime(caches, time);
  await time.advance(HOUR);
  const timers = time.pending;
  if (form === 'plimsoll') {
    checks.atMost('ms that the end takes, with values that never answer', 10_000, await closedAfter);
    checks.equal('values that never met their disposer', 0, dashboard.sets - disposal.met);
    checks.equal('timers left after the end', 0, timers);
    await checkRules(checks, time);
  }
  printRun({
    scenario: 'hardened-cache',
    form,
    seed,
    figures: {
      entries,
      timers,
      descriptors,
      hitRatio: form === 'naive' ? null : hitRatioOf(health),
      throughput: dashboard.operations / seconds,
      workLost,
    },
    floors,
    axis: `${hours} simulated hours`,
    checks,
    ran: `${hours} hours, ${dashboard.sets.toLocaleString('en-US')} values, ${disposal.attempts.toLocaleString('en-US')} disposals`,
  });
});

/** How long it takes to close all caches, in ms; in the naive form perhaps for ever. */
async function closeTime(caches, time) {
  const began = time.now;
  await Promise.all(Object.values(caches).map((cache) => cache.close()));
  return Math.round(time.now - began);
}

function sumOf(caches, figure) {
  return Object.values(caches).reduce((sum, cache) => sum + figure(cache), 0);
}

function hitRatioOf({ caches }) {
  const [hits, misses] = ['hits', 'misses'].map((name) => caches.reduce((sum, { stats }) => sum + stats[name], 0));
  return hits / (hits + misses);
}

function checkNaive({ checks, floors, sizes, workLost }) {
  checks.atLeast('bytes by which memory grows, from the second quarter to the last', 2 * MB, growthOf(floors));
  checks.atLeast('entries by the capacity, of the cache that has most', 2, Math.max(...sizes.flat()));
  checks.atLeast('values that nobody disposes of, since one disposer never answered', 1000, workLost);
}

function checkPlimsoll({ checks, caches, dashboard, disposal, floors, sizes, workLost }) {
  checks.atMost('bytes by which memory grows, from the second quarter to the last', MB, growthOf(floors));
  checks.atMost('entries by the capacity, of the cache that had most', 1, Math.max(...sizes.flat()));
  checks.equal('sets and look-ups that threw', 0, dashboard.thrown);
  checks.equal('getters, traps and functions of values that were called', { getters: 0, traps: 0, calls: 0 }, touched);
  checks.equal('values in the hands of one disposer at the same time', 1, disposal.mostAtOnce);
  checks.atMost('attempts at one value', 3, disposal.most);
  const [first, second] = disposal.shortestWaits;
  checks.atLeast('shortest wait before the second attempt', 2000, first, ' ms');
  checks.atLeast('shortest wait before the third', 4000, second, ' ms');
  const counted = COUNTERS.map((name) => sumOf(caches, (cache) => cache.stats()[name]));
  const made = [disposal.attempts, disposal.retries, disposal.lost];
  checks.equal('attempts, retries and failures counted as they were made', made, counted);
  checks.equal('values that left and were not disposed of, but for those that never can be', 0, workLost);
}
