/** What a cache holds on to, and what it weighs: only a real collection can tell, so each is a program of its own. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { POLICIES } from '../helpers/cache-policies.ts';
import { bareNode, DIST } from '../helpers/program.ts';

const ENTRY = path.join(DIST, 'cache/index.js');

/** Runs `body` with `Cache`, `collect()` and `liveBytes()` at hand; what it returns comes back. */
async function run<T>(body: string): Promise<T> {
  const program = `
    import { Cache } from ${JSON.stringify(ENTRY)};
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const collect = async () => { for (let i = 0; i < 6; i++) { gc(); await turn(); } };
    const liveBytes = async () => {
      await collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const main = async () => { ${body} };
    console.log(JSON.stringify(await main()));
  `;
  const ended = await bareNode(['--expose-gc', '--input-type=module', '--eval', program]);
  expect(ended.stderr).toBe('');
  expect(ended.status).toBe(0);
  return JSON.parse(ended.stdout.toString()) as T;
}

const ways: Readonly<Record<string, string>> = {
  delete: 'cache.delete(key)',
  clear: 'cache.clear()',
  evict: 'cache.evict(1)',
  'a set over it': 'cache.set(key, {})',
  resize:
    'cache.set("other", {}); cache.get("other"); cache.get("other"); cache.resize({ maxEntries: 1 }); cache.evict(1)',
  close: 'cache.close()',
};

describe('what has left is let go of at once', () => {
  test.each(POLICIES)('%s', async (policy) => {
    const left = await run<Record<string, { key: boolean; value: boolean }>>(`
      const result = {};
      const ways = { ${Object.entries(ways)
        .map(([name, code]) => `${JSON.stringify(name)}: (cache, key) => { ${code} }`)
        .join(', ')} };
      for (const [name, leave] of Object.entries(ways)) {
        const cache = new Cache({ maxEntries: 4, policy: ${JSON.stringify(policy)} });
        const refs = (() => {
          const key = { name }, value = { name };
          cache.set(key, value);
          leave(cache, key);
          return { key: new WeakRef(key), value: new WeakRef(value), cache };
        })();
        await turn();
        await collect();
        result[name] = { key: refs.key.deref() === undefined, value: refs.value.deref() === undefined };
        if (refs.cache !== cache) throw new Error('unreachable');
      }
      return result;
    `);
    for (const name of Object.keys(ways)) {
      // A new value under the same key keeps the key.
      expect(left, name).toMatchObject({ [name]: { key: name !== 'a set over it', value: true } });
    }
  });

  test.each(POLICIES)('%s, when others take their place', async (policy) => {
    const [size, keys, values] = await run<number[]>(`
      const cache = new Cache({ maxEntries: 10, policy: ${JSON.stringify(policy)} });
      const refs = (() => Array.from({ length: 500 }, (_, i) => {
        const key = { i }, value = { i };
        cache.set(key, value);
        cache.get(key);
        return [new WeakRef(key), new WeakRef(value)];
      }))();
      await turn();
      await collect();
      const alive = (side) => refs.filter((pair) => pair[side].deref() !== undefined).length;
      return [cache.size, alive(0), alive(1)];
    `);
    expect([size, keys, values]).toEqual([10, 10, 10]);
  });

  test('of a value that was not stored, and of a key that was only asked for', async () => {
    const left = await run(`
      const cache = new Cache({ maxBytes: 10, sizeOf: () => 11, onError() {} });
      process.on('warning', () => {});
      process.removeAllListeners('warning');
      const refs = (() => {
        const stored = { a: 1 }, asked = { b: 1 }, deleted = { c: 1 }, peeked = { d: 1 };
        cache.set('key', stored);
        cache.get(asked);
        cache.has(peeked);
        cache.peek(peeked);
        cache.delete(deleted);
        return [stored, asked, deleted, peeked].map((each) => new WeakRef(each));
      })();
      await turn();
      await collect();
      return [cache.size, ...refs.map((ref) => ref.deref() === undefined)];
    `);
    expect(left).toEqual([0, true, true, true, true]);
  });

  test('and of a cache that nobody holds, with all that is in it', async () => {
    const left = await run(`
      const refs = (() => {
        const value = {};
        const cache = new Cache({ name: 'forgotten', maxEntries: 10, dispose() {} });
        cache.set({}, value);
        return [new WeakRef(cache), new WeakRef(value)];
      })();
      await turn();
      await collect();
      return refs.map((ref) => ref.deref() === undefined);
    `);
    expect(left).toEqual([true, true]);
  });
});

describe('memory', () => {
  test.each([1_000, 1_000_000, 50_000_000])('an empty cache weighs nothing, with room for %i', async (maxEntries) => {
    const bytes = await run<number>(`
      const makeMany = () => Array.from({ length: 256 }, () => new Cache({ maxEntries: ${maxEntries} }));
      // What the engine learns about the code meanwhile is not the cache's, and comes once.
      const weights = [];
      for (let round = 0; round < 4; round++) {
        const before = await liveBytes();
        const caches = makeMany();
        const after = await liveBytes();
        weights.push(caches.length === 256 ? (after - before) / 256 : NaN);
      }
      return Math.min(...weights);
    `);
    expect(bytes).toBeLessThan(4_000);
  });

  test('does not grow with churn, and comes back with clear', async () => {
    const bytes = await run<{ filled: number; churned: number; cleared: number }>(`
      const count = 200_000;
      const keys = Array.from({ length: 4 * count }, (_, index) => 'key:' + index);
      const fill = (cache) => {
        for (let i = 0; i < count; i++) cache.set(keys[i], i);
      };
      const churn = (cache) => {
        for (let i = count; i < 4 * count; i++) cache.set(keys[i], i);
      };
      // What the engine learns about the code, and compiles, is not the cache's.
      const warm = new Cache({ maxEntries: count });
      fill(warm);
      churn(warm);
      warm.clear();
      const measure = async () => {
        const before = await liveBytes();
        const cache = new Cache({ maxEntries: count });
        fill(cache);
        const filled = await liveBytes();
        churn(cache);
        const churned = await liveBytes();
        const size = cache.size;
        cache.clear();
        const cleared = await liveBytes();
        if (size !== count || cache.size !== 0 || keys.length !== 4 * count) throw new Error('wrong size');
        return { filled: (filled - before) / count, churned: (churned - before) / count, cleared: cleared - before };
      };
      // Compiled code keeps an array alive now and then; what a cache kept would be there every time.
      let least = await measure();
      for (let i = 0; i < 3; i++) {
        const again = await measure();
        if (again.cleared < least.cleared) least = again;
      }
      return least;
    `);
    // The sketch and the shadows are made when a cache fills: some bytes an entry.
    expect(bytes.churned).toBeLessThan(bytes.filled * 1.25 + 4);
    expect(bytes.churned).toBeLessThan(60);
    expect(bytes.cleared).toBeLessThan(50_000);
  });

  test('stays level however many keys pass through a small cache: nothing beside it grows', async () => {
    const bytes = await run<number[]>(`
      const cache = new Cache({ maxEntries: 100, dispose() {} });
      const pass = (from) => {
        for (let i = from; i < from + 100_000; i++) {
          cache.set({ i }, i);
          cache.set(Symbol(i), i);
          cache.set('key:' + i, i);
          cache.set(BigInt(i) << 70n, i);
          cache.get('none:' + i);
          cache.delete('key:' + (i - 50));
        }
      };
      pass(0);
      pass(1e6);
      const first = await liveBytes();
      pass(2e6);
      pass(3e6);
      const last = await liveBytes();
      return [cache.size, last - first];
    `);
    expect(bytes[0]).toBeLessThanOrEqual(100);
    // Collected code and feedback move it by a quarter of a megabyte; a table of the keys would add ten.
    expect(bytes[1]).toBeLessThan(1_000_000);
  });
});

test('importing and using it starts nothing that keeps a program alive', async () => {
  const resources = await run<string[]>(`
    const cache = new Cache({ maxEntries: 10, dispose() {} });
    for (let i = 0; i < 100; i++) cache.set(i, i);
    return process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate');
  `);
  expect(resources).toEqual([]);
});
