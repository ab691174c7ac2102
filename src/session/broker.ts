/**
 * Many sessions in one process: each with a store, a scope and a budget of its own, and nothing left when it goes.
 *
 * No key of one session can meet another's, since no two share anything that is looked up by key: the broker itself looks up
 * identifiers alone, in a `Map`.
 */
import { BudgetError, DisposedError, messageOf, TimeoutError } from '../base/errors.ts';
import { invalidOption, readBytes, readDuration } from '../base/options.ts';
import { formatBytes, formatDuration } from '../base/units.ts';
import { Admission, type Request } from './admission.ts';
import { type SessionEnd, type SessionEvents, SessionNews } from './alert.ts';
import { type ResolvedBrokerOptions, resolveBrokerOptions, type SessionBrokerOptions } from './broker-options.ts';
import { BrokerCounters, type BrokerStats } from './broker-stats.ts';
import { Housekeeping } from './housekeeping.ts';
import { type IsolatedOptions, IsolatedSession } from './isolated/isolated-session.ts';
import { type HeapMeasurement, measureHeap, type MeasureHeapOptions } from './measure-heap.ts';
import { checkSession, closedError, endSession, type Membership, Session, titleOf } from './session.ts';
import { nameOf, SessionMaker } from './session-maker.ts';

/** @see {@link SessionBroker.open} */
export interface OpenOptions {
  /** Gives up waiting, with its reason. */
  readonly signal?: AbortSignal;
  /** How long to wait for room. @default the broker's `queueDeadline` */
  readonly deadline?: number | string;
  /** Bytes that a new session may use, at most the broker's `perSession`. @default `perSession` */
  readonly maxBytes?: number | string;
}

/** Events of a broker: subscribing gives the function that ends it. */
export interface SessionEventSource {
  on<Name extends keyof SessionEvents>(event: Name, listener: (event: SessionEvents[Name]) => unknown): () => void;
  /** How many listen to an event, or to any. */
  count(event?: keyof SessionEvents): number;
}

/**
 * Opens, finds and closes sessions, within bounds of number and bytes.
 *
 * **Cost:** a session is a `Cache`, a `Scope` and a budget: 6 kB, and 30-90 us to open and close where 10,000 are open, most of it
 * the collector's (`npm run bench session`). One unref'd timer while sessions are open.
 *
 * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
 *
 * @example
 * const broker = new SessionBroker({ maxSessions: 15, perSession: '10MB', components: { cache: '5MB', renderer: '1MB' } });
 * const session = await broker.open(request.sessionId);
 * session.store.set('profile', profile);
 * session.scope.setInterval(refresh, '1m');
 * session.budget.charge('renderer', page.byteLength);
 */
export class SessionBroker<K = unknown, V = unknown> {
  readonly #options: ResolvedBrokerOptions<K, V>;
  readonly #news: SessionNews;
  readonly #admission: Admission<Session<K, V> | IsolatedSession>;
  readonly #housekeeping: Housekeeping;
  readonly #counters = new BrokerCounters();
  readonly #endings: Map<Membership, Promise<unknown>> = new Map();
  readonly #maker: SessionMaker<K, V>;
  #isClosed = false;
  #closed: Promise<void> | undefined;

  constructor(options: SessionBrokerOptions<K, V>) {
    this.#options = resolveBrokerOptions(options);
    const { clock, logger, maxSessions, totalBytes } = this.#options;
    this.#news = new SessionNews(clock, logger);
    this.#admission = new Admission(maxSessions, totalBytes, (session) => this.#opened(session));
    this.#housekeeping = new Housekeeping(this.#options, {
      members: () => this.#admission.members.values(),
      end: (session, cause) => this.#endUnattended(session as Session<K, V>, cause),
      check: () => this.#check(),
    });
    this.#maker = new SessionMaker(this.#options, this.#news, {
      now: () => clock.steadyNow(),
      used: (id) => this.#used(id),
      close: (id) => this.close(id),
      failed: (id, error) => this.#failed(id, error),
      lost: (session, cause) => this.#endUnattended(session, cause),
    });
  }

  get name(): string {
    return this.#options.name;
  }

  /** Sessions that are open. */
  get size(): number {
    return [...this].length;
  }

  /** `opened`, `closed`, `alert`, `alert:warning` and `alert:critical`. */
  get events(): SessionEventSource {
    return this.#news.events;
  }

  /**
   * The session of `id`, opened if it is not; a use of it. Identifiers are texts of any content and length. While the one
   * before is closing, and where there is no room and `onFull` says so, it waits.
   *
   * @throws {BudgetError} `PLIM_ERR_SESSION_REFUSED` without room, or when too many wait
   * @throws {TimeoutError} `PLIM_ERR_SESSION_TIMEOUT`
   * @throws {DisposedError} `PLIM_ERR_SESSION_CLOSED` of a closed broker; also in a disposer of that session, which would wait
   *   for itself
   * @throws {OptionsError} `PLIM_ERR_OPTION_INVALID`
   */
  async open(id: string, options: OpenOptions = {}): Promise<Session<K, V>> {
    const bytes = this.#bytesOf(options);
    const session = await this.#enter({ id, bytes, make: () => this.#maker.make(id, bytes) }, options);
    if (session instanceof Session) return session;
    throw invalidOption('id', 'of a session in this thread', id);
  }

  /**
   * {@link open} of a session in a worker thread of its own, with a heap limit that V8 enforces. When it runs out of memory, or
   * fails, it is closed, and an alert says so; this process and all other sessions go on.
   *
   * **Cost:** a thread: some 40 ms and 5-10 MB.
   *
   * @throws as {@link open}
   * @throws {SessionError} `PLIM_ERR_SESSION_WORKER` when the worker does not come up
   */
  async openIsolated(id: string, options: IsolatedOptions & OpenOptions): Promise<IsolatedSession> {
    const bytes = this.#bytesOf(options);
    const make = (): IsolatedSession => this.#maker.makeIsolated(id, bytes, options);
    const session = await this.#enter({ id, bytes, make }, options);
    if (session instanceof Session) throw invalidOption('id', 'of a session in a worker', id);
    await session.ready;
    return session;
  }

  /** The session of `id`, and a use of it; `undefined` when it is not open, or is in a worker. */
  get(id: string): Session<K, V> | undefined {
    const session = this.#admission.members.get(id);
    if (!(session instanceof Session) || session.state !== 'open') return undefined;
    session.touch();
    return session;
  }

  /** {@link get} of a session in a worker. */
  getIsolated(id: string): IsolatedSession | undefined {
    const session = this.#admission.members.get(id);
    if (!(session instanceof IsolatedSession) || session.state !== 'open') return undefined;
    session.touch();
    return session;
  }

  /** Whether a session of `id` is open; no use of it. */
  has(id: string): boolean {
    return this.#admission.members.get(id)?.state === 'open';
  }

  /**
   * Closes a session: its scope, then its store. Waits until it has ended; whether there was one. From inside one of the
   * session's own disposers it does not wait.
   *
   * @throws what its disposers threw; several as a `SuppressedError`
   */
  async close(id: string): Promise<boolean> {
    const session = this.#admission.members.get(id);
    if (session === undefined) return false;
    if (session.scope.waitsForCaller) return true;
    const error = await this.#end(session, 'closed');
    if (error !== undefined) throw error;
    return true;
  }

  /**
   * Closes the sessions that are there now, all at the same time, and waits for them. Those opened meanwhile stay.
   *
   * @throws what disposers threw; of several sessions as an `AggregateError`
   */
  async closeAll(): Promise<void> {
    const sessions = [...this.#admission.members.values()].filter(({ scope }) => !scope.waitsForCaller);
    const ended = await Promise.all(sessions.map((session) => this.#end(session, 'closed')));
    const errors = ended.filter((error) => error !== undefined);
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} sessions did not end as they should.`);
  }

  /** {@link closeAll}, for good: nobody waits for room any more, and nothing can be opened. Listeners are let go of. */
  shutdown(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** The open sessions, the least recently used first; no use of them. It goes over those that are there when it begins. */
  *[Symbol.iterator](): IterableIterator<Session<K, V> | IsolatedSession> {
    const sessions = [...this.#admission.members.values()];
    for (const session of sessions) if (session.state === 'open') yield session;
  }

  /** Figures of all sessions. **Cost:** looks at every session. */
  stats(): BrokerStats {
    const members = [...this.#admission.members.values()];
    const open = members.filter(({ state }) => state === 'open').length;
    const { maxSessions, totalBytes } = this.#options;
    return {
      open,
      closing: members.length - open,
      queued: this.#admission.queued,
      maxSessions: maxSessions === Infinity ? null : maxSessions,
      usedBytes: this.#usedBytes(),
      reservedBytes: totalBytes === Infinity ? null : this.#admission.reservedBytes,
      totalBytes: totalBytes === Infinity ? null : totalBytes,
      ...this.#counters.read(),
      alerts: this.#news.counts,
    };
  }

  /**
   * What each session in this thread really keeps on the heap, beside what it was charged: by a heap snapshot.
   *
   * **Cost:** stops the process for 25-110 ms for each MiB of heap, and takes 3-9 MiB of memory for each; it is refused when
   * that is not there. Do not ask where requests wait.
   *
   * @throws {SnapshotError} `PLIM_ERR_SNAPSHOT_REFUSED`
   */
  measureHeap(options: MeasureHeapOptions = {}): Promise<HeapMeasurement[]> {
    const sessions = [...this].filter((session) => session instanceof Session);
    return measureHeap(sessions, options);
  }

  #bytesOf({ maxBytes }: OpenOptions): number {
    const { perSessionBytes } = this.#options;
    const bytes = maxBytes === undefined ? perSessionBytes : readBytes('maxBytes', maxBytes, 1);
    if (bytes > perSessionBytes)
      throw invalidOption('maxBytes', `at most ${perSessionBytes} (\`perSession\`)`, maxBytes);
    return bytes;
  }

  async #enter(
    request: Request<Session<K, V> | IsolatedSession>,
    { signal, deadline }: OpenOptions,
  ): Promise<Session<K, V> | IsolatedSession> {
    const { id } = request;
    const { onFull, maxQueued, queueDeadlineMs, clock } = this.#options;
    if (typeof id !== 'string') throw invalidOption('id', 'a text', id);
    const deadlineMs = deadline === undefined ? queueDeadlineMs : readDuration('deadline', deadline);
    this.#assertOpen();
    signal?.throwIfAborted();
    const before = this.#admission.members.get(id);
    if (before?.scope.waitsForCaller === true) throw closedError(id);
    const served = this.#admission.ask(request);
    if (served !== undefined) {
      if (served === before) served.touch();
      return served;
    }
    const waitsForItself = this.#admission.members.has(id);
    if ((onFull === 'refuse' && !waitsForItself) || this.#admission.queued >= maxQueued) throw this.#refused(id);
    const waiting = this.#admission.wait(request, { deadlineMs, signal, clock, timeOut: timedOut });
    if (onFull === 'closeLeastRecent') {
      this.#admission.makeRoom(
        ({ isHeld }) => !isHeld,
        (victim) => this.#endUnattended(victim, 'evicted'),
      );
    }
    return waiting;
  }

  #opened(session: Session<K, V> | IsolatedSession): void {
    this.#counters.opened++;
    this.#housekeeping.start();
    this.#news.events.emit('opened', { id: session.id });
  }

  /** The most recently used are last. */
  #used(id: string): void {
    const { members } = this.#admission;
    const session = members.get(id);
    if (session === undefined) return;
    members.delete(id);
    members.set(id, session);
  }

  /** Ends a session once, whoever asks for it; what failed, if anything. */
  #end(session: Session<K, V> | IsolatedSession, cause: SessionEnd): Promise<unknown> {
    let ending = this.#endings.get(session);
    if (ending === undefined) {
      ending = this.#endNow(session, cause);
      if (session.state !== 'closed') this.#endings.set(session, ending);
    }
    return ending;
  }

  async #endNow(session: Session<K, V> | IsolatedSession, cause: SessionEnd): Promise<unknown> {
    const { id } = session;
    const error = await endSession(session, cause, this.#options.closeTimeoutMs);
    this.#endings.delete(session);
    this.#admission.leave(id, session);
    this.#counters.closed(cause);
    this.#expectCollected(session);
    this.#news.events.emit('closed', { id, cause, error });
    this.#admission.serve();
    if (this.#admission.members.size === 0) this.#housekeeping.stop();
    return error;
  }

  #endUnattended(session: Session<K, V> | IsolatedSession, cause: SessionEnd): void {
    const tell = (error: unknown): void => void (error !== undefined && this.#failed(session.id, error));
    void this.#end(session, cause).then(tell);
  }

  #failed(id: string, error: unknown): void {
    const message = `${titleOf(id)} did not end as it should: ${messageOf(error)}`;
    this.#news.alert({ level: 'critical', code: 'PLIM_WARN_SESSION_FAILED', message, session: id });
  }

  #expectCollected(session: Session<K, V> | IsolatedSession): void {
    const { watcher } = this.#options;
    if (watcher === undefined) return;
    const label = nameOf(session.id);
    const parts: [object, string][] = [
      [session, label],
      [session.scope, `scope of ${label}`],
    ];
    if (session instanceof Session) parts.push([session.store, `store of ${label}`]);
    try {
      for (const [part, name] of parts) watcher.expectCollected(part, name);
    } catch (error) {
      this.#failed(session.id, error);
    }
  }

  #usedBytes(): number {
    let bytes = 0;
    for (const session of this.#admission.members.values()) bytes += session.usedBytes;
    return bytes;
  }

  /** Looks at what has changed by itself. */
  #check(): void {
    for (const session of this.#admission.members.values()) checkSession(session);
    const { totalBytes, warnAt } = this.#options;
    const bytes = this.#usedBytes();
    if (!this.#counters.judgeTotal(bytes / totalBytes, warnAt)) return;
    const message = `The sessions of ${this.name} use ${formatBytes(bytes)} of ${formatBytes(totalBytes)} together.`;
    this.#news.alert({ level: 'warning', code: 'PLIM_WARN_SESSION_TOTAL', message });
  }

  async #shutDown(): Promise<void> {
    this.#isClosed = true;
    this.#admission.refuse(() => this.#closedError());
    try {
      await this.closeAll();
    } finally {
      this.#housekeeping.stop();
      this.#news.events.clear();
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw this.#closedError();
  }

  #closedError(): DisposedError {
    return new DisposedError('PLIM_ERR_SESSION_CLOSED', `The broker ${this.name} is closed.`);
  }

  #refused(id: string): BudgetError {
    this.#counters.refused++;
    const { size } = this.#admission.members;
    const waiting = this.#admission.queued === 0 ? '' : `, and ${this.#admission.queued} wait`;
    const message = `There is no room for ${titleOf(id).replace('The', 'the')}: ${size} are there${waiting}.`;
    return new BudgetError('PLIM_ERR_SESSION_REFUSED', message);
  }
}

function timedOut(id: string, ms: number): TimeoutError {
  const message = `${titleOf(id)} waited ${formatDuration(ms)} for room; there was none.`;
  return new TimeoutError('PLIM_ERR_SESSION_TIMEOUT', message);
}
