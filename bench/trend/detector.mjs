// The shipped detector as the judge calls it: with ever longer beginnings of one run. A run is known by its first sample, so
// that each sample is read once.
//
// `ctx.caches`, when given, are the registered caches at that moment: `{ maxBytes, bytes? }`. Samples of full collections may
// carry `cachedBytes`, what those caches held then; without it their bounds excuse growth while they fill.
import { importBuilt } from '../lib/dist.mjs';

const { FloorHistory, judgeTrend } = await importBuilt(process.env.PLIMSOLL_DIST ?? 'dist', 'monitor/trend/index.js');

/** Load is taken over so long before a floor, as a monitor that samples would, ms. */
const LOAD_OVER = 5 * 60_000;
/** A cache counts as filling for so long after it was seen to fill, ms. */
const FILLED_LATELY = 120 * 60_000;

const runs = new WeakMap();

/** The detector's own finding, and what the judge asks for: `leak` and `ratePerMin`. */
export default function detect(samples, ctx = {}) {
  let run = runs.get(samples[0]);
  if (run === undefined || run.read > samples.length) {
    run = { history: new FloorHistory(), read: 0, loadFrom: 0, finding: undefined, filledAt: -Infinity };
    runs.set(samples[0], run);
  }
  let isNew = run.finding === undefined;
  for (; run.read < samples.length; run.read++) {
    if (samples[run.read].gcKind !== 'major') continue;
    run.history.add(floorOf(samples, run));
    isNew = true;
  }
  const cacheRoom = boundOf(ctx.caches ?? [], samples.at(-1).t, run);
  if (isNew) run.finding = judgeTrend(run.history.floors(), { cacheRoom });
  return { ...run.finding, leak: run.finding.verdict === 'leak', ratePerMin: run.finding.bytesPerMinute };
}

function floorOf(samples, run) {
  const { t, liveAfterGc, work, cachedBytes } = samples[run.read];
  while (
    run.loadFrom < run.read &&
    (samples[run.loadFrom].t < t - LOAD_OVER || samples[run.loadFrom].work === undefined)
  )
    run.loadFrom++;
  const before = samples[run.loadFrom];
  const minutes = (t - before.t) / 60_000;
  const load = minutes > 1 && work !== undefined ? { load: (work - before.work) / minutes } : {};
  return {
    at: t,
    bytes: liveAfterGc,
    ...(work === undefined ? {} : { work }),
    ...load,
    ...(cachedBytes === undefined ? {} : { cachedBytes }),
  };
}

function boundOf(caches, now, run) {
  if (caches.some(({ bytes, maxBytes }) => bytes === undefined || bytes < maxBytes)) run.filledAt = now;
  return now - run.filledAt > FILLED_LATELY ? 0 : caches.reduce((sum, { maxBytes }) => sum + maxBytes, 0);
}
