/** Why an entry left, and how its owner hears of it. */
import { systemClock } from '../base/clock.ts';

/**
 * Why an entry left its cache: `capacity` (the cache was full), `expired` (its time was up), `pressure` (memory was
 * wanted back), `replaced` (a new value was set under its key), `deleted` (`delete` or `clear`), `invalidated` (its tag was
 * invalidated, or another process said so), `disposed` (the cache was closed).
 */
export type RemovalCause = 'capacity' | 'expired' | 'pressure' | 'replaced' | 'deleted' | 'invalidated' | 'disposed';

/** Whether the entry left by itself, rather than by anybody's word. */
export function wasEvicted(cause: RemovalCause): cause is 'capacity' | 'expired' | 'pressure' {
  return cause === 'capacity' || cause === 'expired' || cause === 'pressure';
}

/** Hears that an entry has left. A promise that it returns is waited for; anything else is not looked at. */
export type Disposer<K, V> = (value: V, key: K, cause: RemovalCause) => unknown;

/** A value that has left, and is to be disposed of. */
export class Removal<K, V> {
  readonly value: V;
  readonly key: K;
  readonly cause: RemovalCause;
  /** Attempts begun. */
  attempts = 0;
  /** Disposed of, or given up. */
  isOver = false;
  /** The attempt under way is the last, whatever becomes of it. */
  isHurried = false;

  constructor(value: V, key: K, cause: RemovalCause) {
    this.value = value;
    this.key = key;
    this.cause = cause;
  }
}

/** Where removals go. */
export interface RemovalSink<K, V> {
  /** One more will come. */
  expect(): void;
  /** Disposes of the value, now or later; may call the cache, and never throws. */
  take(removal: Removal<K, V>): void;
}

/** Notices delivered in one go; a disposer that sets again and again is stopped here and goes on later. */
const MOST_AT_ONCE = 1000;

/**
 * Removal notices: queued while the cache changes, delivered when its state is whole.
 *
 * A disposer may call the cache; what that removes joins the queue, and the delivery under way takes it, so there is no
 * recursion. A call delivers what it removed itself and then at most 1,000 notices more; the rest comes with the next call,
 * or from a timer.
 */
export class Notices<K, V> {
  readonly #sink: RemovalSink<K, V>;
  #queue: Removal<K, V>[] = [];
  #isDelivering = false;
  #isScheduled = false;

  constructor(sink: RemovalSink<K, V>) {
    this.#sink = sink;
  }

  add(value: V, key: K, cause: RemovalCause): void {
    this.#sink.expect();
    this.#queue.push(new Removal(value, key, cause));
  }

  /** {@link add} for a removal that had to wait, and is expected already. */
  resume(removal: Removal<K, V>): void {
    this.#queue.push(removal);
  }

  /** Delivers what is queued; does nothing inside a delivery. */
  deliver(): void {
    if (this.#isDelivering || this.#queue.length === 0) return;
    this.#isDelivering = true;
    let left = this.#queue.length + MOST_AT_ONCE;
    while (this.#queue.length > 0 && left > 0) {
      const batch = this.#queue;
      this.#queue = [];
      const now = Math.min(left, batch.length);
      for (let i = 0; i < now; i++) this.#sink.take(batch[i]!);
      if (now < batch.length) this.#queue = [...batch.slice(now), ...this.#queue];
      left -= now;
    }
    this.#isDelivering = false;
    if (this.#queue.length > 0) this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    systemClock.startTimer(() => {
      this.#isScheduled = false;
      this.deliver();
    }, 0);
  }
}
