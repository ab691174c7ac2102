/** Where our `LRUCache` differs from the original, as `docs/from/lru-cache.md` lists it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KindError } from '../../../src/base/errors.ts';
import { LRUCache } from '../../../src/cache/lru-cache/index.ts';
import { settle } from '../../helpers/fake-clock.ts';

type Options = LRUCache.OptionsBase<string, number, unknown>;

const clock = { time: 1_000 };

function make(options: Options = {}): LRUCache<string, number> {
  return new LRUCache({ max: 3, perf: { now: () => clock.time }, ...options });
}

describe('the purge', () => {
  // One false clock for all: the timer behind it is that of the process.
  beforeAll(() => void vi.useFakeTimers());
  afterAll(() => void vi.useRealTimers());

  it('empties a cache that time alone bounds, ttlAutopurge or not', () => {
    const cache = new LRUCache<string, number>({ ttl: 100, ttlAutopurge: false });
    cache.set('a', 1).set('b', 1, { ttl: 1_000 });
    vi.advanceTimersByTime(200);
    expect(cache.size).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(cache.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('makes a warning of what a disposer throws', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    try {
      const cache = new LRUCache<string, number>({
        max: 3,
        ttl: 10,
        ttlAutopurge: true,
        dispose: () => {
          throw new Error('The store is broken.');
        },
      });
      cache.set('a', 1).set('b', 1);
      vi.advanceTimersByTime(200);
      expect(cache.size).toBe(0);
      expect(warned.mock.calls).toEqual([
        [
          'An LRUCache was given a function that threw: The store is broken. It goes on; later errors are not shown.',
          { type: 'PlimsollWarning', code: 'PLIM_WARN_CACHE_CALLBACK' },
        ],
      ]);
    } finally {
      warned.mockRestore();
    }
  });

  it('leaves an entry that is being fetched, and takes its old value if the fetch fails', async () => {
    let fail!: (error: Error) => void;
    const cache = new LRUCache<string, number>({
      max: 3,
      ttl: 100,
      ttlAutopurge: true,
      allowStaleOnFetchRejection: true,
      fetchMethod: () => new Promise<number>((_resolve, reject) => (fail = reject)),
    });
    cache.set('a', 1);
    const fetched = cache.fetch('a', { forceRefresh: true });
    await vi.advanceTimersByTimeAsync(300);
    fail(new Error('no'));
    expect([await fetched, cache.size]).toEqual([1, 1]);
    vi.advanceTimersByTime(200);
    expect(cache.size).toBe(0);
  });
});

describe('bounds', () => {
  it('cost nothing before they are used', () => {
    const cache = make({ max: 1_000_000_000 });
    cache.set('a', 1);
    expect(cache.size).toBe(1);
    expect(cache.max).toBe(1_000_000_000);
  });

  it('of all sizes hold for an entry that maxEntrySize would let in', () => {
    const cache = make({ maxSize: 10, maxEntrySize: 20, sizeCalculation: (value) => value });
    cache.set('a', 15);
    expect([cache.size, cache.calculatedSize]).toEqual([0, 0]);
  });

  it('know when the same value has another size', () => {
    const cache = make({ maxSize: 10 });
    cache.set('a', 1, { size: 2 }).set('b', 2, { size: 2 });
    cache.set('b', 2, { size: 9 });
    expect([[...cache.keys()], cache.calculatedSize]).toEqual([['b'], 9]);
  });
});

describe('bad input', () => {
  it('is named, with a code', () => {
    const attempt = (): unknown => new LRUCache({ max: -1 });
    expect(attempt).toThrow(KindError);
    expect(attempt).toThrow(
      expect.objectContaining({
        code: 'PLIM_ERR_OPTION_INVALID',
        message: 'Expected `max` to be a whole number of at least 0, got -1 (number).',
      }),
    );
  });

  it.each([Number.NaN, '5', null])('is a ttl or start of %s', (ttl) => {
    const cache = make();
    expect(() => cache.set('a', 1, { ttl: ttl as number })).toThrow(KindError);
    expect(() => cache.set('a', 1, { ttl: 5, start: ttl as number })).toThrow(KindError);
    expect(cache.size).toBe(0);
  });

  it.each([undefined, null, 5, [['a']], [['a', null]], ['a']])(
    'is %j for load, and leaves the cache as it was',
    (dump) => {
      const cache = make();
      cache.set('a', 1);
      expect(() => cache.load(dump as never)).toThrow(KindError);
      expect(cache.get('a')).toBe(1);
    },
  );

  it.each([{ dispose: 1 }, { disposeAfter: 1 }, { onInsert: 1 }, { backgroundFetchSize: -1 }])('is %j', (options) => {
    expect(() => make(options as never)).toThrow(KindError);
  });
});

describe('disposers', () => {
  it('that throw keep no entry in and no other disposer from being called', () => {
    const told: string[] = [];
    const cache = make({
      dispose: (_value, key) => {
        told.push(key);
        if (key !== 'b') throw new Error(`no ${key}`);
      },
    });
    cache.set('a', 1).set('b', 2);
    expect(() => cache.delete('a')).toThrow('no a');
    expect([cache.get('a'), cache.size]).toEqual([undefined, 1]);
    cache.set('c', 3).set('d', 4);
    expect(() => cache.clear()).toThrow(AggregateError);
    expect([told, cache.size]).toEqual([['a', 'b', 'c', 'd'], 0]);
  });

  it('find the cache whole, and may set', () => {
    const cache = make({
      dispose: (value, key, reason) => {
        expect(cache.has(key)).toBe(reason === 'set');
        if (reason === 'delete') cache.set(key, value + 1);
      },
    });
    cache.set('a', 1).set('a', 2);
    cache.delete('a');
    expect(cache.get('a')).toBe(3);
  });

  it('that never stop are stopped, and go on later', () => {
    vi.useFakeTimers();
    let calls = 0;
    const cache = make({
      max: 1,
      disposeAfter: (value) => {
        if (++calls < 5_000) cache.set(`k${calls}`, value);
      },
    });
    cache.set('a', 1).set('b', 2);
    expect(calls).toBeLessThan(2_000);
    vi.runAllTimers();
    vi.useRealTimers();
    expect(calls).toBe(5_000);
  });

  it('are told of the values that a fetch was to replace', async () => {
    const told: unknown[] = [];
    const cache = make({
      max: 9,
      dispose: (value, key, reason) => told.push([value, key, reason]),
      fetchMethod: (key) => (key === 'd' ? Promise.reject(new Error('no')) : new Promise(() => {})),
    });
    'abcd'.split('').forEach((key, place) => cache.set(key, place));
    const fetched = 'abcd'.split('').map((key) => cache.fetch(key, { forceRefresh: true }));
    cache.delete('a');
    cache.set('b', 7);
    cache.set('c', 2);
    await Promise.allSettled(fetched);
    expect(told).toEqual([
      [0, 'a', 'delete'],
      [1, 'b', 'set'],
      [3, 'd', 'fetch'],
    ]);
    cache.fetch('b', { forceRefresh: true }).catch(() => {});
    told.length = 0;
    cache.clear();
    expect(told).toEqual([
      [7, 'b', 'delete'],
      [2, 'c', 'delete'],
    ]);
  });

  it('are called in time where noDisposeOnSet is given', () => {
    const told: string[] = [];
    const cache = make({ max: 1, disposeAfter: (_value, key) => told.push(key) });
    cache.set('a', 1).set('b', 2, { noDisposeOnSet: true });
    expect(told).toEqual(['a']);
  });
});

describe('walks', () => {
  it('end although every entry that is met is used', () => {
    const cache = make({ max: 50 });
    for (let i = 0; i < 50; i++) cache.set(`k${i}`, i);
    for (const [met, walk] of [
      [new Set<string>(), cache.keys()],
      [new Set<string>(), cache.rkeys()],
    ] as const) {
      let steps = 0;
      for (const key of walk) {
        met.add(key);
        cache.get(key);
        steps++;
      }
      expect([steps, met.size]).toEqual([50, 50]);
    }
  });

  it.each([5, 40])('end when the cache of %i is cleared', (count) => {
    const cache = make({ max: 50 });
    for (let i = 0; i < count; i++) cache.set(`k${i}`, i);
    let steps = 0;
    for (const _ of cache) if (++steps === 3) cache.clear();
    expect(steps).toBe(3);
  });

  it('show entries that are being refreshed', () => {
    const cache = make({ fetchMethod: () => new Promise(() => {}) });
    cache.set('a', 1);
    void cache.fetch('a', { forceRefresh: true });
    void cache.fetch('b');
    expect([...cache]).toEqual([['a', 1]]);
  });
});

describe('fetch', () => {
  const never = (): Promise<number> => new Promise(() => {});

  it('resolves although fetchMethod returns nothing at once', async () => {
    expect(await make({ fetchMethod: () => {} }).fetch('a')).toBeUndefined();
  });

  it('heeds a signal that is aborted already', async () => {
    const signal = AbortSignal.abort(new Error('over'));
    await expect(make({ fetchMethod: never }).fetch('a', { signal })).rejects.toThrow('over');
  });

  it('leaves nothing on the signal it was given', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const cache = make({ fetchMethod: async (key) => (key === 'a' ? 1 : Promise.reject(new Error('no'))) });
    await Promise.allSettled([cache.fetch('a', { signal }), cache.fetch('b', { signal })]);
    expect(added).toHaveBeenCalledTimes(2);
    expect(new Set(removed.mock.calls.map(([, listener]) => listener))).toEqual(
      new Set(added.mock.calls.map(([, listener]) => listener)),
    );
  });

  it('is not ended by purgeStale', async () => {
    let bring!: (value: number) => void;
    const cache = make({ ttl: 10, fetchMethod: () => new Promise<number>((resolve) => (bring = resolve)) });
    cache.set('a', 1);
    clock.time += 11;
    const fetched = cache.fetch('a');
    await settle();
    expect(cache.purgeStale()).toBe(false);
    bring(2);
    expect([await fetched, cache.get('a')]).toEqual([2, 2]);
  });

  it.each([false, true])('that was aborted stores what it brings only with ignoreFetchAbort: %s', async (ignores) => {
    let bring!: (value: number) => void;
    const cache = make({
      ttl: 10,
      allowStaleOnFetchAbort: true,
      ignoreFetchAbort: ignores,
      noDeleteOnStaleGet: true,
      fetchMethod: () => new Promise<number>((resolve) => (bring = resolve)),
    });
    cache.set('a', 1);
    clock.time += 11;
    const controller = new AbortController();
    const fetched = cache.fetch('a', { signal: controller.signal });
    controller.abort();
    expect(await fetched).toBe(1);
    bring(2);
    await settle();
    expect(cache.peek('a', { allowStale: true })).toBe(ignores ? 2 : 1);
  });

  it('that was overtaken never stores what it brings', async () => {
    let bring!: (value: number) => void;
    const cache = make({
      allowStaleOnFetchAbort: true,
      ignoreFetchAbort: true,
      fetchMethod: () => new Promise<number>((resolve) => (bring = resolve)),
    });
    const fetched = cache.fetch('a');
    await settle();
    cache.delete('a');
    expect(await fetched).toBeUndefined();
    bring(2);
    await settle();
    expect(cache.size).toBe(0);
  });

  it('whose value cannot be stored gives the place of its key back', async () => {
    const cache = make({ maxSize: 10, fetchMethod: () => 5 });
    await expect(cache.fetch('a')).rejects.toThrow(KindError);
    expect([cache.size, cache.calculatedSize]).toEqual([0, 0]);
    expect(await cache.fetch('a', { size: 3 })).toBe(5);
    expect(cache.calculatedSize).toBe(3);
  });
});

describe('the clock', () => {
  it('is read again during a computation that never waits', () => {
    const times = vi.spyOn(performance, 'now');
    try {
      let time = 5_000;
      times.mockImplementation(() => time);
      const cache = new LRUCache<string, number>({ max: 3, ttl: 100, ttlResolution: 1_000 });
      cache.set('a', 1);
      cache.has('a');
      time += 200;
      let asked = 0;
      while (cache.has('a') && asked < 1_000) asked++;
      expect(asked).toBeLessThan(100);
    } finally {
      times.mockRestore();
    }
  });
});
