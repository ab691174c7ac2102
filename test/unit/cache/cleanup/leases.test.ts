import { beforeEach, describe, expect, test } from 'vitest';
import { checkCache } from '../../../../src/cache/check.ts';
import { Cache } from '../../../../src/cache/index.ts';
import type { CacheOptions, RemovalCause } from '../../../../src/cache/index.ts';
import { POLICIES } from '../../../helpers/cache-policies.ts';
import { FakeClock, settle } from '../../../helpers/fake-clock.ts';

let clock: FakeClock;
let left: [key: string, value: unknown, cause: RemovalCause][];

beforeEach(() => {
  clock = new FakeClock();
  left = [];
});

function makeCache(options: Partial<CacheOptions<string, unknown>> = {}): Cache<string, unknown> {
  return new Cache<string, unknown>({
    maxEntries: 10,
    clock,
    dispose: (value, key, cause) => left.push([key, value, cause]),
    ...options,
  });
}

/** Sets keys that nobody asks for, until everything else would have left. */
function flood(cache: Cache<string, unknown>, count = 100): void {
  for (let i = 0; i < count; i++) cache.set(`flood ${i}`, i);
}

describe('acquire', () => {
  test('gives the value, counts as a get, and gives nothing for what is not here', () => {
    const cache = makeCache();
    cache.set('a', 'A').set('u', undefined);
    expect(cache.acquire('b')).toBeUndefined();
    const lease = cache.acquire('a')!;
    expect([lease.value, lease.isHeld, cache.acquire('u')!.value]).toEqual(['A', true, undefined]);
    expect(cache.stats()).toMatchObject({ hits: 2, misses: 1, leases: 2 });
  });

  test('does not give what has expired', () => {
    const cache = makeCache({ ttl: 1000, sweepInterval: '1d' });
    cache.set('a', 'A');
    clock.advance(1000);
    expect(cache.acquire('a')).toBeUndefined();
    expect(cache.stats()).toMatchObject({ hits: 0, misses: 1, leases: 0 });
  });

  test.each([
    ['delete', 'deleted', (cache: Cache<string, unknown>): unknown => cache.delete('a')],
    ['clear', 'deleted', (cache: Cache<string, unknown>): unknown => cache.clear()],
    ['set', 'replaced', (cache: Cache<string, unknown>): unknown => cache.set('a', 'B')],
    ['set that is not stored', 'replaced', (cache: Cache<string, unknown>): unknown => cache.set('a', 'B', { ttl: 0 })],
    ['close', 'disposed', (cache: Cache<string, unknown>): unknown => cache.close()],
    ['ttl', 'expired', (): unknown => clock.advance(5000)],
  ] as const)('keeps the value from being disposed of until the last lease has ended: %s', (_, cause, remove) => {
    const cache = makeCache({ ttl: 1000 });
    cache.set('a', 'A');
    const [first, second] = [cache.acquire('a')!, cache.acquire('a')!];
    remove(cache);
    expect(left).toEqual([]);
    expect(cache.stats()).toMatchObject({ disposing: 1, leases: 2 });
    expect([first.value, first.release(), first.release()]).toEqual(['A', true, false]);
    expect(left).toEqual([]);
    second[Symbol.dispose]();
    expect(left).toEqual([['a', 'A', cause]]);
    expect(cache.stats()).toMatchObject({ disposing: 0, leases: 0, disposeAttempts: 1 });
    checkCache(cache);
  });

  test('is of the value and not of the key: a new value has leases of its own', () => {
    const cache = makeCache();
    cache.set('a', 'A');
    const old = cache.acquire('a')!;
    cache.set('a', 'B');
    const current = cache.acquire('a')!;
    expect([old.value, current.value]).toEqual(['A', 'B']);
    cache.delete('a');
    current.release();
    expect(left).toEqual([['a', 'B', 'deleted']]);
    old.release();
    expect(left).toEqual([
      ['a', 'B', 'deleted'],
      ['a', 'A', 'replaced'],
    ]);
  });

  test('does not keep the new value of its key from being evicted', () => {
    const cache = makeCache({ policy: 'lru', maxEntries: 2 });
    cache.set('a', 'A');
    const lease = cache.acquire('a')!;
    cache.set('a', 'B');
    flood(cache, 2);
    expect([cache.has('a'), left[0]]).toEqual([false, ['a', 'B', 'capacity']]);
    lease.release();
    expect(left.at(-1)).toEqual(['a', 'A', 'replaced']);
  });

  test('of an entry that was pinned too ends as any, once the entry is gone', () => {
    const cache = makeCache();
    cache.set('a', 'A');
    cache.pin('a');
    const lease = cache.acquire('a')!;
    cache.delete('a');
    lease.release();
    expect(left).toEqual([['a', 'A', 'deleted']]);
  });

  test('stays on a value that is set again', () => {
    const cache = makeCache();
    cache.set('a', 'A');
    const lease = cache.acquire('a')!;
    cache.set('a', 'A').delete('a');
    expect(left).toEqual([]);
    lease.release();
    expect(left).toEqual([['a', 'A', 'deleted']]);
  });

  test('disposes of nothing by itself: after a release the entry is as it was', () => {
    const cache = makeCache({ policy: 'lru', maxEntries: 2 });
    cache.set('a', 'A');
    cache.acquire('a')!.release();
    expect([left, cache.peek('a')]).toEqual([[], 'A']);
    flood(cache, 2);
    expect(cache.has('a')).toBe(false);
    checkCache(cache);
  });

  test('has an end: the value of a lease that is over is not given', () => {
    const cache = makeCache();
    cache.set('a', 'A');
    const lease = cache.acquire('a')!;
    lease.release();
    expect(lease.isHeld).toBe(false);
    expect(() => lease.value).toThrow(expect.objectContaining({ code: 'PLIM_ERR_CACHE_LEASE_OVER' }));
  });

  test('works in a cache that disposes of nothing', () => {
    const cache = new Cache<string, number>({ maxEntries: 2, clock });
    cache.set('a', 1);
    const lease = cache.acquire('a')!;
    cache.set('a', 2);
    expect([lease.value, cache.get('a'), cache.acquire('a')!.value]).toEqual([1, 2, 2]);
    cache.clear();
    expect(cache.acquire('a')).toBeUndefined();
    expect([lease.release(), cache.stats().disposing]).toEqual([true, 0]);
  });
});

describe.each(POLICIES)('what is in use is not evicted: %s', (policy) => {
  test('by a flood of others', () => {
    const cache = makeCache({ policy });
    cache.set('a', 'A').set('b', 'B').set('c', 'C');
    const lease = cache.acquire('a')!;
    expect([cache.pin('b'), cache.pin('nothing')]).toEqual([true, false]);
    flood(cache);
    cache.evict(100);
    expect([...cache.keys()].sort()).toEqual(['a', 'b']);
    flood(cache);
    expect([cache.size, cache.peek('a'), cache.peek('b')]).toEqual([10, 'A', 'B']);
    checkCache(cache);
    lease.release();
    expect([cache.unpin('b'), cache.unpin('b'), cache.unpin('a')]).toEqual([true, false, false]);
    cache.evict(100);
    expect(cache.size).toBe(0);
    checkCache(cache);
  });

  test('and when all are in use, others are not stored', () => {
    const cache = makeCache({ policy, maxEntries: 3 });
    for (const key of ['a', 'b', 'c']) cache.set(key, key).pin(key);
    cache.set('d', 'D');
    expect([cache.size, cache.has('d'), cache.stats().rejected]).toEqual([3, false, 1]);
    cache.unpin('b');
    cache.set('e', 'E');
    expect([...cache.keys()].sort()).toEqual(['a', 'c', 'e']);
    checkCache(cache);
  });

  test('and leaves when the bound has become too small, as soon as it may', () => {
    const cache = makeCache({ policy, maxEntries: 4 });
    for (const key of ['a', 'b', 'c', 'd']) cache.set(key, key).pin(key);
    const lease = cache.acquire('a')!;
    cache.resize({ maxEntries: 1 });
    expect(cache.size).toBe(4);
    cache.set('e', 'E');
    expect(cache.has('e')).toBe(false);
    for (const key of ['a', 'b', 'c']) cache.unpin(key);
    expect([...cache.keys()].sort()).toEqual(['a', 'd']);
    lease.release();
    expect([...cache.keys()]).toEqual(['d']);
    expect(left.map(([key, , cause]) => `${key} ${cause}`).sort()).toEqual(['a capacity', 'b capacity', 'c capacity']);
    checkCache(cache);
  });

  test('and takes the bound with it when its value is replaced', () => {
    const cache = makeCache({ policy, maxEntries: 2 });
    cache.set('a', 'A').set('b', 'B');
    cache.pin('b');
    const lease = cache.acquire('a')!;
    cache.resize({ maxEntries: 1 });
    expect(cache.size).toBe(2);
    cache.set('a', 'new');
    expect([...cache.keys()]).toEqual(['b']);
    lease.release();
    expect(left.map(([, value]) => value)).toEqual(['new', 'A']);
    checkCache(cache);
  });

  test('and is still in use after the cache has moved to fewer slots', () => {
    const cache = makeCache({ policy, maxEntries: 100_000 });
    flood(cache, 20_000);
    cache.set('a', 'A').set('b', 'B');
    const lease = cache.acquire('a')!;
    cache.pin('b');
    cache.resize({ maxEntries: 10 });
    flood(cache);
    expect([cache.peek('a'), cache.peek('b'), cache.size]).toEqual(['A', 'B', 10]);
    left.length = 0;
    cache.delete('a');
    expect(left).toEqual([]);
    lease.release();
    expect(left).toEqual([['a', 'A', 'deleted']]);
    checkCache(cache);
  });
});

describe('pin', () => {
  test('is of the key: it stays when the value is replaced, and goes with the entry', () => {
    const cache = makeCache({ policy: 'lru', maxEntries: 2 });
    cache.set('a', 'A').pin('a');
    cache.set('a', 'B');
    flood(cache);
    expect([cache.peek('a'), left[0]]).toEqual(['B', ['a', 'A', 'replaced']]);
    expect([cache.unpin('a'), cache.pin('a')]).toEqual([true, true]);
    cache.delete('a');
    cache.set('a', 'C');
    flood(cache);
    expect(cache.has('a')).toBe(false);
    expect(cache.unpin('a')).toBe(false);
  });

  test('does not need to be told twice, and a lease beside it does not undo it', () => {
    const cache = makeCache({ policy: 'lru', maxEntries: 2 });
    cache.set('a', 'A');
    expect([cache.pin('a'), cache.pin('a')]).toEqual([true, true]);
    cache.acquire('a')!.release();
    flood(cache);
    expect(cache.peek('a')).toBe('A');
    expect([cache.unpin('a'), cache.unpin('a')]).toEqual([true, false]);
    flood(cache);
    expect(cache.has('a')).toBe(false);
  });

  test('finds no entry under a key that is not here any more', () => {
    const cache = makeCache({ ttl: 100, sweepInterval: '1d' });
    cache.set('a', 1);
    clock.advance(100);
    expect(cache.pin('a')).toBe(false);
  });
});

describe('time', () => {
  test('does not make an entry in use idle; after its use it begins anew', () => {
    const cache = makeCache({ idleTtl: 1000, sweepInterval: 50 });
    cache.set('a', 'A').set('b', 'B').set('c', 'C');
    const lease = cache.acquire('a')!;
    cache.pin('b');
    for (let i = 0; i < 100; i++) clock.advance(100);
    expect([...cache.keys()]).toEqual(['a', 'b']);
    lease.release();
    cache.unpin('b');
    clock.advance(999);
    expect([...cache.keys()]).toEqual(['a', 'b']);
    clock.advance(1);
    expect([...cache.keys()]).toEqual([]);
    clock.advance(100);
    expect(left.map(([key]) => key).sort()).toEqual(['a', 'b', 'c']);
  });

  test('is not up for an entry in use whose time came before anybody looked', () => {
    const cache = makeCache({ idleTtl: 1000, sweepInterval: '1d', leaseTimeout: Infinity });
    cache.set('a', 'A');
    const lease = cache.acquire('a')!;
    clock.block(50_000);
    expect([cache.get('a'), cache.has('a')]).toEqual(['A', true]);
    clock.block(50_000);
    lease.release();
    expect(cache.get('a')).toBe('A');
    flood(cache);
    expect(cache.size).toBe(10);
  });

  test('ends an entry in use by its ttl: the key is free, the value lives until it is released', () => {
    const cache = makeCache({ ttl: 5000, idleTtl: 1000, sweepInterval: 50 });
    cache.set('a', 'A');
    const lease = cache.acquire('a')!;
    clock.advance(4999);
    expect(cache.get('a')).toBe('A');
    clock.advance(1);
    expect(cache.get('a')).toBeUndefined();
    cache.set('a', 'B');
    expect([lease.value, cache.get('a'), left]).toEqual(['A', 'B', []]);
    lease.release();
    expect(left).toEqual([['a', 'A', 'expired']]);
  });

  test('ends a lease that nobody releases, and a renewed one later', () => {
    const cache = makeCache({ leaseTimeout: '1m' });
    cache.set('a', 'A').set('b', 'B');
    const [forgotten, renewed] = [cache.acquire('a')!, cache.acquire('b')!];
    cache.delete('a');
    cache.delete('b');
    clock.advance(59_000);
    expect([renewed.renew(), left]).toEqual([true, []]);
    clock.advance(1100);
    expect(left).toEqual([['a', 'A', 'deleted']]);
    expect([forgotten.isHeld, forgotten.renew(), forgotten.release(), renewed.value]).toEqual([
      false,
      false,
      false,
      'B',
    ]);
    clock.advance(60_000);
    expect(left).toHaveLength(2);
    expect(cache.stats()).toMatchObject({ lapsedLeases: 2, leases: 0, disposing: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('leaves no timer behind for leases that were released, and is looked at again for later ones', () => {
    const cache = makeCache({ leaseTimeout: 1000 });
    cache.set('a', 'A');
    for (let i = 0; i < 3; i++) {
      cache.acquire('a')!.release();
      clock.advance(2000);
      expect(clock.pendingTimers).toBe(0);
    }
    const lease = cache.acquire('a')!;
    clock.advance(1100);
    expect(lease.isHeld).toBe(false);
  });
});

describe('a disposer', () => {
  test('that is told after a release may use the cache and take leases', async () => {
    const seen: unknown[] = [];
    const cache: Cache<string, unknown> = makeCache({
      dispose: async (value, key) => {
        seen.push(value);
        if (seen.length < 3) {
          cache.set(key, `${String(value)}'`);
          const again = cache.acquire(key)!;
          cache.delete(key);
          again.release();
        }
        await Promise.resolve();
      },
    });
    cache.set('a', 'A');
    const lease = cache.acquire('a')!;
    cache.delete('a');
    lease.release();
    await settle(60);
    expect(seen).toEqual(['A', "A'", "A''"]);
    expect(cache.stats()).toMatchObject({ disposing: 0, leases: 0 });
    checkCache(cache);
  });
});

describe('acquireOrLoad', () => {
  test('leases what is here, and else what is loaded, with one load for all who ask', async () => {
    const cache = makeCache({ load: (key) => Promise.resolve(`loaded ${key}`) });
    cache.set('here', 'here');
    using here = await cache.acquireOrLoad('here');
    const [first, second] = await Promise.all([cache.acquireOrLoad('a'), cache.acquireOrLoad('a')]);
    expect([here.value, first.value, second.value]).toEqual(['here', 'loaded a', 'loaded a']);
    expect(cache.stats()).toMatchObject({ loads: 1, leases: 3 });
    flood(cache);
    expect([cache.has('here'), cache.has('a')]).toEqual([true, true]);
    cache.delete('a');
    first.release();
    expect(left.some(([key]) => key === 'a')).toBe(false);
    second.release();
    expect(left.at(-1)).toEqual(['a', 'loaded a', 'deleted']);
    checkCache(cache);
  });

  test('begins when the value is there: nothing that happens at once takes it away', async () => {
    let end!: (value: unknown) => void;
    const cache = makeCache();
    const asked = cache.acquireOrLoad('a', () => new Promise((resolve) => (end = resolve)));
    const plain = cache.getOrLoad('a', () => 'not called').then(() => flood(cache));
    end('A');
    const lease = await asked;
    await plain;
    expect([cache.has('a'), lease.value, lease.isHeld]).toEqual([true, 'A', true]);
    lease.release();
    flood(cache);
    expect(left.filter(([key]) => key === 'a')).toEqual([['a', 'A', 'capacity']]);
  });

  test.each([
    [
      'the key was written meanwhile',
      'replaced',
      {},
      (cache: Cache<string, unknown>): unknown => cache.set('a', 'own'),
    ],
    ['the key was deleted meanwhile', 'replaced', {}, (cache: Cache<string, unknown>): unknown => cache.delete('a')],
    ['everything was deleted meanwhile', 'replaced', {}, (cache: Cache<string, unknown>): unknown => cache.clear()],
    ['its time of life is 0', 'capacity', { ttl: () => 0 }, (): unknown => undefined],
    ['it is too large', 'capacity', { maxBytes: 10, sizeOf: () => 11 }, (): unknown => undefined],
  ] as const)('a value that is not stored is disposed of when the last lease has ended: %s', async (...row) => {
    const [, cause, options, meddle] = row;
    let end!: (value: unknown) => void;
    const cache = makeCache({ ...options, onError: () => {} });
    const asked = [1, 2].map(() => cache.acquireOrLoad('a', () => new Promise((resolve) => (end = resolve))));
    meddle(cache);
    left = [];
    end('A');
    const [first, second] = await Promise.all(asked);
    expect([first!.value, second!.value, cache.peek('a') === 'A']).toEqual(['A', 'A', false]);
    first!.release();
    expect(left).toEqual([]);
    second!.release();
    expect(left).toEqual([['a', 'A', cause]]);
    checkCache(cache);
  });

  test('without a disposer, and of no value, a lease is a lease', async () => {
    const cache = new Cache<string, unknown>({ maxEntries: 10, load: () => undefined, negativeTtl: '1m' });
    for (let i = 0; i < 2; i++) {
      using lease = await cache.acquireOrLoad('none');
      expect([lease.value, lease.isHeld, cache.stats().leases]).toEqual([undefined, true, 1]);
    }
    expect(cache.stats()).toMatchObject({ loads: 1, leases: 0 });
  });

  test('a stale value stays while it is leased, though a new one has come', async () => {
    const cache = makeCache({ ttl: 1000, staleWhileRevalidate: '1h', load: () => Promise.resolve('new') });
    cache.set('a', 'old');
    clock.advance(1500);
    const lease = await cache.acquireOrLoad('a');
    await settle();
    expect([lease.value, cache.peek('a'), left]).toEqual(['old', 'new', []]);
    lease.release();
    expect(left).toEqual([['a', 'old', 'expired']]);
  });

  test('a failed load with something to fall back on leases that, and never has it disposed of twice', async () => {
    const cache = makeCache({ ttl: 1000, staleIfError: '1h', onError: () => {} });
    cache.set('a', 'old');
    clock.advance(1500);
    const lease = await cache.acquireOrLoad('a', () => Promise.reject(new Error('no')));
    expect(lease.value).toBe('old');
    cache.delete('a');
    expect(left).toEqual([]);
    lease.release();
    expect(left).toEqual([['a', 'old', 'expired']]);
  });

  test("the loader's own error, a signal and a closed cache come through, and leave no lease", async () => {
    const cache = makeCache();
    await expect(cache.acquireOrLoad('a', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    await expect(cache.acquireOrLoad('a')).rejects.toMatchObject({ code: 'PLIM_ERR_OPTION_INVALID' });
    const controller = new AbortController();
    const asked = cache.acquireOrLoad('a', () => new Promise(() => {}), { signal: controller.signal });
    controller.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    const cycle = cache.acquireOrLoad('b', () => cache.acquireOrLoad('b', () => 'b'));
    await expect(cycle).rejects.toMatchObject({ code: 'PLIM_ERR_CACHE_LOAD_CYCLE' });
    const waiting = cache.acquireOrLoad('c', () => new Promise(() => {}));
    const closed = cache.close();
    await expect(waiting).rejects.toMatchObject({ code: 'PLIM_ERR_CACHE_CLOSED' });
    await expect(cache.acquireOrLoad('d', () => 'd')).rejects.toMatchObject({ code: 'PLIM_ERR_CACHE_CLOSED' });
    await closed;
    expect(cache.stats().leases).toBe(0);
  });

  test('closing ends the leases of what was never stored, too', async () => {
    let end!: (value: unknown) => void;
    const cache = makeCache();
    const asked = cache.acquireOrLoad('a', () => new Promise((resolve) => (end = resolve)));
    cache.set('a', 'own');
    end('A');
    const lease = await asked;
    const closed = cache.close();
    await clock.advanceAsync(20_000);
    await closed;
    expect(lease.isHeld).toBe(false);
    expect(left).toContainEqual(['a', 'A', 'replaced']);
  });
});
