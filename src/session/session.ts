/** One session of a broker: what it stores, what it owns, and what it may use. */
import { DisposedError } from '../base/errors.ts';
import { describeValue } from '../base/options.ts';
import type { Cache } from '../cache/index.ts';
import type { Held, Scope } from '../scope/index.ts';
import type { SessionEnd } from './alert.ts';
import type { Budget, BudgetUsage } from './budget.ts';

/** @see {@link Session.usage} */
export interface SessionUsage extends BudgetUsage {
  readonly store: { readonly entries: number; readonly bytes: number };
  readonly components: Readonly<Record<string, BudgetUsage>>;
}

/** Whoever opened a session, as far as the session needs it. */
export interface SessionHost {
  now(): number;
  /** It was used. */
  used(id: string): void;
  close(id: string): Promise<unknown>;
}

/** What messages call a session; the identifier is shortened. */
export function titleOf(id: string): string {
  return `The session ${describeValue(id)}`;
}

/** Ends what a session consists of, and gives what failed; never rejects. For the broker. */
export let endSession: (session: Membership, cause: SessionEnd, deadlineMs: number) => Promise<unknown>;
/** Looks at figures of a session that change by themselves. For the broker. */
export let checkSession: (session: Membership) => void;

/** What every session has to do with its broker, in this thread or in a worker. */
export abstract class Membership {
  static {
    endSession = async (session, cause, deadlineMs) => {
      session.#state = 'closing';
      const error = await session.end(cause, deadlineMs);
      session.#state = 'closed';
      return error;
    };
    checkSession = (session) => {
      if (session.#state === 'open') session.check();
    };
  }

  readonly id: string;
  /** What the session owns; it ends with the session. */
  readonly scope: Scope;
  /** Bytes of `total` that are kept for it. */
  readonly reservedBytes: number;
  readonly #host: SessionHost;
  readonly #openedAt: number;
  #usedAt: number;
  #holds = 0;
  #state: 'open' | 'closing' | 'closed' = 'open';

  constructor(id: string, scope: Scope, reservedBytes: number, host: SessionHost) {
    this.id = id;
    this.scope = scope;
    this.reservedBytes = reservedBytes;
    this.#host = host;
    this.#openedAt = this.#usedAt = host.now();
  }

  get state(): 'open' | 'closing' | 'closed' {
    return this.#state;
  }

  /** Aborts when the session begins to close. */
  get signal(): AbortSignal {
    return this.scope.signal;
  }

  /** Milliseconds since it was opened. */
  get ageMs(): number {
    return Math.max(0, this.#host.now() - this.#openedAt);
  }

  /** Milliseconds since its last use; 0 while it is held. */
  get idleMs(): number {
    return this.#holds > 0 ? 0 : Math.max(0, this.#host.now() - this.#usedAt);
  }

  /** Whether somebody holds it. */
  get isHeld(): boolean {
    return this.#holds > 0;
  }

  /** Marks it as used, as `open` and `get` of the broker do. */
  touch(): void {
    this.#usedAt = this.#host.now();
    this.#host.used(this.id);
  }

  /**
   * While it is held, for work that takes its time, it is neither idle nor closed to make room for another. Its age and
   * `close` end it all the same.
   *
   * @throws {DisposedError} `PLIM_ERR_SESSION_CLOSED`
   */
  hold(): Held {
    if (this.#state !== 'open') throw closedError(this.id);
    this.#holds++;
    this.touch();
    let isOver = false;
    const dispose = (): void => {
      if (isOver) return;
      isOver = true;
      this.#holds--;
      this.touch();
    };
    return { dispose, [Symbol.dispose]: dispose };
  }

  /** {@link SessionBroker.close} of this session. */
  async close(): Promise<void> {
    if (this.#state !== 'closed') await this.#host.close(this.id);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  protected abstract end(cause: SessionEnd, deadlineMs: number): Promise<unknown>;

  protected abstract check(): void;

  /** Bytes that it uses of its budget; of a session in a worker as it last told. **Cost:** nothing is asked or measured. */
  abstract get usedBytes(): number;
}

/** A session in this thread. */
export class Session<K = unknown, V = unknown> extends Membership {
  /** A bounded cache of its own. */
  readonly store: Cache<K, V>;
  readonly budget: Budget;

  constructor(
    id: string,
    parts: { readonly scope: Scope; readonly store: Cache<K, V>; readonly budget: Budget },
    reservedBytes: number,
    host: SessionHost,
  ) {
    super(id, parts.scope, reservedBytes, host);
    this.store = parts.store;
    this.budget = parts.budget;
  }

  /** What it uses, of what it may use. **Cost:** an object for each component. */
  usage(): SessionUsage {
    checkSession(this);
    const { size: entries, bytes = 0 } = this.store;
    return { ...this.budget.whole(), store: { entries, bytes }, components: this.budget.components() };
  }

  get usedBytes(): number {
    return this.budget.used();
  }

  protected check(): void {
    this.budget.check();
  }

  protected async end(_cause: SessionEnd, deadlineMs: number): Promise<unknown> {
    let error: unknown;
    try {
      await this.scope.close({ deadline: deadlineMs });
    } catch (thrown) {
      error = thrown;
    }
    // After the scope: what ends there may still write to the store, or read from it.
    await this.store.close();
    this.budget.close();
    return error;
  }
}

export function closedError(id: string): DisposedError {
  return new DisposedError('PLIM_ERR_SESSION_CLOSED', `${titleOf(id)} is closing or closed.`);
}
