/** What is wrong with a cache's clean-up, in words for its owner; each thing at most once a minute. */
import type { Clock } from '../../base/clock.ts';
import { formatCount, formatDuration } from '../../base/units.ts';
import type { WarningCode } from '../../base/warnings.ts';
import type { Complaints } from '../core/complaints.ts';
import type { AlertLevel } from '../../base/alert.ts';

/** A disposer that always fails would otherwise raise an alert for each value. */
const PACE = 60_000;

export class CleanupAlerts {
  readonly #complaints: Complaints;
  readonly #clock: Clock;
  readonly #raise: (level: AlertLevel, code: WarningCode, message: string) => void;
  readonly #raisedAt = new Map<WarningCode, number>();

  constructor(
    complaints: Complaints,
    clock: Clock,
    raise: (level: AlertLevel, code: WarningCode, message: string) => void,
  ) {
    this.#complaints = complaints;
    this.#clock = clock;
    this.#raise = raise;
  }

  /** A value was given up after so many attempts. */
  gaveUp(attempts: number, error: unknown): void {
    const tries = attempts === 1 ? 'one attempt' : `${attempts} attempts`;
    const why = this.#complaints.shown(error);
    this.#say(
      'critical',
      'PLIM_WARN_CACHE_DISPOSAL',
      `could not dispose of a value in ${tries}: ${why}. The value has left the cache, and what it holds may stay open. ` +
        '`stats().disposeFailures` counts these.',
    );
  }

  /** More values wait than may. */
  backlogged(most: number): void {
    this.#say(
      'warning',
      'PLIM_WARN_CACHE_BACKLOG',
      `removes values faster than \`dispose\` ends them: more than ${formatCount(most)} wait. Those that have waited ` +
        'longest are disposed of at once, beside the others, in one last attempt.',
    );
  }

  /** The cache was closed, and so many values were not disposed of in its time. */
  unfinished(values: number, limit: number): void {
    this.#say(
      'critical',
      'PLIM_WARN_CACHE_UNFINISHED',
      `was closed, and ${values === 1 ? 'one value was' : `${formatCount(values)} values were`} not disposed of in ` +
        `${formatDuration(limit)}. Nothing waits for them any more.`,
    );
  }

  /** A lease was not released. */
  lapsed(limit: number): void {
    this.#say(
      'warning',
      'PLIM_WARN_CACHE_LEASE',
      `ended a lease that was not released in ${formatDuration(limit)}. Its value may be disposed of while somebody uses ` +
        'it. `stats().lapsedLeases` counts these.',
    );
  }

  #say(level: AlertLevel, code: WarningCode, text: string): void {
    const now = this.#clock.steadyNow();
    if (now - (this.#raisedAt.get(code) ?? Number.NEGATIVE_INFINITY) < PACE) return;
    this.#raisedAt.set(code, now);
    this.#raise(level, code, `${this.#complaints.title} ${text}`);
  }
}
