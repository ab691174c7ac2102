// Memory of a service that never was, with the truth known: what lives, by scenario; a small model of V8's collector; and
// what a monitor would read of it. The same (scenario, seed) gives the same series.
const KB = 1024;
const MB = 1024 * KB;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Random numbers of a seed: uniform, about normal, in a range, and log-uniform in one. */
function randomOf(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => (Array.from({ length: 6 }, uniform).reduce((sum, one) => sum + one, 0) - 3) * Math.SQRT2,
    range: (low, high) => low + (high - low) * uniform(),
    log: (low, high) => low * (high / low) ** uniform(),
  };
}

/** Something that wanders about 0 and forgets with time constant `tau`. */
function wandering(random, deviation, tau) {
  let value = 0;
  let last = 0;
  return (t) => {
    const kept = Math.exp(-Math.max(0, t - last) / tau);
    last = t;
    value = value * kept + random.normal() * deviation * Math.sqrt(Math.max(0, 1 - kept * kept));
    return value;
  };
}

const dayWave = (t, phase) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (t + phase)) / (24 * HOUR));

function warmUp(random) {
  const base = random.log(40, 200) * MB;
  const rise = base * random.range(0.3, 1.5);
  const tau = random.range(3, 40) * MINUTE;
  return { hours: 6, live: (t) => base + rise * (1 - Math.exp(-t / tau)), noise: random.log(0.3, 5) * MB };
}

function daily(random) {
  const base = random.log(60, 300) * MB;
  const rise = random.range(0.1, 0.5) * base;
  const phase = random.range(0, 24) * HOUR;
  const traffic = (t) => 0.2 + 0.8 * dayWave(t, phase);
  return { hours: 60, traffic, live: (t) => base + rise * dayWave(t, phase), noise: random.log(0.5, 5) * MB };
}

/** A scenario with a leak of `rate` bytes per minute on top. */
function leaking(scenario, rate, hours = scenario.hours) {
  return { ...scenario, hours, rate, live: (t) => scenario.live(t) + (rate * t) / MINUTE };
}

/**
 * By name: whether nothing in it leaks, and what makes one of a source of random numbers. `live` gives the bytes that live at
 * a time, `traffic` the load, `noise` the deviation of what wanders on top.
 */
export const scenarios = {
  steady: {
    isHealthy: true,
    make: (random) => {
      const base = random.log(40, 400) * MB;
      return { hours: 6, live: () => base, noise: random.log(0.3, 8) * MB };
    },
  },
  warmup: { isHealthy: true, make: warmUp },
  cachefill: {
    isHealthy: true,
    make: (random) => {
      const base = random.log(40, 200) * MB;
      const bound = random.range(20, 200) * MB;
      const fillMs = random.range(10, 150) * MINUTE;
      const cached = (t) => bound * Math.min(1, t / fillMs);
      return { hours: 8, bound, fillMs, cached, live: (t) => base + cached(t), noise: random.log(0.3, 5) * MB };
    },
  },
  daily: { isHealthy: true, make: daily },
  step: {
    isHealthy: true,
    make: (random) => {
      const base = random.log(40, 200) * MB;
      const height = random.range(10, 80) * MB;
      const at = random.range(1, 4) * HOUR;
      return { hours: 6, live: (t) => base + (t > at ? height : 0), noise: random.log(0.3, 5) * MB };
    },
  },
  bursts: {
    isHealthy: true,
    make: (random) => {
      const base = random.log(60, 300) * MB;
      const bursts = [];
      for (let t = random.range(0.1, 1) * HOUR; t < 8 * HOUR; t += random.range(0.5, 2) * HOUR) {
        bursts.push({ from: t, to: t + random.range(5, 50) * MINUTE, height: random.range(10, 80) * MB });
      }
      const running = (t) => bursts.filter(({ from, to }) => t > from && t < to);
      const live = (t) =>
        running(t).reduce((sum, { from, height }) => sum + height * Math.min(1, (t - from) / (3 * MINUTE)), base);
      return { hours: 8, traffic: (t) => (running(t).length > 0 ? 3 : 1), live, noise: random.log(0.5, 5) * MB };
    },
  },
  wander: {
    isHealthy: true,
    make: (random) => {
      const base = random.log(60, 300) * MB;
      const drift = wandering(random, random.range(2, 15) * MB, random.range(5, 40) * MINUTE);
      return { hours: 8, live: (t) => base + drift(t), noise: random.log(0.3, 3) * MB };
    },
  },
  slowleak: {
    isHealthy: false,
    make: (random) => {
      const base = random.log(40, 400) * MB;
      const rate = random.log(10, 2000) * KB;
      return leaking({ hours: 12, live: () => base, noise: random.log(0.3, 8) * MB }, rate);
    },
  },
  staircase: {
    isHealthy: false,
    make: (random) => {
      const base = random.log(40, 200) * MB;
      const every = random.range(5, 60) * MINUTE;
      const height = random.range(1, 12) * MB;
      const live = (t) => base + height * Math.floor(t / every);
      return { hours: 12, rate: height / (every / MINUTE), live, noise: random.log(0.3, 4) * MB };
    },
  },
  dailyleak: {
    isHealthy: false,
    make: (random) => leaking(daily(random), random.log(30, 1000) * KB),
  },
  trafficleak: {
    isHealthy: false,
    make: (random) => {
      const base = random.log(60, 200) * MB;
      const rate = random.log(50, 1500) * KB;
      const phase = random.range(0, 24) * HOUR;
      const traffic = (t) => 0.2 + 0.8 * dayWave(t, phase);
      let leaked = 0;
      let last = 0;
      const live = (t) => {
        leaked += (rate * traffic(t) * Math.max(0, t - last)) / MINUTE;
        last = t;
        return base + leaked;
      };
      return { hours: 36, rate: rate * 0.6, traffic, live, noise: random.log(0.5, 5) * MB };
    },
  },
  warmleak: {
    isHealthy: false,
    make: (random) => leaking(warmUp(random), random.log(30, 2000) * KB, 12),
  },
};

const YOUNG = 16 * MB;
const TICK = 1000;
const POLL = 10_000;

/**
 * One run of a scenario. Samples are in order of time: `{ t, heapUsed, gcKind: null }` is a poll, `'minor'` a scavenge (one
 * per poll at most), `'major'` a full collection with `liveAfterGc`, what is left then. Polls and full collections have
 * `work`, the requests so far. Times in ms, sizes in bytes.
 *
 * @param {string} name
 * @param {number} seed
 * @param {number} forceMinutes A full collection is forced when there was none for so long; 0: never.
 */
export function generate(name, seed, forceMinutes = 0) {
  const salt = Array.from(name).reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) | 0, 7);
  const random = randomOf(seed * 7919 + salt);
  const scenario = scenarios[name].make(random);
  const allocation = random.log(0.5, 40) * MB;
  const promoted = random.log(0.002, 0.03);
  const growth = random.range(0.3, 1);
  const floating = random.range(0.005, 0.05);
  const noise = wandering(random, scenario.noise, random.range(0.5, 6) * MINUTE);
  const samples = [];
  let [young, garbage, work, lastPoll, lastMinor, lastMajor] = [0, 0, 0, -POLL, -POLL, 0];
  for (let t = 0; t <= scenario.hours * HOUR; t += TICK) {
    const traffic = scenario.traffic?.(t) ?? 1;
    work += (traffic * 100 * (0.85 + 0.3 * random.uniform()) * TICK) / 1000;
    const live = Math.max(10 * MB, scenario.live(t) + noise(t));
    let left = (allocation * traffic * (0.6 + 0.8 * random.uniform()) * TICK) / 1000;
    while (left >= YOUNG - young) {
      left -= YOUNG - young;
      garbage += YOUNG * promoted;
      young = YOUNG * 0.02;
      if (t - lastMinor < POLL) continue;
      lastMinor = t;
      samples.push({ t, heapUsed: Math.round(live + garbage + young), gcKind: 'minor' });
    }
    young += left;
    const isDue = garbage > live * growth || random.uniform() < 1 / 1800;
    if (isDue || (forceMinutes > 0 && t - lastMajor >= forceMinutes * MINUTE)) {
      lastMajor = t;
      garbage = live * floating * random.uniform();
      samples.push({
        t: t + 300,
        heapUsed: Math.round(live + garbage + young),
        gcKind: 'major',
        liveAfterGc: Math.round(live + garbage + young * 0.1),
        work: Math.round(work),
      });
    }
    if (t - lastPoll < POLL) continue;
    lastPoll = t;
    samples.push({ t: t + 500, heapUsed: Math.round(live + garbage + young), gcKind: null, work: Math.round(work) });
  }
  return { name, seed, samples, rate: scenario.rate ?? 0, fill: fillOf(scenario) };
}

function fillOf({ bound, fillMs, cached }) {
  return bound === undefined ? undefined : { bound, endsAt: fillMs, bytesAt: cached };
}
