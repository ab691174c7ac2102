/** What a tiered cache reports of itself. */
import type { CacheStats } from '../cache/index.ts';
import type { BreakerState } from './breaker.ts';
import type { Bus, BusStats } from './bus/bus.ts';
import type { CallCounters } from './calls.ts';
import type { TierCounters, TierParts } from './parts.ts';

/** What a tiered cache has done since it was made. */
export interface TierStats extends Readonly<TierCounters> {
  /** The first tier. */
  readonly l1: CacheStats;
  /** The second tier. */
  readonly l2: Readonly<CallCounters> & {
    /** `open`: it is not asked. */
    readonly breaker: BreakerState;
    /** Calls under way, those included that are no longer waited for. */
    readonly pending: number;
    /** Stored things that were no values of this cache. */
    readonly damaged: number;
  };
  /** `undefined` without a bus. */
  readonly bus: BusStats | undefined;
  /** Keys that are read or written just now. */
  readonly underWay: number;
  /** Failed writes that are still to be made good. */
  readonly owed: number;
}

export function readStats<V>(parts: TierParts<V>, bus: Bus | undefined): TierStats {
  const { counters, first, calls, alerts, underWay, debts } = parts;
  return {
    ...counters,
    l1: first.cache.stats(),
    l2: { ...calls.counters, breaker: calls.state, pending: calls.pending, damaged: alerts.damaged },
    bus: bus?.stats(),
    underWay: underWay.size,
    owed: debts.size,
  };
}
