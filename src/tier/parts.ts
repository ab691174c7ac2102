/** What the parts of one tiered cache share. */
import type { TierAlerts } from './alerts.ts';
import type { BusOp } from './bus/bus.ts';
import type { Calls } from './calls.ts';
import type { Debts } from './debts.ts';
import type { FirstTier } from './first-tier.ts';
import type { Generations } from './generations.ts';
import type { Leases } from './leases.ts';
import type { ResolvedTierOptions } from './options.ts';
import type { Tier } from './tier.ts';
import type { UnderWay } from './under-way.ts';

export interface TierParts<V> {
  readonly options: ResolvedTierOptions<V>;
  readonly first: FirstTier<V>;
  readonly tier: Tier<V>;
  readonly calls: Calls;
  readonly generations: Generations;
  readonly underWay: UnderWay;
  readonly leases: Leases | undefined;
  readonly debts: Debts;
  readonly alerts: TierAlerts;
  readonly counters: TierCounters;
  readonly publish: (op: BusOp) => void;
  /** Removes what is not of that generation, in the background. */
  readonly sweep: (generation: string) => void;
}

/** What a tiered cache has done. */
export interface TierCounters {
  /** Reads that the first tier served. */
  hits: number;
  /** Reads that the second tier served. */
  secondHits: number;
  /** Those of them that confirmed what the first tier held. */
  revalidated: number;
  /** Reads that neither served. */
  misses: number;
  /** Calls of a loader; one of `loadMany` counts once. */
  loads: number;
  /** Loaded values that were not stored, since the key was written meanwhile. */
  refusedStores: number;
  /** Writes that the second tier did not acknowledge. */
  failedWrites: number;
}

export function newTierCounters(): TierCounters {
  return { hits: 0, secondHits: 0, revalidated: 0, misses: 0, loads: 0, refusedStores: 0, failedWrites: 0 };
}
