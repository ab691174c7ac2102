/**
 * A circuit breaker: when most of the last calls failed, no more are made; after a while one probe is, and when that succeeds all
 * is as before. Each failed probe doubles the wait, up to a bound; waits are spread, so that many processes do not probe at once.
 */
import type { Clock, Timer } from '../base/clock.ts';
import { invalidOption, readDuration, readInteger } from '../base/options.ts';

/** `closed`: calls are made. `open`: none is. `half-open`: the probe is under way. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** When calls are no longer made, and when again. */
export interface BreakerOptions {
  /** Opens when so many of the last twice as many calls failed; from 1 to 15. @default 5 */
  readonly failures?: number;
  /** The wait before the first probe, from 1 ms. @default '250ms' */
  readonly openFor?: number | string;
  /** The longest wait before a probe. @default '10s' */
  readonly maxOpenFor?: number | string;
}

/** {@link BreakerOptions}, checked; times in ms. */
export interface ResolvedBreakerOptions {
  readonly failures: number;
  readonly openFor: number;
  readonly maxOpenFor: number;
}

/** Checks options and fills in defaults. @throws {OptionsError} `PLIM_ERR_OPTION_INVALID` */
export function resolveBreakerOptions(options: BreakerOptions | undefined): ResolvedBreakerOptions {
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    throw invalidOption('breaker', 'an object', options);
  }
  const { failures = 5, openFor = '250ms', maxOpenFor = '10s' } = options ?? {};
  const first = readDuration('breaker.openFor', openFor, 1);
  return {
    failures: readInteger('breaker.failures', failures, 1, 15),
    openFor: first,
    maxOpenFor: Math.max(first, readDuration('breaker.maxOpenFor', maxOpenFor, 1)),
  };
}

/** What a breaker works with. */
export interface BreakerParts {
  readonly clock: Clock;
  /** A call that shows whether calls succeed again. */
  readonly probe: () => Promise<unknown>;
  /** Hears of each opening, with the error that was one too many, and of each closing. */
  readonly onChange: (state: 'closed' | 'open', error: unknown) => void;
}

/** The wait is shortened by up to this share of it. */
const SPREAD = 0.25;

export class Breaker {
  #state: BreakerState = 'closed';
  /** The last outcomes, the newest lowest: 1 for a failure. */
  #outcomes = 0;
  #wait: number;
  #timer: Timer | undefined;
  #isDone = false;
  readonly #options: ResolvedBreakerOptions;
  readonly #parts: BreakerParts;
  readonly #window: number;

  constructor(options: ResolvedBreakerOptions, parts: BreakerParts) {
    this.#options = options;
    this.#parts = parts;
    this.#wait = options.openFor;
    this.#window = 2 ** (options.failures * 2) - 1;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Counts a call that was answered. */
  succeeded(): void {
    if (this.#outcomes !== 0) this.#outcomes = (this.#outcomes << 1) & this.#window;
  }

  /** Counts a call that was not. */
  failed(error: unknown): void {
    this.#outcomes = ((this.#outcomes << 1) | 1) & this.#window;
    if (this.#state === 'closed' && bitsOf(this.#outcomes) >= this.#options.failures) this.#open(error);
  }

  /** Probes no more. */
  end(): void {
    this.#isDone = true;
    this.#timer?.cancel();
  }

  #open(error: unknown): void {
    this.#state = 'open';
    this.#wait = this.#options.openFor;
    this.#startWaiting();
    this.#parts.onChange('open', error);
  }

  #startWaiting(): void {
    if (this.#isDone) return;
    const ms = this.#wait * (1 - SPREAD * Math.random());
    this.#timer = this.#parts.clock.startTimer(() => void this.#probe(), ms);
  }

  async #probe(): Promise<void> {
    this.#state = 'half-open';
    try {
      await this.#parts.probe();
    } catch {
      this.#state = 'open';
      this.#wait = Math.min(this.#wait * 2, this.#options.maxOpenFor);
      this.#startWaiting();
      return;
    }
    if (this.#isDone) return;
    this.#state = 'closed';
    this.#outcomes = 0;
    this.#parts.onChange('closed', undefined);
  }
}

function bitsOf(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
