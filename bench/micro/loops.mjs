// The timed loops. Each is compiled on its own, so that a contender and its yardstick share no type feedback: one
// function that has seen both would serve neither well, and the second less than the first.

const bodies = {
  get: 'const value = cache.get(key); if (value !== undefined) sum += value;',
  set: 'cache.set(key, at);',
  readThrough: 'if (cache.get(key) === undefined) { cache.set(key, 1); sum++; }',
  replace: 'cache.set(key, at); cache.delete(keys[(at + lag) & mask]);',
  getBuilt: 'const value = cache.get(`user:${key}:profile`); if (value !== undefined) sum += value;',
  getCut: 'const value = cache.get(text.substring(key, key + width)); if (value !== undefined) sum += value;',
};

/**
 * @param {keyof typeof bodies} body What is done with every key.
 * @param {object} cache
 * @param {readonly unknown[]} keys Gone through round and round; a power of two of them.
 * @param {{ lag?: number, text?: string, width?: number }} [more] What the body needs besides.
 * @returns {(count: number) => number} Does `count` operations; gives the sum, so that nothing can be left out.
 */
export function compileLoop(body, cache, keys, { lag = 0, text = '', width = 0 } = {}) {
  const mask = keys.length - 1;
  if ((keys.length & mask) !== 0) throw new RangeError(`Expected a power of two of keys, got ${keys.length}.`);
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- a function of its own is the point
  const loop = new Function(
    'cache, keys, mask, from, count, lag, text, width',
    `'use strict';
    let sum = 0;
    for (let at = from; at < from + count; at++) {
      const key = keys[at & mask];
      ${bodies[body]}
    }
    return sum;`,
  );
  let from = 0;
  return (count) => {
    const sum = loop(cache, keys, mask, from, count, lag, text, width);
    from += count;
    return sum;
  };
}
