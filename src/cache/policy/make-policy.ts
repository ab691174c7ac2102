import type { Slots } from '../core/slots.ts';
import { AdaptivePolicy } from './adaptive.ts';
import { ListedPolicy } from './listed.ts';
import type { Policy } from './policy.ts';
import { LargestPolicy, LfuPolicy } from './ranked.ts';

/** Which entry leaves when the cache is full. */
export type CachePolicy = 'adaptive' | 'lru' | 'lfu' | 'fifo' | 'largest';

/** Makes the policy of that name over `slots`, for a cache that has `capacity` entries when full. */
export function makePolicy(
  name: CachePolicy,
  slots: Slots,
  capacity: number,
  bytesOf: (slot: number) => number,
): Policy {
  switch (name) {
    case 'lru':
    case 'fifo':
      return new ListedPolicy(slots, name);
    case 'lfu':
      return new LfuPolicy(slots, capacity);
    case 'largest':
      return new LargestPolicy(slots, bytesOf);
    default:
      return new AdaptivePolicy(slots, capacity);
  }
}
