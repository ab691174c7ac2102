import { beforeEach, describe, expect, test } from 'vitest';
import { checkCache } from '../../../src/cache/check.ts';
import { Cache, coreOf } from '../../../src/cache/cache.ts';
import type { CacheOptions, RemovalCause } from '../../../src/cache/index.ts';
import { isPlimsollError } from '../../../src/base/errors.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

let clock: FakeClock;
let left: [key: string, value: number, cause: RemovalCause][];

beforeEach(() => {
  clock = new FakeClock();
  left = [];
});

function makeCache(options: Partial<CacheOptions<string, number>> = {}): Cache<string, number> {
  return new Cache<string, number>({
    maxEntries: 100,
    clock,
    dispose: (value, key, cause) => left.push([key, value, cause]),
    ...options,
  });
}

function byKey([a]: [string, ...unknown[]], [b]: [string, ...unknown[]]): number {
  return a < b ? -1 : 1;
}

function tagCount(cache: Cache<string, number>): number {
  checkCache(cache);
  return coreOf(cache).tags?.size ?? 0;
}

describe('invalidateTag', () => {
  test('takes out the entries set with the tag, there and then, and no others', () => {
    const cache = makeCache();
    cache
      .set('a', 1, { tags: ['red'] })
      .set('b', 2, { tags: ['red', 'round'] })
      .set('c', 3, { tags: ['round'] });
    cache.set('d', 4);
    expect(cache.invalidateTag('red')).toBe(2);
    expect([...cache.keys()].sort()).toEqual(['c', 'd']);
    expect(left.sort(byKey)).toEqual([
      ['a', 1, 'invalidated'],
      ['b', 2, 'invalidated'],
    ]);
    expect(cache.invalidateTag('red')).toBe(0);
    expect(tagCount(cache)).toBe(1);
  });

  test('a tag nobody has', () => {
    expect(makeCache().invalidateTag('none')).toBe(0);
  });

  test('is no eviction', () => {
    const cache = makeCache();
    cache.set('a', 1, { tags: ['t'] });
    cache.invalidateTag('t');
    expect(cache.stats().evictions).toEqual({ capacity: 0, expired: 0, pressure: 0 });
  });

  test('a disposer finds all of them gone, and may set them anew', () => {
    const seen: number[] = [];
    const cache: Cache<string, number> = makeCache({
      dispose: (value, key, cause) => {
        seen.push(cache.size);
        if (cause === 'invalidated') cache.set(key, value + 10, { tags: ['t'] });
      },
    });
    for (const key of ['a', 'b', 'c']) cache.set(key, 1, { tags: ['t'] });
    expect(cache.invalidateTag('t')).toBe(3);
    expect(seen).toEqual([0, 1, 2]);
    expect([...cache.values()]).toEqual([11, 11, 11]);
    expect(cache.invalidateTag('t')).toBe(3);
  });

  test('what has expired is not counted, and leaves as expired', () => {
    const cache = makeCache({ sweepInterval: '1d', staleIfError: 10_000 });
    cache.set('old', 1, { ttl: 1000, tags: ['t'] }).set('new', 2, { tags: ['t'] });
    clock.advance(1500);
    expect(cache.invalidateTag('t')).toBe(1);
    expect(left.sort(byKey)).toEqual([
      ['new', 2, 'invalidated'],
      ['old', 1, 'expired'],
    ]);
  });

  test.each([[''], [7], [undefined], [['a']]])('refuses %j as a tag', (tag) => {
    expect(() => makeCache().invalidateTag(tag as string)).toThrow(
      expect.objectContaining({ code: 'PLIM_ERR_OPTION_INVALID' }),
    );
  });
});

describe('the tags of an entry', () => {
  test('are those of its last set', () => {
    const cache = makeCache();
    cache.set('a', 1, { tags: ['x', 'y'] }).set('a', 2, { tags: ['y', 'z'] });
    expect(cache.invalidateTag('x')).toBe(0);
    expect(cache.get('a')).toBe(2);
    cache.set('a', 3);
    expect(tagCount(cache)).toBe(0);
    expect(cache.invalidateTag('y')).toBe(0);
  });

  test('count once, however often they are named', () => {
    const cache = makeCache();
    cache.set('a', 1, { tags: ['x', 'x', 'x'] });
    expect(cache.invalidateTag('x')).toBe(1);
  });

  test('go with it, whatever way it leaves', () => {
    const cache = makeCache({ maxEntries: 3, policy: 'lru', sweepInterval: 50 });
    const tagged = (key: string, ttl?: number): Cache<string, number> =>
      cache.set(key, 1, { tags: [`of ${key}`], ttl });
    tagged('evicted');
    tagged('deleted');
    tagged('expired', 1000);
    tagged('last');
    expect(tagCount(cache)).toBe(3);
    cache.delete('deleted');
    clock.advance(5000);
    expect(tagCount(cache)).toBe(1);
    cache.clear();
    expect(tagCount(cache)).toBe(0);
    tagged('again');
    void cache.close();
    expect(tagCount(cache)).toBe(0);
  });

  test('follow it when the cache is made smaller', () => {
    const cache = makeCache({ maxEntries: 100_000, policy: 'fifo' });
    for (let i = 0; i < 10_000; i++) cache.set(`k${i}`, i, { tags: [`t${i % 10}`, 'all'] });
    cache.resize({ maxEntries: 100 });
    expect(tagCount(cache)).toBe(11);
    expect(cache.invalidateTag('t3')).toBe(10);
    expect(cache.invalidateTag('all')).toBe(90);
    expect(tagCount(cache)).toBe(0);
  });

  test('an entry that was not stored leaves none', () => {
    const cache = makeCache({ maxBytes: 10, sizeOf: (value) => value });
    cache.set('a', 11, { tags: ['t'] }).set('b', 5, { tags: ['t'], ttl: 0 });
    expect(tagCount(cache)).toBe(0);
    cache.set('c', 5, { tags: ['t'] }).set('c', 50, { tags: ['t'] });
    expect(tagCount(cache)).toBe(0);
  });

  test('come from `tagsOf` when the set says nothing', () => {
    const cache = makeCache({ tagsOf: (value, key) => (value > 5 ? undefined : [`of ${key}`]) });
    cache
      .set('a', 1)
      .set('b', 9)
      .set('c', 2, { tags: ['other'] })
      .set('d', 3, { tags: [] });
    expect(['of a', 'of b', 'of c', 'other', 'of d'].map((tag) => cache.invalidateTag(tag))).toEqual([1, 0, 0, 1, 0]);
  });

  test.each([['red'], [[1]], [['']], [{ 0: 'a' }], [7]])('refuses %j, and changes nothing', (tags) => {
    const cache = makeCache();
    cache.set('a', 1, { tags: ['t'] });
    expect(() => cache.set('a', 2, { tags: tags as string[] })).toThrow(/`tags` to be an array of texts/);
    expect(cache.get('a')).toBe(1);
    const choosing = makeCache({ tagsOf: () => tags as string[] });
    expect(() => choosing.set('a', 1)).toThrow(/`tags` to be an array of texts/);
    expect(() => makeCache({ tagsOf: 'red' as never })).toThrow(/`tagsOf` to be a function/);
  });

  test('an error of `tagsOf` comes through as it is', () => {
    const mine = new Error('mine');
    const cache = makeCache({
      tagsOf: () => {
        throw mine;
      },
    });
    expect(() => cache.set('a', 1)).toThrow(mine);
    expect(cache.size).toBe(0);
  });
});

describe('loads', () => {
  test('give tags', async () => {
    const cache = makeCache({ load: (key, { keepFor }) => (keepFor({ tags: [`of ${key}`] }), 1) });
    await cache.getOrLoad('a');
    await cache.getOrLoadMany(['b'], (keys, { keepFor }) => {
      for (const key of keys) keepFor(key, { tags: ['many'] });
      return new Map([['b', 2]]);
    });
    expect([cache.invalidateTag('of a'), cache.invalidateTag('many')]).toEqual([1, 1]);
  });

  test('a load hears of tags that are none', async () => {
    const cache = makeCache({ load: (_, { keepFor }) => (keepFor({ tags: 'red' as never }), 1) });
    await expect(cache.getOrLoad('a')).rejects.toSatisfy((error) => isPlimsollError(error, 'PLIM_ERR_OPTION_INVALID'));
  });

  test('one that began before its tag was invalidated is not stored', async () => {
    const ends: ((value: number) => void)[] = [];
    const cache = makeCache({
      tagsOf: (value) => (value === 1 ? ['red'] : ['blue']),
      load: () => new Promise<number>((resolve) => ends.push(resolve)),
    });
    const loads = [cache.getOrLoad('a'), cache.getOrLoad('b')];
    expect(cache.invalidateTag('red')).toBe(0);
    loads.push(cache.getOrLoad('c'));
    ends.forEach((end, i) => end(i === 1 ? 2 : 1));
    expect(await Promise.all(loads)).toEqual([1, 2, 1]);
    expect([...cache.keys()]).toEqual(['b', 'c']);
  });

  test('more tags than are remembered: every tag counts as invalidated', async () => {
    let end!: (value: number) => void;
    const cache = makeCache({ load: () => new Promise<number>((resolve) => (end = resolve)), tagsOf: () => ['mine'] });
    const load = cache.getOrLoad('a');
    for (let i = 0; i < 1500; i++) cache.invalidateTag(`t${i}`);
    end(1);
    expect(await load).toBe(1);
    expect(cache.size).toBe(0);
  });

  test('a refresh of an invalidated entry is overtaken, and the next who asks loads anew', async () => {
    const ends: ((value: number) => void)[] = [];
    const cache = makeCache({ load: () => new Promise<number>((resolve) => ends.push(resolve)) });
    cache.set('a', 0, { tags: ['t'] });
    const refreshed = cache.refresh('a');
    cache.invalidateTag('t');
    const asked = cache.getOrLoad('a');
    ends[0]!(1);
    ends[1]!(2);
    await settle();
    expect([await refreshed, await asked, cache.peek('a')]).toEqual([1, 2, 2]);
  });
});
