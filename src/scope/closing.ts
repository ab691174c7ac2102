/**
 * The end of everything a scope holds: newest first, one after the other, or all at once in a parallel scope.
 *
 * What ends at once is ended at once: without an asynchronous entry there is no promise, no timer and no turn of the
 * event loop. Every entry is told to end, whatever happened to others and however little time is left; time only limits
 * how long it is waited for. Entries are listed until they have ended.
 */
import type { Clock } from '../base/clock.ts';
import { TimeoutError } from '../base/errors.ts';
import { formatDuration } from '../base/units.ts';
import { currentLink, enterLink, leaveLink, type Link, runFollowed } from './chain.ts';
import { chainErrors } from './disposable.ts';
import {
  describeEntry,
  type Ending,
  type Entry,
  type EntryFailure,
  type EntryList,
  type EntryOwner,
  nameEntry,
} from './entry.ts';
import type { ClosingReport } from './report.ts';
import type { EndCause } from './settings.ts';

/** What a closing has from its scope. */
export interface ClosingSettings {
  readonly clock: Clock;
  /** Told of a late failure of what had been left behind. */
  readonly onError: (error: unknown, failure: EntryFailure) => void;
}

/** How a closing goes about it. */
export type ClosingMode =
  /** One after the other. */
  | 'in turn'
  /** All at once, waiting for all. */
  | 'together'
  /** All at once, with nobody waiting. */
  | 'sync';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

async function allOf(waits: readonly Promise<void>[]): Promise<void> {
  await Promise.all(waits);
}

const NONE: readonly never[] = Object.freeze([]);

/** **Cost:** every request with a scope makes one: what most of them never need is not made before it is. */
export class Closing implements Ending, Link {
  readonly scope: EntryOwner;
  readonly outer: Link | undefined = currentLink();
  readonly cause: EndCause;
  readonly reason: unknown;
  /** Entries that were told to end. */
  ended = 0;
  isOver = false;
  readonly #list: EntryList;
  readonly #settings: ClosingSettings;
  readonly #mode: ClosingMode;
  /** On the steady clock, ms; `Infinity` without a limit. */
  readonly #until: number;
  /** When waiting began; never, where everything ends at once: looking at the clock costs more than closing then. */
  #waitsSince: number | undefined = undefined;
  #ms: number | undefined = undefined;
  #errors: unknown[] | undefined = undefined;
  #failures: EntryFailure[] | undefined = undefined;

  constructor(
    scope: EntryOwner,
    list: EntryList,
    settings: ClosingSettings,
    mode: ClosingMode,
    until: number,
    cause: EndCause,
    reason: unknown,
  ) {
    this.scope = scope;
    this.cause = cause;
    this.reason = reason;
    this.#list = list;
    this.#settings = settings;
    this.#mode = mode;
    this.#until = until;
  }

  /** Errors of this scope's own entries, in order of time. */
  get errors(): readonly unknown[] {
    return this.#errors ?? NONE;
  }

  /** Everything that failed, in scopes within as well. */
  get failures(): readonly EntryFailure[] {
    return this.#failures ?? NONE;
  }

  get clock(): Clock {
    return this.#settings.clock;
  }

  get isSync(): boolean {
    return this.#mode === 'sync';
  }

  /** One error for all of them. */
  get error(): unknown {
    return chainErrors(this.errors);
  }

  /** Ends everything; a promise, which never rejects, when something has to be waited for. */
  run(): Promise<void> | undefined {
    const rest = this.#mode === 'in turn' ? this.#runInTurn() : this.#runTogether();
    if (rest !== undefined) return rest.then(() => this.#finish());
    this.#finish();
    return undefined;
  }

  report(now: number): ClosingReport {
    return {
      cause: this.cause,
      ms: this.#ms ?? this.#waited(now),
      ended: this.ended,
      failures: [...this.failures],
      errors: this.failures.map((failure) => failure.error),
    };
  }

  timeLeft(entry: Entry): number {
    const left = this.#until === Infinity ? Infinity : Math.max(0, this.#until - this.clock.steadyNow());
    return Math.min(entry.timeoutMs ?? Infinity, left);
  }

  #finish(): void {
    if (this.#waitsSince !== undefined) this.#ms = this.#waited(this.clock.steadyNow());
    this.isOver = true;
  }

  #waited(now: number): number {
    return this.#waitsSince === undefined ? 0 : now - this.#waitsSince;
  }

  #runInTurn(): Promise<void> | undefined {
    for (let entry = this.#list.newest; entry !== undefined; entry = this.#list.newest) {
      const pending = this.#start(entry);
      if (pending !== undefined) return this.#goOn(entry, pending);
    }
    return undefined;
  }

  async #goOn(first: Entry, firstPending: PromiseLike<unknown>): Promise<void> {
    await this.#wait(first, firstPending);
    for (let entry = this.#list.newest; entry !== undefined; entry = this.#list.newest) {
      const pending = this.#start(entry);
      if (pending !== undefined) await this.#wait(entry, pending);
    }
  }

  #runTogether(): Promise<void> | undefined {
    let waits: Promise<void>[] | undefined;
    let waited: Entry | undefined;
    for (let entry = this.#after(waited); entry !== undefined; entry = this.#after(waited)) {
      const pending = this.#start(entry);
      if (pending === undefined) continue;
      (waits ??= []).push(this.#wait(entry, pending));
      waited = entry;
    }
    return waits === undefined ? undefined : allOf(waits);
  }

  /** The newest entry that has not been told to end, given the oldest of those that are waited for. */
  #after(waited: Entry | undefined): Entry | undefined {
    if (waited?.isListed === true) return waited.older;
    let entry = this.#list.newest;
    while (entry?.isEnding === true) entry = entry.older;
    return entry;
  }

  /** Tells one entry to end; its promise, if it is not over at once. */
  #start(entry: Entry): PromiseLike<unknown> | undefined {
    entry.isEnding = true;
    this.ended++;
    const before = enterLink(this);
    try {
      const result = entry.isFollowed ? runFollowed(this, () => entry.end(this)) : entry.end(this);
      if (isPromiseLike(result)) return result;
    } catch (error) {
      this.#fail(entry, error);
    } finally {
      leaveLink(before);
    }
    this.#remove(entry);
    return undefined;
  }

  async #wait(entry: Entry, pending: PromiseLike<unknown>): Promise<void> {
    this.#waitsSince ??= this.clock.steadyNow();
    const ms = entry.keepsTime ? Infinity : this.timeLeft(entry);
    try {
      if (ms === Infinity) await pending;
      else await this.#waitAtMost(entry, pending, ms);
    } catch (error) {
      this.#fail(entry, error);
    }
    this.#remove(entry);
  }

  /** Waits; resolves as well when the time is over. */
  #waitAtMost(entry: Entry, pending: PromiseLike<unknown>, ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let late: Writable<EntryFailure> | undefined;
      const giveUp = (): void => {
        late = this.#timeOut(entry, ms);
        resolve();
      };
      // It keeps the process up: one that ended here would end with the rest still open.
      const timer = this.clock.startTimer(giveUp, ms, { keepAlive: true });
      const fail = (error: unknown): void => {
        if (late === undefined) return reject(error);
        late.lateError = error;
        this.#settings.onError(error, late);
      };
      void Promise.resolve(pending)
        .finally(() => timer.cancel())
        .then(() => resolve(), fail);
    });
  }

  #timeOut(entry: Entry, ms: number): Writable<EntryFailure> {
    const info = describeEntry(entry, this.clock.steadyNow());
    const message = `The ${nameEntry(info)} did not end within ${formatDuration(ms)}; it was left behind.`;
    const error = new TimeoutError('PLIM_ERR_SCOPE_TIMEOUT', message);
    const failure = { entry: info, error, isTimeout: true };
    this.#note(error, [failure]);
    return failure;
  }

  #fail(entry: Entry, error: unknown): void {
    const { failures: within = NONE } = entry;
    const own = { entry: describeEntry(entry, this.clock.steadyNow()), error, isTimeout: false };
    this.#note(error, within.length > 0 ? within : [own]);
  }

  #note(error: unknown, failures: readonly EntryFailure[]): void {
    (this.#errors ??= []).push(error);
    const all = (this.#failures ??= []);
    for (const failure of failures) all.push(failure);
  }

  #remove(entry: Entry): void {
    try {
      entry.leave();
    } catch (error) {
      // Something of the user's watches its own listeners being taken away, and threw.
      this.#fail(entry, error);
    }
  }
}
