import { DisposedError } from '../../base/errors.ts';

/** Who gave a lease. */
export interface Lessor {
  /** Ends `lease`; whether it was still there. */
  release(lease: Lease<unknown>): boolean;
  /** Gives `lease` its whole time anew; whether it was still there. */
  renew(lease: Lease<unknown>): boolean;
}

/**
 * A value of a cache in use: it is not disposed of before the lease ends, whatever becomes of its entry. Made by
 * `Cache.acquire`; ended by `release`, at the end of a `using`, or by its time, `leaseTimeout`.
 */
export class Lease<V> {
  #lessor: Lessor | undefined;
  #value: V | undefined;

  constructor(lessor: Lessor, value: V) {
    this.#lessor = lessor;
    this.#value = value;
  }

  /**
   * What is leased.
   *
   * @throws {DisposedError} `PLIM_ERR_CACHE_LEASE_OVER` after the lease has ended: the value may be disposed of
   */
  get value(): V {
    if (this.#lessor !== undefined) return this.#value as V;
    throw new DisposedError(
      'PLIM_ERR_CACHE_LEASE_OVER',
      'The lease has been released, or has lapsed after `leaseTimeout`; its value may be disposed of.',
    );
  }

  /** Whether the lease has not ended. */
  get isHeld(): boolean {
    return this.#lessor !== undefined;
  }

  /** Gives the lease its whole time anew; `false` when it had ended. */
  renew(): boolean {
    return this.#lessor?.renew(this) ?? false;
  }

  /** Ends the lease; `false` when it had ended. */
  release(): boolean {
    const lessor = this.#lessor;
    this.#lessor = undefined;
    this.#value = undefined;
    return lessor?.release(this) ?? false;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
