import { invalidOption, readDuration } from '../base/options.ts';
import { liveOf } from '../base/registry.ts';
import { forgetAbandoned, Remains, watchAbandoned } from './abandoned.ts';
import { SuppressedError } from './disposable.ts';
import type { EntryOptions } from './entry.ts';
import { Lifetime } from './lifetime.ts';
import { AbortEntry } from './registrars/abort.ts';
import {
  type FileLike,
  fileEntry,
  type ObserverLike,
  observerEntry,
  type WatcherLike,
  watcherEntry,
} from './registrars/closables.ts';
import { AdoptedEntry, DeferredEntry, DisposableEntry } from './registrars/custom.ts';
import type { Held } from './registrars/held.ts';
import {
  asEmitter,
  type Listenable,
  type Listener,
  ListenerEntry,
  type ListenerOptions,
} from './registrars/listeners.ts';
import { ChildProcessEntry, type ChildProcessLike, type ChildProcessOptions } from './registrars/processes.ts';
import { serverEntry, type ServerLike, type ServerOptions } from './registrars/servers.ts';
import {
  type AbortableLike,
  type CancelableLike,
  streamEntry,
  type StreamLike,
  type StreamOptions,
} from './registrars/streams.ts';
import {
  ImmediateEntry,
  IntervalEntry,
  TimeoutEntry,
  type TimeoutOptions,
  type TimerOptions,
} from './registrars/timers.ts';
import { WorkerEntry, type WorkerLike } from './registrars/workers.ts';
import { type ChildOptions, readOwn, readSettings, type ScopeOptions } from './settings.ts';
import { endTied, isAbortSignal, Tie } from './tie.ts';
import { traceAbove } from './trace.ts';

/** Options of a scope within another; all else it has from its owner. */
export interface ParentedOptions extends ChildOptions {
  /** The scope that owns it. */
  readonly parent: Scope;
}

/**
 * Owns what a piece of a program opens, and ends it with that piece.
 *
 * The contract is that of TC39's disposable stacks, synchronous and asynchronous in one: what is given is ended newest
 * first, everything is ended whatever fails, errors form a chain. On top of it entries have kinds and names, leave by
 * themselves when they end, and are ended within a time; a closing that runs is joined and not begun twice; what comes
 * too late is ended.
 *
 * **Cost:** a scope with a few entries is a few small objects. A stack, an `AbortController`, a promise or a timer is made
 * only when somebody asks for it. An entry costs one object, and one look at the clock.
 */
export class Scope extends Lifetime {
  /** What it ends with. */
  #tie: Tie | undefined = undefined;

  /** @throws {PLIM_ERR_OPTION_INVALID} */
  constructor(options: ScopeOptions | ParentedOptions = {}) {
    const own = readOwn(options);
    const parent = 'parent' in options ? options.parent : undefined;
    if (parent !== undefined && !(parent instanceof Scope)) throw invalidOption('parent', 'a Scope', parent);
    super(own, parent?.settings ?? readSettings(options), parent);
    if (this.settings.warnAbandoned) this.#watchAbandoned();
  }

  /**
   * Calls `work` with a new scope, closes the scope whichever way `work` ends, and gives what `work` gave: what
   * `await using` does, for runtimes and code without it. The scope's `ending` tells success from failure.
   *
   * @throws what `work` threw; when the closing fails too, a `SuppressedError` of both
   */
  static async run<T>(
    work: (scope: Scope) => T | PromiseLike<T>,
    options?: ScopeOptions | ParentedOptions,
  ): Promise<T> {
    const scope = new Scope(options);
    let result: T;
    try {
      result = await work(scope);
    } catch (error) {
      await scope.close({ cause: 'error', reason: error }).catch((closingError: unknown) => {
        throw new SuppressedError(closingError, error, 'The work failed, and so did the closing of its scope.');
      });
      throw error;
    }
    await scope.close();
    return result;
  }

  override get parent(): Scope | undefined {
    return super.parent as Scope | undefined;
  }

  /**
   * Owns a disposable: calls its `Symbol.asyncDispose`, else its `Symbol.dispose`, at the end. `null` and `undefined`
   * pass. It stays listed until then, or until {@link disown}: that it ended by itself cannot be seen.
   *
   * @returns `value`
   * @throws {PLIM_ERR_SCOPE_KIND} a `TypeError`, when it has no such method
   * @throws {PLIM_ERR_SCOPE_DISPOSED} a `ReferenceError`, when the scope has begun to close; `value` is ended then. So with
   *   everything else that is given to a scope.
   */
  use<T>(value: T, options?: EntryOptions): T {
    if (value === null || value === undefined) this.assertOpen();
    else if (this.disposed) throw this.refuse(DisposableEntry, value, options);
    else this.add(new DisposableEntry(value, options), 'use');
    return value;
  }

  /** Owns any value with the function that ends it, which may be asynchronous. @returns `value` */
  adopt<T>(value: T, onDispose: (value: T) => unknown, options?: EntryOptions): T {
    if (this.disposed) throw this.refuse(AdoptedEntry<T>, value, onDispose, options);
    this.add(new AdoptedEntry(value, onDispose, options), 'adopt');
    return value;
  }

  /** Calls a function at the end; it may be asynchronous. Given too late, it is called at once. */
  defer(onDispose: () => unknown, options?: EntryOptions): void {
    if (this.disposed) throw this.refuse(DeferredEntry, onDispose, options);
    this.add(new DeferredEntry(onDispose, options), 'defer');
  }

  /**
   * Takes the newest entry for `value` out without ending it: somebody else owns it from now on.
   *
   * **Cost:** looks at every newer entry.
   *
   * @returns whether there was one
   */
  disown(value: unknown): boolean {
    for (const entry of this.entries) {
      if (!entry.isFor(value) || entry.isEnding) continue;
      entry.leave();
      return true;
    }
    return false;
  }

  /** Hands everything over to a new scope that nobody owns. This one is closed then; nothing is ended. */
  move(): Scope {
    this.assertOpen();
    const { name, isParallel: parallel, deadlineMs } = this.own;
    const deadline = deadlineMs === Infinity ? {} : { deadline: deadlineMs };
    const heir = new Scope({ name, parallel, ...deadline, ...this.settings });
    heir.takeOver(this);
    return heir;
  }

  /**
   * A scope within this one. It ends with this one or before, and leaves it then.
   *
   * @param options - its options, or its name alone
   */
  child(options: string | ChildOptions = {}): Scope {
    if (typeof options === 'string') return new Scope({ name: options, parent: this });
    if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object or a name', options);
    const { name, parallel, deadline } = options;
    // Without a spread, which costs more than all else about the scope.
    return new Scope({ name, parallel, deadline, parent: this } as ParentedOptions);
  }

  /** {@link Scope.run} with a scope within this one. */
  async run<T>(work: (scope: Scope) => T | PromiseLike<T>, options: ChildOptions = {}): Promise<T> {
    return Scope.run(work, { ...options, parent: this });
  }

  /** A timer that fires once, in `ms` milliseconds or after a time such as `'5s'`, and leaves the scope as it fires. */
  setTimeout(run: () => void, ms: number | string, options?: TimeoutOptions): Held {
    this.assertOpen();
    const { clock } = this.settings;
    return this.add(new TimeoutEntry(run, readDuration('ms', ms), options), 'setTimeout').start(clock);
  }

  /** A timer that fires again and again. */
  setInterval(run: () => void, ms: number | string, options?: TimerOptions): Held {
    this.assertOpen();
    const { clock } = this.settings;
    return this.add(new IntervalEntry(run, readDuration('ms', ms), options), 'setInterval').start(clock);
  }

  /** Calls `run` once, after the events that already wait. */
  setImmediate(run: () => void, options?: EntryOptions): Held {
    this.assertOpen();
    return this.add(new ImmediateEntry(run, options), 'setImmediate').start();
  }

  /**
   * Listens on an `EventEmitter` or an `EventTarget` until the end, or for one event with `once`. Where the emitter lives
   * shorter than the scope, listen in a scope of its own: nobody tells a scope that an emitter is gone.
   */
  on(target: Listenable, event: string | symbol, listener: Listener, options?: ListenerOptions): Held {
    this.assertOpen();
    return this.add(new ListenerEntry(target, event, listener, options), 'on').start();
  }

  /**
   * Owns a stream, socket, request or response of Node.js, or a stream, reader or writer of the web: destroys it at the
   * end and waits until it is closed. Leaves when it closes. A stream of the web does not tell that it did; its reader or
   * writer does.
   */
  stream<T extends StreamLike | CancelableLike | AbortableLike>(stream: T, options?: StreamOptions): T {
    return this.addWatched(stream, streamEntry(stream, options), 'stream');
  }

  /** Owns a `FileHandle` or a `Dir`: closes it at the end. A `FileHandle` leaves when it is closed. */
  file<T extends FileLike>(file: T, options?: EntryOptions): T {
    return this.addWatched(file, fileEntry(file, options), 'file');
  }

  /** Owns a watcher of files: closes it at the end. Leaves when it says that it is closed. */
  watcher<T extends WatcherLike>(watcher: T, options?: EntryOptions): T {
    return this.addWatched(watcher, watcherEntry(watcher, options), 'watcher');
  }

  /** Owns an abort controller, a new one by default: aborts it at the end. Leaves when it is aborted. */
  abortController(controller: AbortController = new AbortController(), options?: EntryOptions): AbortController {
    return this.addWatched(controller, new AbortEntry(controller, options), 'abortController');
  }

  /** Owns a child process: signals it at the end, waits for its exit, kills it when it takes too long. Leaves when it exits. */
  childProcess<T extends ChildProcessLike>(child: T, options?: ChildProcessOptions): T {
    return this.addWatched(child, new ChildProcessEntry(child, options), 'childProcess');
  }

  /** Owns a worker thread: terminates it at the end. Leaves when it exits. */
  worker<T extends WorkerLike>(worker: T, options?: EntryOptions): T {
    return this.addWatched(worker, new WorkerEntry(worker, options), 'worker');
  }

  /**
   * Owns a server: drains it at the end (requests under way are answered, idle connections closed, the rest destroyed at
   * the deadline). Leaves when it is closed. One that never listened, or is closed already, is no error.
   */
  server<T extends ServerLike>(server: T, options?: ServerOptions): T {
    return this.addWatched(server, serverEntry(server, options), 'server');
  }

  /** Owns an observer or a histogram: calls its `disconnect()` or `disable()` at the end. */
  observer<T extends ObserverLike>(observer: T, options?: EntryOptions): T {
    return this.addWatched(observer, observerEntry(observer, options), 'observer');
  }

  /**
   * Closes this scope when `target` ends: an abort signal, or whatever emits `event`, such as the response to a request.
   * What fails then goes to `onError`. It is not listed as an entry, and does not go along with {@link move}.
   *
   * @param event - @default 'abort' of an abort signal, 'close' of everything else
   */
  endWith(target: Listenable, event?: string): void {
    this.assertOpen();
    const emitter = asEmitter(target);
    const isSignal = isAbortSignal(target);
    const awaited = event ?? (isSignal ? 'abort' : 'close');
    const hasEnded = isSignal
      ? target.aborted
      : awaited === 'close' && (target as { closed?: unknown }).closed === true;
    if (hasEnded) endTied(this, target);
    else this.#tie = new Tie(this, target, emitter, awaited, this.#tie).start();
  }

  protected override release(): void {
    super.release();
    if (this.#tie !== undefined) this.#untie();
    if (this.settings.warnAbandoned) forgetAbandoned(this);
  }

  #untie(): void {
    for (let tie = this.#tie; tie !== undefined; tie = tie.older) {
      try {
        tie.release();
      } catch (error) {
        // Something of the user's watches its own listeners being taken away, and threw.
        this.tellOf(tie.asEntry(), error);
      }
    }
    this.#tie = undefined;
  }

  #watchAbandoned(): void {
    const remains = new Remains(this.path, this.madeAt ?? traceAbove(Scope));
    this.entries.tally = remains;
    watchAbandoned(this, remains);
  }
}

/** The outermost scopes of this process that are not closed, oldest first, whichever copy of the package made them. */
export function openScopes(): Scope[] {
  return liveOf('scope') as Scope[];
}
