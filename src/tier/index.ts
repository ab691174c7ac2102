/** `plimsoll/redis`: a cache in two tiers, the second of them shared by processes. The Redis client is yours. */
export type { Alert, AlertLevel } from '../base/alert.ts';
export type { BreakerOptions, BreakerState } from './breaker.ts';
export type { Bus, BusListener, BusOp, BusStats } from './bus/bus.ts';
export { InvalidationBus } from './bus/invalidation-bus.ts';
export type { InvalidationBusOptions } from './bus/invalidation-bus.ts';
export { TrackingBus } from './bus/tracking-bus.ts';
export type { CallCounters } from './calls.ts';
export type { Codec, CodecOptions } from './codec.ts';
export type { Held } from './held.ts';
export type { KeyvLike } from './keyv/keyv-shape.ts';
export { KeyvStore } from './keyv/keyv-store.ts';
export type { KeyvEntry } from './keyv/keyv-store.ts';
export { KeyvTier } from './keyv/keyv-tier.ts';
export type { KeyvTierOptions } from './keyv/keyv-tier.ts';
export { MemoryTier } from './memory-tier.ts';
export type { MemoryTierOptions } from './memory-tier.ts';
export type { FirstTierOptions, TieredCacheOptions, TierEntryOptions, TierLoadOptions } from './options.ts';
export type { TierCounters } from './parts.ts';
export { RedisTier } from './redis-tier.ts';
export type { RedisTierOptions } from './redis-tier.ts';
export type { TierStats } from './stats.ts';
export type {
  Generation,
  HeldGeneration,
  NewEntry,
  StoreCondition,
  Tier,
  TierDamage,
  TierEntry,
  TierFence,
  TierFound,
} from './tier.ts';
export { TieredCache } from './tiered-cache.ts';
