/**
 * One fetch under way. Its key has its place in the cache meanwhile, with the old value if there is one, so that fetches are
 * bounded and count like entries.
 *
 * It ends when `fetchMethod` does, or earlier: when its caller aborts, or when its key is set, deleted or evicted (it is
 * *overtaken*). What an overtaken fetch brings is never stored.
 */
import type { FetcherFetchOptions, Fetcher, Status } from './types.ts';

/** The cache, as far as its fetches need it. */
export interface FlightHost<K, V, FC> {
  /** Stores what the flight brought, in its place. */
  land(flight: Flight<K, V, FC>, value: V): void;
  /** Ends the flight without a new value: the old one stays if there is one and `keepsStale`; else the key leaves. */
  giveUp(flight: Flight<K, V, FC>, keepsStale: boolean): void;
  /** Takes what a user's function threw, where no caller waits. */
  complain(error: unknown): void;
}

export interface FlightTerms<K, V, FC> {
  readonly options: FetcherFetchOptions<K, V, FC>;
  readonly signal: AbortSignal | undefined;
  readonly status: Status<K, V> | undefined;
}

export class Flight<K, V, FC> {
  readonly key: K;
  /** The value that its key has meanwhile; `undefined` when there is none. */
  stale: V | undefined;
  /** What `fetchMethod` may have changed. */
  readonly options: FetcherFetchOptions<K, V, FC>;
  readonly promise: Promise<V | undefined>;
  /** Whether it has its place in the cache. */
  isAboard = false;
  /** Whether somebody was given the promise; else nobody would hear of a rejection. */
  isAwaited = false;
  readonly #host: FlightHost<K, V, FC>;
  readonly #status: Status<K, V>;
  readonly #signal: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #onSignal = (): void => this.#abort(this.#signal!.reason);
  #resolve!: (value: V | undefined) => void;
  #reject!: (error: unknown) => void;
  #isOver = false;

  constructor(host: FlightHost<K, V, FC>, key: K, stale: V | undefined, terms: FlightTerms<K, V, FC>) {
    this.#host = host;
    this.key = key;
    this.stale = stale;
    this.options = terms.options;
    this.#status = terms.status ?? {};
    this.#signal = terms.signal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Callers have promises of their own that follow this one; it alone is nobody's to handle.
    this.promise.catch(() => {});
  }

  /** Calls `fetchMethod`; what it brings, or throws, is looked at in a later turn. */
  start(fetchMethod: Fetcher<K, V, FC>, context: FC): void {
    this.#status.fetchDispatched = true;
    const { signal } = this.#controller;
    const work = new Promise<V | undefined | void>((resolve) => {
      resolve(fetchMethod(this.key, this.stale, { signal, options: this.options, context }));
    });
    work.then(
      (value) => this.#brought(value as V | undefined),
      (error: unknown) => this.#failed(error),
    );
  }

  /** Heeds the caller's signal from now on. */
  listen(): void {
    if (this.#signal?.aborted === true) this.#onSignal();
    else this.#signal?.addEventListener('abort', this.#onSignal);
  }

  /** Its key was set, deleted or evicted; its place is gone. */
  overtaken(by: string): void {
    this.#abort(new Error(by));
  }

  #abort(reason: unknown): void {
    if (this.#isOver || this.#controller.signal.aborted) return;
    Object.assign(this.#status, { fetchAborted: true, fetchError: reason });
    this.#controller.abort(reason);
    const { allowStaleOnFetchAbort, ignoreFetchAbort } = this.options;
    if (allowStaleOnFetchAbort === true) {
      this.#giveStale();
      if (ignoreFetchAbort !== true || !this.isAboard) this.#giveUp(true);
    } else if (ignoreFetchAbort !== true) this.#fail(reason);
  }

  #brought(value: V | undefined): void {
    if (this.#isOver) return;
    const { aborted, reason } = this.#controller.signal;
    if (aborted && value === undefined) {
      this.#fail(reason);
      return;
    }
    if (aborted) this.#status.fetchAbortIgnored = true;
    else this.#status.fetchResolved = true;
    if (value === undefined) this.#giveUp(true);
    else this.#land(value);
    this.#resolve(value);
  }

  #failed(error: unknown): void {
    if (this.#isOver) return;
    Object.assign(this.#status, { fetchRejected: true, fetchError: error });
    this.#fail(error);
  }

  #fail(error: unknown): void {
    const { allowStaleOnFetchAbort, allowStaleOnFetchRejection, noDeleteOnFetchRejection } = this.options;
    const isStaleAllowed =
      allowStaleOnFetchRejection === true || (this.#controller.signal.aborted && allowStaleOnFetchAbort === true);
    this.#giveUp(isStaleAllowed || noDeleteOnFetchRejection === true);
    if (isStaleAllowed) this.#giveStale();
    else if (this.isAwaited) this.#reject(error);
    else this.#resolve(undefined);
  }

  #giveStale(): void {
    if (this.stale !== undefined) this.#status.returnedStale = true;
    this.#resolve(this.stale);
  }

  #land(value: V): void {
    this.#end();
    if (!this.isAboard) return;
    this.#status.fetchUpdated = true;
    this.#attempt(() => this.#host.land(this, value));
    // When it could not be stored: the place must not stay taken by a flight that is over.
    if (this.isAboard) this.#attempt(() => this.#host.giveUp(this, true));
  }

  #giveUp(keepsStale: boolean): void {
    this.#end();
    if (this.isAboard) this.#attempt(() => this.#host.giveUp(this, keepsStale));
  }

  #end(): void {
    this.#isOver = true;
    this.#signal?.removeEventListener('abort', this.#onSignal);
  }

  /** A disposer may throw, or a `sizeCalculation`; whoever waits hears of it. */
  #attempt(change: () => void): void {
    try {
      change();
    } catch (error) {
      if (this.isAwaited) this.#reject(error);
      else this.#host.complain(error);
    }
  }
}
