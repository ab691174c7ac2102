/**
 * One key's load under way, and who waits for it.
 *
 * A caller with a signal can leave; the others stay. When the last has left, the work is told to stop. A flight that
 * somebody waits for without a signal, or that refreshes in the background, goes on to its end.
 */
import type { Work } from './work.ts';

/** Somebody who waits and may leave. */
export interface Waiter<V> {
  readonly resolve: (value: V) => void;
  readonly reject: (error: unknown) => void;
}

/** What stands by should a load fail. */
export interface Fallback<V> {
  readonly value: V;
  /** The moment from which it is no longer good enough. */
  readonly until: number;
}

export class Flight<V, K = unknown> {
  readonly key: K;
  readonly work: Work;
  /** The key was written meanwhile, or nobody waits any more: the result is not to be stored. */
  isOvertaken = false;
  /** The loader's function has not returned yet. */
  isStarting = true;
  /** How many tags had been invalidated when it began. */
  tagTurn = 0;
  fallback: Fallback<V> | undefined;
  /** The load failed, and the fallback is its result. */
  hasFallenBack = false;
  readonly #waiters = new Set<Waiter<V>>();
  /** Nobody may stop it. */
  #isPermanent: boolean;
  #shared: { readonly promise: Promise<V>; readonly waiter: Waiter<V> } | undefined;

  constructor(key: K, work: Work, isBackground: boolean) {
    this.key = key;
    this.work = work;
    this.#isPermanent = isBackground;
    work.want();
  }

  /** Whether somebody waits for it. */
  get isAwaited(): boolean {
    return this.#shared !== undefined || this.#waiters.size > 0;
  }

  /** The result, for whoever waits to the end: one promise for all of them. */
  get promise(): Promise<V> {
    if (this.#shared === undefined) {
      let waiter!: Waiter<V>;
      const promise = new Promise<V>((resolve, reject) => (waiter = { resolve, reject }));
      this.#shared = { promise, waiter };
      this.#isPermanent = true;
    }
    return this.#shared.promise;
  }

  add(waiter: Waiter<V>): void {
    this.#waiters.add(waiter);
  }

  /** A waiter leaves; returns whether nobody is left, so that the flight is of no use. */
  leave(waiter: Waiter<V>, reason: unknown): boolean {
    if (!this.#waiters.delete(waiter) || this.#waiters.size > 0 || this.#isPermanent) return false;
    this.isOvertaken = true;
    this.work.giveUp(reason);
    return true;
  }

  /** Tells the loader to stop, and everybody why. */
  abandon(reason: unknown): void {
    this.isOvertaken = true;
    this.work.giveUp(reason);
    this.reject(reason);
  }

  resolve(value: V): void {
    for (const waiter of this.#settle()) waiter.resolve(value);
  }

  reject(error: unknown): void {
    for (const waiter of this.#settle()) waiter.reject(error);
  }

  #settle(): Waiter<V>[] {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    if (this.#shared !== undefined) waiters.push(this.#shared.waiter);
    return waiters;
  }
}
