// One scrape of so many caches, by Plimsoll or as prom-client's gauges; says what it cost.
import zlib from 'node:zlib';
import { cpuNs } from '../lib/cpu.mjs';
import { importBuilt } from '../lib/dist.mjs';
import { importFrom } from '../lib/packages.mjs';

const { contender, caches: count, scrapes, dist, peers } = JSON.parse(process.argv[2]);

/** Caches with something in their figures. */
async function makeCaches() {
  const { Cache } = await importBuilt(dist, 'cache/index.js');
  return Array.from({ length: count }, (_, i) => {
    const cache = new Cache({ name: `cache-${i}`, maxEntries: 100 });
    for (let key = 0; key < 50; key++) cache.set(key, key);
    for (let key = 0; key < 80; key++) cache.get(key);
    return cache;
  });
}

const contenders = {
  /** The whole exposition, as it is. */
  async plimsoll() {
    const { Metrics } = await importBuilt(dist, 'system/index.js');
    const clock = { wallNow: () => Date.now(), steadyNow: () => (now += 1_000), startTimer: () => ({ cancel() {} }) };
    let now = 0;
    const metrics = new Metrics({ clock, maxLabelValues: 10_000 });
    return () => metrics.text();
  },

  /** As many series of the same names and labels, set at each scrape from the same statistics, as its users do it. */
  async 'prom-client'(all) {
    const { METRICS } = await importBuilt(dist, 'system/index.js');
    const { default: prom } = await importFrom(peers, 'prom-client');
    const { Metrics } = await importBuilt(dist, 'system/index.js');
    const rows = METRICS.filter(({ source }) => source === 'caches');
    const used = new Metrics({ maxLabelValues: 10_000 }).collect().map(({ metric }) => metric);
    const register = new prom.Registry();
    const gauges = rows
      .filter((row) => used.includes(row) && row.labels.length === 1)
      .map((row) => ({
        row,
        gauge: new prom.Gauge({ name: row.name, help: row.help, labelNames: row.labels, registers: [register] }),
      }));
    const evictions = new prom.Gauge({
      name: 'plimsoll_cache_evictions_total',
      help: 'Entries that left by themselves.',
      labelNames: ['cache', 'reason'],
      registers: [register],
    });
    return () => {
      for (const cache of all) {
        const stats = cache.stats();
        const labels = { cache: cache.name };
        for (const { row, gauge } of gauges) gauge.set(labels, figureOf(row.name, stats));
        for (const reason of ['capacity', 'expired', 'pressure']) {
          evictions.set({ cache: cache.name, reason }, stats.evictions[reason]);
        }
      }
      return register.metrics();
    };
  },
};

const FIGURES = {
  entries: ({ size }) => size,
  utilization_ratio: ({ utilisation }) => utilisation,
  level: () => 0,
  load_seconds: ({ loadMs }) => loadMs / 1000,
};

/** What a metric of caches is of a cache's statistics. */
function figureOf(name, stats) {
  const short = name.slice('plimsoll_cache_'.length);
  const camel = short.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
  return (FIGURES[short] ?? (() => stats[camel]))(stats) ?? 0;
}

const caches = await makeCaches();
const scrape = await contenders[contender](caches);
const text = await scrape();
const series = text.split('\n').filter((line) => line.includes('cache="cache-')).length;
for (let i = 0; i < 5; i++) await scrape();
const begun = cpuNs();
for (let i = 0; i < scrapes; i++) await scrape();
const cpuMs = (cpuNs() - begun) / 1e6 / scrapes;
globalThis.gc();
const heapBefore = process.memoryUsage().heapUsed;
await scrape();
const heldBytes = process.memoryUsage().heapUsed - heapBefore;
const gzipBytes = zlib.gzipSync(text).length;
console.log(JSON.stringify({ series, cpuMs, bytes: Buffer.byteLength(text), gzipBytes, allocatedBytes: heldBytes }));
