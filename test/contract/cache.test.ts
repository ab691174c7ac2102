/** What every cache promises, whatever its policy: `Map`'s keys and values, an exact bound, notices that hurt nobody. */
import { describe, expect, it } from 'vitest';
import { checkCache } from '../../src/cache/check.ts';
import { Cache, type CacheOptions, type RemovalCause } from '../../src/cache/index.ts';
import { keyShapes, SOME_KEYS } from '../helpers/cache-keys.ts';
import { POLICIES } from '../helpers/cache-policies.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { seeded } from '../helpers/series.ts';

describe.each(POLICIES)('%s', (policy) => {
  const make = <V = unknown>(options: Partial<CacheOptions<unknown, V>> = {}): Cache<unknown, V> =>
    new Cache<unknown, V>({ maxEntries: 100, policy, ...options });

  const fill = (cache: Cache<unknown, number>, count: number): void => {
    for (let key = 0; key < count; key++) cache.set(key, key);
  };

  describe('keys', () => {
    it('are those of Map: NaN is itself, -0 is 0, 1 is not "1", objects and symbols are only themselves', () => {
      const cache = make<number>();
      const map = new Map<unknown, number>();
      const keys = [...SOME_KEYS, -0, [], {}, Symbol('key'), () => {}];
      keys.forEach((key, place) => {
        cache.set(key, place);
        map.set(key, place);
      });
      expect(cache.size).toBe(map.size);
      for (const [key, place] of map) expect(cache.get(key)).toBe(place);
      expect(cache.has({})).toBe(false);
      checkCache(cache);
    });

    it('are given back as Map gives them: 0 for -0', () => {
      const cache = make();
      cache.set(-0, 'zero');
      expect([...cache.keys()]).toEqual([0]);
      expect(cache.get(0)).toBe('zero');
      expect(cache.delete(-0)).toBe(true);
    });

    it('may have the names that objects are born with', () => {
      const cache = make();
      for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf']) {
        expect(cache.get(name)).toBeUndefined();
        expect(cache.has(name)).toBe(false);
        cache.set(name, name);
        expect(cache.get(name)).toBe(name);
      }
      expect(cache.size).toBe(5);
    });

    it.each(Object.entries(keyShapes))('are told apart: %s', (_, keyOf) => {
      // What tells keys apart is below the policies: one of them gets so many that every change of hash takes place.
      const count = policy === 'adaptive' ? 5_000 : 1_000;
      const keys = Array.from({ length: count }, (_unused, index) => keyOf(index));
      expect(new Set(keys).size).toBe(count);
      const cache = make<number>({ maxEntries: count });
      keys.forEach((key, place) => cache.set(key, place));
      checkCache(cache);
      expect(keys.findIndex((key, place) => cache.get(key) !== place)).toBe(-1);
      expect(keys.filter((key, place) => place % 2 === 0 && cache.delete(key)).length).toBe(count / 2);
      checkCache(cache);
      expect(keys.findIndex((key, place) => cache.get(key) !== (place % 2 === 0 ? undefined : place))).toBe(-1);
      expect(cache.size).toBe(count / 2);
    });

    it.each(Object.entries(keyShapes))('are told apart in a cache too small for them: %s', (_, keyOf) => {
      const [count, maxEntries] = policy === 'adaptive' ? [3_000, 500] : [800, 150];
      const keys = Array.from({ length: count }, (_unused, index) => keyOf(index));
      const cache = make<number>({ maxEntries });
      let wrong = 0;
      for (let round = 0; round < 2; round++) {
        keys.forEach((key, place) => {
          const value = cache.get(key);
          if (value === undefined) cache.set(key, place);
          else if (value !== place) wrong++;
        });
      }
      expect([wrong, cache.size]).toEqual([0, maxEntries]);
      checkCache(cache);
    });
  });

  describe('values', () => {
    it('may be anything, undefined too, which is no miss', () => {
      const cache = make();
      const values = [undefined, null, 0, '', false, Number.NaN, () => {}, Symbol('value'), {}, new Error('value')];
      values.forEach((value, key) => cache.set(key, value));
      values.forEach((value, key) => {
        expect(cache.has(key)).toBe(true);
        expect(cache.get(key)).toBe(value);
        expect(cache.peek(key)).toBe(value);
      });
      expect(cache.stats()).toMatchObject({ hits: values.length, misses: 0 });
      expect([...cache.values()]).toHaveLength(values.length);
    });
  });

  describe('the bound', () => {
    it('holds after every call, from the first entry over it', () => {
      const wrong: unknown[] = [];
      for (const maxEntries of [1, 2, 3, 7, 64, 100]) {
        const cache = make<number>({ maxEntries });
        for (let key = 0; key < maxEntries * 5; key++) {
          cache.set(key, key);
          cache.get(key % 3);
          if (cache.size !== Math.min(maxEntries, key + 1)) wrong.push([maxEntries, key, cache.size]);
          if ([...cache.keys()].length !== cache.size) wrong.push([maxEntries, key, 'keys']);
        }
        checkCache(cache);
      }
      expect(wrong).toEqual([]);
    });

    it('lets everything stay while it fits', () => {
      const left: unknown[] = [];
      const cache = make<number>({ maxEntries: 1_000, dispose: (value) => left.push(value) });
      fill(cache, 1_000);
      expect(left).toEqual([]);
      cache.set('one more', -1);
      expect(left).toHaveLength(1);
      expect(cache.get('one more')).toBe(-1);
    });

    it('makes room for evictBatch at once: a set at 500 leaves 451', () => {
      const cache = make<number>({ maxEntries: 500, evictBatch: 50 });
      fill(cache, 500);
      expect(cache.size).toBe(500);
      cache.set('new', 500);
      expect(cache.size).toBe(451);
      expect(cache.stats().evictions.capacity).toBe(50);
      for (let key = 0; key < 49; key++) cache.set(`newer ${key}`, key);
      expect(cache.size).toBe(500);
      cache.set('newest', 501);
      expect(cache.size).toBe(451);
    });

    it('may be evicted down to nothing by a batch as large as the cache', () => {
      const cache = make<number>({ maxEntries: 10, evictBatch: 1_000 });
      fill(cache, 11);
      expect([...cache.keys()]).toEqual([10]);
    });

    it.each([1, 10, 5_000, 40_000])('can be moved to %i and back, and holds there', (maxEntries) => {
      const cache = make<number>({ maxEntries: 1_000 });
      fill(cache, 1_000);
      cache.resize({ maxEntries });
      expect(cache.maxEntries).toBe(maxEntries);
      expect(cache.size).toBe(Math.min(1_000, maxEntries));
      fill(cache, maxEntries + 10);
      expect(cache.size).toBe(maxEntries);
      expect([...cache].filter(([key, value]) => cache.peek(key) !== value)).toEqual([]);
      checkCache(cache);
      cache.resize({ maxEntries: 1_000 });
      expect(cache.size).toBe(Math.min(maxEntries, 1_000));
      checkCache(cache);
    });

    it('stays where it is when the new one is refused', () => {
      const cache = make();
      for (const maxEntries of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 'many' as never]) {
        expect(() => cache.resize({ maxEntries })).toThrow('`maxEntries`');
      }
      expect(cache.maxEntries).toBe(100);
    });

    it('evicts on demand, as many as there are', () => {
      const cache = make<number>();
      fill(cache, 10);
      expect(cache.evict(0)).toBe(0);
      expect(cache.evict(4)).toBe(4);
      expect(cache.size).toBe(6);
      expect(cache.evict(100)).toBe(6);
      expect(cache.evict(1)).toBe(0);
      expect(cache.stats().evictions.pressure).toBe(10);
      expect(() => cache.evict(-1)).toThrow('`count`');
      fill(cache, 100);
      expect(cache.size).toBe(100);
      checkCache(cache);
    });
  });

  describe('the bound by bytes', () => {
    const weighed = (maxBytes: number, more: Partial<CacheOptions<unknown, number>> = {}): Cache<unknown, number> =>
      new Cache<unknown, number>({ maxBytes, policy, sizeOf: (value) => value, ...more });

    it('counts what the weigher says, through replacing, deleting and clearing', () => {
      const cache = weighed(100);
      cache.set('a', 30).set('b', 40);
      expect(cache.bytes).toBe(70);
      cache.set('a', 10);
      expect(cache.bytes).toBe(50);
      cache.delete('b');
      expect(cache.bytes).toBe(10);
      cache.clear();
      expect(cache.bytes).toBe(0);
      checkCache(cache);
    });

    it('evicts as many as a new entry needs', () => {
      const cache = weighed(100);
      for (let key = 0; key < 10; key++) cache.set(key, 10);
      cache.set('large', 75);
      expect(cache.bytes).toBeLessThanOrEqual(100);
      expect(cache.peek('large')).toBe(75);
      expect(cache.stats().evictions.capacity).toBe(8);
    });

    it('keeps the value just set when a larger one is set over it', () => {
      const cache = weighed(100);
      for (let key = 0; key < 10; key++) cache.set(key, 10);
      cache.set(5, 91);
      expect(cache.peek(5)).toBe(91);
      expect(cache.bytes).toBe(91);
      expect(cache.size).toBe(1);
      checkCache(cache);
    });

    it('does not store what is larger by itself, and lets go of what it would have replaced', () => {
      const causes: RemovalCause[] = [];
      const cache = weighed(100, { dispose: (_value, _key, cause) => causes.push(cause) });
      cache.set('a', 10).set('b', 20);
      cache.set('b', 101);
      expect(cache.has('b')).toBe(false);
      expect(cache.peek('a')).toBe(10);
      expect(cache.stats().rejected).toBe(1);
      expect(causes).toEqual(['replaced']);
      cache.set('c', 100);
      expect([...cache.keys()]).toEqual(['c']);
    });

    describe('weighs again', () => {
      interface Buffer {
        bytes: number;
      }
      const growing = (more: Partial<CacheOptions<unknown, Buffer>> = {}): Cache<unknown, Buffer> =>
        new Cache<unknown, Buffer>({ maxBytes: 100, policy, sizeOf: ({ bytes }) => bytes, onAlert: () => {}, ...more });

      it('what has grown or shrunk, and makes room for it by others', () => {
        const left: [unknown, RemovalCause][] = [];
        const cache = growing({ dispose: (_value, key, cause) => left.push([key, cause]) });
        const value = { bytes: 10 };
        cache.set('a', value).set('b', { bytes: 40 }).set('c', { bytes: 40 });
        value.bytes = 5;
        expect([cache.weigh('a'), cache.bytes, left]).toEqual([true, 85, []]);
        value.bytes = 70;
        expect([cache.weigh('a'), cache.bytes, cache.peek('a')]).toEqual([true, 70, value]);
        expect(new Map(left)).toEqual(
          new Map([
            ['b', 'capacity'],
            ['c', 'capacity'],
          ]),
        );
        value.bytes = 101;
        expect([cache.weigh('a'), cache.size, cache.stats().rejected]).toEqual([false, 0, 1]);
        expect([cache.weigh('a'), left.at(-1)]).toEqual([false, ['a', 'replaced']]);
        checkCache(cache);
      });

      it('whatever the weigher does meanwhile', () => {
        const errors: unknown[] = [];
        let meanwhile = (): number => 1;
        const cache = growing({ sizeOf: () => meanwhile(), onError: (error) => errors.push(error) });
        const fresh = (): unknown => cache.clear() ?? cache.set('a', { bytes: 1 }).set('b', { bytes: 1 });
        fresh();
        meanwhile = () => (cache.delete('a'), 1);
        expect([cache.weigh('a'), cache.bytes]).toEqual([false, 1]);
        meanwhile = () => 1;
        fresh();
        meanwhile = () => {
          meanwhile = () => 7;
          cache.set('a', { bytes: 7 });
          return 3;
        };
        expect([cache.weigh('a'), cache.bytes]).toEqual([true, 8]);
        meanwhile = () => {
          throw new Error('broken scales');
        };
        expect([cache.weigh('a'), cache.size, errors.length]).toEqual([false, 1, 1]);
        checkCache(cache);
      });

      it('without a use of the entry, and without a write', () => {
        const clock = new FakeClock();
        const cache = growing({ maxEntries: 3, idleTtl: 1000, clock });
        cache.set('a', { bytes: 1 });
        const before = cache.stats();
        clock.advance(900);
        expect(cache.weigh('a')).toBe(true);
        expect(cache.stats()).toEqual(before);
        clock.advance(101);
        expect([cache.weigh('a'), cache.has('a')]).toEqual([false, false]);
      });

      it('as often as one likes: the sum is that of what is there', () => {
        const next = seeded(20);
        const cache = growing({ maxEntries: 20 });
        for (let round = 0; round < 2000; round++) {
          const key = Math.floor(next() * 30);
          const value = cache.peek(key);
          if (value === undefined) cache.set(key, { bytes: Math.floor(next() * 30) });
          else value.bytes = Math.floor(next() * 30);
          cache.weigh(key);
          expect(cache.bytes).toBe([...cache.values()].reduce((sum, { bytes }) => sum + bytes, 0));
          expect(cache.bytes).toBeLessThanOrEqual(100);
        }
        checkCache(cache);
      });
    });

    it('does not drift with fractions of bytes', () => {
      const cache = weighed(1_000, { sizeOf: (value) => value / 10 });
      for (let round = 0; round < 50; round++) {
        for (let key = 0; key < 30; key++) cache.set(key, (key * 7 + round) % 13);
      }
      for (let key = 0; key < 30; key++) cache.delete(key);
      expect(cache.size).toBe(0);
      expect(cache.bytes).toBe(0);
    });

    it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5', undefined, null, 5n])(
      'does not store what the weigher cannot weigh: it gives %s',
      (bytes) => {
        const errors: unknown[] = [];
        const cache = weighed(100, { sizeOf: () => bytes as number, onError: (error) => errors.push(error) });
        cache.set('a', 1);
        expect(cache.size).toBe(0);
        expect(cache.bytes).toBe(0);
        expect(errors).toHaveLength(1);
        expect(cache.stats().rejected).toBe(1);
        checkCache(cache);
      },
    );

    it('survives a weigher that throws, and keeps no value that is no longer true', () => {
      const errors: unknown[] = [];
      let isBroken = false;
      const cache = weighed(100, {
        sizeOf: () => {
          if (isBroken) throw new Error('broken scales');
          return 1;
        },
        onError: (error) => errors.push(error),
      });
      cache.set('a', 1);
      isBroken = true;
      expect(() => cache.set('a', 2)).not.toThrow();
      expect(cache.has('a')).toBe(false);
      expect(errors).toEqual([new Error('broken scales')]);
      checkCache(cache);
    });

    it('survives a weigher that calls the cache', () => {
      const cache: Cache<unknown, number> = weighed(100, {
        sizeOf: (value, key) => {
          if (key === 'a' && !cache.has('b')) cache.set('b', 30);
          if (key === 'a') cache.delete('a');
          return value;
        },
      });
      cache.get('a');
      cache.set('a', 40);
      expect(cache.peek('a')).toBe(40);
      expect(cache.peek('b')).toBe(30);
      expect(cache.size).toBe(2);
      expect(cache.bytes).toBe(70);
      checkCache(cache);
      cache.set('a', 50);
      expect([...cache.keys()].filter((key) => key === 'a')).toHaveLength(1);
      checkCache(cache);
    });
  });

  describe('looking', () => {
    it('is no use of an entry, and is not counted', () => {
      const cache = make<number>();
      fill(cache, 10);
      cache.peek(1);
      cache.has(1);
      cache.peek('none');
      for (const _ of cache);
      cache.forEach(() => {});
      expect(cache.stats()).toMatchObject({ hits: 0, misses: 0 });
    });

    it('gives everything once, in all its forms, in one order', () => {
      const cache = make<number>();
      fill(cache, 50);
      const entries = [...cache];
      expect([...entries].sort(([a], [b]) => Number(a) - Number(b))).toEqual(
        Array.from({ length: 50 }, (_, key) => [key, key]),
      );
      expect([...cache.entries()]).toEqual(entries);
      expect([...cache.keys()]).toEqual(entries.map(([key]) => key));
      expect([...cache.values()]).toEqual(entries.map(([, value]) => value));
    });

    it('calls forEach with value, key, the cache, and `this` as given', () => {
      const cache = make<number>();
      cache.set('a', 1);
      const self = {};
      const calls: unknown[] = [];
      cache.forEach(function (this: unknown, ...args) {
        calls.push([this, ...args]);
      }, self);
      expect(calls).toEqual([[self, 1, 'a', cache]]);
      expect(() => cache.forEach(undefined as never)).toThrow();
    });

    it('gives iterators that can be gone on with, and that stay at their end', () => {
      const cache = make<number>();
      fill(cache, 3);
      const iterator = cache.keys();
      const first = iterator.next();
      expect(first.done).toBe(false);
      expect([...iterator]).toHaveLength(2);
      cache.set('late', 1);
      expect(iterator.next()).toEqual({ done: true, value: undefined });
    });

    it('does not end for ever when each entry seen is set anew', () => {
      const cache = make<number>();
      fill(cache, 20);
      let seen = 0;
      for (const [key] of cache) {
        cache.set(key, seen);
        cache.get(key);
        if (++seen > 1_000) break;
      }
      expect(seen).toBe(20);
    });

    it('does not show what was taken out before it was reached', () => {
      const cache = make<number>();
      fill(cache, 20);
      const seen: unknown[] = [];
      for (const [key] of cache) {
        seen.push(key);
        for (let other = 0; other < 20; other++) if (other !== key) cache.delete(other);
      }
      expect(seen).toHaveLength(1);
    });

    it('goes on where it was through clear and a new beginning', () => {
      const cache = make<number>();
      fill(cache, 20);
      let seen = 0;
      for (const [key, value] of cache) {
        expect(cache.peek(key)).toBe(value);
        if (seen++ === 5) {
          cache.clear();
          cache.set('new', -1);
        }
        if (seen > 100) break;
      }
      expect(seen).toBeLessThanOrEqual(7);
    });
  });

  describe('notices', () => {
    it('come with value, key and cause, one for each entry that leaves', () => {
      const notices: unknown[] = [];
      const cache = make<number>({ maxEntries: 2, dispose: (...notice) => notices.push(notice) });
      cache.set('a', 1).set('a', 2);
      cache.delete('a');
      cache.delete('a');
      cache.set('b', 3);
      cache.evict(1);
      cache.set('c', 4).clear();
      cache.set('d', 5).set('e', 6);
      cache.resize({ maxEntries: 1 });
      expect(notices.slice(0, 4)).toEqual([
        [1, 'a', 'replaced'],
        [2, 'a', 'deleted'],
        [3, 'b', 'pressure'],
        [4, 'c', 'deleted'],
      ]);
      expect(notices[4]).toEqual(cache.has('d') ? [6, 'e', 'capacity'] : [5, 'd', 'capacity']);
      void cache.close();
      expect(notices[5]).toEqual(expect.arrayContaining(['disposed']));
      expect(notices).toHaveLength(6);
    });

    it('do not come for a value that stays: the same one set again', () => {
      const notices: unknown[] = [];
      const cache = make<object>({ dispose: (value) => notices.push(value) });
      const value = {};
      cache.set('a', value).set('a', value);
      expect(notices).toEqual([]);
      cache.clear();
      expect(notices).toEqual([value]);
    });

    it('come when the state is whole: the disposer sees the cache as the caller will', () => {
      const sizes: number[] = [];
      const cache: Cache<unknown, number> = make<number>({
        maxEntries: 5,
        dispose: (_value, key) => {
          checkCache(cache);
          if (key !== 'again') expect(cache.has(key)).toBe(false);
          sizes.push(cache.size);
        },
      });
      fill(cache, 6);
      expect(sizes).toEqual([5]);
      cache.clear();
      expect(sizes).toEqual([5, 0, 0, 0, 0, 0]);
    });

    it('may call any method of the cache', () => {
      let calls = 0;
      const cache: Cache<unknown, number> = make<number>({
        maxEntries: 8,
        dispose: (value, key) => {
          if (calls++ > 200) return;
          cache.get(key);
          cache.set(`${String(key)}'`, value);
          cache.delete(calls);
          cache.peek(0);
          if (calls % 7 === 0) cache.evict(2);
          if (calls % 50 === 0) cache.resize({ maxEntries: 4 + (calls % 5) });
          if (calls % 90 === 0) cache.clear();
          for (const _ of cache) if (calls % 3 === 0) break;
          checkCache(cache);
        },
      });
      fill(cache, 60);
      expect(calls).toBeGreaterThan(50);
      expect(cache.size).toBeLessThanOrEqual(8);
      checkCache(cache);
    });

    it('that throw hurt neither the caller nor the others', () => {
      const errors: unknown[] = [];
      const told: unknown[] = [];
      const cache = make<number>({
        maxEntries: 3,
        dispose: (value, key) => {
          told.push(key);
          if (value % 2 === 0) throw new Error(`no ${value}`);
        },
        onError: (error) => errors.push(error),
      });
      fill(cache, 6);
      cache.clear();
      expect(told).toHaveLength(6);
      expect(errors).toHaveLength(3);
      cache.set('after', 7);
      expect(cache.get('after')).toBe(7);
      checkCache(cache);
    });

    it('go on when the handler of errors throws as well', () => {
      const told: unknown[] = [];
      const cache = make<number>({
        dispose: (_value, key) => {
          told.push(key);
          throw new Error('from the disposer');
        },
        onError: () => {
          throw new Error('from the handler');
        },
      });
      fill(cache, 3);
      expect(() => cache.clear()).not.toThrow();
      cache.set('a', 1);
      expect(() => cache.delete('a')).not.toThrow();
      expect(told).toHaveLength(4);
    });
  });

  describe('closing', () => {
    it('lets everything go, takes nothing more, and may be done twice', () => {
      const causes: RemovalCause[] = [];
      const cache = make<number>({ dispose: (_value, _key, cause) => causes.push(cause) });
      fill(cache, 3);
      void cache.close();
      cache[Symbol.dispose]();
      expect(causes).toEqual(['disposed', 'disposed', 'disposed']);
      expect(() => cache.set('a', 1)).toThrow(expect.objectContaining({ code: 'PLIM_ERR_CACHE_CLOSED' }));
      expect(cache.size).toBe(0);
      checkCache(cache);
    });

    it('also ends what a disposer sets meanwhile', () => {
      const cache: Cache<unknown, number> = make<number>({ dispose: (value, key) => cache.set(key, value + 1) });
      fill(cache, 3);
      void cache.close();
      expect(cache.size).toBe(0);
    });
  });

  describe('counting', () => {
    it('is exact', () => {
      const cache = make<number>({ maxEntries: 5 });
      fill(cache, 8);
      cache.set(7, 70);
      const present = [...cache.keys()];
      for (let round = 0; round < 20; round++) for (const key of present) cache.get(key);
      for (let key = 100; key < 110; key++) cache.get(key);
      expect(cache.stats()).toMatchObject({
        hits: 100,
        misses: 10,
        sets: 9,
        inserts: 8,
        evictions: { capacity: 3, expired: 0, pressure: 0 },
        rejected: 0,
        size: 5,
      });
    });

    it('goes on through clear and resize', () => {
      const cache = make<number>();
      fill(cache, 10);
      cache.get(1);
      cache.clear();
      cache.resize({ maxEntries: 500 });
      cache.get(1);
      expect(cache.stats()).toMatchObject({ hits: 1, misses: 1, sets: 10, size: 0 });
    });
  });
});
