// Fills its heap above 90 % and says what the monitor says of it. Started with --expose-gc and a small --max-old-space-size.
import { Monitor, Shedder } from 'plimsoll/monitor';
import { randomSource } from '../../bench/lib/stats.mjs';

/** Of the limit for what survives. */
const FULL = 0.92;
const CHUNK_BYTES = 8000;
const PATIENCE = 20_000;
const REQUESTS = 300;

const monitor = new Monitor({ interval: '500ms', rules: { heap: { warning: 0.9, critical: 0.97 } } });
const end = setTimeout(() => finish({ level: 'none', value: 0 }), PATIENCE);
for (const level of ['warning', 'critical'])
  monitor.on(`alert:${level}`, (alert) => alert.rule === 'heap' && finish({ level, value: alert.value }));
monitor.start();

const shedder = new Shedder(monitor, {
  // Later than by default, so that some are still admitted at the level that the alert is about.
  ramps: { heap: { from: 0.85, to: 0.98 }, container: false, loopDelay: false },
  priority: ({ url }) => url.slice(1),
  random: randomSource(1),
});
/** How many are refused of as many requests of each priority. */
const refused = () =>
  ['low', 'normal', 'high'].map((priority) => {
    const decisions = Array.from({ length: REQUESTS }, () => shedder.decide({ url: `/${priority}` }));
    return decisions.filter(({ isAdmitted }) => !isAdmitted).length;
  });
const before = refused();

const kept = [];
// In few steps: near the limit V8 soon gives up on a program that collects again and again.
for (const share of [0.5, 0.8, FULL]) {
  globalThis.gc();
  const missing = share * monitor.status().heap.floorLimitBytes - process.memoryUsage().heapUsed;
  for (let i = 0; i < missing / CHUNK_BYTES; i++) kept.push(Array.from({ length: CHUNK_BYTES / 8 }, () => i));
}
globalThis.gc();

function finish(alert) {
  clearTimeout(end);
  // The figures that the alert was made of are the newest ones a moment later.
  setImmediate(() => {
    console.log(JSON.stringify({ ...alert, before, refused: refused(), kept: kept.length }));
    monitor.stop();
  });
}
