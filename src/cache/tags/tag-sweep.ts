/** Takes out the entries of invalidated tags, some at a time, by the process's one sweeping timer. */
import type { Clock } from '../../base/clock.ts';
import { sweeperOf } from '../expiry/sweeper.ts';
import type { Sweepable, Sweeper } from '../expiry/sweeper.ts';

/** Entries taken out in one go: well under a millisecond, without disposers. */
const MOST_AT_ONCE = 1000;

/** The cache, as far as the sweep needs to know it. */
export interface TagSweepHost {
  /** Takes out some dead entry; whether there was one. The notice waits for {@link deliver}. */
  removeDead(): boolean;
  deliver(): void;
}

export class TagSweep implements Sweepable {
  readonly #host: TagSweepHost;
  readonly #sweeper: Sweeper;
  #id: number | undefined;

  constructor(host: TagSweepHost, clock: Clock) {
    this.#host = host;
    this.#sweeper = sweeperOf(clock);
  }

  /** There are dead entries. */
  start(): void {
    if (this.#id !== undefined) return;
    this.#id = this.#sweeper.add(this);
    this.#sweeper.wake(this.#id, this.#sweeper.time.exactNow());
  }

  sweep(now: number): number {
    let left = MOST_AT_ONCE;
    while (left > 0 && this.#host.removeDead()) left--;
    this.#host.deliver();
    if (left === 0) return now;
    // No place in the sweeper while nothing is dead.
    if (this.#id !== undefined) this.#sweeper.remove(this.#id);
    this.#id = undefined;
    return Number.POSITIVE_INFINITY;
  }
}
