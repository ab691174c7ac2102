/** What processes tell each other, so that no first tier goes on with what another process has changed. */
import type { Clock } from '../../base/clock.ts';

/** One thing that was changed in the second tier. */
export type BusOp =
  | { readonly kind: 'set'; readonly key: string; readonly stamp: string }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'tag'; readonly tag: string }
  /** Everything, by a new generation. */
  | { readonly kind: 'clear'; readonly generation: string };

/** Who hears of changes. */
export interface BusListener {
  /** Somebody changed something. */
  changed(op: BusOp): void;
  /** Something may have been missed, now or from now on; called again only after `live`. */
  lost(reason: string): void;
  /** From now on everything is heard. */
  live(): void;
  /** Comes regularly, whether live or not. */
  beat(): void;
}

/** What a bus has done. */
export interface BusStats {
  /** Whether everything is heard that others change. */
  readonly isLive: boolean;
  /** Messages that were received from others. */
  readonly received: number;
  readonly published: number;
  /** Messages that could not be published; whoever listens was told that something is missing. */
  readonly unpublished: number;
  /** Times that something may have been missed. */
  readonly losses: number;
}

/** A way for caches of several processes to hear of each other's writes. One bus serves one cache. */
export interface Bus {
  /** How old an entry of the first tier can get, in ms, after another process has changed it. */
  readonly maxStaleness: number;
  start(listener: BusListener, clock: Clock): void;
  /** Tells all others, soon. Never throws. */
  publish(op: BusOp): void;
  stats(): BusStats;
  close(): Promise<void>;
}
