/** Takes out entries when their time is up, with the one timer of all caches in the process. */
import { systemClock } from '../../base/clock.ts';
import type { Slots } from '../core/slots.ts';
import { Expiry } from '../expiry/expiry.ts';

/** The cache, as far as it is purged. */
export interface PurgeHost {
  slots(): Slots;
  /** Takes out the entry in `slot` if it is stale; else, for how many more ms it is fresh. */
  purge(slot: number): number | undefined;
  deliver(): void;
}

/** Ms between two runs: how long after its time an entry may still be there. */
const SWEEP_INTERVAL = 50;

export class Purge {
  readonly #expiry: Expiry;
  #due: number[] = [];

  constructor(host: PurgeHost) {
    this.#expiry = new Expiry(
      {
        states: () => host.slots().state,
        expire: (slot) => this.#due.push(slot),
        deliver: () => this.#purge(host),
      },
      { clock: systemClock, sweepInterval: SWEEP_INTERVAL, grace: 0, keepsAges: false },
    );
  }

  /** The entry in `slot` is fresh for `left` ms from now; `Infinity`: for ever. */
  schedule(slot: number, left: number): void {
    // Stale means later than its time, not at it.
    const ttl = Math.max(1, Math.floor(left) + 1);
    this.#expiry.written(slot, { ttl, idleTtl: Infinity, first: ttl });
  }

  removed(slot: number): void {
    this.#expiry.removed(slot);
  }

  restart(): void {
    this.#expiry.restarted();
  }

  #purge(host: PurgeHost): void {
    const due = this.#due;
    this.#due = [];
    for (const slot of due) {
      // One that was used meanwhile has its time before it again.
      const left = host.slots().isTaken(slot) ? host.purge(slot) : undefined;
      if (left !== undefined) this.schedule(slot, left);
    }
    host.deliver();
  }
}
