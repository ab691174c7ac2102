// Repeatable input for caches: orders, popularity, keys of many shapes.
import { randomSource } from './stats.mjs';

/** The numbers 0 to count - 1 in a random order. */
export function shuffled(count, seed = 7) {
  const random = randomSource(seed);
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** `length` draws from 0 to count - 1, each as likely as the other. */
export function uniform(count, length, seed = 11) {
  const random = randomSource(seed);
  return Uint32Array.from({ length }, () => Math.floor(random() * count));
}

/** A source of ranks from 0 (the most popular) to count - 1, each as likely as 1 / (rank + 1) ** skew. */
export function zipfSource(count, skew, random) {
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) upTo[rank] = sum += 1 / (rank + 1) ** skew;
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** `length` draws with popularity by Zipf's law; popular numbers are scattered, so that they are no neighbours in memory. */
export function zipf(count, skew, length, seed = 13) {
  const rank = zipfSource(count, skew, randomSource(seed));
  const numberOf = shuffled(count, seed + 1);
  return Uint32Array.from({ length }, () => numberOf[rank()]);
}

/** The keys at these places, in their order. */
export function pick(keys, places) {
  return Array.from(places, (place) => keys[place]);
}

const scattered = (index) => (Math.imul(index, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
const digits = (index, length) => String(index).padStart(length, '0');

/** What a key of number `index` looks like, by shape. */
export const keyShapes = {
  /** 14 to 19 characters, the default. */
  plain: (index) => `user:${scattered(index)}:${index}`,
  uuid: (index) =>
    `${scattered(index)}-${scattered(index + 7).slice(0, 4)}-4${scattered(index * 3).slice(1, 4)}-` +
    `8${scattered(index * 5).slice(1, 4)}-${scattered(index * 11)}${scattered(index * 13).slice(0, 4)}`,
  url: (index) => `https://api.example.com/v2/customers/${index % 977}/orders/${index}?expand=lines&currency=EUR`,
  'equal-tails': (index) => `/srv/data/${scattered(index)}/${digits(index % 100, 2)}/artifact-manifest.json`,
  'equal-heads': (index) => `tenant-0001/region-eu-west/session/state/current/${digits(index, 9)}`,
  'decimal-ids': (index) => `${index}`,
  'decimal-id-tails': (index) => `item-${index}`,
  short: (index) => index.toString(36),
  long: (index) =>
    `${'Lorem ipsum dolor sit amet, consectetur adipiscing elit. '.repeat(5)}${scattered(index)}${index}`,
  'long-middle': (index) => `${'a'.repeat(120)}${digits(index, 8)}${'z'.repeat(120)}`,
  'two-byte': (index) => `ключ:${scattered(index)}:${index}:値`,
  'two-byte-varied': (index) =>
    `${String.fromCharCode(0x4e00 + (index % 20_000))}${String.fromCharCode(0x3041 + ((index >> 4) % 80))}資料-${index}`,
  'json-like': (index) => `{"q":"select","page":${index % 50},"user":${index},"sort":["a","b"]}`,
  base64: (index) => Buffer.from(`${scattered(index)}${scattered(index * 7)}${index}`).toString('base64'),
  integer: (index) => Math.imul(index, 0x9e3779b1) >>> 2,
  'integer-row': (index) => index,
  'integer-steps': (index) => index * 4096,
  'negative-integer': (index) => -index - 1,
  double: (index) => index + 0.5,
  mixed: (index) => mixedKey(index),
};

function mixedKey(index) {
  if (index % 3 === 0) return index;
  if (index % 3 === 1) return `user:${scattered(index)}:${index}`;
  return index + 0.5;
}

/**
 * `count` distinct keys of a shape. Strings are flat and one object each: two calls give equal keys that are not the
 * same object, as a server has them that cuts its keys from requests.
 */
export function makeKeys(count, shape = 'plain') {
  if (shape === 'object') return Array.from({ length: count }, (_, index) => ({ index }));
  if (shape === 'symbol') return Array.from({ length: count }, (_, index) => Symbol(index));
  return flattened(Array.from({ length: count }, (_, index) => keyShapes[shape](index)));
}

/** Strings put together from parts are trees until somebody reads them; JSON.parse makes them flat. */
export function flattened(keys) {
  const flat = [];
  for (let from = 0; from < keys.length; from += 50_000) {
    for (const key of JSON.parse(JSON.stringify(keys.slice(from, from + 50_000)))) flat.push(key);
  }
  return flat;
}
