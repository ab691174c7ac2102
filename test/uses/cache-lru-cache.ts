/** A program that uses `plimsoll/cache/lru-cache` as it used lru-cache. */
import { LRUCache } from 'plimsoll/cache/lru-cache';
import { isPlimsollError } from 'plimsoll/errors';

interface User {
  readonly id: number;
}

const options: LRUCache.Options<string, User, unknown> = { max: 100, ttl: 60_000 };

function refusal(): unknown {
  try {
    return new LRUCache({ max: -1 });
  } catch (error) {
    return error;
  }
}

export function use(): Record<string, boolean> {
  const gone: [string, LRUCache.DisposeReason][] = [];
  const cache = new LRUCache<string, User>({
    ...options,
    dispose: (_user, key, reason) => void gone.push([key, reason]),
  });
  for (let id = 0; id < 150; id++) cache.set(`u${id}`, { id });
  const status: LRUCache.Status<string, User> = {};
  const newest = cache.get('u149', { status });
  const copy = new LRUCache<string, User>(options);
  copy.load(cache.dump());
  const refused = refusal();
  cache.clear();
  return {
    'what was set is there': newest?.id === 149 && status.get === 'hit',
    'the bound holds': copy.size === 100 && copy.max === 100,
    'the one used least recently left first': gone[0]?.[0] === 'u0' && gone[0][1] === 'evict',
    'a dump keeps the order': copy.keys().next().value === 'u149',
    'clearing disposes of the rest': gone.length === 150 && gone.at(-1)?.[1] === 'delete',
    'bad options are refused': refused instanceof TypeError && isPlimsollError(refused, 'PLIM_ERR_OPTION_INVALID'),
  };
}
