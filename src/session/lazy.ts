/** A value that is made when it is first asked for, once, and can be let go of. */
import { type Clock, systemClock, type Timer } from '../base/clock.ts';
import { DisposedError, messageOf } from '../base/errors.ts';
import { invalidOption, readDuration, readFunction } from '../base/options.ts';
import { warn } from '../base/warnings.ts';

/** @see {@link Lazy} */
export interface LazyOptions<T> {
  /** Ends the value when it is let go of. */
  readonly dispose?: (value: T) => unknown;
  /** Lets go of it when nobody asked for so long: ms or text such as `'5m'`. @default never */
  readonly idleTtl?: number | string;
  /** Tells the time and waits. @default the system's */
  readonly clock?: Clock;
}

/** A value that is there, or being made. */
interface Made<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  /** Undefined while it is being made. */
  value: { readonly is: T } | undefined;
}

/**
 * However many ask at once, it is made once. When that fails, all who wait hear of it, and who asks next tries again.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 *
 * @example
 * const model = new Lazy(() => loadModel(), { dispose: (it) => it.free(), idleTtl: '10m' });
 * const answer = (await model.get()).run(input);
 */
export class Lazy<T> {
  readonly #create: (signal: AbortSignal) => T | PromiseLike<T>;
  readonly #dispose: ((value: T) => unknown) | undefined;
  readonly #idleMs: number;
  readonly #clock: Clock;
  #made: Made<T> | undefined;
  #usedAt = 0;
  #timer: Timer | undefined;
  #isClosed = false;
  readonly #endings: Set<Promise<void>> = new Set();

  /** @param create - gets a signal that aborts when the value is let go of before it is there */
  constructor(create: (signal: AbortSignal) => T | PromiseLike<T>, options: LazyOptions<T> = {}) {
    if (readFunction('create', create) === undefined) throw invalidOption('create', 'a function', undefined);
    this.#create = create;
    this.#dispose = readFunction('dispose', options.dispose);
    this.#idleMs = options.idleTtl === undefined ? Infinity : readDuration('idleTtl', options.idleTtl, 1);
    this.#clock = options.clock ?? systemClock;
  }

  /** Whether the value is there. */
  get isMade(): boolean {
    return this.#made?.value !== undefined;
  }

  /** The value if it is there; no use of it. */
  peek(): T | undefined {
    return this.#made?.value?.is;
  }

  /**
   * The value, made if it is not there.
   *
   * @throws what `create` threw
   * @throws {DisposedError} `PLIM_ERR_POOL_CLOSED` after {@link close}, and when it is let go of while it is being made
   */
  async get(): Promise<T> {
    if (this.#isClosed) throw closed();
    this.#usedAt = this.#clock.steadyNow();
    this.#made ??= this.#make();
    return this.#made.promise;
  }

  /**
   * Lets go of the value, and waits until it is disposed of; who asks next gets a new one.
   *
   * @throws what `dispose` threw
   */
  async release(): Promise<void> {
    const made = this.#made;
    this.#made = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (made?.value === undefined) made?.controller.abort(closed());
    else await this.#dispose?.(made.value.is);
    await Promise.all(this.#endings);
  }

  /** {@link release} for good. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #make(): Made<T> {
    const controller = new AbortController();
    const { signal } = controller;
    const making = Promise.resolve().then(() => this.#create(signal));
    const promise = new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      making.then(resolve, reject);
    });
    const made: Made<T> = { promise, controller, value: undefined };
    const ending = making.then(
      (value) => this.#arrived(made, value),
      () => {
        if (this.#made === made) this.#made = undefined;
      },
    );
    this.#endings.add(ending);
    void ending.finally(() => this.#endings.delete(ending));
    // Whoever waits hears of it; without anybody it is no unhandled rejection.
    promise.catch(() => {});
    return made;
  }

  async #arrived(made: Made<T>, value: T): Promise<void> {
    if (this.#made === made) {
      made.value = { is: value };
      return this.#watchIdle();
    }
    try {
      await this.#dispose?.(value);
    } catch (error) {
      this.#warn(error);
    }
  }

  #watchIdle(): void {
    if (this.#idleMs === Infinity) return;
    const left = this.#usedAt + this.#idleMs - this.#clock.steadyNow();
    this.#timer = this.#clock.startTimer(
      () => {
        const isIdle = this.#clock.steadyNow() - this.#usedAt >= this.#idleMs;
        if (isIdle) void this.release().catch((error: unknown) => this.#warn(error));
        else this.#watchIdle();
      },
      Math.max(0, left),
    );
  }

  #warn(error: unknown): void {
    warn({ code: 'PLIM_WARN_POOL_FAILED', message: `A lazy value was not disposed of: ${messageOf(error)}` });
  }
}

function closed(): DisposedError {
  return new DisposedError('PLIM_ERR_POOL_CLOSED', 'The lazy value was let go of.');
}
