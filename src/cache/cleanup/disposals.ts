/**
 * The end of values that have left a cache: one at a time, with a time limit, attempts, and a bound on what waits.
 *
 * A disposer that returns nothing is done when it returns, and costs a call. One that returns a promise is in hand until
 * that is settled or its time is up; what leaves meanwhile waits. A failed attempt makes room for the others and has another
 * one later; an attempt that was given up for its time and succeeds after all spares the next.
 *
 * What waits, for its turn or its next attempt, is bounded: above the bound the one that has waited longest is hurried. It
 * has one attempt at once, its last, beside the one in hand, and nobody waits for it. So every value meets its disposer
 * at least once, and a disposer that cannot keep up costs order and further attempts, not memory.
 */
import type { Timer } from '../../base/clock.ts';
import { TimeoutError } from '../../base/errors.ts';
import { formatDuration } from '../../base/units.ts';
import type { Complaints } from '../core/complaints.ts';
import { outsideRequests } from '../expiry/outside-requests.ts';
import type { Disposer, Removal, RemovalSink } from '../removal.ts';
import type { CleanupAlerts } from './cleanup-alerts.ts';
import type { CleanupCounters } from './cleanup-counters.ts';
import type { ResolvedCleanupOptions } from './cleanup-options.ts';

/** Disposers called in one go; a disposer that causes removals again and again is stopped here and goes on later. */
const MOST_AT_ONCE = 1000;

export class Disposals<K, V> implements RemovalSink<K, V> {
  readonly #dispose: Disposer<K, V>;
  readonly #options: ResolvedCleanupOptions<K, V>;
  readonly #counters: CleanupCounters;
  readonly #complaints: Complaints;
  readonly #alerts: CleanupAlerts;
  /** Those that wait for their turn, and those that wait for their next attempt. */
  readonly #waiting = new Set<Removal<K, V>>();
  readonly #retrying = new Map<Removal<K, V>, Timer>();
  /** A disposer is being called, or its promise is waited for. */
  #isBusy = false;
  #isScheduled = false;
  /** Nobody waits for anything any more: each attempt is the last. */
  #isLate = false;
  #onIdle: (() => void) | undefined;

  constructor(
    dispose: Disposer<K, V>,
    options: ResolvedCleanupOptions<K, V>,
    counters: CleanupCounters,
    complaints: Complaints,
    alerts: CleanupAlerts,
  ) {
    this.#dispose = dispose;
    this.#options = options;
    this.#counters = counters;
    this.#complaints = complaints;
    this.#alerts = alerts;
  }

  expect(): void {
    this.#counters.disposing++;
  }

  take(removal: Removal<K, V>): void {
    if (this.#isLate) this.#hurry(removal);
    else if (!this.#isBusy && this.#waiting.size === 0) this.#begin(removal);
    else {
      this.#waiting.add(removal);
      this.#shed();
    }
  }

  /** Resolves when nothing is left to dispose of; after `closeTimeout`, when `giveUp` was called and all were hurried. */
  finish(giveUp: () => void): Promise<void> {
    if (this.#counters.disposing === 0) return Promise.resolve();
    const { clock, closeTimeout } = this.#options;
    return new Promise((resolve) => {
      const hurryAll = (): void => {
        this.#onIdle = undefined;
        this.#hurryAll(giveUp);
        resolve();
      };
      const timer = clock.startTimer(hurryAll, closeTimeout, { keepAlive: true });
      this.#onIdle = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #begin(removal: Removal<K, V>): void {
    this.#isBusy = true;
    const outcome = this.#call(removal);
    if (outcome === undefined) this.#isBusy = false;
    else this.#follow(removal, outcome);
  }

  /** Calls the disposer; what is left to wait for. */
  #call(removal: Removal<K, V>): Promise<unknown> | undefined {
    const counters = this.#counters;
    counters.disposeAttempts++;
    if (removal.attempts++ > 0) counters.disposeRetries++;
    try {
      const result = this.#dispose(removal.value, removal.key, removal.cause);
      if (isThenable(result)) return Promise.resolve(result);
    } catch (error) {
      this.#failed(removal, error);
      return undefined;
    }
    this.#end(removal);
    return undefined;
  }

  #follow(removal: Removal<K, V>, outcome: Promise<unknown>): void {
    const { clock, disposeTimeout } = this.#options;
    let isInHand = true;
    const fail = (error: unknown): void => {
      // What fails after its time was counted as failed then.
      if (!isInHand) return;
      this.#failed(removal, error);
      goOn();
    };
    const goOn = (): void => {
      isInHand = false;
      timer.cancel();
      this.#isBusy = false;
      this.#goOn();
    };
    const timer = clock.startTimer(() => fail(timeoutError(disposeTimeout)), disposeTimeout);
    const succeed = (): void => {
      this.#end(removal);
      if (isInHand) goOn();
    };
    outcome.then(succeed, fail);
  }

  #goOn(): void {
    for (let left = MOST_AT_ONCE; left > 0 && !this.#isBusy; left--) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      this.#waiting.delete(next);
      this.#begin(next);
    }
    if (!this.#isBusy && this.#waiting.size > 0) this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.clock.startTimer(() => {
      this.#isScheduled = false;
      this.#goOn();
    }, 0);
  }

  #failed(removal: Removal<K, V>, error: unknown): void {
    if (removal.isOver) return;
    const { disposeAttempts, disposeRetryDelay, clock } = this.#options;
    this.#complaints.callback('dispose', error);
    if (removal.attempts >= disposeAttempts || removal.isHurried || this.#isLate) {
      this.#giveUp(removal, error);
      return;
    }
    const again = (): void => {
      this.#retrying.delete(removal);
      this.take(removal);
    };
    const delay = disposeRetryDelay * 2 ** (removal.attempts - 1);
    this.#retrying.set(
      removal,
      outsideRequests(() => clock.startTimer(again, delay)),
    );
    this.#shed();
  }

  #giveUp(removal: Removal<K, V>, error: unknown): void {
    this.#counters.disposeFailures++;
    this.#alerts.gaveUp(removal.attempts, error);
    this.#end(removal);
  }

  /** A value is disposed of, or given up. */
  #end(removal: Removal<K, V>): void {
    if (removal.isOver) return;
    removal.isOver = true;
    this.#withdraw(removal);
    this.#counters.disposing--;
    if (this.#counters.disposing === 0) this.#onIdle?.();
  }

  #withdraw(removal: Removal<K, V>): void {
    // Looked at first: nearly always nothing waits, and this is on the way of every removal.
    if (this.#waiting.size > 0) this.#waiting.delete(removal);
    if (this.#retrying.size === 0) return;
    this.#retrying.get(removal)?.cancel();
    this.#retrying.delete(removal);
  }

  #shed(): void {
    const { disposeBacklog } = this.#options;
    while (this.#waiting.size + this.#retrying.size > disposeBacklog) {
      const [oldest] = this.#retrying.size > 0 ? this.#retrying.keys() : this.#waiting;
      this.#alerts.backlogged(disposeBacklog);
      this.#hurry(oldest!);
    }
  }

  #hurryAll(giveUp: () => void): void {
    this.#isLate = true;
    this.#alerts.unfinished(this.#counters.disposing, this.#options.closeTimeout);
    giveUp();
    for (const removal of [...this.#retrying.keys(), ...this.#waiting]) this.#hurry(removal);
  }

  /** One last attempt, at once, which nobody waits for. */
  #hurry(removal: Removal<K, V>): void {
    this.#withdraw(removal);
    removal.isHurried = true;
    this.#call(removal)?.then(
      () => this.#end(removal),
      (error: unknown) => this.#failed(removal, error),
    );
  }
}

function isThenable(result: unknown): boolean {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return false;
  return 'then' in result && typeof result.then === 'function';
}

function timeoutError(limit: number): TimeoutError {
  // Without the key, which may be a secret.
  return new TimeoutError(
    'PLIM_ERR_CACHE_DISPOSE_TIMEOUT',
    `A value that left the cache was not disposed of in ${formatDuration(limit)}.`,
  );
}
