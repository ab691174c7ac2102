// Whether the trend of heap floors tells leaks from what is none, on generated series whose truth is known.
import { distOption } from '../lib/dist.mjs';
import { median } from '../lib/stats.mjs';
import { formatTable } from '../lib/table.mjs';
import { baselines } from './baselines.mjs';
import { CACHE_WAYS, judge } from './evaluate.mjs';
import { scenarios } from './generate.mjs';

export const description = 'leaks found and healthy runs alarmed, by the trend of heap floors, on generated series';

export const options = {
  from: { kind: 'number', value: 101, help: 'first seed; 1 to 30 were tuned on' },
  seeds: { kind: 'number', value: 30, help: 'seeds of each scenario' },
  every: { kind: 'number', value: 10, help: 'minutes between two questions' },
  force: { kind: 'numbers', value: [0, 5], help: 'minutes after which a collection is forced; 0: natural ones alone' },
  baselines: { kind: 'flag', value: false, help: 'ask the baselines too' },
  dist: distOption,
};

/** Judges the shipped detector, and the baselines if asked. */
export async function run({ from, seeds, every, force, baselines: withBaselines, dist }) {
  process.env.PLIMSOLL_DIST = dist;
  const { default: detect } = await import('./detector.mjs');
  const detectors = { plimsoll: detect, ...(withBaselines ? baselines : {}) };
  const figures = [];
  for (const forceMinutes of force) {
    for (const [name, each] of Object.entries(detectors)) {
      figures.push({
        detector: name,
        forceMinutes,
        ...judgeAll(each, { from, seeds, everyMinutes: every, forceMinutes }),
      });
    }
  }
  return { figures, report: formatReport(figures) };
}

function judgeAll(detect, how) {
  const usual = Object.keys(scenarios).filter((name) => name !== 'cachefill');
  const started = process.cpuUsage().user;
  const byScenario = Object.fromEntries(usual.map((name) => [name, judge(detect, name, how)]));
  const fills = Object.fromEntries(
    CACHE_WAYS.map((cacheWay) => [cacheWay, judge(detect, 'cachefill', { ...how, cacheWay })]),
  );
  const of = (isHealthy) =>
    usual.filter((name) => scenarios[name].isHealthy === isHealthy).map((name) => byScenario[name]);
  return {
    ...sharesOf(of(false), of(true)),
    fills: Object.fromEntries(
      Object.entries(fills).map(([way, { runs, alarmed, late }]) => [way, { runs, alarmed, late }]),
    ),
    alarmed: Object.fromEntries(usual.map((name) => [name, `${byScenario[name].alarmed}/${byScenario[name].runs}`])),
    cpuS: (process.cpuUsage().user - started) / 1e6,
  };
}

function sharesOf(leaks, healthy) {
  const share = (list) => sumOf(list, 'alarmed') / sumOf(list, 'runs');
  return {
    found: share(leaks),
    falseAlarms: share(healthy),
    medianMinutes: median(leaks.flatMap(({ minutes }) => minutes)),
    rateError: median(leaks.flatMap(({ rateErrors }) => rateErrors)),
  };
}

function sumOf(list, figure) {
  return list.reduce((sum, each) => sum + each[figure], 0);
}

/** What the figures say, for a reader. */
export function formatReport(figures) {
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const collections = (minutes) => (minutes === 0 ? 'natural' : `forced each ${minutes} min`);
  const rows = figures.map(({ detector, forceMinutes, found, falseAlarms, medianMinutes, rateError, fills }) => [
    `${detector}, ${collections(forceMinutes)}`,
    percent(found),
    percent(falseAlarms),
    `${medianMinutes} min`,
    percent(rateError),
    ...CACHE_WAYS.map((way) => `${fills[way].alarmed}/${fills[way].runs}`),
  ]);
  const titles = [
    'detector, collections',
    'found',
    'false',
    'found after',
    'error of rate',
    ...CACHE_WAYS.map((way) => `fill: ${way}`),
  ];
  const scenarioRows = figures.map(({ detector, forceMinutes, alarmed }) => [
    `${detector}, ${collections(forceMinutes)}`,
    ...Object.values(alarmed),
  ]);
  const note =
    'Fills of a cache are none of the two shares: runs alarmed, when nothing, its bound, or its bytes are known.';
  const alarmedTable = formatTable(['runs alarmed', ...Object.keys(figures[0]?.alarmed ?? {})], scenarioRows);
  return `${formatTable(titles, rows)}\n${note}\n\n${alarmedTable}`;
}
