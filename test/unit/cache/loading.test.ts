import { getEventListeners } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import type { CacheOptions, LoadContext, Loader } from '../../../src/cache/index.ts';
import { isPlimsollError } from '../../../src/base/errors.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

type Value = string | null | undefined;

interface Call {
  readonly key: string;
  readonly context: LoadContext<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

let clock: FakeClock;
let calls: Call[];
let errors: unknown[];

beforeEach(() => {
  clock = new FakeClock();
  calls = [];
  errors = [];
});

/** A loader whose calls the test ends by hand. */
const load: Loader<string, Value> = (key, context) =>
  new Promise((resolve, reject) => calls.push({ key, context, resolve, reject }));

function makeCache(options: Partial<CacheOptions<string, Value>> = {}): Cache<string, Value> {
  return new Cache<string, Value>({ maxEntries: 10, clock, load, onError: (error) => errors.push(error), ...options });
}

function codeOf(error: unknown): unknown {
  return isPlimsollError(error) ? error.code : error;
}

describe('getOrLoad', () => {
  test('loads once for all who ask at once, stores, and does not load what is there', async () => {
    const cache = makeCache();
    const asked = [cache.getOrLoad('a'), cache.getOrLoad('a'), cache.getOrLoad('b')];
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(cache.stats().loading).toBe(2);
    calls[0]!.resolve('A');
    calls[1]!.resolve('B');
    expect(await Promise.all(asked)).toEqual(['A', 'A', 'B']);
    expect(await cache.getOrLoad('a')).toBe('A');
    expect(cache.get('b')).toBe('B');
    expect(calls).toHaveLength(2);
    expect(cache.stats()).toMatchObject({ loads: 2, loading: 0, loadFailures: 0 });
  });

  test("the call's own loader goes before the cache's; it may give a plain value", async () => {
    const cache = makeCache();
    expect(await cache.getOrLoad('a', (key) => `${key}!`)).toBe('a!');
    expect(await cache.getOrLoad('b', () => null)).toBeNull();
    expect(await cache.getOrLoad('b')).toBeNull();
    expect(calls).toEqual([]);
  });

  test("an error is the loader's own, thrown or rejected, and is not kept", async () => {
    const cache = makeCache();
    const problem = new Error('mine');
    const both = [cache.getOrLoad('a'), cache.getOrLoad('a')];
    calls[0]!.reject(problem);
    for (const promise of both) await expect(promise).rejects.toBe(problem);
    await expect(
      cache.getOrLoad('a', () => {
        throw problem;
      }),
    ).rejects.toBe(problem);
    void cache.getOrLoad('a');
    expect(calls).toHaveLength(2);
    expect(cache.stats()).toMatchObject({ loads: 3, loadFailures: 2 });
    expect(errors).toEqual([]);
  });

  test('counts the time that loads took', async () => {
    const cache = makeCache();
    const asked = cache.getOrLoad('a');
    clock.advance(250);
    calls[0]!.resolve('A');
    await asked;
    expect(cache.stats().loadMs).toBe(250);
  });

  test('a load is not evicted, and its key takes no place', async () => {
    const cache = makeCache({ maxEntries: 1 });
    const asked = Array.from({ length: 20 }, (_, i) => cache.getOrLoad(`k${i}`));
    expect(cache.size).toBe(0);
    calls.forEach(({ key, resolve }) => resolve(key.toUpperCase()));
    expect(await Promise.all(asked)).toEqual(asked.map((_, i) => `K${i}`));
    expect(cache.size).toBe(1);
  });

  test('the loader may give the entry its lifetime, and say that it is not to be stored', async () => {
    const cache = makeCache({ ttl: '1h' });
    await cache.getOrLoad('token', (_, { keepFor }) => {
      keepFor({ ttl: '10s' });
      return 'T';
    });
    await cache.getOrLoad('usual', () => 'U');
    await cache.getOrLoad('never', (_, context) => {
      context.keepFor({ ttl: 0 });
      return 'N';
    });
    expect(cache.has('never')).toBe(false);
    clock.advance(10_000);
    expect([cache.has('token'), cache.has('usual')]).toEqual([false, true]);
    await expect(
      cache.getOrLoad('bad', (_, context) => {
        context.keepFor({ ttl: -1 });
        return 'B';
      }),
    ).rejects.toThrow('Expected `ttl`');
  });

  test("what the cache's ttl function throws at a loaded value comes to the caller, and leaves nothing behind", async () => {
    const problem = new Error('mine');
    const cache = makeCache({
      ttl: () => {
        throw problem;
      },
    });
    await expect(cache.getOrLoad('a', () => 'A')).rejects.toBe(problem);
    expect(cache.size).toBe(0);
    expect(cache.stats().loading).toBe(0);
  });

  test('a loader that asks for its own key at once is told so', async () => {
    const cache = makeCache();
    const asked = cache.getOrLoad('a', () => cache.getOrLoad('a', () => 'inner'));
    expect(codeOf(await asked.catch((error: unknown) => error))).toBe('PLIM_ERR_CACHE_LOAD_CYCLE');
    const many = cache.getOrLoadMany(['a'], async () => cache.getOrLoadMany(['a']));
    expect(codeOf(await many.catch((error: unknown) => error))).toBe('PLIM_ERR_CACHE_LOAD_CYCLE');
    expect(cache.stats().loading).toBe(0);
  });

  test('a loader may load other keys of the cache', async () => {
    const cache = makeCache();
    const child: Loader<string, Value> = async (key) => (key.length > 3 ? 'end' : cache.getOrLoad(`${key}x`, child));
    expect(await cache.getOrLoad('a', child)).toBe('end');
    expect(cache.size).toBe(4);
  });

  test.each([
    ['no loader', () => makeCache({ load: undefined as never }).getOrLoad('a'), 'Expected `load` to be a function'],
    ['a loader that is none', () => makeCache().getOrLoad('a', 5 as never), 'Expected `load` to be a function'],
    [
      'a bad signal',
      () => makeCache().getOrLoad('a', { signal: 5 as never }),
      'Expected `signal` to be an AbortSignal',
    ],
    ['bad options', () => makeCache().getOrLoad('a', load, 5 as never), 'Expected `options` to be an object'],
    ['nothing for many', () => makeCache({ load: undefined as never }).getOrLoadMany(['a']), 'Expected `loadMany`'],
    [
      'no Map',
      () => makeCache().getOrLoadMany(['a'], () => [] as never),
      'Expected `loadMany` to be a function that gives',
    ],
    ['keys that are none', () => makeCache().getOrLoadMany(5 as never), 'iterable'],
  ])('%s rejects', async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });

  test.each([
    [{ load: 5 }, '`load`'],
    [{ loadMany: {} }, '`loadMany`'],
    [{ refreshAfter: -1 }, '`refreshAfter`'],
    [{ staleWhileRevalidate: 'x' }, '`staleWhileRevalidate`'],
    [{ staleIfError: null }, '`staleIfError`'],
    [{ negativeTtl: 'x' }, '`negativeTtl`'],
    [{ negativeTtl: { missing: -1 } }, '`negativeTtl.missing`'],
    [{ negativeTtl: { error: '1 year' } }, '`negativeTtl.error`'],
  ])('the option %j is refused', (options, name) => {
    expect(() => makeCache(options as never)).toThrow(`Expected ${name} to be`);
  });
});

describe('abort', () => {
  test('one caller goes, the others stay, and no listener stays on its signal', async () => {
    const cache = makeCache();
    const one = new AbortController();
    const two = new AbortController();
    const first = cache.getOrLoad('a', { signal: one.signal });
    const second = cache.getOrLoad('a', { signal: two.signal });
    const reason = new Error('gone');
    one.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(calls[0]!.context.signal.aborted).toBe(false);
    calls[0]!.resolve('A');
    expect(await second).toBe('A');
    for (const { signal } of [one, two]) expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('the last one who goes stops the load, whose result does not count; the next starts another', async () => {
    const cache = makeCache();
    const one = new AbortController();
    const two = new AbortController();
    const asked = [cache.getOrLoad('a', { signal: one.signal }), cache.getOrLoad('a', { signal: two.signal })];
    const { signal } = calls[0]!.context;
    one.abort('first');
    two.abort('last');
    await expect(asked[0]).rejects.toBe('first');
    await expect(asked[1]).rejects.toBe('last');
    expect(signal.reason).toBe('last');
    const next = cache.getOrLoad('a');
    expect(calls).toHaveLength(2);
    calls[0]!.resolve('late');
    await settle();
    expect(cache.has('a')).toBe(false);
    calls[1]!.resolve('A');
    expect(await next).toBe('A');
    expect(errors).toEqual([]);
  });

  test('a caller without a signal keeps the load going', async () => {
    const cache = makeCache();
    const one = new AbortController();
    const patient = cache.getOrLoad('a');
    const hasty = cache.getOrLoad('a', { signal: one.signal });
    one.abort();
    await expect(hasty).rejects.toThrow('aborted');
    expect(calls[0]!.context.signal.aborted).toBe(false);
    calls[0]!.resolve('A');
    expect(await patient).toBe('A');
  });

  test('a loader that reads its signal late finds it aborted; one that rejects then disturbs nobody', async () => {
    const cache = makeCache();
    const one = new AbortController();
    const asked = cache.getOrLoad('a', { signal: one.signal });
    one.abort('gone');
    await expect(asked).rejects.toBe('gone');
    const { signal } = calls[0]!.context;
    expect([signal.aborted, signal.reason]).toEqual([true, 'gone']);
    calls[0]!.reject(signal.reason);
    await settle();
    expect(errors).toEqual([]);
    expect(cache.stats().loading).toBe(0);
  });

  test('a signal of many callers has one listener, and all go', async () => {
    const cache = makeCache();
    const shared = new AbortController();
    const asked = Array.from({ length: 20 }, (_, i) => cache.getOrLoad(`k${i % 5}`, { signal: shared.signal }));
    expect(getEventListeners(shared.signal, 'abort')).toHaveLength(1);
    calls[0]!.resolve('A');
    expect(await asked[0]).toBe('A');
    shared.abort('all');
    expect((await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected')).toHaveLength(16);
    expect(getEventListeners(shared.signal, 'abort')).toEqual([]);
    expect(calls.filter(({ context }) => context.signal.aborted)).toHaveLength(4);
  });

  test('an aborted signal starts no load', async () => {
    const cache = makeCache();
    await expect(cache.getOrLoad('a', { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    await expect(cache.getOrLoadMany(['a'], { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    expect(calls).toEqual([]);
  });

  test('one that goes from many keys stops only what nobody else wants', async () => {
    const cache = makeCache();
    const one = new AbortController();
    const many = cache.getOrLoadMany(['a', 'b'], { signal: one.signal });
    expect(getEventListeners(one.signal, 'abort')).toHaveLength(1);
    const other = cache.getOrLoad('b');
    const signals = calls.map(({ context }) => context.signal);
    one.abort('gone');
    await expect(many).rejects.toBe('gone');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    calls[1]!.resolve('B');
    expect(await other).toBe('B');
    expect(getEventListeners(one.signal, 'abort')).toEqual([]);
  });
});

describe('a write during a load wins', () => {
  test('set: who waits gets what was loaded, who asks then what was set', async () => {
    const cache = makeCache();
    const waiting = cache.getOrLoad('a');
    cache.set('a', 'set');
    expect(await cache.getOrLoad('a')).toBe('set');
    calls[0]!.resolve('loaded');
    expect(await waiting).toBe('loaded');
    expect(cache.get('a')).toBe('set');
  });

  test.each([
    ['delete', (cache: Cache<string, Value>) => void cache.delete('a')],
    ['clear', (cache: Cache<string, Value>) => cache.clear()],
  ])('%s: the next load is another one', async (_, write) => {
    const cache = makeCache();
    const before = cache.getOrLoad('a');
    write(cache);
    const after = cache.getOrLoad('a');
    expect(calls).toHaveLength(2);
    calls[1]!.resolve('new');
    expect(await after).toBe('new');
    calls[0]!.resolve('old');
    expect(await before).toBe('old');
    expect(cache.get('a')).toBe('new');
  });

  test('an error of an overtaken load reaches its callers, and is not remembered', async () => {
    const cache = makeCache({ negativeTtl: '1m' });
    const waiting = cache.getOrLoad('a');
    cache.delete('a');
    calls[0]!.reject('mine');
    await expect(waiting).rejects.toBe('mine');
    void cache.getOrLoad('a');
    expect(calls).toHaveLength(2);
  });

  test('close: loads are told to stop, callers are rejected, later ones too', async () => {
    const cache = makeCache({ name: 'users' });
    const waiting = [cache.getOrLoad('a'), cache.getOrLoad('b', { signal: new AbortController().signal })];
    const { signal } = calls[0]!.context;
    void cache.close();
    for (const promise of waiting) {
      expect(codeOf(await promise.catch((error: unknown) => error))).toBe('PLIM_ERR_CACHE_CLOSED');
    }
    expect(signal.aborted).toBe(true);
    expect(codeOf(signal.reason)).toBe('PLIM_ERR_CACHE_CLOSED');
    calls[0]!.resolve('A');
    calls[1]!.reject(new Error('stopped'));
    await settle();
    expect(cache.size).toBe(0);
    expect(errors).toEqual([]);
    await expect(cache.getOrLoad('a')).rejects.toThrow("The cache 'users' is closed");
    await expect(cache.getOrLoadMany(['a'])).rejects.toThrow("The cache 'users' is closed");
    await expect(cache.refresh('a')).rejects.toThrow("The cache 'users' is closed");
  });
});

describe('refresh', () => {
  test('loads what is there again; the old value stays until then', async () => {
    const cache = makeCache();
    cache.set('a', 'old');
    const asked = cache.refresh('a');
    expect(cache.get('a')).toBe('old');
    expect(calls[0]!.context.staleValue).toBe('old');
    expect(await cache.getOrLoad('a')).toBe('old');
    const joined = cache.refresh('a');
    calls[0]!.resolve('new');
    expect([await asked, await joined, cache.get('a')]).toEqual(['new', 'new', 'new']);
    expect(calls).toHaveLength(1);
  });

  test('refreshAfter: an older entry is loaded again in the background, once', async () => {
    const cache = makeCache({ ttl: '1h', refreshAfter: '10m' });
    cache.set('a', 'old');
    clock.advance(599_999);
    await cache.getOrLoad('a');
    expect(calls).toEqual([]);
    clock.advance(1);
    expect(await Promise.all([cache.getOrLoad('a'), cache.getOrLoad('a')])).toEqual(['old', 'old']);
    expect(calls).toHaveLength(1);
    calls[0]!.resolve('new');
    await settle();
    expect(await cache.getOrLoad('a')).toBe('new');
    expect(calls).toHaveLength(1);
    // Its time began anew.
    clock.advance(3_599_999);
    expect(cache.get('a')).toBe('new');
  });

  test('refreshAfter without ttl, and of entries without a lifetime', async () => {
    const cache = makeCache({ refreshAfter: 1000 });
    cache.set('a', undefined).set('b', 'B');
    clock.advance(1000);
    expect(await cache.getOrLoad('a')).toBeUndefined();
    expect(await cache.getOrLoad('b')).toBe('B');
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('a background load that fails tells the owner, and leaves the value', async () => {
    const cache = makeCache({ refreshAfter: 1000, negativeTtl: { error: 5000 } });
    cache.set('a', 'old');
    clock.advance(1000);
    await cache.getOrLoad('a');
    calls[0]!.reject('mine');
    await settle();
    expect(errors).toEqual(['mine']);
    expect(await cache.getOrLoad('a')).toBe('old');
    expect(calls).toHaveLength(1);
    // Another is tried when the failure is forgotten.
    clock.advance(5000);
    expect(await cache.getOrLoad('a')).toBe('old');
    expect(calls).toHaveLength(2);
  });

  test('a load that gives undefined takes the old value away', async () => {
    const cache = makeCache();
    cache.set('a', 'old');
    const asked = cache.refresh('a');
    calls[0]!.resolve(undefined);
    expect(await asked).toBeUndefined();
    expect(cache.has('a')).toBe(false);
  });
});

describe('stale values', () => {
  test('staleWhileRevalidate: the old value at once, the new one later; get() never sees it', async () => {
    const cache = makeCache({ ttl: 1000, staleWhileRevalidate: 500 });
    cache.set('a', 'old');
    clock.advance(1200);
    expect([cache.get('a'), cache.has('a'), [...cache.values()]]).toEqual([undefined, false, []]);
    expect(await cache.getOrLoad('a')).toBe('old');
    expect(await cache.getOrLoad('a')).toBe('old');
    expect(calls).toHaveLength(1);
    expect(calls[0]!.context.staleValue).toBe('old');
    calls[0]!.resolve('new');
    await settle();
    expect(cache.get('a')).toBe('new');
    expect(cache.stats()).toMatchObject({ staleHits: 2, loads: 1 });
  });

  test('staleWhileRevalidate ends, and the entry leaves', async () => {
    const cache = makeCache({ ttl: 1000, staleWhileRevalidate: 500 });
    cache.set('a', 'old');
    clock.advance(1499);
    expect(cache.size).toBe(1);
    clock.advance(1);
    const asked = cache.getOrLoad('a');
    calls[0]!.resolve('new');
    expect(await asked).toBe('new');
    cache.set('b', 'old');
    clock.advance(1600);
    expect(cache.size).toBe(0);
  });

  test('staleIfError: the old value when the load fails, until its time is up', async () => {
    const cache = makeCache({ ttl: 1000, staleIfError: 5000 });
    cache.set('a', 'old');
    clock.advance(1500);
    const early = cache.getOrLoad('a');
    calls[0]!.reject('mine');
    expect(await early).toBe('old');
    expect(errors).toEqual(['mine']);
    clock.advance(4000);
    const late = cache.getOrLoad('a');
    clock.advance(500);
    calls[1]!.reject('again');
    await expect(late).rejects.toBe('again');
    expect(cache.stats().staleHits).toBe(1);
  });

  test('a failure that is remembered is not tried again while the old value will do', async () => {
    const cache = makeCache({ ttl: 1000, staleIfError: '1h', negativeTtl: { error: 5000 } });
    cache.set('a', 'old');
    clock.advance(1500);
    const asked = cache.getOrLoad('a');
    calls[0]!.reject('mine');
    expect(await asked).toBe('old');
    expect(await cache.getOrLoad('a')).toBe('old');
    expect((await cache.getOrLoadMany(['a'])).get('a')).toBe('old');
    expect(calls).toHaveLength(1);
    clock.advance(5000);
    void cache.getOrLoad('a');
    expect(calls).toHaveLength(2);
  });

  test('a stale value that is deleted is gone', async () => {
    const cache = makeCache({ ttl: 1000, staleIfError: '1h', staleWhileRevalidate: '1h' });
    cache.set('a', 'old');
    clock.advance(1500);
    cache.delete('a');
    const asked = cache.getOrLoad('a');
    calls[0]!.reject('mine');
    await expect(asked).rejects.toBe('mine');
  });
});

describe('negative results', () => {
  test('undefined is not stored without negativeTtl', async () => {
    const cache = makeCache();
    for (const count of [1, 2]) {
      const asked = cache.getOrLoad('a');
      calls.at(-1)!.resolve(undefined);
      expect(await asked).toBeUndefined();
      expect(calls).toHaveLength(count);
    }
    expect(cache.size).toBe(0);
  });

  test('undefined is remembered, beside the entries, until its time or a set', async () => {
    const cache = makeCache({ negativeTtl: { missing: 1000 } });
    const asked = cache.getOrLoad('a');
    calls[0]!.resolve(undefined);
    await asked;
    expect(await cache.getOrLoad('a')).toBeUndefined();
    expect([cache.has('a'), cache.size, calls.length]).toEqual([false, 0, 1]);
    cache.set('a', 'A');
    expect(await cache.getOrLoad('a')).toBe('A');
    cache.delete('a');
    void cache.getOrLoad('a');
    expect(calls).toHaveLength(2);
    calls[1]!.resolve(undefined);
    await settle();
    clock.advance(1000);
    void cache.getOrLoad('a');
    expect(calls).toHaveLength(3);
  });

  test('errors are remembered by their own time, until clear()', async () => {
    const cache = makeCache({ negativeTtl: { error: '5s' } });
    const asked = cache.getOrLoad('a');
    calls[0]!.reject('mine');
    await expect(asked).rejects.toBe('mine');
    await expect(cache.getOrLoad('a')).rejects.toBe('mine');
    await expect(cache.getOrLoadMany(['b', 'a'])).rejects.toBe('mine');
    expect(calls).toHaveLength(1);
    const missing = cache.getOrLoad('c');
    calls[1]!.resolve(undefined);
    await missing;
    void cache.getOrLoad('c');
    expect(calls).toHaveLength(3);
    cache.clear();
    void cache.getOrLoad('a');
    expect(calls).toHaveLength(4);
  });

  test('one time for both', async () => {
    const cache = makeCache({ negativeTtl: 1000 });
    const asked = [cache.getOrLoad('a'), cache.getOrLoad('b')];
    calls[0]!.resolve(undefined);
    calls[1]!.reject(undefined);
    await Promise.allSettled(asked);
    expect(await cache.getOrLoad('a')).toBeUndefined();
    await expect(cache.getOrLoad('b')).rejects.toBeUndefined();
    expect(calls).toHaveLength(2);
  });

  test('a flood of keys that do not exist pushes out no entry, and is bounded', async () => {
    const cache = makeCache({ negativeTtl: '1h', maxEntries: 10 });
    cache.set('a', 'A');
    for (let i = 0; i < 100; i++) await cache.getOrLoad(`none${i}`, () => undefined);
    expect(cache.get('a')).toBe('A');
    void cache.getOrLoad('none0');
    void cache.getOrLoad('none99');
    expect(calls.map(({ key }) => key)).toEqual(['none0']);
  });
});

describe('getOrLoadMany', () => {
  test('asks once for what is neither there nor being loaded, and keeps the order', async () => {
    const asked: string[][] = [];
    const cache = makeCache({
      loadMany: async (keys) => {
        asked.push([...keys]);
        return new Map(keys.filter((key) => key !== 'none').map((key) => [key, key.toUpperCase()]));
      },
    });
    cache.set('a', 'here');
    const single = cache.getOrLoad('b');
    const many = cache.getOrLoadMany(['c', 'b', 'none', 'a', 'c', 'd']);
    const joined = cache.getOrLoad('d');
    calls[0]!.resolve('single');
    expect([...(await many)]).toEqual([
      ['c', 'C'],
      ['b', 'single'],
      ['a', 'here'],
      ['d', 'D'],
    ]);
    expect([await single, await joined]).toEqual(['single', 'D']);
    expect(asked).toEqual([['c', 'none', 'd']]);
    expect(cache.get('c')).toBe('C');
    expect(cache.stats()).toMatchObject({ loads: 2, loading: 0 });
    expect(await cache.getOrLoadMany([])).toEqual(new Map());
    const { signal } = new AbortController();
    expect(await cache.getOrLoadMany(['a'], { signal })).toEqual(new Map([['a', 'here']]));
    expect(asked).toHaveLength(1);
  });

  test('without loadMany it loads each; the first error rejects, the others are stored', async () => {
    const cache = makeCache();
    const many = cache.getOrLoadMany(['a', 'b']);
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
    calls[0]!.reject('mine');
    await expect(many).rejects.toBe('mine');
    calls[1]!.resolve('B');
    await settle();
    expect(cache.get('b')).toBe('B');
  });

  test('an error fails all its keys, with a fallback for those that have one; lifetimes are by key', async () => {
    const cache = makeCache({ ttl: 1000, staleIfError: '1h' });
    cache.set('a', 'old');
    clock.advance(1500);
    const failing = cache.getOrLoadMany(['a', 'b'], () => Promise.reject('mine'));
    const single = cache.getOrLoad('a');
    await expect(failing).rejects.toBe('mine');
    expect(await single).toBe('old');
    await cache.getOrLoadMany(['x', 'y'], (keys, context) => {
      context.keepFor('x', { ttl: 100 });
      return new Map(keys.map((key) => [key, 'new']));
    });
    clock.advance(500);
    expect([cache.has('x'), cache.has('y')]).toEqual([false, true]);
  });

  test('renews what is stale in one call', async () => {
    const asked: string[][] = [];
    const cache = makeCache({
      ttl: 1000,
      staleWhileRevalidate: 1000,
      loadMany: (keys) => {
        asked.push([...keys]);
        return new Map(keys.map((key) => [key, 'new']));
      },
    });
    cache.set('a', 'old').set('b', 'old');
    clock.advance(1500);
    expect([...(await cache.getOrLoadMany(['a', 'b', 'c'])).values()]).toEqual(['old', 'old', 'new']);
    expect(asked).toEqual([['a', 'b'], ['c']]);
    await settle();
    expect([cache.get('a'), cache.get('b')]).toEqual(['new', 'new']);
  });
});
