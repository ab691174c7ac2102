/**
 * The one shutdown of a process, shared by every copy of the package in it, so that two libraries never race each other
 * to the exit. It stands on `globalThis` under a name that carries the number of its protocol: what it offers to
 * {@link Shutdown} handles of other copies may grow and must not change.
 */
import { type Clock, systemClock } from '../../base/clock.ts';
import { DisposedError, isPlimsollError, messageOf } from '../../base/errors.ts';
import { formatDuration } from '../../base/units.ts';
import { warn } from '../../base/warnings.ts';
import { type ErrorOrigin, type ProcessDoor, systemProcess } from '../../runtime/index.ts';
import { describeCause, type ShutdownCause } from './cause.ts';
import { decideEnding } from './ending.ts';
import { describeScopes } from './open-things.ts';
import { DEFAULTS, type LogLevel, type ShutdownSettings } from './options.ts';
import { type HeldWork, type LivePart, type Part, PHASES, type Phase, type ShutdownState } from './phases.ts';
import type { ShutdownEvent, ShutdownReport } from './report.ts';
import { liveHolds, livePart, ShutdownRun } from './run.ts';
import { formatLive, formatReport, formatUncaught } from './texts.ts';

const HOME = Symbol.for('plimsoll.shutdown.1');

/**
 * Some launchers pass a signal on that the terminal has sent to their whole group, so that it arrives twice within some
 * milliseconds; nobody presses a key so fast. While the event loop is blocked nothing is heard: that time does not count.
 */
const ECHO_MS = 200;
/** A deadline that fires so much too late is worth a word. */
const NOTABLE_BLOCK_MS = 200;
/** How long the process may take to end by itself before it is said what keeps it. */
const LINGER_MS = 1_000;

export class Coordinator {
  readonly #clock: Clock;
  readonly #door: ProcessDoor;
  /** Who has asked for what; the first one's settings count. */
  readonly #owners: ShutdownSettings[] = [];
  readonly #parts: Set<Part> = new Set();
  readonly #holds: Set<HeldWork> = new Set();
  readonly #listeners: Set<(event: ShutdownEvent) => void> = new Set();
  /** What starts a shutdown, by name, with how many have asked for it. */
  readonly #triggers: Map<string, { users: number; readonly off: () => void }> = new Map();
  readonly #abort: AbortController = new AbortController();
  #run: ShutdownRun | undefined;
  #ended: Promise<ShutdownReport> | undefined;
  #offExit: () => void = () => {};
  /** The signal that began the shutdown, as long as it may come a second time. */
  #echoOf: NodeJS.Signals | undefined;

  constructor(clock: Clock, door: ProcessDoor) {
    this.#clock = clock;
    this.#door = door;
  }

  get state(): ShutdownState {
    return this.#run?.state ?? 'running';
  }

  get isReady(): boolean {
    return this.state === 'running' || !this.#settings.notReady;
  }

  /** Aborts when the shutdown begins. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What begins a shutdown, until the returned function is called. */
  own(settings: ShutdownSettings): () => void {
    const [first] = this.#owners;
    if (first !== undefined) warnOfDifferences(first, settings);
    this.#owners.push(settings);
    const undo = [
      ...(this.#door.isMainThread ? settings.signals : []).map((signal) => this.#useSignal(signal)),
      ...(settings.messages ? [this.#use('message', () => this.#onMessage())] : []),
      ...(settings.errors ? [this.#use('error', () => this.#onErrors())] : []),
      ...(settings.idle ? [this.#use('idle', () => this.#onIdle())] : []),
    ];
    return once(() => {
      this.#owners.splice(this.#owners.indexOf(settings), 1);
      for (const off of undo) off();
    });
  }

  /** @throws {PLIM_ERR_SHUTDOWN_OVER} when the part's phase is over. */
  add(part: Part): () => void {
    if (this.#isPast(part.phase)) {
      throw new DisposedError(
        'PLIM_ERR_SHUTDOWN_OVER',
        `The ${part.kind} '${part.name}' came too late: the phase '${part.phase}' of the shutdown is over.`,
      );
    }
    this.#parts.add(part);
    // What has begun stays in the report.
    return () => void (part.state === 'waiting' && this.#parts.delete(part));
  }

  /** @throws {PLIM_ERR_SHUTDOWN_OVER} when nothing is waited for any more. */
  hold(reason: string): () => void {
    if (this.#isPast('work')) {
      throw new DisposedError(
        'PLIM_ERR_SHUTDOWN_OVER',
        `The work '${reason}' came too late: the shutdown waits for no more work.`,
      );
    }
    const held = { reason, since: this.#clock.steadyNow() };
    this.#holds.add(held);
    return () => {
      if (this.#holds.delete(held)) this.#run?.noteRelease();
    };
  }

  subscribe(listener: (event: ShutdownEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  list(): LivePart[] {
    if (this.#run !== undefined) return this.#run.live();
    const now = this.#clock.steadyNow();
    return [...[...this.#parts].map((part) => livePart(part, now)), ...liveHolds(this.#holds, now)];
  }

  /** Begins the shutdown, or joins the one that has begun. */
  begin(cause: ShutdownCause): Promise<ShutdownReport> {
    if (this.#ended !== undefined) return this.#ended;
    let settle: (report: Promise<ShutdownReport>) => void = () => {};
    this.#ended = new Promise((resolve) => (settle = resolve));
    // It calls hooks and listeners, which may come back here.
    settle(this.#shutDown(cause, this.#settings));
    return this.#ended;
  }

  get #settings(): ShutdownSettings {
    return this.#owners[0] ?? DEFAULTS;
  }

  async #shutDown(cause: ShutdownCause, settings: ShutdownSettings): Promise<ShutdownReport> {
    const run = new ShutdownRun({
      cause,
      settings,
      clock: this.#clock,
      parts: this.#parts,
      holds: this.#holds,
      onPhase: (phase) => this.#tell({ type: 'phase', phase, cause }, `${describeCause(cause)}: ${phase}`, 'ok'),
      onFailed: (name, error) =>
        this.#tell({ type: 'failed', name, error }, `'${name}' failed in the shutdown: ${textOf(error)}`, 'warning'),
      onDeadline: (deadlineMs, blockedMs) => this.#tellDeadline(deadlineMs, blockedMs),
    });
    this.#run = run;
    this.#offExit = this.#door.onExit((status) => this.#tellCutShort(status));
    const running = run.run();
    this.#abort.abort(new DOMException(`The process is shutting down (${describeCause(cause)}).`, 'AbortError'));
    const report = await running;
    this.#offExit();
    this.#tell({ type: 'ended', report }, formatReport(report), report.isClean ? 'ok' : 'critical');
    for (const { off } of this.#triggers.values()) off();
    this.#triggers.clear();
    // Whoever waits for the report has it before the process ends.
    this.#door.soon(() => this.#end(report, settings));
    return report;
  }

  #end(report: ShutdownReport, { exit }: ShutdownSettings): void {
    const ending = decideEnding(exit, report.cause, report.isClean, (signal) => this.#door.statusOf(signal));
    if (ending.how === 'exit') return this.#door.exit(ending.status);
    if (ending.how === 'signal') return this.#door.exitBySignal(ending.signal);
    if (ending.status !== undefined) this.#door.suggestStatus(ending.status);
    this.#clock.startTimer(() => this.#tellLingering(), LINGER_MS);
  }

  #isPast(phase: Phase): boolean {
    const { state } = this;
    return state === 'ended' || (state !== 'running' && PHASES.indexOf(state) > PHASES.indexOf(phase));
  }

  #useSignal(signal: NodeJS.Signals): () => void {
    return this.#use(signal, () => this.#door.onSignal(signal, () => this.#onSignal(signal)));
  }

  #use(name: string, listen: () => () => void): () => void {
    let trigger = this.#triggers.get(name);
    if (trigger === undefined) this.#triggers.set(name, (trigger = { users: 0, off: listen() }));
    const used = trigger;
    used.users++;
    return once(() => {
      if (--used.users > 0 || this.#triggers.get(name) !== used) return;
      used.off();
      this.#triggers.delete(name);
    });
  }

  #onMessage(): () => void {
    return this.#door.onMessage('shutdown', () => void this.begin({ kind: 'message', message: 'shutdown' }));
  }

  #onIdle(): () => void {
    return this.#door.onIdle(() => void this.begin({ kind: 'idle' }));
  }

  #onErrors(): () => void {
    return this.#door.onUncaught((error, origin) => this.#onUncaught(error, origin));
  }

  #onSignal(signal: NodeJS.Signals): void {
    if (signal === this.#echoOf) return;
    if (this.#ended === undefined) {
      this.#expectEcho(signal);
      return void this.begin({ kind: 'signal', signal });
    }
    const status = this.#door.statusOf(signal);
    const live = this.list();
    const text = `${signal} came during the shutdown: ending at once with status ${status}\n${this.#unfinished(live)}`;
    this.#tell({ type: 'again', signal, live }, text, 'critical');
    this.#offExit();
    this.#door.exit(status);
  }

  #expectEcho(signal: NodeJS.Signals): void {
    this.#echoOf = signal;
    // Timers come before signals are heard: one that arrived while the event loop was blocked is heard first.
    const forget = (): void => this.#door.soon(() => (this.#echoOf = undefined));
    this.#clock.startTimer(forget, ECHO_MS);
  }

  #onUncaught(error: unknown, origin: ErrorOrigin): void {
    this.#door.print(`${formatUncaught(error, origin, this.#door.runtime)}\n`);
    if (this.#ended === undefined) void this.begin({ kind: 'error', error, origin });
    else this.#run?.addError(error);
  }

  #tellDeadline(deadlineMs: number, blockedMs: number): void {
    const live = this.list();
    const what = `the shutdown was not through after ${formatDuration(deadlineMs)}`;
    const isLate = blockedMs >= NOTABLE_BLOCK_MS || live.length === 0;
    const late = isLate ? `; this is said ${formatDuration(blockedMs)} late: the event loop was blocked` : '';
    this.#tell({ type: 'deadline', live }, `${what}${late}\n${this.#unfinished(live)}`, 'critical');
  }

  /** Somebody called `process.exit`: said while there is still time. */
  #tellCutShort(status: number): void {
    const live = this.list();
    const text = `the process was ended with status ${status} before its shutdown was through\n${this.#unfinished(live)}`;
    this.#say(text, 'critical');
  }

  #tellLingering(): void {
    const held = Object.entries(this.#door.resources()).map(([kind, count]) => `${count} ${kind}`);
    const list = held.length === 0 ? '' : `; open in the event loop: ${held.join(', ')}`;
    const lines = [`the shutdown is through and the process still runs${list}`, ...describeScopes()];
    this.#say(lines.join('\n'), 'warning');
  }

  #unfinished(live: readonly LivePart[]): string {
    return formatLive(live, this.#door.resources());
  }

  #tell(event: ShutdownEvent, text: string, level: LogLevel): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (thrown) {
        this.#say(`a listener of the shutdown threw: ${textOf(thrown)}`, 'warning');
      }
    }
    this.#say(text, level);
  }

  #say(text: string, level: LogLevel): void {
    const { log } = this.#settings;
    if (log === false) return;
    try {
      if (log !== undefined) log(text, level);
      else if (level !== 'ok') this.#door.print(`plimsoll: ${text}\n`);
    } catch {
      // The user's own log: there is no other place to say it.
    }
  }
}

function textOf(thrown: unknown): string {
  // Our own messages say it all.
  if (!(thrown instanceof Error) || isPlimsollError(thrown)) return messageOf(thrown);
  return thrown.stack ?? thrown.message;
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    run();
  };
}

/** The settings of which a process has one. */
const SHARED_SETTINGS = ['deadline', 'errorDeadline', 'delay', 'notReady', 'exit'] as const;

function warnOfDifferences(first: ShutdownSettings, second: ShutdownSettings): void {
  const differences = SHARED_SETTINGS.filter((name) => first[name] !== second[name]);
  if (differences.length === 0) return;
  const list = differences.map((name) => `\`${name}\` stays ${first[name]} (not ${second[name]})`).join(', ');
  warn({
    code: 'PLIM_WARN_SHUTDOWN_SETTINGS',
    message: `The shutdown of this process has been set up before, by another part of it: ${list}.`,
  });
}

/** The coordinator of this process, or of this thread; another one once a shutdown has ended without an exit. */
export function sharedCoordinator(): Coordinator {
  const home = globalThis as { [HOME]?: Coordinator };
  if (home[HOME] === undefined || home[HOME].state === 'ended')
    home[HOME] = new Coordinator(systemClock, systemProcess);
  return home[HOME];
}
