// A gateway short of memory: what the monitor sees, tells and does, and what it costs.
import { setTimeout as pause } from 'node:timers/promises';
import { check, checkAtLeast, checkEqual } from './outcome.mjs';

const MIB = 1024 * 1024;
const PATIENCE_MS = 20_000;
const MOST_CPU = 0.01;

/** What the gateway is started with: small limits, and a monitor that looks thirty times as often as it would. */
export const PRESSURE_ENV = { MAX_HEAP_SIZE: '64MB', MEMORY_THRESHOLD: '0.6', MEMORY_MONITOR_INTERVAL: '1s' };
export const PRESSURE_FLAGS = ['--max-old-space-size=128'];
/** Past MAX_HEAP_SIZE, and past MEMORY_THRESHOLD of what V8 may keep; well below the four fifths from which it gives up. */
const HELD = 74 * MIB;
/** Files of the monitor, and the door to the process that it reads through. */
const MONITOR_FILES = '/(monitor|runtime)/[^/]+\\.js$';

/**
 * @param {import('./processes.mjs').GatewayProcess} gateway
 * @param {import('./load.mjs').Load} load
 */
export async function checkPressure(gateway, load, requests) {
  await gateway.ask('profile');
  const steady = await load.round(requests);
  // By V8's sampling profiler inside the process: no comparison of runs, and no noise but that of its samples. What the
  // monitor's own calls took counts with all that they called; the time is that of one CPU.
  const { share, busy, seconds, samples } = await gateway.ask('profiled', MONITOR_FILES);
  const before = await statsOf(gateway);
  process.stderr.write(
    `  profiled ${seconds.toFixed(1)} s, ${samples} samples, busy ${percent(busy)}, monitor ${percent(share, 3)}\n`,
  );

  await gateway.ask('hold', HELD);
  // V8 would, at its next major collection: with nothing to do it may take its time.
  await gateway.ask('collect');
  const passed = await alertOf(gateway, 'maxHeap', 'critical');
  const high = await alertOf(gateway, 'heap', 'warning');
  const inCrisis = await load.round(requests);
  const cleaned = await statsOf(gateway);
  await gateway.ask('hold', 0);
  await gateway.ask('collect');
  const lasting = await alertsEnd(gateway, ['heap', 'maxHeap']);
  await admits(gateway);
  const afterwards = await load.round(requests);
  process.stderr.write(`  short of memory: ${inCrisis.text}\n  afterwards: ${afterwards.text}\n`);

  const emergency = cleaned.monitor.actions.find(({ name }) => name === 'emergency');
  const { samples: taken, intervalMs, at, startedAt } = before.monitor;
  return [
    checkEqual('MEMORY_MONITOR_INTERVAL is heeded, ms', 1_000, intervalMs),
    checkAtLeast(
      'samples that the monitor has taken, of those due',
      Math.floor(((at - startedAt) / intervalMs) * 0.5),
      taken,
    ),
    check(
      "the monitor's share of one CPU at thirty times its rate",
      `at most ${percent(MOST_CPU)}`,
      percent(share, 3),
      share <= MOST_CPU,
    ),
    check('that share is of a busy gateway', 'busy more than 5.0 %', percent(busy), busy > 0.05),
    checkEqual('MAX_HEAP_SIZE passed: alert', 'critical maxHeap', `${passed?.level} ${passed?.rule}`),
    checkEqual('MEMORY_THRESHOLD is heeded: the alert of the heap begins at', 0.6, high?.threshold),
    checkAtLeast('MAX_HEAP_SIZE passed: emergency clean-ups', 1, emergency.runs),
    check(
      'MAX_HEAP_SIZE passed: artifacts before and after',
      'fewer',
      `${sizeOf(before)} and ${sizeOf(cleaned)}`,
      sizeOf(cleaned) < sizeOf(before),
    ),
    checkEqual('short of memory: requests lost', 0, steady.counts.lost + inCrisis.counts.lost),
    checkEqual(
      'memory is free again: alerts of heap and MAX_HEAP_SIZE that are not resolved by themselves',
      0,
      lasting,
    ),
    check(
      'and requests are answered',
      'more than half',
      afterwards.counts.whole,
      afterwards.counts.whole > requests / 2,
    ),
    checkEqual('and none is lost', 0, afterwards.counts.lost),
  ];
}

const percent = (share, digits = 1) => `${(share * 100).toFixed(digits)} %`;
const statsOf = async (gateway) => (await gateway.system('stats')).body;
const sizeOf = (stats) => stats.caches.caches.find(({ name }) => name === 'artifacts').stats.size;

/** The alert of a rule, as soon as it has `level`, or `undefined`. */
async function alertOf(gateway, rule, level) {
  const isIt = (alert) => alert.rule === rule && alert.level === level;
  return (await look(gateway, (active) => active.some(isIt))).find(isIt);
}

/** Waits until nothing is refused for want of memory or time. */
async function admits(gateway) {
  const until = performance.now() + PATIENCE_MS;
  while ((await statsOf(gateway)).shed.share > 0 && performance.now() < until) await pause(100);
}

/** How many alerts of these rules last on. */
async function alertsEnd(gateway, rules) {
  const lasting = (active) => active.filter(({ rule }) => rules.includes(rule));
  return lasting(await look(gateway, (active) => lasting(active).length === 0)).length;
}

/** The active alerts, as soon as they are as wanted, or as they are at last. */
async function look(gateway, isWanted) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { active } = (await gateway.system('alerts')).body.monitor;
    if (isWanted(active) || performance.now() > until) return active;
    await pause(100);
  }
}
