/**
 * Calls of the second tier: each within its time, a bounded number at once, none while the breaker is open. What comes of one
 * after its time is dropped; until it comes, it counts as under way, since the client still holds it.
 */
import type { Clock } from '../base/clock.ts';
import { isPlimsollError, messageOf, TierError } from '../base/errors.ts';
import { Breaker } from './breaker.ts';
import type { BreakerParts, BreakerState, ResolvedBreakerOptions } from './breaker.ts';
import { TimeLimit } from './time-limit.ts';

/** How calls are made; times in ms. */
export interface CallOptions extends Omit<BreakerParts, 'probe'> {
  readonly name: string;
  readonly timeout: number;
  readonly maxPending: number;
  readonly breaker: ResolvedBreakerOptions;
  readonly probe: () => Promise<unknown>;
  readonly isAnswer: (error: unknown) => boolean;
  readonly clock: Clock;
}

/** What has become of calls. */
export interface CallCounters {
  calls: number;
  timeouts: number;
  failures: number;
  /** Answers that say no, such as that the memory is full. */
  refusals: number;
  /** Calls that were not made: the breaker was open, or too many were under way. */
  skipped: number;
}

/** Probes that may be without an answer at a time: a client keeps what it has sent for as long as the server is silent. */
const MOST_PROBES = 3;

export class Calls {
  readonly counters: CallCounters = { calls: 0, timeouts: 0, failures: 0, refusals: 0, skipped: 0 };
  readonly #options: CallOptions;
  readonly #limit: TimeLimit;
  readonly #breaker: Breaker;
  #pending = 0;
  #probes = 0;

  constructor(options: CallOptions) {
    this.#options = options;
    this.#limit = new TimeLimit(options.timeout, options.clock);
    this.#breaker = new Breaker(options.breaker, { ...options, probe: () => this.#probe() });
  }

  get state(): BreakerState {
    return this.#breaker.state;
  }

  /** Calls under way, those included whose time is up. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Makes a call, or says why not.
   *
   * @throws {TierError} `PLIM_ERR_TIER_DOWN`, `PLIM_ERR_TIER_BUSY`, `PLIM_ERR_TIER_TIMEOUT` or `PLIM_ERR_TIER_FAILED`
   */
  run<T>(call: () => Promise<T>): Promise<T> {
    const { name, maxPending } = this.#options;
    if (this.#breaker.state !== 'closed') {
      return this.#skip('PLIM_ERR_TIER_DOWN', `${name} is not asked at present: it failed too often.`);
    }
    if (this.#pending >= maxPending) {
      return this.#skip(
        'PLIM_ERR_TIER_BUSY',
        `${name} has ${maxPending} calls under way; no more are made (\`maxPending\`).`,
      );
    }
    return this.#start(call);
  }

  end(): void {
    this.#breaker.end();
    this.#limit.end();
  }

  /** Asks whether calls succeed again, unless so many probes have no answer that another one would find out nothing. */
  #probe(): Promise<unknown> {
    const { name, probe } = this.#options;
    if (this.#probes >= MOST_PROBES) {
      return this.#skip('PLIM_ERR_TIER_BUSY', `${name} has not answered ${MOST_PROBES} probes.`);
    }
    this.#probes++;
    return this.#start(() => attempt(probe).finally(() => this.#probes--));
  }

  #start<T>(call: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const limited = this.#limit.start(() => {
        limited.end();
        this.counters.timeouts++;
        const { name, timeout } = this.#options;
        const error = new TierError('PLIM_ERR_TIER_TIMEOUT', `${name} did not answer within ${timeout} ms.`);
        this.#breaker.failed(error);
        reject(error);
      });
      this.#pending++;
      this.counters.calls++;
      const answered = (value: T): void => {
        this.#pending--;
        if (!limited.end()) return;
        this.#breaker.succeeded();
        resolve(value);
      };
      const failed = (error: unknown): void => {
        this.#pending--;
        if (limited.end()) reject(this.#judge(error));
      };
      attempt(call).then(answered, failed);
    });
  }

  #judge(error: unknown): unknown {
    // What cannot be written has not been asked.
    if (isPlimsollError(error, 'PLIM_ERR_TIER_VALUE')) return error;
    const { name, isAnswer } = this.#options;
    const failure = new TierError('PLIM_ERR_TIER_FAILED', `${name} failed: ${messageOf(error)}`, { cause: error });
    if (isAnswer(error)) {
      this.counters.refusals++;
      this.#breaker.succeeded();
    } else {
      this.counters.failures++;
      this.#breaker.failed(failure);
    }
    return failure;
  }

  #skip(code: 'PLIM_ERR_TIER_DOWN' | 'PLIM_ERR_TIER_BUSY', message: string): Promise<never> {
    this.counters.skipped++;
    return Promise.reject(new TierError(code, message));
  }
}

/** What a call gives; a call that throws has rejected. */
function attempt<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
}
