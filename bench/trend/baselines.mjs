// What else is asked whether a program leaks: a slope of raw readings, five collections in a row, and Theil-Sen with
// Mann-Kendall over the floors of a window.
const MB = 1024 * 1024;
const MINUTE = 60_000;

function tail(samples, ms) {
  const from = samples.at(-1).t - ms;
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle].t < from) low = middle + 1;
    else high = middle;
  }
  return samples.slice(low);
}

function leastSquares(x, y) {
  const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length;
  const [mx, my] = [mean(x), mean(y)];
  const sxx = x.reduce((sum, one) => sum + (one - mx) ** 2, 0);
  return sxx === 0 ? 0 : x.reduce((sum, one, i) => sum + (one - mx) * (y[i] - my), 0) / sxx;
}

function pairSlopes(x, y) {
  return x.flatMap((one, i) => x.slice(i + 1).map((other, j) => (y[i + 1 + j] - y[i]) / (other - one)));
}

const middleOf = (list) => list.sort((a, b) => a - b)[list.length >> 1];

/** Least squares over the polls of the last 10 minutes, above 1 MB a minute. */
function rawSlope(samples) {
  const polls = tail(samples, 10 * MINUTE).filter(({ gcKind }) => gcKind === null);
  if (polls.length < 10 || polls.at(-1).t - polls[0].t < 8 * MINUTE) return { leak: false };
  const ratePerMin = leastSquares(
    polls.map(({ t }) => t / MINUTE),
    polls.map(({ heapUsed }) => heapUsed),
  );
  return { leak: ratePerMin > MB, ratePerMin };
}

/** memwatch: five full collections in a row, each ending above the one before. */
function memwatch(samples) {
  const floors = samples.filter(({ gcKind }) => gcKind === 'major').slice(-6);
  const rises =
    floors.length === 6 && floors.every((floor, i) => i === 0 || floor.liveAfterGc > floors[i - 1].liveAfterGc);
  if (!rises) return { leak: false };
  const minutes = (floors[5].t - floors[0].t) / MINUTE;
  return { leak: true, ratePerMin: (floors[5].liveAfterGc - floors[0].liveAfterGc) / minutes };
}

/** Theil-Sen and Mann-Kendall (z above 3) over the floors of four hours. */
function theilSen(samples) {
  let floors = tail(samples, 240 * MINUTE).filter(({ gcKind }) => gcKind === 'major');
  if (floors.length < 12 || floors.at(-1).t - floors[0].t < 120 * MINUTE) return { leak: false };
  const step = Math.max(1, floors.length / 100);
  floors = Array.from({ length: Math.min(100, floors.length) }, (_, i) => floors[Math.floor(i * step)]);
  const x = floors.map(({ t }) => t / MINUTE);
  const y = floors.map(({ liveAfterGc }) => liveAfterGc);
  const slopes = pairSlopes(x, y);
  const score = slopes.reduce((sum, slope) => sum + Math.sign(slope), 0);
  const z = score / Math.sqrt((x.length * (x.length - 1) * (2 * x.length + 5)) / 18);
  const ratePerMin = middleOf(slopes);
  const growth = ratePerMin * (x.at(-1) - x[0]);
  return { leak: z > 3 && growth > Math.max(2 * MB, 0.02 * y[0]), ratePerMin };
}

/** By name, in the judge's form. */
export const baselines = {
  'raw slope, 10 min': rawSlope,
  'memwatch: 5 rises': memwatch,
  'Theil-Sen, 4 h of floors': theilSen,
};
