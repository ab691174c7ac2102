/**
 * Checks of what a program depends on: each with a time limit, one at a time, its result kept for a while, and with a way
 * back.
 */
import type { Clock, Timer } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { formatDuration } from '../../base/units.ts';
import type { CheckOptions, CheckResult, CheckSettings } from './check-options.ts';

/** How a check last came out. */
export interface CheckState {
  readonly name: string;
  readonly status: 'pass' | 'warn' | 'fail';
  /** Whether health and readiness fail with it. */
  readonly required: boolean;
  readonly observedValue?: unknown;
  readonly observedUnit?: string;
  /** When it was looked at, ms since 1970. */
  readonly at: number;
  /** What is wrong; for those only who are authorised. */
  readonly output?: string;
  /** Results of that kind in a row. */
  readonly inARow: number;
}

/** Runs of a check that never came to an end; with so many it is not begun again. */
const MOST_STUCK = 3;
const FIRST_RECOVERY_MS = 2_000;
const LONGEST_RECOVERY_MS = 60_000;

/** One check, and what is known of it. */
export class Check {
  readonly name: string;
  readonly #settings: CheckSettings;
  readonly #clock: Clock;
  #state: CheckState | undefined;
  #lookedAt = -Infinity;
  #flight: Promise<CheckState> | undefined;
  #stuck = 0;
  #retry: Timer | undefined;
  #recoveryMs = FIRST_RECOVERY_MS;
  #isClosed = false;
  /** Results in a row that go against what is told. */
  #against = 0;

  constructor(name: string, settings: CheckSettings, clock: Clock) {
    this.name = name;
    this.#settings = settings;
    this.#clock = clock;
  }

  get required(): boolean {
    return this.#settings.required;
  }

  /** How it is: what is known, when that is new enough, else by a look that whoever asks shares. */
  state(): Promise<CheckState> {
    const age = this.#clock.steadyNow() - this.#lookedAt;
    if (this.#state !== undefined && age < this.#settings.interval) return Promise.resolve(this.#state);
    return this.#look();
  }

  /** Ends what waits for a way back. */
  close(): void {
    this.#isClosed = true;
    this.#retry?.cancel();
  }

  #look(): Promise<CheckState> {
    this.#flight ??= this.#run().finally(() => (this.#flight = undefined));
    return this.#flight;
  }

  async #run(): Promise<CheckState> {
    const result = await this.#outcome();
    this.#lookedAt = this.#clock.steadyNow();
    this.#state = this.#judge(result);
    if (this.#state.status === 'fail') this.#planRecovery();
    else this.#recoveryMs = FIRST_RECOVERY_MS;
    return this.#state;
  }

  /** What a look gave, within its time whatever it does. */
  #outcome(): Promise<CheckResult> {
    const { timeout, run } = this.#settings;
    if (this.#stuck >= MOST_STUCK) {
      return Promise.resolve({ status: 'fail', output: `${MOST_STUCK} earlier looks have not come to an end.` });
    }
    return new Promise((resolve) => {
      const controller = new AbortController();
      let isLate = false;
      const timer = this.#clock.startTimer(() => {
        isLate = true;
        this.#stuck++;
        controller.abort();
        resolve({ status: 'fail', output: `No answer within ${formatDuration(timeout)}.` });
      }, timeout);
      const settle = (result: CheckResult): void => {
        if (isLate) this.#stuck--;
        timer.cancel();
        resolve(result);
      };
      Promise.resolve()
        .then(() => run({ signal: controller.signal }))
        .then((value) => settle(resultOf(value)))
        .catch((error: unknown) => settle({ status: 'fail', output: messageOf(error) }));
    });
  }

  /** What is told: a change only when enough results in a row agree on it. */
  #judge(result: CheckResult): CheckState {
    const { failAfter, recoverAfter, required } = this.#settings;
    const before = this.#state;
    const at = this.#clock.wallNow();
    const isFail = result.status === 'fail';
    const changes = before !== undefined && (before.status === 'fail') !== isFail;
    this.#against = changes ? this.#against + 1 : 0;
    if (changes && this.#against < (isFail ? failAfter : recoverAfter)) return { ...before, at };
    this.#against = 0;
    const inARow = before?.status === result.status ? before.inARow + 1 : 1;
    return {
      name: this.name,
      status: result.status,
      required,
      at,
      inARow,
      ...(result.value === undefined ? {} : { observedValue: result.value }),
      ...(result.unit === undefined ? {} : { observedUnit: result.unit }),
      ...(result.output === undefined ? {} : { output: result.output }),
    };
  }

  /** While it fails, it is looked at again without being asked, ever more rarely; `recover` is called before. */
  #planRecovery(): void {
    if (this.#isClosed) return;
    this.#retry?.cancel();
    const wait = this.#recoveryMs;
    this.#recoveryMs = Math.min(LONGEST_RECOVERY_MS, wait * 2);
    this.#retry = this.#clock.startTimer(() => void this.#recover(), wait);
  }

  async #recover(): Promise<void> {
    try {
      await this.#settings.recover?.();
    } catch {
      // The look that follows says whether it is well again.
    }
    if (!this.#isClosed) await this.#look();
  }
}

/** What a check's function may return: nothing, whether it is well, or how it is. */
function resultOf(value: unknown): CheckResult {
  if (value === false) return { status: 'fail' };
  if (typeof value !== 'object' || value === null) return { status: 'pass' };
  const { status = 'pass', value: observed, unit, output } = value as Readonly<Partial<Record<string, unknown>>>;
  const known = status === 'pass' || status === 'warn' || status === 'fail' ? status : 'fail';
  const text = known === status ? output : `It gave the status ${String(status)}, which is none.`;
  return {
    status: known,
    value: observed,
    ...(typeof unit === 'string' ? { unit } : {}),
    ...(typeof text === 'string' ? { output: text } : {}),
  };
}

/** The checks of a program, by name. */
export type Checks = Readonly<Record<string, CheckOptions | CheckOptions['run']>>;
