/** A session in a worker thread of its own, seen from outside. */
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../base/clock.ts';
import { messageOf, SessionError, TimeoutError } from '../../base/errors.ts';
import { invalidOption, readBytes, readDuration } from '../../base/options.ts';
import { formatBytes, formatDuration } from '../../base/units.ts';
import type { Scope } from '../../scope/index.ts';
import type { AlertText, SessionEnd } from '../alert.ts';
import { closedError, Membership, type SessionHost, titleOf } from '../session.ts';
import {
  DATA_KEY,
  type FromWorker,
  type IsolatedUsage,
  type Question,
  readError,
  type StoreMethod,
  type WorkerSettings,
} from './protocol.ts';

/** @see {@link SessionBroker.openIsolated} */
export interface IsolatedOptions {
  /** The module that runs in the worker and calls `serveSession`: a file's absolute path, or its URL. */
  readonly module: string | URL;
  /** Its heap at most, enforced by V8: from 16 MB. Buffers are not counted. @default '64MB' */
  readonly maxHeap?: number | string;
  /** Something for the worker, copied. */
  readonly data?: unknown;
  /** Flags of Node.js for the worker. @default those of this process */
  readonly execArgv?: readonly string[];
}

/** How long one question may take. */
export interface AskOptions {
  /** Gives up waiting; what runs in the worker goes on. */
  readonly signal?: AbortSignal;
  /** Gives up waiting after so long: ms or text such as `'5s'`. @default never */
  readonly deadline?: number | string;
}

/** A worker, as far as it is used. */
export interface WorkerPort {
  postMessage(message: unknown): void;
  on(event: string, listener: (value: never) => void): unknown;
  terminate(): Promise<unknown>;
}

/** What an isolated session is made of, beside what every session is. */
export interface IsolatedParts {
  readonly options: IsolatedOptions;
  readonly clock: Clock;
  readonly settings: WorkerSettings;
  readonly alert: (alert: AlertText) => void;
  /** The worker has ended by itself: the session is to be closed. */
  readonly lost: (cause: 'memory' | 'failed') => void;
  /** Starts the worker. @default a real one */
  readonly start?: (options: IsolatedOptions, maxHeapBytes: number, data: object) => WorkerPort;
}

/** The store in the worker, with the methods of the `Cache` that it is; what comes and goes is copied. */
export interface IsolatedStore {
  get(key: unknown): Promise<unknown>;
  peek(key: unknown): Promise<unknown>;
  has(key: unknown): Promise<boolean>;
  set(key: unknown, value: unknown): Promise<void>;
  delete(key: unknown): Promise<boolean>;
  clear(): Promise<void>;
}

/** The budget in the worker. */
export interface IsolatedBudget {
  charge(component: string, bytes: number | string): Promise<void>;
  release(component: string, bytes: number | string): Promise<void>;
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

const MIB = 1024 * 1024;

/**
 * A session whose code and data are in a thread of their own.
 *
 * It has the interface of a session, with promises in place of values, since another thread has to answer. `scope` owns what
 * this side opens for the session; what the worker opens belongs to the scope that its functions get.
 */
export class IsolatedSession extends Membership {
  readonly store: IsolatedStore;
  readonly budget: IsolatedBudget;
  /** Resolves when the worker has come up. */
  readonly ready: Promise<void>;
  readonly #parts: IsolatedParts;
  readonly #maxHeapBytes: number;
  readonly #worker: WorkerPort;
  readonly #pending: Map<number, Pending> = new Map();
  #asked = 0;
  #lost: SessionError | undefined;
  /** It was lost before anybody had it closed. */
  #wasLostOpen = false;
  #hasEnded = false;
  #usedBytes = 0;

  constructor(id: string, scope: Scope, reservedBytes: number, host: SessionHost, parts: IsolatedParts) {
    super(id, scope, reservedBytes, host);
    this.#parts = parts;
    const { options, settings, start = startWorker } = parts;
    this.#maxHeapBytes = readBytes('maxHeap', options.maxHeap ?? '64MB', 16 * MIB);
    this.#worker = start(options, this.#maxHeapBytes, { [DATA_KEY]: { id, settings, data: options.data } });
    this.ready = new Promise((resolve, reject) => this.#pending.set(0, { resolve, reject }));
    this.ready.catch(() => {});
    this.#listen();
    const ask = (method: StoreMethod, ...args: unknown[]): Promise<never> => this.#ask({ ask: 'store', method, args });
    this.store = {
      get: (key) => ask('get', key),
      peek: (key) => ask('peek', key),
      has: (key) => ask('has', key),
      set: (key, value) => ask('set', key, value),
      delete: (key) => ask('delete', key),
      clear: () => ask('clear'),
    };
    this.budget = {
      charge: (...args) => this.#ask({ ask: 'budget', method: 'charge', args }),
      release: (...args) => this.#ask({ ask: 'budget', method: 'release', args }),
    };
  }

  /**
   * Calls a function of the worker's module with copies of `args`, and gives a copy of what it gives.
   *
   * @throws what the function threw, copied; `PLIM_ERR_SESSION_WORKER` when the worker has ended, `PLIM_ERR_SESSION_CLOSED`,
   *   `PLIM_ERR_SESSION_TIMEOUT`
   */
  async call(name: string, args: readonly unknown[] = [], options: AskOptions = {}): Promise<unknown> {
    const hold = this.hold();
    try {
      return await this.#ask({ ask: 'call', name, args }, options);
    } finally {
      hold.dispose();
    }
  }

  /** What it uses, of its budget and of its heap. */
  async usage(options?: AskOptions): Promise<IsolatedUsage> {
    const usage = await this.#ask<IsolatedUsage>({ ask: 'usage' }, options);
    this.#usedBytes = usage.bytes;
    return { ...usage, heap: { ...usage.heap, limitBytes: this.#maxHeapBytes } };
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  protected check(): void {
    this.usage().catch(() => {
      // It is closing, or its worker has ended, which is told by itself.
    });
  }

  protected async end(_cause: SessionEnd, deadlineMs: number): Promise<unknown> {
    const errors: unknown[] = [];
    const note = (error: unknown): void => void errors.push(error);
    await this.scope.close({ deadline: deadlineMs }).catch(note);
    if (this.#lost === undefined) {
      // The worker keeps the time itself; this is for one that is too busy to listen.
      const deadline = deadlineMs + 1000;
      await this.#post({ ask: 'close', deadlineMs }, { deadline }).catch((error: unknown) => {
        if (error !== this.#lost) note(error);
      });
    }
    this.#hasEnded = true;
    this.#giveUp(closedError(this.id));
    await this.#worker.terminate();
    return errors.length > 1 ? new AggregateError(errors, `${titleOf(this.id)} did not end as it should.`) : errors[0];
  }

  #listen(): void {
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (error: unknown) => this.#lose(error));
    this.#worker.on('exit', (status: number) => this.#lose(new Error(`It exited with ${status}.`)));
  }

  #hear(message: FromWorker): void {
    if (message.say === 'alert') return this.#parts.alert(message.alert);
    const number = message.say === 'ready' ? 0 : message.number;
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    if (message.say === 'failure') pending?.reject(readError(message.error));
    else pending?.resolve((message.say === 'answer' ? message.value : undefined) as never);
  }

  #lose(cause: unknown): void {
    if (this.#lost !== undefined || this.#hasEnded) return;
    const isMemory = (cause as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const why = isMemory ? `ran out of its ${formatBytes(this.#maxHeapBytes)} of heap` : `ended: ${messageOf(cause)}`;
    const message = `${titleOf(this.id)}: its worker ${why}`;
    this.#lost = new SessionError('PLIM_ERR_SESSION_WORKER', message, { cause });
    this.#giveUp(this.#lost);
    if (this.state !== 'open') return;
    this.#wasLostOpen = true;
    this.#parts.alert({ level: 'critical', code: 'PLIM_WARN_SESSION_WORKER', message });
    this.#parts.lost(isMemory ? 'memory' : 'failed');
  }

  #giveUp(error: unknown): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of all) reject(error);
  }

  async #ask<T>(question: Question, options?: AskOptions): Promise<T> {
    if (this.#wasLostOpen) throw this.#lost!;
    if (this.state !== 'open') throw closedError(this.id);
    this.touch();
    return this.#post<T>(question, options);
  }

  #post<T>(question: Question, { signal, deadline }: AskOptions = {}): Promise<T> {
    signal?.throwIfAborted();
    const ms = deadline === undefined ? Infinity : readDuration('deadline', deadline);
    const number = ++this.#asked;
    let timer: Timer | undefined;
    let abort = (): void => {};
    const answered = new Promise<T>((resolve, reject) => {
      this.#worker.postMessage({ ...question, number });
      this.#pending.set(number, { resolve, reject });
      abort = () => reject(signal!.reason);
      signal?.addEventListener('abort', abort);
      const late = (): void => reject(this.#late(ms));
      if (ms !== Infinity) timer = this.#parts.clock.startTimer(late, ms, { keepAlive: true });
    });
    return answered.finally(() => {
      timer?.cancel();
      signal?.removeEventListener('abort', abort);
      this.#pending.delete(number);
    });
  }

  #late(ms: number): TimeoutError {
    const message = `${titleOf(this.id)}: its worker did not answer within ${formatDuration(ms)}.`;
    return new TimeoutError('PLIM_ERR_SESSION_TIMEOUT', message);
  }
}

function startWorker({ module, execArgv }: IsolatedOptions, maxHeapBytes: number, data: object): WorkerPort {
  if (typeof module !== 'string' && !(module instanceof URL)) throw invalidOption('module', 'a path or a URL', module);
  const isUrl = typeof module === 'string' && module.startsWith('file:');
  const worker = new Worker(isUrl ? new URL(module) : module, {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: Math.floor(maxHeapBytes / MIB) },
    ...(execArgv && { execArgv: [...execArgv] }),
  });
  return worker as unknown as WorkerPort;
}
