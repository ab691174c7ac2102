import type { SessionEnd } from './alert.ts';

/** @see {@link SessionBroker.stats} */
export interface BrokerStats {
  readonly open: number;
  readonly closing: number;
  /** Callers of `open` that wait for room. */
  readonly queued: number;
  /** `null` without a bound, as below. */
  readonly maxSessions: number | null;
  /** Bytes in use by all sessions, as far as this thread knows. */
  readonly usedBytes: number;
  /** What is kept for the sessions that are there. */
  readonly reservedBytes: number | null;
  readonly totalBytes: number | null;
  /** Sessions ever opened. */
  readonly opened: number;
  /** Sessions closed, by cause. */
  readonly closed: Readonly<Record<SessionEnd, number>>;
  /** Calls of `open` that were refused. */
  readonly refused: number;
  readonly alerts: { readonly warning: number; readonly critical: number };
}

/** A warning that was given is given again when less than this part of the share was used in between. */
const CALM = 7 / 8;

/** The counts of {@link BrokerStats} while they change. */
export class BrokerCounters {
  opened = 0;
  refused = 0;
  readonly #closed: Record<SessionEnd, number> = { closed: 0, idle: 0, expired: 0, evicted: 0, memory: 0, failed: 0 };
  #isTotalTold = false;

  closed(cause: SessionEnd): void {
    this.#closed[cause]++;
  }

  read(): Pick<BrokerStats, 'opened' | 'closed' | 'refused'> {
    return { opened: this.opened, closed: { ...this.#closed }, refused: this.refused };
  }

  /** Whether to warn of the share that all sessions use of `total`. */
  judgeTotal(share: number, warnAt: number): boolean {
    if (this.#isTotalTold && share < warnAt * CALM) this.#isTotalTold = false;
    if (this.#isTotalTold || !(share >= warnAt)) return false;
    this.#isTotalTold = true;
    return true;
  }
}
