import { afterEach, describe, expect, test } from 'vitest';
import * as vitest from 'vitest';
import { Cache } from '../../../src/cache/index.ts';
import { KeyvStore, KeyvTier, TieredCache } from '../../../src/tier/index.ts';
import { serviceOrSkip } from '../../helpers/service.ts';

type Suite = (test_: typeof vitest, Keyv: unknown, store: () => unknown) => void;
type KeyvClass = new (
  options: object,
) => {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, ttl?: number): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
};

const PEERS = '../../peers/node_modules';
const load = async (path: string): Promise<Record<string, unknown> | undefined> => {
  try {
    return (await import(`${PEERS}/${path}`)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
};
const keyv = await load('keyv/dist/index.js');
const suites = await load('@keyv/test-suite/dist/index.js');
const isMissing = serviceOrSkip('keyv (npm ci --prefix test/peers)', keyv !== undefined && suites !== undefined);

describe.skipIf(isMissing)("Keyv's own tests", () => {
  const Keyv = keyv?.['Keyv'] as KeyvClass;

  describe('of stores, on a KeyvStore', () => {
    const cache = new Cache<string, unknown>({ maxEntries: 1000 });
    afterEach(() => cache.clear());
    const store = (): KeyvStore => new KeyvStore(cache);
    if (suites !== undefined) {
      (suites['default'] as Suite)(vitest, Keyv, store);
      (suites['keyvIteratorTests'] as Suite)(vitest, Keyv, store);
    }
  });

  test('a Keyv is a second tier', async () => {
    const l2 = new KeyvTier<string>({ store: new Keyv({ throwOnErrors: true }) });
    const options = { l1: { maxEntries: 10 }, l2, ttl: '1m' } as const;
    const [a, b] = [new TieredCache<string>(options), new TieredCache<string>(options)];
    expect(await a.set('k', 'v', { tags: ['t'] })).toBe(true);
    expect(await b.get('k')).toBe('v');
    expect(await a.invalidateTag('t')).toBe(true);
    expect(await a.get('k')).toBeUndefined();
    await Promise.all([a.close(), b.close()]);
  });
});

describe('KeyvStore', () => {
  test('is bounded, takes times, and leaves other namespaces alone', async () => {
    const store = new KeyvStore({ maxEntries: 2, policy: 'fifo' });
    for (const key of ['a:1', 'a:2', 'b:1']) await store.set(key, key);
    expect(await store.getMany(['a:1', 'a:2', 'b:1'])).toEqual([undefined, 'a:2', 'b:1']);
    store.namespace = 'a';
    await store.clear();
    expect(await store.hasMany(['a:2', 'b:1'])).toEqual([false, true]);
    expect(await store.setMany([{ key: 'c', value: 1, ttl: 60_000 }])).toEqual([true]);
    expect(await store.deleteMany(['c', 'nowhere'])).toBe(true);
    store.namespace = undefined;
    await store.clear();
    expect(store.cache.size).toBe(0);
    await store.disconnect();
  });
});

describe('KeyvTier', () => {
  test('refuses what is no store, and hears when a store does not take a value', async () => {
    expect(() => new KeyvTier({ store: {} as never })).toThrow(/Expected `store` to be a Keyv store/);
    const l2 = new KeyvTier<string>({
      store: { get: () => undefined, set: () => false, delete: () => false, clear: () => {} },
    });
    const cache = new TieredCache<string>({ l1: { maxEntries: 10 }, l2, onAlert: () => {} });
    expect(await cache.set('k', 'v')).toBe(false);
    await cache.close();
  });

  test('what is no entry of ours is damage', async () => {
    const store = new Map<string, unknown>([
      [':a', 5],
      [':b', 'hello'],
    ]);
    const tier = new KeyvTier({ store });
    expect((await tier.getMany(['a', 'b', 'c'])).map((found) => found?.kind)).toEqual([
      'damaged',
      'damaged',
      undefined,
    ]);
  });
});
