/** Why an entry left, and how its owner hears of it. */
import { systemClock } from '../base/clock.ts';

/**
 * Why an entry left its cache: `capacity` (the cache was full), `expired` (its time was up), `pressure` (memory was
 * wanted back), `replaced` (a new value was set under its key), `deleted` (`delete` or `clear`), `invalidated` (another
 * process said so), `disposed` (the cache was closed).
 */
export type RemovalCause = 'capacity' | 'expired' | 'pressure' | 'replaced' | 'deleted' | 'invalidated' | 'disposed';

/** Whether the entry left by itself, rather than by anybody's word. */
export function wasEvicted(cause: RemovalCause): cause is 'capacity' | 'expired' | 'pressure' {
  return cause === 'capacity' || cause === 'expired' || cause === 'pressure';
}

/** Hears that an entry has left. */
export type Disposer<K, V> = (value: V, key: K, cause: RemovalCause) => void;

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
  readonly #dispose: Disposer<K, V>;
  readonly #onError: (error: unknown) => void;
  #queue: [V, K, RemovalCause][] = [];
  #isDelivering = false;
  #isScheduled = false;

  constructor(dispose: Disposer<K, V>, onError: (error: unknown) => void) {
    this.#dispose = dispose;
    this.#onError = onError;
  }

  add(value: V, key: K, cause: RemovalCause): void {
    this.#queue.push([value, key, cause]);
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
      for (let i = 0; i < now; i++) this.#tell(batch[i]!);
      if (now < batch.length) this.#queue = [...batch.slice(now), ...this.#queue];
      left -= now;
    }
    this.#isDelivering = false;
    if (this.#queue.length > 0) this.#schedule();
  }

  #tell([value, key, cause]: [V, K, RemovalCause]): void {
    try {
      this.#dispose(value, key, cause);
    } catch (error) {
      this.#onError(error);
    }
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
