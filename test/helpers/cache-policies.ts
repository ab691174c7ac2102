/** The policies of a cache, once for all suites. */
import type { CachePolicy } from '../../src/cache/index.ts';

export const POLICIES = ['adaptive', 'lru', 'lfu', 'fifo', 'largest'] as const satisfies readonly CachePolicy[];

/** Those that keep what was used of late, or often. */
export const POLICIES_BY_USE = ['adaptive', 'lru', 'lfu'] as const satisfies readonly CachePolicy[];

/** Those of which it is known beforehand who leaves: `cache-rules.ts` has their order. */
export const EXACT_POLICIES = ['lru', 'lfu', 'fifo', 'largest'] as const satisfies readonly CachePolicy[];

export type ExactPolicy = (typeof EXACT_POLICIES)[number];
