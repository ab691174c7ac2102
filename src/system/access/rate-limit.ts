import type { Clock } from '../../base/clock.ts';

/** Lets something happen once in so long a time, whoever asks. */
export class RateLimit {
  readonly #everyMs: number;
  readonly #clock: Clock;
  #freeAt = -Infinity;

  constructor(everyMs: number, clock: Clock) {
    this.#everyMs = everyMs;
    this.#clock = clock;
  }

  /** Ms until it may happen again; 0: now. */
  get waitMs(): number {
    return Math.max(0, this.#freeAt - this.#clock.steadyNow());
  }

  /** It happens now. */
  take(): void {
    this.#freeAt = this.#clock.steadyNow() + this.#everyMs;
  }
}
