import { BenchFailure } from '../lib/failure.mjs';

/** Hits of a reference policy. */
export function replayReference(make, { stream, count }, capacity) {
  const policy = make(capacity, count);
  let hits = 0;
  for (const id of stream) if (policy.access(id)) hits++;
  return hits;
}

/**
 * Hits of a cache used as programs use it: get, and on a miss set.
 *
 * @throws {BenchFailure} when it gives a wrong value, or holds more than its capacity.
 */
export function replayCache(create, name, { stream, count }, capacity, keyOf) {
  const keys = Array.from({ length: count }, (_, id) => keyOf(id));
  const cache = create(capacity);
  const checkAt = Math.max(1_000, stream.length >> 7);
  let hits = 0;
  let next = checkAt;
  for (let at = 0; at < stream.length; at++) {
    const key = keys[stream[at]];
    const value = cache.get(key);
    if (value === undefined) cache.set(key, stream[at]);
    else if (value === stream[at]) hits++;
    else throw new BenchFailure(`${name} gives ${value} for key ${stream[at]}.`);
    if (at !== next) continue;
    next += checkAt;
    if (cache.size > capacity) throw new BenchFailure(`${name} says it holds ${cache.size} of ${capacity}.`);
  }
  checkBound(cache, name, keys, capacity);
  return hits;
}

/** What it says it holds is one thing, what it can be asked for another. */
function checkBound(cache, name, keys, capacity) {
  const look = typeof cache.peek === 'function' ? (key) => cache.peek(key) : (key) => cache.get(key);
  const held = keys.filter((key) => look(key) !== undefined).length;
  if (held > capacity) throw new BenchFailure(`${name} holds ${held} entries, its capacity is ${capacity}.`);
}
