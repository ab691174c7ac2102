import { beforeEach, describe, expect, test } from 'vitest';
import { Cache } from '../../../../src/cache/index.ts';
import type { CacheOptions } from '../../../../src/cache/index.ts';
import { FakeClock, settle } from '../../../helpers/fake-clock.ts';

let clock: FakeClock;
let calls: { readonly key: string; readonly done: () => void }[];

beforeEach(() => {
  clock = new FakeClock();
  calls = [];
});

function makeSlowCache(options: Partial<CacheOptions<string, unknown>> = {}): Cache<string, unknown> {
  return new Cache<string, unknown>({
    name: 'users',
    maxEntries: 10,
    clock,
    onError: () => {},
    dispose: (_value, key) => new Promise<void>((done) => calls.push({ key, done })),
    ...options,
  });
}

/** What has become of a promise by now. */
async function stateOf(promise: Promise<unknown>): Promise<'settled' | 'pending'> {
  let state: 'settled' | 'pending' = 'pending';
  void promise.finally(() => (state = 'settled'));
  await settle();
  return state;
}

describe('a closed cache', () => {
  const uses: [string, (cache: Cache<string, unknown>) => unknown][] = [
    ['get', (cache) => cache.get('a')],
    ['get of what was there', (cache) => cache.get('key')],
    ['peek', (cache) => cache.peek('a')],
    ['has', (cache) => cache.has('a')],
    ['set', (cache) => cache.set('a', 1)],
    ['set with options', (cache) => cache.set('a', 1, { ttl: 5 })],
    ['delete', (cache) => cache.delete('a')],
    ['clear', (cache) => cache.clear()],
    ['evict', (cache) => cache.evict(1)],
    ['resize', (cache) => cache.resize({ maxEntries: 5 })],
    ['keys', (cache) => cache.keys()],
    ['values', (cache) => cache.values()],
    ['entries', (cache) => cache.entries()],
    ['iteration', (cache) => [...cache]],
    ['forEach', (cache) => cache.forEach(() => {})],
    ['acquire', (cache) => cache.acquire('a')],
    ['pin', (cache) => cache.pin('a')],
    ['unpin', (cache) => cache.unpin('a')],
    ['invalidateTag', (cache) => cache.invalidateTag('a')],
  ];

  test.each(uses)('says so: %s', (_, use) => {
    for (const options of [{}, { policy: 'lru' as const }, { dispose: () => {} }, { ttl: 1000 }]) {
      const cache = new Cache<string, unknown>({ name: 'users', maxEntries: 10, ...options });
      cache.set('key', 1);
      void cache.close();
      const error = expect.objectContaining({
        code: 'PLIM_ERR_CACHE_CLOSED',
        message: expect.stringContaining("'users'"),
      });
      expect(() => use(cache)).toThrow(error);
      expect(() => use(cache)).toThrow(ReferenceError);
    }
  });

  test.each([
    ['getOrLoad', (cache: Cache<string, unknown>) => cache.getOrLoad('a', () => 1)],
    ['getOrLoadMany', (cache: Cache<string, unknown>) => cache.getOrLoadMany(['a'], () => new Map())],
    ['refresh', (cache: Cache<string, unknown>) => cache.refresh('a', () => 1)],
  ])('rejects: %s', async (_, use) => {
    const cache = makeSlowCache();
    void cache.close();
    await expect(use(cache)).rejects.toMatchObject({ code: 'PLIM_ERR_CACHE_CLOSED' });
  });

  test('still says what it is and what it has done', () => {
    const cache = makeSlowCache();
    cache.set('a', 1).get('a');
    void cache.close();
    expect([cache.name, cache.size, cache.maxEntries, cache.maxBytes, cache.bytes]).toEqual([
      'users',
      0,
      10,
      undefined,
      undefined,
    ]);
    expect(cache.stats()).toMatchObject({ hits: 1, sets: 1, disposing: 1 });
  });

  test('ends a walk that is under way', () => {
    const cache = makeSlowCache();
    cache.set('a', 1).set('b', 2).set('c', 3);
    let visited = 0;
    for (const _ of cache) if (visited++ === 0) void cache.close();
    expect(visited).toBe(1);
  });
});

describe('close()', () => {
  test('resolves when everything is disposed of, also what had left before', async () => {
    const cache = makeSlowCache();
    cache.set('a', 1).set('b', 2).delete('a');
    const closed = cache.close();
    expect(cache.close()).toBe(closed);
    expect(cache[Symbol.asyncDispose]()).toBe(closed);
    expect(await stateOf(closed)).toBe('pending');
    calls[0]!.done();
    expect(await stateOf(closed)).toBe('pending');
    calls[1]!.done();
    expect(await stateOf(closed)).toBe('settled');
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(clock.pendingTimers).toBe(0);
  });

  test('resolves at once when there is nothing to wait for', async () => {
    await makeSlowCache().close();
    const quick = makeSlowCache({ dispose: () => {} });
    quick.set('a', 1);
    await quick.close();
    await new Cache({ maxEntries: 1 }).close();
    expect(clock.pendingTimers).toBe(0);
  });

  test('waits for a further attempt', async () => {
    let attempts = 0;
    const cache = makeSlowCache({ dispose: () => (++attempts < 3 ? Promise.reject(new Error('no')) : undefined) });
    cache.set('a', 1);
    const closed = cache.close();
    await clock.advanceAsync(5999);
    expect(await stateOf(closed)).toBe('pending');
    await clock.advanceAsync(1);
    expect(await stateOf(closed)).toBe('settled');
    expect(cache.stats()).toMatchObject({ disposeFailures: 0, disposeRetries: 2 });
  });

  test('resolves after closeTimeout in any case: what is left has its disposer called at once', async () => {
    const cache = makeSlowCache({ closeTimeout: '3s' });
    cache.set('a', 1).set('b', 2).set('c', 3);
    const lease = cache.acquire('c')!;
    const closed = cache.close();
    await clock.advanceAsync(2999);
    expect(calls.map(({ key }) => key)).toEqual(['a']);
    expect(await stateOf(closed)).toBe('pending');
    await clock.advanceAsync(1);
    expect(await stateOf(closed)).toBe('settled');
    expect(calls.map(({ key }) => key).sort()).toEqual(['a', 'b', 'c']);
    expect(lease.isHeld).toBe(false);
    for (const { done } of calls) done();
    await settle();
    expect(cache.stats()).toMatchObject({ disposing: 0, disposeFailures: 0 });
  });

  test('never rejects, and leaves no attempt for later when its time is over', async () => {
    const cache = makeSlowCache({ closeTimeout: 1000, dispose: () => Promise.reject(new Error('no')) });
    cache.set('a', 1).set('b', 2);
    const closed = cache.close();
    await clock.advanceAsync(1000);
    await expect(closed).resolves.toBeUndefined();
    expect(cache.stats()).toMatchObject({ disposing: 0, disposeFailures: 2, disposeAttempts: 4 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('may be called by a disposer', async () => {
    let closed: Promise<void> | undefined;
    const left: unknown[] = [];
    const cache: Cache<string, unknown> = makeSlowCache({
      dispose: async (_value, key, cause) => {
        left.push([key, cause]);
        closed = cache.close();
        await Promise.resolve();
      },
    });
    cache.set('a', 1).set('b', 2).delete('a');
    await settle();
    expect(left).toEqual([
      ['a', 'deleted'],
      ['b', 'disposed'],
    ]);
    expect(await stateOf(closed!)).toBe('settled');
  });

  test('tells a disposer that uses the closed cache, as anybody', async () => {
    const errors: unknown[] = [];
    const cache: Cache<string, unknown> = makeSlowCache({
      disposeAttempts: 1,
      dispose: (value, key) => cache.set(key, value),
      onError: (error) => errors.push(error),
    });
    cache.set('a', 1);
    await cache.close();
    expect(errors).toEqual([expect.objectContaining({ code: 'PLIM_ERR_CACHE_CLOSED' })]);
    expect(cache.size).toBe(0);
  });
});
