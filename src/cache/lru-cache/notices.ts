/**
 * What the user hears of changes: first aborts of fetches that lost their place, then `dispose` of each value that left,
 * then `onInsert`, then `disposeAfter`. All of it when the cache is whole, so any of these may call the cache; what that
 * changes joins the queue.
 *
 * What a disposer throws comes out of the call that removed the entry, after all others have been told. A disposer that
 * sets again and again is told of at most 1,000 removals more than the call caused; the rest comes with the next call, or
 * from a timer, where an error becomes a warning.
 */
import { systemClock } from '../../base/clock.ts';
import { warn } from '../../base/warnings.ts';
import { shownError } from '../shown-key.ts';
import type { Disposer, DisposeReason, Inserter, InsertReason } from './types.ts';

/** Notices beyond those of the call itself that it delivers. */
const MOST_AT_ONCE = 1000;

type Removal<K, V> = [value: V, key: K, reason: DisposeReason];

export class Notices<K, V> {
  readonly #dispose: Disposer<K, V> | undefined;
  readonly #disposeAfter: Disposer<K, V> | undefined;
  readonly #onInsert: Inserter<K, V> | undefined;
  readonly #hearsRemovals: boolean;
  #aborts: (() => void)[] = [];
  #removals: Removal<K, V>[] = [];
  #inserts: [value: V, key: K, reason: InsertReason][] = [];
  #isWaiting = false;
  #isDelivering = false;
  #isScheduled = false;
  #hasWarned = false;

  constructor(
    dispose: Disposer<K, V> | undefined,
    disposeAfter: Disposer<K, V> | undefined,
    onInsert: Inserter<K, V> | undefined,
  ) {
    this.#dispose = dispose;
    this.#disposeAfter = disposeAfter;
    this.#onInsert = onInsert;
    this.#hearsRemovals = dispose !== undefined || disposeAfter !== undefined;
  }

  aborted(abort: () => void): void {
    this.#aborts.push(abort);
    this.#isWaiting = true;
  }

  removed(value: V, key: K, reason: DisposeReason): void {
    if (!this.#hearsRemovals) return;
    this.#removals.push([value, key, reason]);
    this.#isWaiting = true;
  }

  inserted(value: V, key: K, reason: InsertReason): void {
    if (this.#onInsert === undefined) return;
    this.#inserts.push([value, key, reason]);
    this.#isWaiting = true;
  }

  /** Delivers what is queued, unless that is under way; throws what the user's functions threw. */
  deliver(): void {
    if (!this.#isWaiting || this.#isDelivering) return;
    const errors: unknown[] = [];
    this.#deliverAll(errors);
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} functions that the cache calls threw.`);
  }

  /** {@link deliver}, where there is nobody to throw at. */
  deliverQuietly(): void {
    if (!this.#isWaiting || this.#isDelivering) return;
    const errors: unknown[] = [];
    this.#deliverAll(errors);
    for (const error of errors) this.complain(error);
  }

  /** An error of the user's functions that no caller waits for: the first of a cache is a warning. */
  complain(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const message = `An LRUCache was given a function that threw: ${shownError(error, false)}. It goes on; later errors are not shown.`;
    warn({ code: 'PLIM_WARN_CACHE_CALLBACK', message });
  }

  #deliverAll(errors: unknown[]): void {
    this.#isDelivering = true;
    let left = MOST_AT_ONCE + this.#aborts.length + this.#removals.length + this.#inserts.length;
    while (this.#isWaiting && left > 0) left -= this.#deliverRound(errors);
    this.#isDelivering = false;
    if (this.#isWaiting) this.#schedule();
  }

  #deliverRound(errors: unknown[]): number {
    const aborts = this.#aborts;
    const removals = this.#removals;
    const inserts = this.#inserts;
    this.#aborts = [];
    this.#removals = [];
    this.#inserts = [];
    this.#isWaiting = false;
    for (const abort of aborts) abort();
    this.#tellAll(this.#dispose, removals, errors);
    this.#tellAll(this.#onInsert, inserts, errors);
    this.#tellAll(this.#disposeAfter, removals, errors);
    return aborts.length + removals.length + inserts.length;
  }

  #tellAll<R>(
    listener: ((value: V, key: K, reason: R) => void) | undefined,
    notices: readonly [V, K, R][],
    errors: unknown[],
  ): void {
    if (listener === undefined) return;
    for (const [value, key, reason] of notices) {
      try {
        listener(value, key, reason);
      } catch (error) {
        errors.push(error);
      }
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    systemClock.startTimer(() => {
      this.#isScheduled = false;
      this.deliverQuietly();
    }, 0);
  }
}
