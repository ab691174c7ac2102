// Streams of requests made by code from a seed. Each gives raw ids; `dense` numbers them by first appearance.
import { randomSource } from '../lib/stats.mjs';
import { zipfSource } from '../lib/workload.mjs';

const KEYS = 100_000;

const popular = (skew) => (length, seed) => Uint32Array.from({ length }, zipfSource(KEYS, skew, randomSource(seed)));

/** By name: (length, seed) -> ids. */
export const streams = {
  'zipf-0.80': popular(0.8),
  'zipf-0.99': popular(0.99),
  'zipf-1.20': popular(1.2),

  /** A popular set, and every 50,000 requests one pass over the same 25,000 cold keys. */
  'zipf-and-scan': (length, seed) => {
    const rank = zipfSource(KEYS, 0.99, randomSource(seed));
    return Uint32Array.from({ length }, (_, at) => {
      const place = at % 75_000;
      return place < 50_000 ? rank() : KEYS + place - 50_000;
    });
  },

  /** A loop over 20,000 keys, with one request in four from a popular set. */
  'loop-and-zipf': (length, seed) => {
    const random = randomSource(seed);
    const rank = zipfSource(KEYS, 0.99, random);
    let at = 0;
    return Uint32Array.from({ length }, () => (random() < 0.25 ? KEYS + rank() : at++ % 20_000));
  },

  /** The popular set moves to new keys every 100,000 requests. */
  'zipf-shift': (length, seed) => {
    const rank = zipfSource(KEYS / 5, 0.99, randomSource(seed));
    return Uint32Array.from({ length }, (_, at) => Math.floor(at / 100_000) * (KEYS / 5) + rank());
  },

  /** The same keys throughout, their ranking turned a little every 2,000 requests. */
  'zipf-drift': (length, seed) => {
    const rank = zipfSource(KEYS, 0.99, randomSource(seed));
    return Uint32Array.from({ length }, (_, at) => (rank() + Math.floor(at / 2_000) * 50) % KEYS);
  },

  /** Every other request is for a key that never comes back. */
  'one-hit-mix': (length, seed) => {
    const random = randomSource(seed);
    const rank = zipfSource(KEYS, 0.99, random);
    let fresh = KEYS;
    return Uint32Array.from({ length }, () => (random() < 0.5 ? fresh++ : rank()));
  },

  sessions,

  /** In turn, 100,000 requests each: recency, a loop, a popular set. */
  phases: (length, seed) => {
    const random = randomSource(seed);
    const rank = zipfSource(KEYS, 0.99, random);
    let fresh = 4 * KEYS;
    let at = 0;
    const recent = () => {
      if (random() < 0.3) return fresh++;
      return fresh - 1 - Math.floor(random() ** 2 * Math.min(3_000, fresh - 4 * KEYS + 1));
    };
    const phases = [recent, () => 2 * KEYS + (at++ % 8_000), rank];
    return Uint32Array.from({ length }, (_, place) => phases[Math.floor(place / 100_000) % 3]());
  },
};

/** A new key is asked for four times, 20 to 4,000 requests apart, then never again: recency is all there is. */
function sessions(length, seed) {
  const random = randomSource(seed);
  const due = Array.from({ length: 8192 }, () => []);
  let fresh = 0;
  return Uint32Array.from({ length }, (_, at) => {
    const slot = due[at & 8191];
    const session = slot.pop() ?? { key: fresh++, left: 4 };
    due[(at + 1) & 8191].push(...slot.splice(0));
    if (--session.left > 0) due[(at + 20 + Math.floor(3980 * random() ** 2)) & 8191].push(session);
    return session.key;
  });
}

/** The ids numbered by first appearance, and how many there are. */
export function dense(raw) {
  const numbers = new Map();
  const stream = Uint32Array.from(raw, (id) => {
    let number = numbers.get(id);
    if (number === undefined) numbers.set(id, (number = numbers.size));
    return number;
  });
  return { stream, count: numbers.size };
}
