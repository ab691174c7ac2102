import type { Server } from 'node:net';
import { TimeoutError } from '../../base/errors.ts';
import { invalidOption, readChoice, readDuration } from '../../base/options.ts';
import { formatCount, formatDuration } from '../../base/units.ts';
import { drain, type DrainOptions, readServer, trackConnections } from '../drain/index.ts';
import { type Coordinator, sharedCoordinator } from './coordinator.ts';
import { describeOpen, describeServer } from './open-things.ts';
import { resolveShutdownOptions, type ShutdownOptions } from './options.ts';
import {
  type LivePart,
  type Part,
  type PartKind,
  type PartRun,
  type Phase,
  PHASES,
  type ShutdownState,
} from './phases.ts';
import type { ShutdownEvent, ShutdownReport } from './report.ts';

/** What may be said of anything that takes part. */
export interface PartOptions {
  /** What it is called in lists and reports. */
  readonly name?: string;
  /** How long it may take: ms or text such as `'2s'`. @default what the phase leaves */
  readonly timeout?: number | string;
}

/** How a server is drained by a shutdown, which gives it its deadline. */
export interface ServerPartOptions extends PartOptions, Omit<DrainOptions, 'deadline' | 'signal'> {}

/** Something with an end of its own: a `Scope`, a pool, a file handle. */
export type Closable = Partial<Disposable & AsyncDisposable>;

/** Work in hand: a shutdown waits for its release. */
export interface Hold extends Disposable {
  /** The work is done; does nothing the second time. */
  release(): void;
}

/** Whether this process should be sent work, as a health check answers it. */
export interface Readiness {
  readonly status: 'pass' | 'fail';
  readonly httpStatus: 200 | 503;
  readonly state: ShutdownState;
}

/** Options that stand for none: the handle asks for nothing. */
const JOIN: ShutdownOptions = Object.freeze({});
/** What a drain keeps of its time to destroy what is left. */
const DESTROY_MS = 100;

/**
 * A process's way out: on a signal it says that it is not ready any more, drains its servers, waits for work in hand,
 * closes what it owns, each with a deadline, and ends as the signal would have ended it.
 *
 * There is one shutdown for a process, whatever number of these handles and of copies of this package is in it.
 * `new Shutdown(options)` asks for signals and settings: the program does so, once. A library takes part with
 * {@link Shutdown.shared}, which asks for nothing.
 *
 * ```ts
 * const shutdown = new Shutdown({ deadline: '20s', delay: '5s' });
 * shutdown.drain(server);
 * shutdown.use(database, { name: 'database' });
 * ```
 *
 * In a worker thread signals do not arrive: call {@link begin}.
 *
 * **Cost:** nothing until it begins; a drained server is tracked, see `trackConnections`.
 */
export class Shutdown implements Disposable {
  readonly #coordinator: Coordinator = sharedCoordinator();
  /** What this handle has asked for or added, to be taken back with it. */
  readonly #undo: Set<() => void> = new Set();

  /**
   * Takes the signals, and sets how the process ends; settings that another handle has made before stand, with a warning.
   *
   * @throws {PLIM_ERR_OPTION_INVALID}
   */
  constructor(options: ShutdownOptions = {}) {
    if (options !== JOIN) this.#keep(this.#coordinator.own(resolveShutdownOptions(options)));
  }

  /** Takes part in the process's shutdown without asking for one: no signal is taken, nothing is set. */
  static shared(): Shutdown {
    return new Shutdown(JOIN);
  }

  /** Whether this process should be sent work: `false` from the beginning of the shutdown. Liveness stays. */
  get isReady(): boolean {
    return this.#coordinator.isReady;
  }

  /** Where the process is on its way. */
  get state(): ShutdownState {
    return this.#coordinator.state;
  }

  /**
   * Aborts when the shutdown begins. It lives as long as the process: take a listener off again, or every request leaves
   * one behind.
   */
  get signal(): AbortSignal {
    return this.#coordinator.signal;
  }

  /** {@link isReady} for a health check. */
  readiness(): Readiness {
    const { isReady, state } = this;
    return { status: isReady ? 'pass' : 'fail', httpStatus: isReady ? 200 : 503, state };
  }

  /**
   * Calls `run` in a phase: those of `notReady`, `drain` and `work` together, those of `close` one by one from the newest
   * to the oldest. What it throws is reported and stops nothing.
   *
   * @returns a function that takes it back.
   * @throws {PLIM_ERR_OPTION_INVALID}
   * @throws {PLIM_ERR_SHUTDOWN_OVER} when the phase is over.
   */
  on(phase: Phase, run: PartRun, options: PartOptions = {}): () => void {
    readChoice('phase', phase, PHASES);
    if (typeof run !== 'function') throw invalidOption('run', 'a function', run);
    return this.#add(phase, 'hook', run, options, run.name === '' ? 'unnamed' : run.name);
  }

  /**
   * Drains `server` in phase `drain`, as `drain()` does; its connections are tracked from now on.
   *
   * @returns a function that takes it back.
   * @throws {PLIM_ERR_OPTION_INVALID}
   * @throws {PLIM_ERR_SHUTDOWN_OVER} when draining is over.
   */
  drain(server: Server, options: ServerPartOptions = {}): () => void {
    readServer(server);
    const { name: _name, timeout: _timeout, ...rest } = options;
    const run: PartRun = async (context) => {
      const allowed = Math.max(0, context.timeLeft() - DESTROY_MS);
      const { destroyed, errors } = await drain(server, { ...rest, deadline: allowed, signal: context.signal });
      if (errors.length > 0)
        throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'Hooks of a drain threw.');
      if (destroyed === 0) return;
      throw new TimeoutError(
        'PLIM_ERR_SHUTDOWN_TIMEOUT',
        `After ${formatDuration(allowed)} still open, and destroyed: ${formatCount(destroyed)} of its connections.`,
      );
    };
    const untrack = trackConnections(server);
    try {
      const remove = this.#add('drain', 'server', run, options, 'server', () => describeServer(server));
      return this.#keep(() => {
        remove();
        untrack();
      });
    } catch (error) {
      untrack();
      throw error;
    }
  }

  /**
   * Closes `resource` in phase `close`; the newest is closed first. A `Scope` that lives as long as the process is what
   * it is for: what comes and goes belongs into that scope.
   *
   * @returns `resource`.
   * @throws {PLIM_ERR_OPTION_INVALID} when it has neither `Symbol.asyncDispose` nor `Symbol.dispose`.
   * @throws {PLIM_ERR_SHUTDOWN_OVER} when closing is over.
   */
  use<T extends Closable>(resource: T, options: PartOptions = {}): T {
    const dispose =
      (resource as Closable | null)?.[Symbol.asyncDispose] ?? (resource as Closable | null)?.[Symbol.dispose];
    if (typeof dispose !== 'function') throw invalidOption('resource', 'disposable', resource);
    const name = (resource as { readonly name?: unknown }).name;
    const ownName = typeof name === 'string' ? name : 'unnamed';
    this.#add(
      'close',
      'resource',
      () => dispose.call(resource),
      options,
      ownName,
      () => describeOpen(resource),
    );
    return resource;
  }

  /**
   * Holds the shutdown for work in hand until the hold is released, or closing has to begin.
   *
   * ```ts
   * using _hold = shutdown.hold(`invoice ${id}`);
   * ```
   *
   * **Cost:** an entry in a set until it is released.
   *
   * @throws {PLIM_ERR_OPTION_INVALID}
   * @throws {PLIM_ERR_SHUTDOWN_OVER} when work is not waited for any more.
   */
  hold(reason: string): Hold {
    if (typeof reason !== 'string' || reason === '') throw invalidOption('reason', 'a text', reason);
    const release = this.#keep(this.#coordinator.hold(reason));
    return { release, [Symbol.dispose]: release };
  }

  /**
   * Begins the shutdown, or joins the one that has begun. The process ends after the promise has settled, by `exit`.
   *
   * @param reason for logs and the report.
   */
  begin(reason: string = 'a call'): Promise<ShutdownReport> {
    return this.#coordinator.begin({ kind: 'call', reason });
  }

  /** Calls `listener` for what happens on the way. @returns a function that takes it back */
  listen(listener: (event: ShutdownEvent) => void): () => void {
    if (typeof listener !== 'function') throw invalidOption('listener', 'a function', listener);
    return this.#keep(this.#coordinator.subscribe(listener));
  }

  /** What takes part, of all handles: during the shutdown, what is not through yet. */
  list(): LivePart[] {
    return this.#coordinator.list();
  }

  /**
   * Takes back all that was asked for or added through this handle. When the last one is gone the process has Node's
   * own behaviour again. A shutdown that has begun goes on.
   */
  dispose(): void {
    for (const undo of this.#undo) undo();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #add(
    phase: Phase,
    kind: PartKind,
    run: PartRun,
    { name, timeout }: PartOptions,
    otherName: string,
    detail?: () => string | undefined,
  ): () => void {
    const timeoutMs = timeout === undefined ? Infinity : readDuration('timeout', timeout);
    const part: Part = {
      phase,
      kind,
      name: name ?? otherName,
      timeoutMs,
      run,
      ...(detail === undefined ? {} : { detail }),
      state: 'waiting',
      startedAt: 0,
      ms: 0,
    };
    return this.#keep(this.#coordinator.add(part));
  }

  /** Remembers how to take something back, until it has been. */
  #keep(undo: () => void): () => void {
    const run = (): void => {
      if (this.#undo.delete(run)) undo();
    };
    this.#undo.add(run);
    return run;
  }
}
