/** `plimsoll/cache/lru-cache`: lru-cache's class, over Plimsoll's store. */
export { LRUCache } from './lru-cache.ts';
export type { Perf } from './types.ts';
