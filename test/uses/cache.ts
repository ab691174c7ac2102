/** A program that uses `plimsoll/cache`: sets, gets, evicts. */
import { Cache, type CacheStats, type RemovalCause, wasEvicted } from 'plimsoll/cache';
import { isPlimsollError, OptionsError } from 'plimsoll/errors';

interface User {
  readonly id: number;
}

function refusal(): unknown {
  try {
    return new Cache<string, User>({});
  } catch (error) {
    return error;
  }
}

export function use(): Record<string, boolean> {
  const gone: [string, RemovalCause][] = [];
  const cache = new Cache<string, User>({
    name: 'users',
    maxEntries: 100,
    policy: 'lru',
    // It is to be full; a browser would print the warning.
    warnUtilisation: false,
    dispose: (_user, key, cause) => void gone.push([key, cause]),
  });
  for (let id = 0; id < 150; id++) cache.set(`u${id}`, { id });
  const newest = cache.get('u149');
  const stats: CacheStats = cache.stats();
  const coldest = cache.get('u0');
  const firstGone = gone[0];
  const refused = refusal();
  void cache.close();
  return {
    'what was set is there': newest?.id === 149,
    'the bound holds': stats.size === 100 && cache.maxEntries === 100,
    'the coldest were evicted': coldest === undefined && firstGone?.[0] === 'u0' && wasEvicted(firstGone[1]),
    'hits and evictions are counted': stats.hits === 1 && stats.evictions.capacity === 50,
    'closing disposes of the rest': gone.length === 150 && gone.at(-1)?.[1] === 'disposed',
    'no bound is refused': refused instanceof OptionsError && isPlimsollError(refused, 'PLIM_ERR_OPTION_INVALID'),
  };
}
