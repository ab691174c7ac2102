/**
 * A bounded pool of things that are dear to make: lent to one at a time, made when needed, let go of when idle.
 *
 * Who waits is served in order. What is idle is lent again newest first, so that what is not needed ages at the other end.
 */
import type { Timer } from '../base/clock.ts';
import { BudgetError, DisposedError, PlimsollError, TimeoutError } from '../base/errors.ts';
import { readDuration } from '../base/options.ts';
import { formatDuration } from '../base/units.ts';
import { type PoolOptions, type ResolvedPoolOptions, resolvePoolOptions } from './pool-options.ts';
import { tellError } from './tell-error.ts';

/** @see {@link Pool.acquire} */
export interface AcquireOptions {
  /** Gives up waiting, with its reason. */
  readonly signal?: AbortSignal;
  /** How long to wait. @default the pool's `acquireDeadline` */
  readonly deadline?: number | string;
}

/** @see {@link Pool.stats} */
export interface PoolStats {
  readonly size: number;
  readonly lent: number;
  readonly idle: number;
  readonly queued: number;
  readonly created: number;
  readonly destroyed: number;
}

interface Waiter<T> {
  readonly take: (value: T) => void;
  readonly fail: (error: unknown) => void;
}

interface Idle<T> {
  readonly value: T;
  readonly since: number;
}

/**
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 *
 * @example
 * const parsers = new Pool({ maxSize: 4, create: () => new Parser(), reset: (parser) => parser.clear() });
 * const tree = await parsers.use((parser) => parser.parse(text));
 */
export class Pool<T> {
  readonly #options: ResolvedPoolOptions<T>;
  readonly #lent: Set<T> = new Set();
  readonly #idle: Idle<T>[] = [];
  readonly #waiting: Set<Waiter<T>> = new Set();
  /** Being made, or reset: they take room already. */
  #underWay = 0;
  #making = 0;
  #created = 0;
  #destroyed = 0;
  #timer: Timer | undefined;
  #closing: Promise<void> | undefined;
  #isClosed = false;
  #onEmpty: (() => void) | undefined;

  constructor(options: PoolOptions<T>) {
    this.#options = resolvePoolOptions(options);
  }

  /** Things there are, lent, idle, being made or reset. */
  get size(): number {
    return this.#lent.size + this.#idle.length + this.#underWay;
  }

  stats(): PoolStats {
    const { size } = this;
    const [lent, idle, queued] = [this.#lent.size, this.#idle.length, this.#waiting.size];
    return { size, lent, idle, queued, created: this.#created, destroyed: this.#destroyed };
  }

  /**
   * One for the caller alone, until {@link release}; waits when all are lent.
   *
   * @throws what `create` threw
   * @throws {TimeoutError} `PLIM_ERR_POOL_TIMEOUT`
   * @throws {BudgetError} `PLIM_ERR_POOL_FULL` when too many wait
   * @throws {DisposedError} `PLIM_ERR_POOL_CLOSED`
   */
  async acquire({ signal, deadline }: AcquireOptions = {}): Promise<T> {
    const ms = deadline === undefined ? this.#options.deadlineMs : readDuration('deadline', deadline);
    this.#assertOpen();
    signal?.throwIfAborted();
    const hasRoom = this.#idle.length > 0 || this.size < this.#options.maxSize;
    if (!hasRoom && this.#waiting.size >= this.#options.maxQueued) {
      throw new BudgetError(
        'PLIM_ERR_POOL_FULL',
        `The ${this.#options.name} is lent out, and ${this.#options.maxQueued} wait already.`,
      );
    }
    return this.#wait(ms, signal);
  }

  /** Resolves with one when its turn comes; rejects after `ms`, when the signal aborts, or with what `create` threw. */
  #wait(ms: number, signal: AbortSignal | undefined): Promise<T> {
    let timer: Timer | undefined;
    let abort = (): void => {};
    const got = new Promise<T>((take, fail) => {
      const waiter = { take, fail };
      this.#waiting.add(waiter);
      const giveUp = (error: unknown): void => {
        if (this.#waiting.delete(waiter)) fail(error);
      };
      abort = () => giveUp(signal!.reason);
      signal?.addEventListener('abort', abort);
      if (ms !== Infinity)
        timer = this.#options.clock.startTimer(() => giveUp(this.#late(ms)), ms, { keepAlive: true });
      this.#serve();
    });
    return got.finally(() => {
      timer?.cancel();
      signal?.removeEventListener('abort', abort);
    });
  }

  /**
   * Gives one back; it is reset, and lent to the next.
   *
   * @throws {PlimsollError} `PLIM_ERR_POOL_RELEASE` when it is not lent: given back twice, or of another pool
   */
  release(value: T): void {
    this.#takeBack(value);
    if (this.#isClosed) return this.#destroy(value);
    this.#work(async () => {
      try {
        await this.#options.reset?.(value);
      } catch (error) {
        this.#failed(error);
        return this.#end(value);
      }
      if (this.#isClosed) return this.#end(value);
      this.#idle.push({ value, since: this.#options.clock.steadyNow() });
    });
  }

  /** Gives one back that is broken: it is destroyed. @throws as {@link release} */
  discard(value: T): void {
    this.#takeBack(value);
    this.#destroy(value);
  }

  /** Calls `work` with one, and gives it back whichever way that ends. */
  async use<R>(work: (value: T) => R | PromiseLike<R>, options?: AcquireOptions): Promise<R> {
    const value = await this.acquire(options);
    try {
      return await work(value);
    } finally {
      // `work` may have given it back, or discarded it.
      if (this.#lent.has(value)) this.release(value);
    }
  }

  /** Destroys what is idle, now, and what is lent, as it comes back; waits for that. Whoever waits is refused. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const { fail } of waiting) fail(this.#closedError());
    for (const { value } of this.#idle.splice(0)) this.#destroy(value);
    const empty = new Promise<void>((resolve) => (this.#onEmpty = resolve));
    const timer = this.#options.clock.startTimer(() => this.#onEmpty!(), this.#options.closeTimeoutMs, {
      keepAlive: true,
    });
    this.#settle();
    await empty;
    timer.cancel();
  }

  #assertOpen(): void {
    if (this.#isClosed) throw this.#closedError();
  }

  #closedError(): DisposedError {
    return new DisposedError('PLIM_ERR_POOL_CLOSED', `The ${this.#options.name} is closed.`);
  }

  #late(ms: number): TimeoutError {
    const message = `All ${this.#options.maxSize} of the ${this.#options.name} were lent for ${formatDuration(ms)}.`;
    return new TimeoutError('PLIM_ERR_POOL_TIMEOUT', message);
  }

  #takeBack(value: T): void {
    if (this.#lent.delete(value)) return;
    const message = `What was given back to the ${this.#options.name} is not lent: it was given back before, or is of another pool.`;
    throw new PlimsollError('PLIM_ERR_POOL_RELEASE', message);
  }

  /** Lends what is idle, makes what is missing. */
  #serve(): void {
    for (const waiter of this.#waiting) {
      const newest = this.#idle.pop();
      if (newest === undefined) break;
      this.#waiting.delete(waiter);
      this.#lent.add(newest.value);
      waiter.take(newest.value);
    }
    while (this.#making < this.#waiting.size && this.size < this.#options.maxSize) this.#make();
    this.#watchIdle();
  }

  #make(): void {
    this.#making++;
    this.#work(async () => {
      try {
        const value = await this.#options.create();
        this.#created++;
        if (this.#isClosed) await this.#end(value);
        else this.#idle.push({ value, since: this.#options.clock.steadyNow() });
      } catch (error) {
        const [first] = this.#waiting;
        if (first === undefined) return this.#failed(error);
        this.#waiting.delete(first);
        first.fail(error);
      } finally {
        this.#making--;
      }
    });
  }

  #destroy(value: T): void {
    this.#work(() => this.#end(value));
  }

  async #end(value: T): Promise<void> {
    this.#destroyed++;
    try {
      await this.#options.destroy?.(value);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Does something with a thing that is neither lent nor idle meanwhile. */
  #work(run: () => Promise<void>): void {
    this.#underWay++;
    const ended = (): void => {
      this.#underWay--;
      this.#settle();
    };
    void run().then(ended);
  }

  #settle(): void {
    if (!this.#isClosed) this.#serve();
    else if (this.size === 0) this.#onEmpty?.();
  }

  #watchIdle(): void {
    const [oldest] = this.#idle;
    if (this.#options.idleMs === Infinity || this.#timer !== undefined || oldest === undefined) return;
    const left = oldest.since + this.#options.idleMs - this.#options.clock.steadyNow();
    this.#timer = this.#options.clock.startTimer(
      () => {
        this.#timer = undefined;
        const now = this.#options.clock.steadyNow();
        while (this.#idle.length > 0 && now - this.#idle[0]!.since >= this.#options.idleMs)
          this.#destroy(this.#idle.shift()!.value);
        this.#watchIdle();
      },
      Math.max(0, left),
    );
  }

  #failed(error: unknown): void {
    tellError(this.#options.name, this.#options.onError, error);
  }
}
