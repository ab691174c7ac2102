/**
 * One load of a key at a time among all processes. Who takes the lease loads; the others look again now and then, sooner when the
 * bus tells of the key. A holder that dies is waited for until its lease ends. What a holder brings after that is refused.
 */
import type { Clock } from '../base/clock.ts';
import type { Calls } from './calls.ts';
import { newStamp } from './stamp.ts';
import type { Tier } from './tier.ts';

/** What waiting for a lease came to: a lease; what somebody else has stored; or neither, and whoever waited loads all the same. */
export type LeaseOutcome<E> =
  | { readonly kind: 'lease'; readonly token: string }
  | { readonly kind: 'entry'; readonly entry: E }
  | { readonly kind: 'none' };

const FIRST_LOOK = 10;
const LONGEST_LOOK = 200;
/** Times the length of a lease that anyone waits. */
const PATIENCE = 3;

export class Leases {
  readonly #tier: Tier<unknown>;
  readonly #calls: Calls;
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(tier: Tier<unknown>, calls: Calls, { ms, clock }: { readonly ms: number; readonly clock: Clock }) {
    this.#tier = tier;
    this.#calls = calls;
    this.#ms = ms;
    this.#clock = clock;
  }

  /**
   * Takes the lease, or waits for what its holder stores; `onWait` is told when it comes to that. Never rejects: without a second
   * tier there is nothing to wait for.
   */
  async take<E>(
    key: string,
    signal: AbortSignal,
    look: () => Promise<E | undefined>,
    onWait: () => void,
  ): Promise<LeaseOutcome<E>> {
    const giveUpAt = this.#clock.steadyNow() + this.#ms * PATIENCE;
    const token = newStamp();
    try {
      for (let wait = FIRST_LOOK; ; wait = Math.min(wait * 2, LONGEST_LOOK)) {
        const isTaken = await this.#calls.run(() => this.#tier.takeLease(key, token, this.#ms));
        // Also when it was taken: the holder before may have stored between our look and this.
        const entry = await look();
        if (entry !== undefined) {
          if (isTaken) void this.end(key, token);
          return { kind: 'entry', entry };
        }
        if (isTaken) return { kind: 'lease', token };
        if (signal.aborted || this.#clock.steadyNow() >= giveUpAt) return { kind: 'none' };
        onWait();
        await this.#pause(key, wait);
      }
    } catch {
      return { kind: 'none' };
    }
  }

  /** Gives a lease back that led to nothing. Never rejects. */
  async end(key: string, token: string): Promise<void> {
    try {
      await this.#calls.run(() => this.#tier.endLease(key, token));
    } catch {
      // It ends by itself.
    }
  }

  /** Somebody wrote `key`. */
  wake(key: string): void {
    for (const wake of this.#waiting.get(key) ?? []) wake();
  }

  #pause(key: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(key) ?? new Set();
      const wake = (): void => {
        timer.cancel();
        waiting.delete(wake);
        if (waiting.size === 0) this.#waiting.delete(key);
        resolve();
      };
      const timer = this.#clock.startTimer(wake, ms, { keepAlive: true });
      waiting.add(wake);
      this.#waiting.set(key, waiting);
    });
  }
}
