/**
 * One shutdown, from its cause to its report.
 *
 * Time: the deadline is armed before anything of the user's runs. Draining and work in hand share what is left of it,
 * less a reserve, so that closing has its turn however long they take. In closing, which goes one by one from the newest
 * to the oldest, a part without a `timeout` gets half of what is left and the last one all of it: one that hangs costs
 * itself, and not those behind it. What is late is left behind, and its late failure swallowed.
 */
import type { Clock, Timer } from '../../base/clock.ts';
import { TimeoutError } from '../../base/errors.ts';
import { formatDuration } from '../../base/units.ts';
import type { ShutdownCause } from './cause.ts';
import type { ShutdownSettings } from './options.ts';
import type { HeldWork, LivePart, Part, Phase, ShutdownState } from './phases.ts';
import type { PartReport, ShutdownReport } from './report.ts';

/** What is kept of the deadline for closing: a fifth of it, at most so much. */
const LONGEST_RESERVE_MS = 2_000;
const RESERVE_SHARE = 0.2;

/** What a run reads and tells. */
export interface RunContext {
  readonly cause: ShutdownCause;
  readonly settings: ShutdownSettings;
  readonly clock: Clock;
  readonly parts: ReadonlySet<Part>;
  readonly holds: ReadonlySet<HeldWork>;
  onPhase(phase: Phase): void;
  onFailed(name: string, error: unknown): void;
  /** `blockedMs`: how much later than it should the deadline came, the event loop having been blocked. */
  onDeadline(deadlineMs: number, blockedMs: number): void;
}

export class ShutdownRun {
  state: ShutdownState = 'running';
  readonly #context: RunContext;
  readonly #begunAt: number;
  readonly #deadlineMs: number;
  /** On the steady clock: when closing has to begin, and when all has to be over. */
  readonly #closeAt: number;
  readonly #endAt: number;
  readonly #errors: unknown[] = [];
  readonly #phases: { phase: Phase; ms: number }[] = [];
  readonly #aborts: Set<AbortController> = new Set();
  #held: readonly LivePart[] = [];
  #onReleased: () => void = () => {};
  #isOverdue = false;
  #enteredAt = 0;

  constructor(context: RunContext) {
    const { cause, settings, clock } = context;
    this.#context = context;
    this.#deadlineMs = cause.kind === 'error' ? settings.errorDeadline : settings.deadline;
    this.#begunAt = clock.steadyNow();
    this.#endAt = this.#begunAt + this.#deadlineMs;
    this.#closeAt = this.#endAt - Math.min(LONGEST_RESERVE_MS, this.#deadlineMs * RESERVE_SHARE);
    if (cause.kind === 'error') this.#errors.push(cause.error);
  }

  /** Runs every phase, until the deadline at the latest. Never rejects. */
  async run(): Promise<ShutdownReport> {
    let timer: Timer | undefined;
    const overdue = new Promise<void>((resolve) => {
      timer = this.#startTimer(() => resolve(this.#passDeadline()), this.#deadlineMs);
    });
    await Promise.race([this.#runPhases(), overdue]);
    timer?.cancel();
    // What blocks the event loop to its end lets no timer fire.
    if (!this.#isOverdue && this.#now() > this.#endAt) this.#passDeadline();
    this.#leavePhase();
    this.state = 'ended';
    for (const abort of this.#aborts) abort.abort();
    return this.#report();
  }

  /** What is under way, or waits for its turn. */
  live(): LivePart[] {
    const now = this.#now();
    const parts = [...this.#context.parts].filter(({ state }) => state === 'running' || state === 'waiting');
    return [...parts.map((part) => livePart(part, now)), ...liveHolds(this.#context.holds, now)];
  }

  /** An error from outside the hooks. */
  addError(error: unknown): void {
    this.#errors.push(error);
  }

  /** Called when a hold was released. */
  noteRelease(): void {
    if (this.#context.holds.size === 0) this.#onReleased();
  }

  async #runPhases(): Promise<void> {
    const { cause, settings } = this.#context;
    this.#enter('notReady');
    // After an error nobody should be sent here any more, and at the end of a program nobody is.
    const delay = cause.kind === 'error' || cause.kind === 'idle' ? 0 : settings.delay;
    await Promise.all([this.#runTogether('notReady'), this.#pause(delay)]);
    if (this.#enter('drain')) await this.#runTogether('drain');
    if (this.#enter('work')) await Promise.all([this.#runTogether('work'), this.#waitForHolds()]);
    if (this.#enter('close')) await this.#runInTurn('close');
  }

  /** `false` when the deadline has passed, and nothing more is to begin. */
  #enter(phase: Phase): boolean {
    if (this.#isOverdue) return false;
    this.#leavePhase();
    this.state = phase;
    this.#enteredAt = this.#now();
    this.#context.onPhase(phase);
    return true;
  }

  #leavePhase(): void {
    if (this.state === 'running' || this.state === 'ended') return;
    this.#phases.push({ phase: this.state, ms: this.#now() - this.#enteredAt });
  }

  /** A part that is added meanwhile has its turn as well. */
  async #runTogether(phase: Phase): Promise<void> {
    for (let next = this.#waiting(phase); next.length > 0; next = this.#waiting(phase)) {
      const until = phase === 'notReady' ? halfway(this.#now(), this.#closeAt) : this.#closeAt;
      await Promise.all(next.map((part) => this.#runPart(part, until)));
    }
  }

  async #runInTurn(phase: Phase): Promise<void> {
    for (let next = this.#waiting(phase); next.length > 0; next = this.#waiting(phase)) {
      const until = next.length === 1 ? this.#endAt : halfway(this.#now(), this.#endAt);
      await this.#runPart(next.at(-1)!, until);
    }
  }

  #waiting(phase: Phase): Part[] {
    if (this.#isOverdue) return [];
    return [...this.#context.parts].filter((part) => part.phase === phase && part.state === 'waiting');
  }

  async #runPart(part: Part, until: number): Promise<void> {
    const begun = this.#now();
    const allowed = Math.min(part.timeoutMs, Math.max(0, until - begun));
    const abort = new AbortController();
    part.state = 'running';
    part.startedAt = begun;
    this.#aborts.add(abort);
    try {
      await this.#within(allowed, part, abort);
      part.state = 'done';
    } catch (thrown) {
      part.state = abort.signal.aborted ? 'late' : 'failed';
      part.error = thrown;
      this.#errors.push(thrown);
      this.#context.onFailed(part.name, thrown);
    }
    part.ms = this.#now() - begun;
    this.#aborts.delete(abort);
  }

  /** What the part's function gives, or a `TimeoutError` when that takes longer than `ms`. */
  #within(ms: number, part: Part, abort: AbortController): Promise<unknown> {
    const endsAt = this.#now() + ms;
    return new Promise((resolve, reject) => {
      const timer = this.#startTimer(() => {
        const error = new TimeoutError(
          'PLIM_ERR_SHUTDOWN_TIMEOUT',
          `The ${part.kind} '${part.name}' (${part.phase}) did not end within ${formatDuration(ms)}; it was left behind.`,
        );
        abort.abort(error);
        reject(error);
      }, ms);
      const { cause } = this.#context;
      const context = { cause, signal: abort.signal, timeLeft: () => Math.max(0, endsAt - this.#now()) };
      // Its code may throw at once.
      new Promise((settle) => settle(part.run(context))).then(resolve, reject).finally(() => timer.cancel());
    });
  }

  /** Until nothing is held, or closing has to begin. */
  async #waitForHolds(): Promise<void> {
    const { holds } = this.#context;
    // Work that ends may have begun other work.
    while (holds.size > 0 && this.#now() < this.#closeAt) {
      await new Promise<void>((resolve) => {
        const timer = this.#startTimer(resolve, this.#closeAt - this.#now());
        this.#onReleased = () => {
          timer.cancel();
          resolve();
        };
      });
    }
    this.#held = liveHolds(holds, this.#now());
  }

  #pause(ms: number): Promise<void> | undefined {
    if (ms === 0) return undefined;
    return new Promise((resolve) => void this.#startTimer(resolve, Math.min(ms, this.#closeAt - this.#now())));
  }

  #passDeadline(): void {
    this.#isOverdue = true;
    if (this.#held.length === 0) this.#held = liveHolds(this.#context.holds, this.#now());
    this.#context.onDeadline(this.#deadlineMs, Math.max(0, this.#now() - this.#endAt));
  }

  /** Keeps the process up: one that ends before its shutdown has ended says nothing of it. */
  #startTimer(run: () => void, ms: number): Timer {
    return this.#context.clock.startTimer(run, ms, { keepAlive: true });
  }

  #now(): number {
    return this.#context.clock.steadyNow();
  }

  #report(): ShutdownReport {
    const parts = [...this.#context.parts].map(reportPart);
    const isDone = parts.every(({ state }) => state === 'done');
    const held = this.#held;
    return Object.freeze({
      cause: this.#context.cause,
      isClean: isDone && !this.#isOverdue && held.length === 0 && this.#errors.length === 0,
      isOverdue: this.#isOverdue,
      ms: this.#now() - this.#begunAt,
      phases: this.#phases,
      parts,
      held,
      errors: this.#errors,
    });
  }
}

function halfway(from: number, to: number): number {
  return from + Math.max(0, to - from) / 2;
}

/** A part as it stands at `now`. */
export function livePart({ phase, kind, name, state, startedAt, detail }: Part, now: number): LivePart {
  return { phase, kind, name, state, ms: state === 'waiting' ? 0 : now - startedAt, detail: detail?.() };
}

/** Work in hand as it stands at `now`. */
export function liveHolds(holds: ReadonlySet<HeldWork>, now: number): LivePart[] {
  return [...holds].map(({ reason, since }) => {
    return { phase: 'work', kind: 'hold', name: reason, state: 'running', ms: now - since, detail: undefined };
  });
}

function reportPart({ phase, kind, name, state, ms, error }: Part): PartReport {
  return { phase, kind, name, state, ms, ...(state === 'failed' || state === 'late' ? { error } : {}) };
}
