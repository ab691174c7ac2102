/** A program that uses `plimsoll/redis`: two caches, as of two processes, over one second tier. */
import { OptionsError } from 'plimsoll/errors';
import { KeyvStore, MemoryTier, RedisTier, TieredCache, type TierStats } from 'plimsoll/redis';

function refusal(): unknown {
  try {
    return new RedisTier({ client: {}, namespace: 'users' });
  } catch (error) {
    return error;
  }
}

export async function use(): Promise<Record<string, boolean>> {
  const l2 = new MemoryTier<string>();
  const options = { l1: { maxEntries: 100 }, l2, ttl: '1m', jitter: 0 } as const;
  const one = new TieredCache<string>(options);
  const other = new TieredCache<string>({ ...options, load: (key) => `loaded ${key}` });
  const isStored = await one.set('a', 'first', { tags: ['letters'] });
  const seen = await other.get('a');
  const loaded = await other.getOrLoad('b');
  const many = await one.getMany(['a', 'b', 'c']);
  await one.invalidateTag('letters');
  const gone = await one.get('a');
  const stats: TierStats = other.stats();
  const store = new KeyvStore({ maxEntries: 10 });
  await store.set('k', 'v');
  await Promise.all([one.close(), other.close()]);
  return {
    'the second tier acknowledges': isStored,
    'what one stores the other finds': seen === 'first' && other.name === undefined,
    'what is nowhere is loaded': loaded === 'loaded b' && stats.loads === 1,
    'many are read at once': [...many.values()].join() === 'first,loaded b',
    'a tag makes its entries invalid': gone === undefined,
    'a cache is a Keyv store': (await store.get('k')) === 'v',
    'what is no client is refused': refusal() instanceof OptionsError,
  };
}
