/** What programs count on in an `LRUCache`, ours or the original: each statement holds for both. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LRUCache } from '../../src/cache/lru-cache/index.ts';
import { settle } from '../helpers/fake-clock.ts';
import { lruCaches, withoutOriginal } from '../helpers/lru-caches.ts';

type Options = LRUCache.OptionsBase<string, number, unknown>;

it.skipIf(withoutOriginal)('the original keeps it too', () => {
  expect(lruCaches.map(({ name }) => name)).toEqual(['plimsoll', 'lru-cache']);
});

describe.each(lruCaches)('LRUCache of $name', ({ LRUCache: Constructor }) => {
  const clock = { time: 1_000 };
  const make = (options: Options = {}): LRUCache<string, number> =>
    new Constructor({ max: 3, ttlResolution: 0, perf: { now: () => clock.time }, ...options });

  const fill = (cache: LRUCache<string, number>, keys = 'abc'): void => {
    keys.split('').forEach((key, place) => cache.set(key, place + 1));
  };

  describe('options', () => {
    it.each([
      ['no bound', {}],
      ['max 0 alone', { max: 0 }],
      ['a max below 0', { max: -1 }],
      ['a max that is not whole', { max: 1.5 }],
      ['a max in text', { max: '5' }],
      ['a max without end', { max: Number.POSITIVE_INFINITY }],
      ['a maxSize that is not whole', { maxSize: 1.2 }],
      ['a maxEntrySize below 0', { max: 5, maxEntrySize: -1 }],
      ['maxEntrySize alone', { maxEntrySize: 5 }],
      ['a ttl below 0', { max: 5, ttl: -1 }],
      ['a ttl in text', { max: 5, ttl: '5' }],
      ['sizeCalculation without a size to keep', { max: 5, sizeCalculation: () => 1 }],
      ['sizeCalculation that is no function', { maxSize: 5, sizeCalculation: 1 }],
      ['fetchMethod that is no function', { max: 5, fetchMethod: 1 }],
      ['memoMethod that is no function', { max: 5, memoMethod: 1 }],
      ['perf without now', { max: 5, perf: {} }],
      ['nothing at all', undefined],
    ])('refuses %s with a TypeError', (_, options) => {
      expect(() => new Constructor(options as unknown as { max: number })).toThrow(TypeError);
    });

    it('are properties of the cache, with defaults', () => {
      const given = { max: 7, ttl: 5, allowStale: true };
      const cache = new Constructor<string, number>(given);
      const own: Record<string, unknown> = Object.fromEntries(Object.entries(cache));
      expect(own).toMatchObject({
        ttl: 5,
        ttlResolution: 1,
        ttlAutopurge: false,
        updateAgeOnGet: false,
        updateAgeOnHas: false,
        allowStale: true,
        noDisposeOnSet: false,
        noUpdateTTL: false,
        maxEntrySize: 0,
        noDeleteOnFetchRejection: false,
        noDeleteOnStaleGet: false,
        allowStaleOnFetchAbort: false,
        allowStaleOnFetchRejection: false,
        ignoreFetchAbort: false,
        backgroundFetchSize: 1,
      });
      expect([cache.max, cache.maxSize, cache.calculatedSize, cache.size, cache.perf]).toEqual([
        7,
        0,
        0,
        0,
        performance,
      ]);
      expect(Object.prototype.toString.call(cache)).toBe('[object LRUCache]');
      expect(given).toEqual({ max: 7, ttl: 5, allowStale: true });
    });

    it('may be another cache, whose entries stay where they are', () => {
      const dispose = vi.fn();
      const first = make({ ttl: 50, dispose });
      fill(first);
      const second = new Constructor(first);
      expect([second.max, second.ttl, second.size, second.dispose]).toEqual([3, 50, 0, dispose]);
      second.set('z', 1);
      expect(second.getRemainingTTL('z')).toBe(50);
    });

    it('may be changed later', () => {
      const cache = make();
      cache.ttl = 10;
      cache.set('a', 1);
      clock.time += 11;
      expect(cache.get('a')).toBeUndefined();
    });
  });

  describe('order', () => {
    it('is by use, last first; the other way round in what begins with r', () => {
      const cache = make();
      fill(cache);
      cache.get('a');
      cache.has('b');
      cache.peek('b');
      const seen: unknown[] = [];
      cache.forEach(function (this: unknown, value, key, self) {
        seen.push([value, key, self === cache, this === cache]);
      });
      expect(seen).toEqual([
        [1, 'a', true, true],
        [3, 'c', true, true],
        [2, 'b', true, true],
      ]);
      expect([...cache]).toEqual([...cache.entries()]);
      expect([...cache.keys()]).toEqual(['a', 'c', 'b']);
      expect([...cache.values()]).toEqual([1, 3, 2]);
      expect([...cache.rkeys()]).toEqual(['b', 'c', 'a']);
      expect([...cache.rvalues()]).toEqual([2, 3, 1]);
      expect([...cache.rentries()]).toEqual([...cache.entries()].reverse());
      const backwards: unknown[] = [];
      const self = {};
      cache.rforEach(function (this: unknown, value) {
        backwards.push(value, this === self);
      }, self);
      expect(backwards).toEqual([2, true, 3, true, 1, true]);
    });

    it('bears the deletion of each entry that is met', () => {
      const cache = make({ max: 40 });
      for (let i = 0; i < 40; i++) cache.set(`k${i}`, i);
      const met: string[] = [];
      for (const key of cache.keys()) {
        met.push(key);
        cache.delete(key);
      }
      expect(met).toHaveLength(40);
      expect(cache.size).toBe(0);
    });

    it('is kept by dump and load, with times and sizes', () => {
      // A dump says when things were on the wall clock.
      const wall = vi.spyOn(Date, 'now').mockImplementation(() => 1_800_000_000_000 + clock.time);
      onTestFinished(() => wall.mockRestore());
      const cache = make({ max: 40, ttl: 100, maxSize: 1_000, sizeCalculation: (value) => value });
      for (let i = 1; i < 40; i++) cache.set(`k${i}`, i);
      cache.get('k1');
      clock.time += 30;
      const copy = make({ max: 40, maxSize: 1_000 });
      copy.load(JSON.parse(JSON.stringify(cache.dump())));
      expect([...copy]).toEqual([...cache]);
      expect(copy.calculatedSize).toBe(cache.calculatedSize);
      expect(copy.getRemainingTTL('k5')).toBeGreaterThan(68);
      expect(copy.getRemainingTTL('k5')).toBeLessThan(71);
    });
  });

  describe('notices', () => {
    it('come in order: dispose, onInsert, disposeAfter, with the reason', () => {
      const heard: unknown[] = [];
      const cache = make({
        dispose: (...notice) => heard.push(['dispose', ...notice]),
        disposeAfter: (...notice) => heard.push(['after', ...notice]),
        onInsert: (...notice) => heard.push(['insert', ...notice]),
      });
      fill(cache);
      heard.length = 0;
      cache.set('a', 1);
      cache.set('a', 9);
      cache.set('d', 4);
      cache.delete('c');
      cache.set('a', undefined);
      cache.pop();
      expect(heard).toEqual([
        ['insert', 1, 'a', 'update'],
        ['dispose', 1, 'a', 'set'],
        ['insert', 9, 'a', 'replace'],
        ['after', 1, 'a', 'set'],
        ['dispose', 2, 'b', 'evict'],
        ['insert', 4, 'd', 'add'],
        ['after', 2, 'b', 'evict'],
        ['dispose', 3, 'c', 'delete'],
        ['after', 3, 'c', 'delete'],
        ['dispose', 9, 'a', 'delete'],
        ['after', 9, 'a', 'delete'],
        ['dispose', 4, 'd', 'evict'],
        ['after', 4, 'd', 'evict'],
      ]);
    });

    it('of a cleared cache begin with the entry used least recently', () => {
      const heard: unknown[] = [];
      const cache = make({ dispose: (_value, key, reason) => heard.push(key, reason) });
      fill(cache);
      cache.clear();
      expect(heard).toEqual(['a', 'delete', 'b', 'delete', 'c', 'delete']);
    });

    it('let disposeAfter put a value back', () => {
      const cache = make({
        max: 2,
        disposeAfter: (value, key, reason) => reason === 'delete' && cache.set(key, value + 1),
      });
      cache.set('a', 1);
      cache.delete('a');
      expect(cache.get('a')).toBe(2);
    });
  });

  describe('time', () => {
    it('goes on until it is past the ttl; then the entry is stale, and a get takes it out', () => {
      const cache = make({ ttl: 10 });
      cache.set('a', 1);
      clock.time += 10;
      expect(cache.has('a')).toBe(true);
      clock.time += 1;
      expect([cache.has('a'), cache.peek('a'), cache.peek('a', { allowStale: true }), cache.size]).toEqual([
        false,
        undefined,
        1,
        1,
      ]);
      expect(cache.getRemainingTTL('a')).toBe(-1);
      expect(cache.info('a')).toMatchObject({ value: 1, ttl: -1 });
      expect([...cache.keys()]).toEqual([]);
      expect(cache.get('a', { allowStale: true, noDeleteOnStaleGet: true })).toBe(1);
      expect(cache.get('a', { allowStale: true })).toBe(1);
      expect(cache.size).toBe(0);
    });

    it('is infinite without ttl and 0 for what is not here', () => {
      const cache = make();
      cache.set('a', 1);
      expect([cache.getRemainingTTL('a'), cache.getRemainingTTL('z')]).toEqual([Number.POSITIVE_INFINITY, 0]);
    });

    it('ends by itself with ttlAutopurge', () => {
      vi.useFakeTimers();
      try {
        const heard: unknown[] = [];
        const cache = new Constructor<string, number>({
          max: 5,
          ttl: 100,
          ttlAutopurge: true,
          updateAgeOnGet: true,
          perf: { now: () => Date.now() },
          dispose: (_value, key, reason) => heard.push(key, reason),
        });
        cache.set('a', 1);
        cache.set('b', 2, { ttl: 0 });
        cache.set('c', 3);
        vi.advanceTimersByTime(80);
        cache.get('c');
        vi.advanceTimersByTime(90);
        expect(heard).toEqual(['a', 'expire']);
        vi.advanceTimersByTime(200);
        expect(heard).toEqual(['a', 'expire', 'c', 'expire']);
        expect([...cache.keys()]).toEqual(['b']);
      } finally {
        vi.useRealTimers();
      }
    });
  });

  describe('sizes', () => {
    it('are bounded together and each', () => {
      const cache = make({ max: 0, maxSize: 10, maxEntrySize: 6, sizeCalculation: (value) => value });
      cache.set('a', 3).set('b', 4).set('c', 5);
      expect([...cache.keys()]).toEqual(['c', 'b']);
      const status: LRUCache.Status<string, number> = {};
      cache.set('c', 7, { status });
      expect(status).toMatchObject({ set: 'miss', maxEntrySizeExceeded: true });
      expect([...cache.keys()]).toEqual(['b']);
      expect(cache.calculatedSize).toBe(4);
    });

    it.each([0, -1, 1.5, Number.NaN, '3'])('are whole numbers from 1: %s is refused with a TypeError', (size) => {
      const cache = make({ maxSize: 10 });
      cache.set('a', 1, { size: 1 });
      expect(() => cache.set('a', 2, { size: size as number })).toThrow(TypeError);
      expect(() => cache.set('a', 2, { sizeCalculation: () => size as number })).toThrow(TypeError);
      expect(cache.get('a')).toBe(1);
    });

    it('are refused where the cache keeps none', () => {
      expect(() => make().set('a', 1, { size: 3 })).toThrow(TypeError);
      expect(() => make().set('a', 1, { sizeCalculation: () => 3 })).toThrow(TypeError);
    });
  });

  describe('fetch', () => {
    it('runs one fetch for all who ask, hands on context, and keeps what options it was told to', async () => {
      const seen: unknown[] = [];
      const cache = make({
        ttl: 100,
        fetchMethod: async (key, stale, { options, signal, context }) => {
          seen.push([key, stale, signal.aborted, context]);
          options.ttl = 7;
          return 5;
        },
      });
      expect(await Promise.all([cache.fetch('a', { context: 'c' }), cache.fetch('a')])).toEqual([5, 5]);
      expect(seen).toEqual([['a', undefined, false, 'c']]);
      expect(cache.getRemainingTTL('a')).toBe(7);
    });

    it.each(['delete', 'set', 'evict', 'clear'])('rejects when a %s overtakes it, and stores nothing', async (how) => {
      const cache = make({ max: 2, fetchMethod: () => new Promise<number>(() => {}) });
      const fetched = cache.fetch('a');
      if (how === 'delete') cache.delete('a');
      else if (how === 'set') cache.set('a', 1);
      else if (how === 'clear') cache.clear();
      else fill(cache, 'xy');
      const words = { delete: 'deleted', clear: 'deleted', set: 'replaced', evict: 'evicted' };
      await expect(fetched).rejects.toThrow(words[how as 'set']);
      expect(cache.peek('a')).toBe(how === 'set' ? 1 : undefined);
    });

    it('gives the old value at once with allowStale, and hides what goes wrong afterwards', async () => {
      const cache = make({ ttl: 10, allowStale: true, fetchMethod: async () => Promise.reject(new Error('down')) });
      cache.set('a', 1);
      clock.time += 11;
      expect(await cache.fetch('a')).toBe(1);
      await settle();
      expect(cache.size).toBe(0);
    });

    it('gives the old value on a failure with allowStaleOnFetchRejection', async () => {
      const cache = make({
        ttl: 10,
        allowStaleOnFetchRejection: true,
        fetchMethod: () => {
          throw new Error('down');
        },
      });
      cache.set('a', 1);
      clock.time += 11;
      expect([await cache.fetch('a'), await cache.fetch('b')]).toEqual([1, undefined]);
      expect(cache.size).toBe(1);
    });

    it('aborts by its signal, unless it is to go on', async () => {
      for (const ignoreFetchAbort of [false, true]) {
        let bring!: (value: number) => void;
        const brought = new Promise<number>((resolve) => (bring = resolve));
        const cache = make({ ignoreFetchAbort, fetchMethod: () => brought });
        const controller = new AbortController();
        const fetched = cache.fetch('a', { signal: controller.signal });
        controller.abort(new Error('enough'));
        bring(3);
        if (ignoreFetchAbort) expect(await fetched).toBe(3);
        else await expect(fetched).rejects.toThrow('enough');
        expect(cache.get('a')).toBe(ignoreFetchAbort ? 3 : undefined);
      }
    });

    it('is a get without fetchMethod; forceFetch misses what is not there', async () => {
      const cache = make();
      cache.set('a', 1);
      const status: LRUCache.Status<string, number> = {};
      expect(await cache.fetch('a', { status })).toBe(1);
      expect(status).toMatchObject({ fetch: 'get', get: 'hit' });
      expect(await cache.forceFetch('a')).toBe(1);
      await expect(cache.forceFetch('b')).rejects.toThrow('fetch() returned undefined');
    });
  });

  it('memo computes what is not here, and once', () => {
    const seen: unknown[] = [];
    const cache = make({
      memoMethod: (key, stale, { context }) => {
        seen.push([key, stale, context]);
        return seen.length;
      },
    });
    expect([cache.memo('a', { context: 4 }), cache.memo('a'), cache.memo('a', { forceRefresh: true })]).toEqual([
      1, 1, 2,
    ]);
    expect(seen).toEqual([
      ['a', undefined, 4],
      ['a', 1, undefined],
    ]);
    expect(() => make().memo('a')).toThrow();
  });

  it('find gives the first that is wanted and uses it; pop the last', () => {
    const cache = make();
    fill(cache);
    expect(cache.find((value) => value < 3)).toBe(2);
    expect(cache.pop()).toBe(1);
    expect([...cache.keys()]).toEqual(['b', 'c']);
    expect(cache.find(() => false)).toBeUndefined();
  });
});
