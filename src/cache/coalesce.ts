import { invalidOption, readFunction, readInteger } from '../base/options.ts';
import { argumentKey } from './load/argument-key.ts';

/** @see {@link coalesce} */
export interface CoalesceOptions<A extends readonly unknown[]> {
  /** Calls with equal keys are one, as in `Map`. @default the arguments; objects among them are refused */
  readonly key?: (...args: A) => unknown;
  /**
   * How many calls are remembered at once, from 1. When more are under way, the oldest is forgotten: it goes on for those
   * who wait for it, but nobody else joins it. So a call that never ends holds no memory for good. @default 10_000
   */
  readonly maxInFlight?: number;
}

/** @see {@link coalesce} */
export interface Coalesced<A extends readonly unknown[], R> {
  (...args: A): Promise<R>;
  /** Calls that can be joined now. */
  readonly inFlight: number;
}

const MOST_IN_FLIGHT = 10_000;

/**
 * `fn`, such that calls with equal arguments at the same time share one run and its outcome, value or error. Once a run has
 * ended nothing is kept of it: the next call starts another. What `fn` throws at once rejects the promise. `fn` is called
 * without `this`.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 *
 * @example
 * const readUser = coalesce((id: string) => db.query('select * from users where id = $1', [id]));
 * await Promise.all([readUser('u1'), readUser('u1')]); // one query
 */
export function coalesce<A extends readonly unknown[], R>(
  fn: (this: void, ...args: A) => R | PromiseLike<R>,
  options: CoalesceOptions<A> = {},
): Coalesced<A, R> {
  if (typeof fn !== 'function') throw invalidOption('fn', 'a function', fn);
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const keyOf = readFunction('key', options.key);
  const { maxInFlight = MOST_IN_FLIGHT } = options;
  const flights = new Flights<R>(readInteger('maxInFlight', maxInFlight, 1));
  const coalesced = (...args: A): Promise<R> => {
    try {
      const key = keyOf === undefined ? argumentKey(args) : keyOf(...args);
      return flights.join(key, () => fn(...args));
    } catch (error) {
      // Of the key function.
      return Promise.reject(error);
    }
  };
  return Object.defineProperty(coalesced, 'inFlight', { get: () => flights.size }) as Coalesced<A, R>;
}

/** Runs under way, by key. */
class Flights<R> {
  readonly #runs = new Map<unknown, Promise<R>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#runs.size;
  }

  join(key: unknown, run: () => R | PromiseLike<R>): Promise<R> {
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    let begin!: (result: R | PromiseLike<R>) => void;
    let fail!: (error: unknown) => void;
    const promise = new Promise<R>((resolve, reject) => {
      begin = resolve;
      fail = reject;
    });
    // Before it runs: `fn` may call itself with the same arguments, and must join, not recurse.
    this.#remember(key, promise);
    const forget = (): void => {
      if (this.#runs.get(key) === promise) this.#runs.delete(key);
    };
    promise.then(forget, forget);
    try {
      begin(run());
    } catch (error) {
      fail(error);
    }
    return promise;
  }

  #remember(key: unknown, promise: Promise<R>): void {
    if (this.#runs.size >= this.#most) {
      for (const oldest of this.#runs.keys()) {
        this.#runs.delete(oldest);
        break;
      }
    }
    this.#runs.set(key, promise);
  }
}
