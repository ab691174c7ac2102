import type { Level } from '../base/alert.ts';
import type { Timer } from '../base/clock.ts';
import { Emitter, type EventListener } from '../base/emitter.ts';
import { invalidOption, readName } from '../base/options.ts';
import { registerLive } from '../base/registry.ts';
import { standAside } from '../base/stand-in.ts';
import { warn } from '../base/warnings.ts';
import { armNearLimitSnapshot, type ListenerSource } from '../runtime/index.ts';
import type { ActionResult } from './actions/action.ts';
import type { CollectOptions, CollectResult } from './actions/collect.ts';
import type { MonitorAlert } from './alerts/alert.ts';
import { Engine } from './engine.ts';
import type { MonitorEvents } from './events.ts';
import { Failures } from './failures.ts';
import { type MonitorOptions, type MonitorSettings, resolveMonitorOptions } from './options.ts';
import { type BudgetOptions, readBudget } from './rules/budget-options.ts';
import { WatchedEmitters, type WatchedThread, WatchedThreads } from './sampling/watched.ts';
import type { Columns } from '../struct/columns.ts';
import type { MonitorSeries } from './series/series.ts';
import type { LoadFigures, ShedStatus } from './shed/figures.ts';
import { statisticsOf } from './statistics.ts';
import { statusOf } from './status-of.ts';
import type { MonitorStatus } from './status.ts';

/** While something is past a bound the process is read this often at least, ms. */
const ALARMED_INTERVAL_MS = 5_000;

/**
 * Watches the memory of its process, or of its worker thread, and tells before a limit is reached.
 *
 * ```ts
 * const monitor = new Monitor({ logger: console });
 * monitor.on('alert:critical', ({ message }) => page(message));
 * monitor.start();
 * ```
 *
 * Reads the heap's floor after every major collection of the program's own, everything else on a tick. Without options it
 * logs and tells, and does nothing else; it holds nothing open and throws nothing into the program. Alerts that neither a
 * logger nor a listener takes become warnings of the process.
 *
 * **Cost:** a tick takes 0.1 to 0.5 ms and once a minute some ms more for the trends; at most 1 MB when all series are full.
 */
export class Monitor implements Disposable {
  readonly #settings: MonitorSettings;
  readonly #failures: Failures;
  readonly #events: Emitter<MonitorEvents>;
  readonly #engine: Engine;
  readonly #emitters: WatchedEmitters = new WatchedEmitters();
  readonly #threads: WatchedThreads = new WatchedThreads();
  #timer: Timer | undefined;
  #unregister: (() => void) | undefined;
  #letStandIn: (() => void) | undefined;
  #startedAt: number | null = null;
  #statisticsDue = 0;
  #work = 0;
  #shedding: (() => ShedStatus) | undefined;

  /** @throws {PLIM_ERR_OPTION_INVALID} */
  constructor(options: MonitorOptions = {}) {
    this.#settings = resolveMonitorOptions(options);
    this.#failures = new Failures(this.#settings.onError);
    this.#events = new Emitter((error, event) => this.#failures.tell(error, `a listener of '${event}'`));
    this.#engine = new Engine({
      settings: this.#settings,
      failures: this.#failures,
      work: () => this.#work,
      watchedListeners: () => this.#emitters.counts(),
      onAlert: (alert) => this.#tell(alert),
      onAction: (name, result) => this.#logAction(name, result),
    });
  }

  get name(): string {
    return this.#settings.name;
  }

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  /** The worst level of all alerts that last. */
  get level(): Level {
    return this.#engine.level;
  }

  /** Begins to watch, with a sample at once; does nothing when it runs already. @returns the monitor. */
  start(): this {
    if (this.isRunning) return this;
    const { clock, statisticsMs = Infinity } = this.#settings;
    this.#startedAt = clock.wallNow();
    this.#statisticsDue = clock.steadyNow() + statisticsMs;
    this.#failures.guard('start', () => this.#engine.sampler.start());
    this.#letStandIn = standAside(this);
    this.#unregister = registerLive('monitor', this);
    this.#failures.guard('nearLimitSnapshots', () => this.#arm());
    this.#tick();
    return this;
  }

  /** Ends all that {@link start} began: no timer, no observer, no sample after it. What was measured can still be read. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#unregister?.();
    this.#unregister = undefined;
    this.#failures.guard('stop', () => this.#engine.sampler.stop());
    this.#letStandIn?.();
    this.#letStandIn = undefined;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** Counts requests or jobs done, so that growth can be told per unit of work. **Cost:** an addition. */
  work(n: number = 1): void {
    this.#work += n;
  }

  /**
   * Calls `listener` at every `event` until the returned function is called. An alert that lasts comes again every
   * `repeatAfter`.
   *
   * @throws {PLIM_ERR_OPTION_INVALID}
   */
  on<Name extends keyof MonitorEvents>(event: Name, listener: EventListener<MonitorEvents[Name]>): () => void {
    if (typeof listener !== 'function') throw invalidOption('listener', 'a function', listener);
    return this.#events.on(event, listener);
  }

  /**
   * Gives a part of the program a budget, as the option `budgets` does; one of the same name is replaced.
   *
   * @returns a function that takes it back, with its alert.
   * @throws {PLIM_ERR_OPTION_INVALID}
   */
  budget(name: string, options: BudgetOptions): () => void {
    const budget = readBudget('budget', readName('name', name), options);
    const { budgets, book } = this.#engine;
    budgets.set(name, budget);
    return () => {
      if (budgets.get(name) !== budget) return;
      budgets.delete(name);
      book.drop(`budget:${name}`);
    };
  }

  /**
   * Counts the listeners of an emitter that no open handle leads to: a bus, a client. It is held weakly.
   *
   * @returns a function that takes it back.
   * @throws {PLIM_ERR_OPTION_INVALID}
   */
  watchEmitter(label: string, emitter: ListenerSource & object): () => void {
    const isSource = typeof emitter === 'object' && emitter !== null && typeof emitter.eventNames === 'function';
    if (!isSource || typeof emitter.listenerCount !== 'function') throw invalidOption('emitter', 'an emitter', emitter);
    return this.#emitters.add(readName('label', label), emitter);
  }

  /**
   * Reads the heap of a worker thread as well, where the runtime can (Node.js 22.16, 24.1 and later). It is held weakly, and
   * leaves the list when it ends.
   *
   * @returns a function that takes it back.
   * @throws {PLIM_ERR_OPTION_INVALID}
   */
  watchThread(label: string, thread: WatchedThread): () => void {
    if (typeof thread !== 'object' || thread === null) throw invalidOption('thread', 'a worker', thread);
    return this.#threads.add(readName('label', label), thread);
  }

  /**
   * Collects garbage: at most once a minute, and only when it is expected to fit into `maxPause`.
   *
   * **Cost:** stops the program for about 2 ms per MiB of heap.
   *
   * @throws {PLIM_ERR_OPTION_INVALID}
   */
  collect(options: CollectOptions = {}): CollectResult {
    return this.#engine.collect(options);
  }

  /** Everything that is known now, as plain data. **Cost:** some microseconds; reads the heap's spaces. */
  status(): MonitorStatus {
    return statusOf({
      settings: this.#settings,
      engine: this.#engine,
      isRunning: this.isRunning,
      startedAt: this.#startedAt,
      work: this.#work,
      threads: this.#threads.list(),
      shedding: this.#shedding?.() ?? null,
    });
  }

  /** The figures over time, as plain data: at most 2,880 samples and 1,024 floors. **Cost:** up to 5 ms. */
  series(): MonitorSeries {
    const { sampler } = this.#engine;
    return { samples: plainColumns(sampler.rows), floors: plainColumns(sampler.floors.rows) };
  }

  /** The figures that load is shed by; for `Shedder`. **Cost:** below a microsecond. */
  load(): LoadFigures {
    return this.#engine.figures();
  }

  /** Has a `Shedder` appear in {@link status}. */
  reportShedding(status: () => ShedStatus): void {
    this.#shedding = status;
  }

  #tick(): void {
    this.#engine.tick();
    this.#failures.guard('the threads', () => this.#threads.ask());
    this.#logStatistics();
    this.#events.emit('sample', { status: () => this.status() });
    // A listener may have stopped it, or started it anew.
    if (this.#unregister === undefined) return;
    this.#timer?.cancel();
    this.#timer = this.#settings.clock.startTimer(() => this.#tick(), this.#nextTickMs());
  }

  #nextTickMs(): number {
    const { intervalMs } = this.#settings;
    return this.#engine.book.isAlarmed ? Math.min(intervalMs, ALARMED_INTERVAL_MS) : intervalMs;
  }

  #tell(alert: MonitorAlert): void {
    const { logger } = this.#settings;
    const isOver = alert.state === 'resolved';
    if (logger !== undefined) {
      const write = isOver ? 'debug' : alert.level === 'critical' ? 'error' : 'warn';
      const message = isOver ? `Over: ${alert.message}` : alert.message;
      this.#failures.guard('the logger', () => logger[write]({ ...alert, message: undefined }, message));
    }
    const special = isOver ? 'alert:resolved' : (`alert:${alert.level}` as const);
    const listeners = this.#events.count('alert') + this.#events.count(special);
    this.#events.emit('alert', alert);
    this.#events.emit(special, alert);
    if (listeners === 0 && logger === undefined && !isOver) warn({ code: alert.code, message: alert.message });
  }

  #logAction(name: string, { outcome, message }: ActionResult): void {
    const { logger } = this.#settings;
    this.#failures.guard('the logger', () => {
      logger?.warn({ monitor: this.name, action: name, outcome }, `${name}: ${message}`);
    });
  }

  #logStatistics(): void {
    const { logger, statisticsMs, clock } = this.#settings;
    if (logger === undefined || statisticsMs === undefined || clock.steadyNow() < this.#statisticsDue) return;
    this.#statisticsDue = clock.steadyNow() + statisticsMs;
    this.#failures.guard('the logger', () => logger.debug(...statisticsOf(this.status())));
  }

  #arm(): void {
    const { nearLimitSnapshots } = this.#settings;
    if (nearLimitSnapshots === 0) return;
    const { isArmed, reason } = armNearLimitSnapshot(nearLimitSnapshots);
    if (isArmed) return;
    warn({
      code: 'PLIM_WARN_SNAPSHOT_REFUSED',
      message: `No snapshot will be written near the heap's limit. ${reason}`,
    });
  }
}

function plainColumns<Name extends string>(rows: Columns<Name>): Record<Name, (number | null)[]> {
  return Object.fromEntries(rows.names.map((name) => [name, rows.column(name)])) as Record<Name, (number | null)[]>;
}
