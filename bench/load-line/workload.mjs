// Three caches of different worth: how they are asked, and what an entry of each weighs.

/** Numbers from 0 to 1, the same for the same seed. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Ranks by Zipf's law: 0 most often; `skew` 0 is uniform. */
function zipf(keys, skew) {
  const upTo = new Float64Array(keys);
  let sum = 0;
  for (let rank = 0; rank < keys; rank++) upTo[rank] = sum += 1 / (rank + 1) ** skew;
  return (random) => {
    const wanted = random() * sum;
    let [low, high] = [0, keys - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** By name: share of the requests, keys, how unevenly they are asked for, bytes of an entry, what a miss costs in ms. */
const SHAPES = {
  sessions: { share: 0.6, keys: 20_000, skew: 1, bytes: 1_000, missCost: 1 },
  pages: { share: 0.3, keys: 10_000, skew: 0.7, bytes: 4_000, missCost: 1 },
  reports: { share: 0.1, keys: 5_000, skew: 0.2, bytes: 10_000, missCost: 1 },
};

/** The caches of the bench, each with what picks its keys. */
export const workloads = Object.entries(SHAPES).map(([name, shape]) => ({
  name,
  ...shape,
  pick: zipf(shape.keys, shape.skew),
  wholeBytes: shape.keys * shape.bytes,
}));

/** Asks the caches `count` times, each by its share; how often each hit. `tick` is called after every `each` requests. */
export function ask(caches, count, random, each = count, tick = () => {}) {
  const hits = caches.map(() => 0);
  const shares = caches.map(({ share }) => share);
  for (let i = 1; i <= count; i++) {
    const which = pickBy(shares, random());
    const { cache, pick } = caches[which];
    const key = pick(random);
    if (cache.get(key) === undefined) cache.set(key, true);
    else hits[which]++;
    if (i % each === 0) tick();
  }
  return hits;
}

function pickBy(shares, at) {
  let left = at * shares.reduce((sum, share) => sum + share, 0);
  for (let i = 0; i < shares.length - 1; i++) {
    left -= shares[i];
    if (left < 0) return i;
  }
  return shares.length - 1;
}
