/** What programs written for lru-cache's types say. Nothing here runs. */
import { expectTypeOf, test } from 'vitest';
import { LRUCache } from '../../src/cache/lru-cache/index.ts';

interface User {
  name: string;
}

/** A function of this type is checked and never called. */
type Check = () => unknown;

test('options of each kind are taken', () => {
  const checks: Check[] = [
    () => new LRUCache({ max: 5 }),
    () => new LRUCache<string, User>({ maxSize: 10, sizeCalculation: (user, key) => user.name.length + key.length }),
    () => new LRUCache<string, User>({ ttl: 10, ttlAutopurge: true }),
    () => new LRUCache<string, User>(new LRUCache<string, User>({ max: 5 })),
    // @ts-expect-error -- a bound is required
    () => new LRUCache<string, User>({ allowStale: true }),
    // @ts-expect-error -- values are no undefined
    () => new LRUCache<string, User | undefined>({ max: 5 }),
  ];
  expectTypeOf(checks).toEqualTypeOf<Check[]>();
});

test('the types that hang on the class are there', () => {
  const options: LRUCache.Options<string, User, unknown> = { max: 5 };
  const fetcher: LRUCache.Fetcher<string, User> = async (key, stale, { signal, options: set, context }) => {
    expectTypeOf(stale).toEqualTypeOf<User | undefined>();
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
    expectTypeOf(context).toEqualTypeOf<unknown>();
    set.ttl = 5;
    return { name: key };
  };
  const entry: LRUCache.Entry<User> = { value: { name: 'a' }, ttl: 5 };
  const reason: LRUCache.DisposeReason = 'evict';
  expectTypeOf<LRUCache.Status<string, User>['has']>().toEqualTypeOf<'hit' | 'stale' | 'miss' | undefined>();
  expectTypeOf<LRUCache.DisposeReason>().toEqualTypeOf<'evict' | 'set' | 'delete' | 'expire' | 'fetch'>();
  expectTypeOf<LRUCache.InsertReason>().toEqualTypeOf<'add' | 'update' | 'replace'>();
  expectTypeOf([options, fetcher, entry, reason]).toBeObject();
});

test('context is required where it has a type, and only there', () => {
  type Typed = LRUCache<string, User, { id: number }>;
  type Checks = ((cache: Typed) => unknown)[];
  const checks: Checks = [
    (cache) => cache.fetch('a', { context: { id: 1 } }),
    (cache) => cache.memo('a', { context: { id: 1 }, forceRefresh: true }),
    // @ts-expect-error -- no context
    (cache) => cache.fetch('a'),
    // @ts-expect-error -- no context
    (cache) => cache.fetch('a', {}),
  ];
  const untyped: ((cache: LRUCache<string, User>, none: LRUCache<string, User, undefined>) => unknown)[] = [
    (cache) => cache.fetch('a'),
    (cache) => cache.fetch('a', { context: 'anything' }),
    (_cache, none) => none.fetch('a', { allowStale: true }),
    (_cache, none) => none.forceFetch('a'),
  ];
  expectTypeOf([checks, untyped]).toBeArray();
});

test('results are of the types that programs count on', () => {
  type Cache = LRUCache<string, User>;
  expectTypeOf<ReturnType<Cache['get' | 'peek' | 'pop' | 'find']>>().toEqualTypeOf<User | undefined>();
  expectTypeOf<ReturnType<Cache['fetch']>>().toEqualTypeOf<Promise<User | undefined>>();
  expectTypeOf<ReturnType<Cache['forceFetch']>>().toEqualTypeOf<Promise<User>>();
  expectTypeOf<ReturnType<Cache['memo']>>().toEqualTypeOf<User>();
  expectTypeOf<ReturnType<Cache['dump']>>().toEqualTypeOf<[string, LRUCache.Entry<User>][]>();
  expectTypeOf<ReturnType<Cache['info']>>().toEqualTypeOf<LRUCache.Entry<User> | undefined>();
});
