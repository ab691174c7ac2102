import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkCache } from '../../../src/cache/check.ts';
import { Cache } from '../../../src/cache/index.ts';
import type { CacheDump, CacheOptions, RestoreReport } from '../../../src/cache/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

let clock: FakeClock;
let warnings: string[];

beforeEach(() => {
  clock = new FakeClock();
  warnings = [];
  vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
    warnings.push(`${(options as { code: string }).code}: ${String(message)}`);
  });
});
afterEach(() => vi.restoreAllMocks());

function makeCache(options: Partial<CacheOptions<string, unknown>> = {}): Cache<string, unknown> {
  return new Cache<string, unknown>({ maxEntries: 100, clock, sweepInterval: '1d', ...options });
}

/** Through a file. */
function written<T>(dump: T): T {
  return JSON.parse(JSON.stringify(dump));
}

const report = (some: Partial<RestoreReport>): RestoreReport => ({
  restored: 0,
  expired: 0,
  present: 0,
  leftOut: 0,
  damaged: 0,
  problem: undefined,
  ...some,
});

describe('there and back', () => {
  test('keys, values and their order of use', () => {
    const cache = makeCache({ policy: 'lru' });
    cache
      .set('a', 1)
      .set('b', { deep: [1] })
      .set('c', null);
    cache.get('a');
    const dump = written(cache.dump());
    expect(dump.entries.map(({ key }) => key)).toEqual(['a', 'c', 'b']);
    const other = makeCache({ policy: 'lru' });
    expect(other.restore(dump)).toEqual(report({ restored: 3 }));
    expect([...other]).toEqual([...cache]);
    expect(warnings).toEqual([]);
  });

  test.each(['adaptive', 'lfu'] as const)('%s: what was used often stays the more useful', (policy) => {
    const cache = makeCache({ policy });
    for (let i = 0; i < 40; i++) cache.set(`k${i}`, i);
    for (const key of ['k7', 'k19', 'k30']) cache.get(key);
    const keys = cache.dump().entries.map(({ key }) => key);
    expect(keys.slice(0, 3).sort()).toEqual(['k19', 'k30', 'k7']);
    const other = makeCache({ policy });
    other.restore(written(cache.dump()));
    checkCache(other);
    other.evict(37);
    expect([...other.keys()].sort()).toEqual(['k19', 'k30', 'k7']);
  });

  test('largest: the smallest are the most useful', () => {
    const cache = makeCache({ policy: 'largest', maxBytes: 1000, sizeOf: (value) => value as number });
    cache.set('a', 30).set('b', 10).set('c', 20);
    expect(cache.dump().entries).toMatchObject([{ bytes: 10 }, { bytes: 20 }, { bytes: 30 }]);
  });

  test('is no use of any entry', () => {
    const cache = makeCache({ policy: 'lru' });
    cache.set('a', 1).set('b', 2);
    cache.dump();
    expect([...cache.keys()]).toEqual(['a', 'b']);
    expect(cache.stats()).toMatchObject({ hits: 0, misses: 0 });
  });

  test('any key and value that can be cloned', () => {
    const cache = new Cache<unknown, unknown>({ maxEntries: 10 });
    const date = new Date(0);
    cache
      .set(date, undefined)
      .set(-0, 1n)
      .set(Number.NaN, new Map([[1, 2]]));
    const other = new Cache<unknown, unknown>({ maxEntries: 10 });
    expect(other.restore(structuredClone(cache.dump()))).toMatchObject({ restored: 3, damaged: 0 });
    expect([...other].map(([, value]) => value)).toEqual(expect.arrayContaining([undefined, 1n, new Map([[1, 2]])]));
    expect(other.get(0)).toBe(1n);
  });

  test('tags', () => {
    const cache = makeCache({ tagsOf: () => ['all'] });
    cache
      .set('a', 1)
      .set('b', 2, { tags: ['x', 'y'] })
      .set('c', 3, { tags: [] });
    const other = makeCache({ tagsOf: () => ['wrong'] });
    other.restore(written(cache.dump()));
    checkCache(other);
    expect(['wrong', 'y', 'all'].map((tag) => other.invalidateTag(tag))).toEqual([0, 1, 1]);
  });
});

describe('times', () => {
  test('what is left of a ttl goes on, the time between dump and restore included', () => {
    const cache = makeCache({ ttl: 1000 });
    cache.set('a', 1);
    clock.advance(100);
    cache.set('b', 2, { ttl: 5000 }).set('c', 3, { ttl: Infinity });
    clock.advance(100);
    const dump = written(cache.dump());
    clock.advance(300);
    const other = makeCache({ ttl: 1000 });
    expect(other.restore(dump)).toEqual(report({ restored: 3 }));
    clock.advance(499);
    expect([other.has('a'), other.has('b'), other.has('c')]).toEqual([true, true, true]);
    clock.advance(1);
    expect([other.has('a'), other.has('b'), other.has('c')]).toEqual([false, true, true]);
    clock.advance(4099);
    expect(other.has('b')).toBe(true);
    clock.advance(1);
    expect([other.has('b'), other.has('c')]).toEqual([false, true]);
  });

  test('an entry without an end is given one by a cache that has one', () => {
    const dump = written(makeCache().set('a', 1).dump());
    const other = makeCache({ ttl: 1000 });
    other.restore(dump);
    clock.advance(1000);
    expect(other.has('a')).toBe(false);
  });

  test('idle times begin anew, within the end that no use puts off', () => {
    const cache = makeCache();
    cache
      .set('both', 1, { ttl: 10_000, idleTtl: 1000 })
      .set('idle', 2, { idleTtl: 1000 })
      .set('gone', 3, { idleTtl: 500 });
    clock.advance(400);
    const dump = written(cache.dump());
    clock.advance(200);
    const other = makeCache();
    expect(other.restore(dump)).toEqual(report({ restored: 2, expired: 1 }));
    for (let i = 0; i < 10; i++) {
      clock.advance(900);
      expect([other.get('both'), other.get('idle')]).toEqual([1, 2]);
    }
    clock.advance(400);
    expect([other.get('both'), other.get('idle')]).toEqual([undefined, 2]);
    clock.advance(1000);
    expect(other.has('idle')).toBe(false);
  });

  test('an entry whose time is up is neither dumped nor restored', () => {
    const cache = makeCache({ staleIfError: 10_000 });
    cache.set('a', 1, { ttl: 100 }).set('b', 2, { ttl: 200 });
    clock.advance(100);
    const dump = written(cache.dump());
    expect(dump.entries.map(({ key }) => key)).toEqual(['b']);
    clock.advance(100);
    expect(makeCache().restore(dump)).toEqual(report({ expired: 1 }));
  });

  test('a wall clock that was set back makes nothing younger', () => {
    const dump = written(makeCache().set('a', 1, { ttl: 1000 }).dump());
    clock.setWall(0);
    const other = makeCache();
    other.restore(dump);
    clock.advance(999);
    expect(other.has('a')).toBe(true);
    clock.advance(1);
    expect(other.has('a')).toBe(false);
  });

  test('what was due for a refresh is refreshed', async () => {
    const load = vi.fn(() => 'new');
    const cache = makeCache({ refreshAfter: 1000, load });
    cache.set('a', 'old');
    clock.advance(600);
    const dump = written(cache.dump());
    clock.advance(300);
    const other = makeCache({ refreshAfter: 1000, load });
    other.restore(dump);
    clock.advance(99);
    await other.getOrLoad('a');
    expect(load).toHaveBeenCalledTimes(0);
    clock.advance(1);
    expect(await other.getOrLoad('a')).toBe('old');
    expect(load).toHaveBeenCalledTimes(1);
  });
});

describe('room', () => {
  test('the most useful are restored, and nothing is evicted for them', () => {
    const cache = makeCache({ policy: 'lru' });
    for (let i = 0; i < 10; i++) cache.set(`k${i}`, i);
    const other = makeCache({ policy: 'lru', maxEntries: 4 });
    other.set('mine', 1);
    expect(other.restore(cache.dump())).toEqual(report({ restored: 3, leftOut: 7 }));
    expect([...other.keys()]).toEqual(['mine', 'k7', 'k8', 'k9']);
    expect(other.stats().evictions.capacity).toBe(0);
  });

  test('by bytes', () => {
    const sizeOf = (value: unknown): number => value as number;
    const cache = makeCache({ policy: 'lru', maxBytes: 100, sizeOf });
    cache.set('a', 20).set('b', 50).set('c', 30);
    const other = makeCache({ policy: 'lru', maxBytes: 60, sizeOf });
    expect(other.restore(cache.dump())).toEqual(report({ restored: 2, leftOut: 1 }));
    expect([...other.keys()]).toEqual(['a', 'c']);
  });

  test('entries are weighed anew: a dump that lies cannot break the bound', () => {
    const cache = makeCache({ policy: 'lru', maxBytes: 60, sizeOf: (value) => value as number });
    const entries = [20, 50, 30].map((value) => ({ key: `k${value}`, value, bytes: 1 }));
    const given = { format: 'plimsoll-cache', version: 1, at: 0, entries };
    const { restored, leftOut } = cache.restore(given);
    checkCache(cache);
    expect(restored + leftOut).toBe(3);
    expect(cache.bytes).toBeLessThanOrEqual(60);
  });

  test('what is here is newer', () => {
    const dump = makeCache().set('a', 'old').set('b', 'old').dump();
    const other = makeCache().set('a', 'new');
    expect(other.restore(dump)).toEqual(report({ restored: 1, present: 1 }));
    expect([other.get('a'), other.get('b')]).toEqual(['new', 'old']);
  });
});

describe('damage', () => {
  const dumpOf = (...entries: unknown[]): unknown => ({
    format: 'plimsoll-cache',
    version: 1,
    at: clock.wallNow(),
    entries,
  });
  const good = { key: 'good', value: 1 };

  test.each<[string, unknown, string]>([
    ['null', null, 'it is no object'],
    ['text', '{"key":', 'it is no object'],
    ['no key', { value: 1 }, 'it lacks its key or its value'],
    ['no value', { key: 'k' }, 'it lacks its key or its value'],
    ['a time that is text', { key: 'k', value: 1, expiresIn: '5m' }, 'a time, size or count'],
    ['a negative time', { key: 'k', value: 1, expiresIn: 5, idleTtl: -1 }, 'a time, size or count'],
    ['NaN uses', { key: 'k', value: 1, uses: Number.NaN }, 'a time, size or count'],
    ['endless bytes', { key: 'k', value: 1, bytes: Infinity }, 'a time, size or count'],
    ['null age', { key: 'k', value: 1, age: null }, 'a time, size or count'],
    ['tags', { key: 'k', value: 1, tags: ['a', ''] }, 'its tags are no list'],
    [
      'a getter that throws',
      {
        key: 'k',
        get value(): never {
          throw new Error('boom');
        },
      },
      'it cannot be read without throwing',
    ],
  ])('%s: the entry is counted, the others are restored', (_, entry, problem) => {
    const cache = makeCache();
    const result = cache.restore(dumpOf(good, entry, { key: 'also', value: 2 }, entry));
    expect(result).toEqual(report({ restored: 2, damaged: 2, problem: expect.stringContaining(problem) }));
    expect([...cache.keys()].sort()).toEqual(['also', 'good']);
    expect(warnings).toEqual([expect.stringMatching(/^PLIM_WARN_CACHE_RESTORE: .*could not restore 2 entries/)]);
  });

  test.each<[unknown, RegExp]>([
    [undefined, /expected what `dump\(\)` gives, got undefined/],
    ['{"secret', /got a text: parse it first/],
    [[], /got an array/],
    [{}, /got an object/],
    [{ format: 'plimsoll-cache', version: 2, at: 0, entries: [] }, /version is 2 \(number\), and this package reads 1/],
    [{ format: 'plimsoll-cache', version: 1, at: 'now', entries: [] }, /when it was made/],
    [{ format: 'plimsoll-cache', version: 1, at: 0, entries: { 0: good } }, /no list of entries/],
  ])('%j is no dump: nothing is restored, and nothing thrown', (dump, problem) => {
    const cache = makeCache({ name: 'users' });
    const result = cache.restore(dump);
    expect(result).toEqual(report({ problem: expect.stringMatching(problem) }));
    expect(warnings).toEqual([
      expect.stringMatching(/^PLIM_WARN_CACHE_RESTORE: The cache 'users' could not restore a dump/),
    ]);
    expect(warnings[0]).not.toContain('secret');
  });

  test('a key that is there twice', () => {
    const cache = makeCache();
    expect(cache.restore(dumpOf(good, good))).toEqual(report({ restored: 1, present: 1 }));
  });

  test('a dump of which any byte was changed', () => {
    const cache = makeCache({ maxBytes: '1MB', ttl: '5m', tagsOf: () => ['t'] });
    for (let i = 0; i < 5; i++) cache.set(`k${i}`, { i });
    const text = JSON.stringify(cache.dump());
    let damaged = 0;
    for (let at = 0; at < text.length; at++) {
      for (const other of ['0', '"', 'x', '-', ',']) {
        let dump: unknown;
        try {
          dump = JSON.parse(text.slice(0, at) + other + text.slice(at + 1));
        } catch {
          continue;
        }
        const target = makeCache({ maxBytes: '1MB', ttl: '5m', tagsOf: () => ['t'] });
        const result = target.restore(dump);
        checkCache(target);
        expect(result.restored).toBe(target.size);
        if (result.problem !== undefined) damaged++;
      }
    }
    expect(damaged).toBeGreaterThan(50);
  });

  test('functions of the user that throw', () => {
    const errors: unknown[] = [];
    const cache = makeCache({
      onError: (error) => errors.push(error),
      tagsOf: (value) => {
        if (value === 2) throw new Error('no tags');
        return undefined;
      },
    });
    expect(cache.restore(dumpOf({ key: 'a', value: 1 }, { key: 'b', value: 2 }))).toMatchObject({
      restored: 1,
      leftOut: 1,
    });
    expect(errors).toEqual([new Error('no tags')]);
  });
});

test('a dump of secret keys has to be asked for by name', () => {
  const cache = makeCache({ secretKeys: true }).set('s3cret', 1);
  expect(() => cache.dump()).toThrow(/Expected `includeSecretKeys` to be true/);
  expect(() => cache.dump({ includeSecretKeys: false })).toThrow(/Expected `includeSecretKeys` to be true/);
  expect(() => cache.dump({ includeSecretKeys: 'yes' as never })).toThrow(/to be true or false/);
  expect(() => cache.dump(7 as never)).toThrow(/`options` to be an object/);
  const dump: CacheDump<string, unknown> = cache.dump({ includeSecretKeys: true });
  expect(dump.entries[0]!.key).toBe('s3cret');
});
