/**
 * How a scope lives and ends: open, then closing, then closed, never back.
 *
 * The state changes before anything is ended, so that whatever runs meanwhile finds the scope closed to it. A closing
 * that needs no waiting is over when the call that began it returns; a promise is made only when somebody asks to wait.
 */
import { DisposedError } from '../base/errors.ts';
import { readDuration } from '../base/options.ts';
import { registerLive } from '../base/registry.ts';
import { waitsForCaller } from './chain.ts';
import { Closing, type ClosingMode } from './closing.ts';
import { countDisposal } from './disposals.ts';
import {
  describeEntry,
  type Ending,
  Entry,
  type EntryFailure,
  type EntryInfo,
  type EntryKind,
  EntryList,
} from './entry.ts';
import { countEntries, listEntries, type ScopeReport, type ScopeStats, withRemedy } from './report.ts';
import { type EndCause, type Own, readCause, type Settings } from './settings.ts';
import { isTraced, type Trace, traceAbove } from './trace.ts';

/** Why a scope ends, as its disposers read it from `scope.ending`. */
export interface ScopeEnding {
  readonly cause: EndCause;
  /** What came with the cause, such as an error or the reason of an abort signal. */
  readonly reason: unknown;
}

/** @see {@link Scope.close} */
export interface CloseOptions {
  /** How long it may take: milliseconds or text such as `'10s'`; the scope's own `deadline` holds as well. @default no limit */
  readonly deadline?: number | string;
  /** Why, for disposers that do one thing after success and another after failure. @default 'done' */
  readonly cause?: EndCause;
  /** What comes with the cause; also the reason with which `signal` aborts. @default an `AbortError` */
  readonly reason?: unknown;
}

/** Closes a scope with nobody waiting: what it is tied to has ended. */
export let closeUnattended: (scope: Lifetime, cause: EndCause, reason: unknown) => void;

type EntryClass<A extends unknown[]> = new (...args: A) => Entry;

/** What a {@link ScopeEntry} may do with its scope. */
let endWithin: (scope: Lifetime, ending: Ending, entry: ScopeEntry) => unknown;
let entriesOf: (scope: Lifetime) => EntryList;
let failuresOf: (scope: Lifetime) => readonly EntryFailure[] | undefined;

/** What every scope can do with what it owns. */
export abstract class Lifetime {
  static {
    closeUnattended = (scope, cause, reason) => scope.#closeUnattended(cause, reason);
    endWithin = (scope, ending, entry) => scope.#endWithin(ending, entry);
    entriesOf = (scope) => scope.entries;
    failuresOf = (scope) => scope.#closing?.failures;
  }

  protected readonly own: Own;
  protected readonly settings: Settings;
  protected entries: EntryList = new EntryList(this);
  /** Of an outermost scope; the place of one within tells its own. */
  readonly #rootedAt: number | undefined = undefined;
  /** Its place in the scope that owns it. */
  readonly #place: ScopeEntry | undefined = undefined;
  readonly #unregister: (() => void) | undefined = undefined;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #controller: AbortController | undefined = undefined;
  #closing: Closing | undefined = undefined;
  /** Made when somebody waits. */
  #closed: Promise<void> | undefined = undefined;
  #resolveClosed: ((outcome: Promise<void>) => void) | undefined = undefined;

  constructor(own: Own, settings: Settings, parent: Lifetime | undefined) {
    this.own = own;
    this.settings = settings;
    if (parent === undefined) {
      this.#rootedAt = settings.clock.steadyNow();
      this.#unregister = registerLive('scope', this);
    } else {
      parent.assertOpen();
      this.#place = parent.add(new ScopeEntry(this), 'child');
      parent.entries.hasScopes = true;
    }
  }

  /** What it is called in lists, reports and errors. */
  get name(): string {
    return this.own.name;
  }

  /** The scope that owns it, or owned it. */
  get parent(): Lifetime | undefined {
    return this.#place?.list?.owner as Lifetime | undefined;
  }

  /** Names from the outermost scope to this one. */
  get path(): readonly string[] {
    const { parent } = this;
    return parent === undefined ? [this.name] : [...parent.path, this.name];
  }

  /** Whether its end has begun: nothing can be given to it any more. */
  get disposed(): boolean {
    return this.#state !== 'open';
  }

  /** Why it ends; `undefined` while it is open. */
  get ending(): ScopeEnding | undefined {
    return this.#closing && { cause: this.#closing.cause, reason: this.#closing.reason };
  }

  /**
   * Whether its end waits for the code that asks, which one of its disposers is or has called: what waited for the end there
   * would wait for itself. `close()` knows; this is for what is built on scopes.
   */
  get waitsForCaller(): boolean {
    return this.#state === 'closing' && waitsForCaller(this);
  }

  /**
   * Aborts when the scope begins to close, before anything is ended; so do those of the scopes within. No signal hangs on
   * another, so one for each request leaves nothing behind, as one made by `AbortSignal.any()` would.
   */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#state !== 'open') this.#controller.abort(this.#closing?.reason);
    }
    return this.#controller.signal;
  }

  /** Everything that is open, newest first, scopes within included. */
  list(): EntryInfo[] {
    return listEntries(this.entries, this.settings.clock.steadyNow());
  }

  /** Figures of what is open, scopes within included. */
  stats(): ScopeStats {
    return countEntries(this.entries, this.settings.clock.steadyNow());
  }

  /** What is open, where it was opened, how to close it; once the closing has begun, how it went. */
  report(): ScopeReport {
    const now = this.settings.clock.steadyNow();
    return {
      path: this.path,
      state: this.#state,
      ageMs: Math.max(0, now - this.#openedAt),
      stats: this.stats(),
      open: this.list().map(withRemedy),
      closing: this.#closing?.report(now),
    };
  }

  /**
   * Ends everything at once, newest first, without waiting: nothing is ended gently, and what takes its time ends in the
   * background, in no order. What fails there goes to `onError`. A second call does nothing.
   *
   * @throws what disposers threw; several as a `SuppressedError`
   */
  dispose(): void {
    if (this.#state !== 'open') return;
    const closing = this.#begin('sync', Infinity, 'done', undefined);
    const { errors } = closing;
    if (!closing.isOver) this.#tellLater(closing, closing.failures.length);
    if (errors.length > 0) throw closing.error;
  }

  /**
   * Ends everything, newest first, one after the other, and waits for it. Calls while it closes get the same promise;
   * later ones do nothing. From inside one of its own disposers, which it waits for, it resolves at once: from an `async`
   * function everywhere, from one that returns a promise otherwise only before it returns.
   *
   * @throws {PLIM_ERR_SCOPE_TIMEOUT} for what did not end in time. Like what disposers threw, several as a
   *   `SuppressedError`; `report()` lists them.
   */
  close(options: CloseOptions = {}): Promise<void> {
    if (this.#state === 'closed') return Promise.resolve();
    const isWaitedFor = waitsForCaller(this);
    if (this.#state === 'open') {
      let closing: Closing;
      try {
        closing = this.#begin(this.#mode, this.#untilOf(options.deadline), readCause(options.cause), options.reason);
      } catch (error) {
        return Promise.reject(error);
      }
      if (closing.isOver) return this.#outcome();
      if (isWaitedFor) this.#tellLater(closing, 0);
    }
    return isWaitedFor ? Promise.resolve() : this.#untilClosed();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #closeUnattended(cause: EndCause, reason: unknown): void {
    if (this.#state !== 'open') return;
    const closing = this.#begin(this.#mode, Infinity, cause, reason);
    if (closing.isOver) this.#tell(closing, 0);
    else this.#tellLater(closing, 0);
  }

  protected assertOpen(): void {
    if (this.#state !== 'open') throw this.#disposedError();
  }

  /** `registrar` names the public method that was called: a recorded stack begins above it. */
  protected add<E extends Entry>(entry: E, registrar: string): E {
    const { clock, traces } = this.settings;
    entry.openedAt = clock.steadyNow();
    this.entries.add(entry);
    if (isTraced(traces, entry.kind, entry.name)) entry.trace = traceAbove(Reflect.get(this, registrar));
    return entry;
  }

  /** Adds something that exists already, and begins to watch for its end. */
  protected addWatched<T>(value: T, entry: Entry & { start(): void }, registrar: string): T {
    if (this.#state !== 'open') throw this.#refused(entry);
    this.add(entry, registrar).start();
    return value;
  }

  /** Tells `onError` that `entry`, which is in no list, failed. */
  protected tellOf(entry: Entry, error: unknown): void {
    const now = this.settings.clock.steadyNow();
    entry.list = this.entries;
    entry.openedAt = this.#openedAt;
    this.settings.onError(error, { entry: describeEntry(entry, now), error, isTimeout: false });
  }

  /** Ends what came too late. That it came too late counts before whatever else is wrong with it. */
  protected refuse<A extends unknown[]>(entryClass: EntryClass<A>, ...args: A): DisposedError {
    let entry: Entry;
    try {
      entry = new entryClass(...args);
    } catch (error) {
      return this.#disposedError({ cause: error });
    }
    return this.#refused(entry);
  }

  /** Has all that `giver` had; that one is closed, without its entries having ended. */
  protected takeOver(giver: Lifetime): void {
    const { tally } = this.entries;
    for (const entry of giver.entries) tally?.note(entry.kind, 1);
    this.entries = giver.entries;
    this.entries.owner = this;
    this.entries.tally = tally;
    this.#controller = giver.#controller;
    giver.#controller = undefined;
    giver.entries = new EntryList(giver);
    giver.#state = 'closed';
    giver.release();
  }

  /** Called when it is closed. */
  protected release(): void {
    this.#place?.leave();
    this.#unregister?.();
  }

  /** Where it was made, if that was recorded. */
  protected get madeAt(): Trace | undefined {
    return this.#place?.trace;
  }

  #disposedError(cause?: { cause: unknown }): DisposedError {
    const state = this.#state === 'closing' ? 'is closing' : 'is closed';
    const message = `The scope ${this.path.join(' > ')} ${state}: it takes nothing more. What came has been ended.`;
    return new DisposedError('PLIM_ERR_SCOPE_DISPOSED', message, cause);
  }

  #refused(entry: Entry): DisposedError {
    const list = new EntryList(this);
    list.add(entry);
    const closing = new Closing(this, list, this.settings, 'sync', Infinity, 'done', this.#closing?.reason);
    const rest = closing.run();
    const cause = closing.errors.length > 0 ? { cause: closing.error } : undefined;
    void rest?.then(() => this.#tell(closing, 0));
    return this.#disposedError(cause);
  }

  get #openedAt(): number {
    return this.#place?.openedAt ?? this.#rootedAt!;
  }

  get #mode(): ClosingMode {
    return this.own.isParallel ? 'together' : 'in turn';
  }

  #untilOf(deadline: number | string | undefined): number {
    const ms = deadline === undefined ? Infinity : readDuration('deadline', deadline);
    return ms === Infinity ? Infinity : this.settings.clock.steadyNow() + ms;
  }

  #begin(mode: ClosingMode, until: number, cause: EndCause, reason: unknown): Closing {
    const { deadlineMs } = this.own;
    const ownUntil = deadlineMs === Infinity ? Infinity : this.settings.clock.steadyNow() + deadlineMs;
    const end = Math.min(until, ownUntil);
    const closing = new Closing(this, this.entries, this.settings, mode, end, cause, reason);
    this.#state = 'closing';
    this.#closing = closing;
    this.#abort(reason);
    const rest = closing.run();
    if (rest === undefined) this.#finish();
    else void rest.then(() => this.#finish());
    return closing;
  }

  #finish(): void {
    this.#state = 'closed';
    countDisposal(this.#closing!.failures);
    this.release();
    this.#resolveClosed?.(this.#outcome());
  }

  #untilClosed(): Promise<void> {
    this.#closed ??= new Promise((resolve) => (this.#resolveClosed = resolve));
    return this.#closed;
  }

  async #outcome(): Promise<void> {
    const closing = this.#closing!;
    if (closing.errors.length > 0) throw closing.error;
  }

  /** Aborts the signals of this scope and of those within. */
  #abort(reason: unknown): void {
    this.#controller?.abort(reason);
    if (!this.entries.hasScopes) return;
    for (let entry = this.entries.newest; entry !== undefined; entry = entry.older) {
      if (entry instanceof ScopeEntry) entry.scope.#abort(reason);
    }
  }

  /** Tells `onError` of failures for which nobody waits, but for the first `known`. */
  #tellLater(closing: Closing, known: number): void {
    void this.#untilClosed().catch(() => this.#tell(closing, known));
  }

  #tell(closing: Closing, known: number): void {
    const { failures } = closing;
    for (let at = known; at < failures.length; at++) this.settings.onError(failures[at]!.error, failures[at]!);
  }

  #endWithin(ending: Ending, entry: ScopeEntry): unknown {
    // Whoever began it hears of its failures.
    if (this.#state === 'closing') return this.#untilClosed().catch(() => {});
    entry.hasBegunEnd = true;
    const left = ending.timeLeft(entry);
    const until = left === Infinity ? Infinity : this.settings.clock.steadyNow() + left;
    const { cause = 'done', reason } = this.parent?.ending ?? {};
    const closing = this.#begin(ending.isSync ? 'sync' : this.#mode, until, cause, reason);
    if (!closing.isOver) return this.#untilClosed();
    if (closing.errors.length > 0) throw closing.error;
    return undefined;
  }
}

/** A scope within another. */
class ScopeEntry extends Entry {
  readonly scope: Lifetime;
  /** It was the owner that began to close it, and gave it the time it has. */
  hasBegunEnd = false;

  constructor(scope: Lifetime) {
    super();
    this.name = scope.name;
    this.scope = scope;
  }

  get kind(): EntryKind {
    return 'scope';
  }

  override get keepsTime(): boolean {
    return this.hasBegunEnd;
  }

  override get failures(): readonly EntryFailure[] | undefined {
    return this.hasBegunEnd ? failuresOf(this.scope) : undefined;
  }

  override get within(): EntryList {
    return entriesOf(this.scope);
  }

  end(ending: Ending): unknown {
    return endWithin(this.scope, ending, this);
  }
}
