// Runs detectors over generated series. A detector is called with ever longer beginnings of a run, every `every` minutes;
// two calls in a row that say so are an alarm.
import { generate, scenarios } from './generate.mjs';

const MINUTE = 60_000;
/** An alarm so long after the cache is full is no longer about its filling, ms. */
const AFTER_FILL = 30 * MINUTE;

/** How the detector is told of the cache that fills. */
export const CACHE_WAYS = ['nothing', 'bound', 'bytes'];

/**
 * What a detector makes of one scenario's runs.
 *
 * @param {(samples: readonly object[], ctx: object) => { leak: boolean, ratePerMin?: number }} detect
 * @param {string} name
 * @param {{ from: number, seeds: number, everyMinutes: number, forceMinutes: number, cacheWay?: string }} how
 */
export function judge(detect, name, { from, seeds, everyMinutes, forceMinutes, cacheWay = 'nothing' }) {
  const found = { runs: 0, alarmed: 0, late: 0, minutes: [], rateErrors: [] };
  for (let seed = from; seed < from + seeds; seed++) {
    const run = generate(name, seed, forceMinutes);
    if (cacheWay === 'bytes' && run.fill !== undefined) {
      for (const sample of run.samples) if (sample.gcKind === 'major') sample.cachedBytes = run.fill.bytesAt(sample.t);
    }
    const { firstAt, isLate, ratePerMin } = alarmOf(detect, run, everyMinutes * MINUTE, cacheWay);
    found.runs++;
    if (isLate) found.late++;
    if (firstAt === undefined) continue;
    found.alarmed++;
    found.minutes.push(firstAt / MINUTE);
    if (run.rate > 0) found.rateErrors.push(Math.abs(ratePerMin / run.rate - 1));
  }
  return found;
}

function alarmOf(detect, { name, samples, fill }, every, cacheWay) {
  let [seen, said, firstAt, isLate, ratePerMin] = [0, false, undefined, false, Number.NaN];
  for (let t = every; t <= samples.at(-1).t; t += every) {
    while (seen < samples.length && samples[seen].t <= t) seen++;
    const finding = detect(samples.slice(0, seen), { every, ...contextOf(fill, t, cacheWay) });
    if (finding.leak && said) {
      if (firstAt === undefined) [firstAt, ratePerMin] = [t, finding.ratePerMin];
      if (fill !== undefined && t > fill.endsAt + AFTER_FILL) isLate = true;
      if (!scenarios[name].isHealthy) break;
    }
    said = finding.leak;
  }
  return { firstAt, isLate, ratePerMin };
}

function contextOf(fill, t, cacheWay) {
  if (fill === undefined || cacheWay !== 'bound') return {};
  return { caches: [{ maxBytes: fill.bound, bytes: fill.bytesAt(t) }] };
}
