import { describe, expect, test, vi } from 'vitest';
import type { BulkLoader } from '../../../src/cache/index.ts';
import type { TieredCache } from '../../../src/tier/index.ts';
import { settle } from '../../helpers/fake-clock.ts';
import { world } from '../../helpers/tiers.ts';

type Bulk = BulkLoader<string, string>;

const valueOf = (key: string): string => `loaded ${key}`;
const loadAll = (keys: readonly string[]): Map<string, string> => new Map(keys.map((key) => [key, valueOf(key)]));
/** A bulk loader that shows what it was asked for. */
const bulkLoader = (load: Bulk = async (keys) => loadAll(keys)) => vi.fn<Bulk>(load);
const nothing: Bulk = async () => {
  throw new Error('the loader must not run');
};
const keysOf = (load: ReturnType<typeof bulkLoader>): unknown[] => load.mock.calls.map(([keys]) => keys);

describe('getOrLoadMany', () => {
  test('asks the first tier, the second once for the rest, and the loader once for what neither has', async () => {
    const { open, tier } = world();
    const [a, b] = [open(), open()];
    await a.set('second', 'of the second');
    await b.set('first', 'of the first');
    tier.log.length = 0;
    const load = bulkLoader();
    const found = await b.getOrLoadMany(['x', 'second', 'first', 'y', 'x'], load);
    expect([...found]).toEqual([
      ['x', 'loaded x'],
      ['second', 'of the second'],
      ['first', 'of the first'],
      ['y', 'loaded y'],
    ]);
    expect(keysOf(load)).toEqual([['x', 'y']]);
    expect(tier.log).toEqual(['getMany x,second,y', 'set x', 'set y']);
    expect(b.stats()).toMatchObject({ loads: 1, misses: 2, secondHits: 1, underWay: 0 });
    expect(await a.getOrLoadMany(['y', 'x'], nothing)).toEqual(loadAll(['y', 'x']));
    tier.mood = 'fail';
    expect(await b.getOrLoadMany(['x', 'y'], nothing)).toEqual(loadAll(['x', 'y']));
    expect(await b.getOrLoadMany([], nothing)).toEqual(new Map());
  });

  test('joins what is being loaded, and is joined', async () => {
    const { open } = world();
    const cache = open();
    let finish!: (value: string) => void;
    const one = cache.getOrLoad('one', () => new Promise<string>((resolve) => (finish = resolve)));
    await settle();
    const load = bulkLoader();
    const many = cache.getOrLoadMany(['one', 'two', 'three'], load);
    const others = [cache.getOrLoadMany(['three', 'two'], nothing), cache.getOrLoad('two', () => 'not this')];
    finish('of the one');
    expect([...(await many).values()]).toEqual(['of the one', 'loaded two', 'loaded three']);
    expect(await Promise.all([one, ...others])).toEqual(['of the one', loadAll(['three', 'two']), 'loaded two']);
    expect(keysOf(load)).toEqual([['two', 'three']]);
  });

  test('the options of the cache load, all in one or each by itself', async () => {
    const { open } = world();
    const load = vi.fn((key: string) => `each ${key}`);
    const loadMany = bulkLoader();
    expect(await open({ load, loadMany }).getOrLoadMany(['a', 'b'])).toEqual(loadAll(['a', 'b']));
    expect([load.mock.calls.length, loadMany.mock.calls.length]).toEqual([0, 1]);
    const each = open({ load });
    expect([...(await each.getOrLoadMany(['c', 'd'])).values()]).toEqual(['each c', 'each d']);
    expect([load.mock.calls.length, each.stats().loads]).toEqual([2, 2]);
  });

  test('keys that the loader does not bring have no value, which all remember', async () => {
    const { open } = world({ negativeTtl: { missing: 1000 } });
    const [a, b] = [open(), open()];
    const load = bulkLoader(async () => loadAll(['here']));
    expect([...(await a.getOrLoadMany(['here', 'not'], load)).keys()]).toEqual(['here']);
    expect([...(await b.getOrLoadMany(['not', 'here'], nothing)).keys()]).toEqual(['here']);
  });

  test('the first error rejects; what the others load is stored', async () => {
    const { open } = world();
    const cache = open();
    const error = new Error('out');
    await expect(cache.getOrLoadMany(['a', 'b'], () => Promise.reject(error))).rejects.toBe(error);
    const throws: Bulk = () => {
      throw error;
    };
    await expect(cache.getOrLoadMany(['a', 'b'], throws)).rejects.toBe(error);
    const load = async (key: string): Promise<string> => {
      if (key === 'bad') throw error;
      return valueOf(key);
    };
    const single = open({ load });
    await expect(single.getOrLoadMany(['good', 'bad', 'fine'])).rejects.toBe(error);
    await settle();
    expect(await cache.getMany(['good', 'bad', 'fine'])).toEqual(loadAll(['good', 'fine']));
  });

  test('an old value stands in for each key that has one', async () => {
    const { open, clock } = world({ staleIfError: '10m', ttl: 1000 });
    const [a, b] = [open(), open()];
    await a.setMany([
      ['x', 'old x'],
      ['y', 'old y'],
    ]);
    clock.advance(1500);
    const failing: Bulk = () => Promise.reject(new Error('out'));
    expect([...(await b.getOrLoadMany(['x', 'y'], failing)).values()]).toEqual(['old x', 'old y']);
    await expect(b.getOrLoadMany(['x', 'z'], failing)).rejects.toThrow('out');
  });

  test.each([
    ['no loader', [['a']], /`loadMany`/],
    ['a loader that is none', [['a'], 5], /`loadMany`/],
    ['a loader that gives no Map', [['a'], async () => ['a']], /a function that gives a Map/],
    ['tags that are none', [['a'], nothing, { tags: [''] }], /`tag`/],
    ['a signal that is none', [['a'], nothing, { signal: 5 }], /`signal`/],
    ['keys that are none', [5, nothing], TypeError],
  ])('refuses %s', async (_what, args, message) => {
    const cache = world().open();
    const untyped = cache as unknown as { getOrLoadMany(...all: unknown[]): Promise<unknown> };
    await expect(untyped.getOrLoadMany(...args)).rejects.toThrow(message);
    expect(cache.stats().underWay).toBe(0);
  });

  test('the loader may set time and tags of each', async () => {
    const { open, clock } = world();
    const [a, b] = [open(), open()];
    await a.getOrLoadMany(
      ['short', 'tagged', 'plain'],
      (keys, { keepFor }) => {
        keepFor('short', { ttl: 500 });
        keepFor('tagged', { tags: ['own'] });
        keepFor('nobody asked', { ttl: 1 });
        return loadAll(keys);
      },
      { tags: ['all'] },
    );
    const left = async (cache: TieredCache<string>) => [...(await cache.getMany(['short', 'tagged', 'plain'])).keys()];
    expect(await left(b)).toEqual(['short', 'tagged', 'plain']);
    clock.advance(501);
    await b.invalidateTag('own');
    expect([await left(a), await left(b)]).toEqual([['plain'], ['plain']]);
    await b.invalidateTag('all');
    expect([await left(a), await left(b)]).toEqual([[], []]);
  });

  test("whoever leaves by a signal leaves all; the loader's aborts when nobody waits for any", async () => {
    const { open } = world();
    const cache = open();
    let signal: AbortSignal | undefined;
    let finish!: (values: Map<string, string>) => void;
    const load: Bulk = (_keys, context) => {
      ({ signal } = context);
      return new Promise((resolve) => (finish = resolve));
    };
    const [one, two] = [new AbortController(), new AbortController()];
    const many = cache.getOrLoadMany(['a', 'b'], load, { signal: one.signal });
    const other = cache.getOrLoad('b', () => 'not this', { signal: two.signal });
    await settle();
    one.abort(new Error('left'));
    await expect(many).rejects.toThrow('left');
    expect(signal!.aborted).toBe(false);
    two.abort(new Error('left as well'));
    await expect(other).rejects.toThrow('left as well');
    expect(signal!.aborted).toBe(true);
    finish(loadAll(['a', 'b']));
    await settle();
    expect(cache.stats().underWay).toBe(0);
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(cache.getOrLoadMany(['other'], nothing, { signal: gone })).rejects.toThrow('gone');
  });

  test('what is suspect is looked at again, and loaded if it is not there', async () => {
    const { open, hub, tier } = world();
    const cache = open();
    await cache.setMany([...loadAll(['same', 'gone'])]);
    hub.loseAll();
    await tier.inner.delete('gone', 'someone-else', 1000);
    hub.liveAll();
    const load = bulkLoader();
    expect([...(await cache.getOrLoadMany(['same', 'gone', 'new'], load)).keys()]).toEqual(['same', 'gone', 'new']);
    expect(keysOf(load)).toEqual([['gone', 'new']]);
    expect(cache.stats()).toMatchObject({ revalidated: 1, loads: 1 });
  });

  test('what is due for it is loaded again in the background, all in one call', async () => {
    const { open, clock } = world({ refreshAfter: 1000, ttl: 5000 });
    const cache = open();
    let version = 1;
    const load = bulkLoader(async (keys) => new Map(keys.map((key) => [key, `${key}${version}`])));
    await cache.getOrLoadMany(['a', 'b'], load);
    clock.advance(1500);
    version = 2;
    expect([...(await cache.getOrLoadMany(['a', 'b', 'c'], load)).values()]).toEqual(['a1', 'b1', 'c2']);
    await settle(200);
    expect([cache.getSync('a'), cache.getSync('b')]).toEqual(['a2', 'b2']);
    expect(keysOf(load)).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
  });

  test.each([
    ['delete', (cache: TieredCache<string>) => cache.delete('b')],
    ['set', (cache: TieredCache<string>) => cache.set('b', 'written')],
    ['clear', (cache: TieredCache<string>) => cache.clear()],
  ])('of many, only what was written meanwhile is not stored: by a %s', async (what, write) => {
    for (const isTold of [true, false]) {
      const { open, hub } = world();
      const [a, b] = [open(), open()];
      let finish!: () => void;
      const load: Bulk = (keys) => new Promise((resolve) => (finish = () => resolve(loadAll(keys))));
      const many = a.getOrLoadMany(['a', 'b'], load);
      await settle();
      hub.isPrompt = isTold;
      await write(b);
      finish();
      expect(await many).toEqual(loadAll(['a', 'b']));
      hub.deliver();
      const stored = { delete: ['a'], set: ['a', 'b'], clear: [] }[what];
      const found = await b.getMany(['a', 'b']);
      expect([[...found.keys()], found.get('b')]).toEqual([stored, what === 'set' ? 'written' : undefined]);
      expect(await a.getMany(['a', 'b'])).toEqual(found);
    }
  });

  test('more keys than there may be calls: none is refused, and the second tier is asked for their state once', async () => {
    const { open, tier } = world({ maxPending: 550 });
    const [a, b] = [open(), open()];
    const keys = Array.from({ length: 700 }, (_, at) => `k${at}`);
    const load = bulkLoader();
    expect((await a.getOrLoadMany(keys, load, { tags: ['t'] })).size).toBe(700);
    expect(load).toHaveBeenCalledTimes(1);
    const counts = new Map<string, number>();
    for (const line of tier.log) {
      const [name = ''] = line.split(' ');
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({ getMany: 2, generation: 2, set: 700 });
    expect(a.stats()).toMatchObject({ failedWrites: 0, underWay: 0, l2: { skipped: 0, pending: 0 } });
    expect((await b.getOrLoadMany(keys, nothing)).size).toBe(700);
  });

  test.each(['fail', 'hang'] as const)(
    'without the second tier (%s) the loader is called all the same',
    async (mood) => {
      const { open, tier, clock } = world();
      const cache = open();
      tier.mood = mood;
      const load = bulkLoader();
      const many = cache.getOrLoadMany(['a', 'b'], load);
      await clock.advanceAsync(310);
      expect(await many).toEqual(loadAll(['a', 'b']));
      expect(keysOf(load)).toEqual([['a', 'b']]);
      expect(cache.getSync('a')).toBe('loaded a');
      const strict = open({ onL2Error: 'throw' });
      const failing = strict.getOrLoadMany(['a', 'b'], load);
      const expected = expect(failing).rejects.toMatchObject({ code: /^PLIM_ERR_TIER_/ });
      await clock.advanceAsync(310);
      await expected;
    },
  );

  test('with leases each key is loaded by one process, and what others load is waited for', async () => {
    const { open, clock, hub } = world({ lease: 5000 });
    const [a, b] = [open(), open()];
    hub.isPrompt = false;
    const slow = bulkLoader((keys) => new Promise((resolve) => clock.startTimer(() => resolve(loadAll(keys)), 300)));
    const ofA = a.getOrLoadMany(['x', 'y'], slow);
    await settle();
    const ofB = b.getOrLoadMany(['y', 'z', 'x', 'w'], slow);
    await clock.advanceAsync(1000);
    expect([await ofA, await ofB]).toEqual([loadAll(['x', 'y']), loadAll(['y', 'z', 'x', 'w'])]);
    expect(keysOf(slow)).toEqual([
      ['x', 'y'],
      ['z', 'w'],
    ]);
  });

  test('with leases, keys whose holder died are loaded together when their wait is over', async () => {
    const { open, clock, tier } = world({ lease: 500 });
    const cache = open();
    for (const key of ['x', 'y']) await tier.inner.takeLease(key, 'of the dead', 500);
    const load = bulkLoader();
    const many = cache.getOrLoadMany(['x', 'free', 'y'], load);
    await clock.advanceAsync(100);
    expect(keysOf(load)).toEqual([['free']]);
    await clock.advanceAsync(1000);
    expect([...(await many).keys()]).toEqual(['x', 'free', 'y']);
    expect(new Set(keysOf(load).flat())).toEqual(new Set(['free', 'x', 'y']));
    expect(keysOf(load).flat()).toHaveLength(3);
  });
});
