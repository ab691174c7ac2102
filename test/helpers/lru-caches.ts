/** lru-cache's own `LRUCache`, which ours is compared with; pinned in `test/peers`. */
import { createRequire } from 'node:module';
import { LRUCache } from '../../src/cache/lru-cache/index.ts';
import { serviceOrSkip } from './service.ts';

type Constructor = typeof LRUCache;

/** By our types: that they fit is tested where the types are. */
const original = findOriginal();

/** Whether the comparison must be left out. */
export const withoutOriginal: boolean = serviceOrSkip('lru-cache (npm ci --prefix test/peers)', original !== undefined);

/** All that keep the contract: ours first. */
export const lruCaches: readonly { name: string; LRUCache: Constructor }[] = [
  { name: 'plimsoll', LRUCache },
  ...(original === undefined ? [] : [{ name: 'lru-cache', LRUCache: original }]),
];

function findOriginal(): Constructor | undefined {
  const require = createRequire(new URL('../peers/package.json', import.meta.url));
  try {
    return (require('lru-cache') as { LRUCache: Constructor }).LRUCache;
  } catch {
    return undefined;
  }
}
