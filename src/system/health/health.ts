/** How the process is: the answers to "is it alive", "has it started", "may it be sent work" and "how is it". */
import type { Level } from '../../base/alert.ts';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { cacheHealth } from '../../cache/index.ts';
import { type MonitorLike, monitorOrLive, type ShedLike, type ShutdownLike } from '../parts.ts';
import type { CheckSettings } from './check-options.ts';
import { Check, type CheckState } from './checks.ts';

/** In the words of the expired draft on `application/health+json`. */
export type HealthWord = 'pass' | 'warn' | 'fail';

/** One row of a health report. */
export interface HealthRow {
  readonly name: string;
  readonly status: HealthWord;
  /** The worst that the whole may be because of it. */
  readonly counts: HealthWord;
  readonly at: number;
  readonly observedValue?: unknown;
  readonly observedUnit?: string;
  readonly output?: string;
}

/** How everything is. */
export interface HealthReport {
  readonly status: HealthWord;
  readonly rows: readonly HealthRow[];
}

/** What health is made of. */
export interface HealthParts {
  readonly monitor: MonitorLike | undefined;
  readonly shutdown: ShutdownLike | undefined;
  readonly shed: ShedLike | undefined;
  readonly checks: ReadonlyMap<string, CheckSettings>;
  readonly clock: Clock;
}

const WORDS: Readonly<Record<Level | 'healthy', HealthWord>> = {
  ok: 'pass',
  healthy: 'pass',
  warning: 'warn',
  critical: 'fail',
};
const WORST_FIRST: readonly HealthWord[] = ['fail', 'warn', 'pass'];

/** How this process is. */
export class ProcessHealth {
  readonly #parts: HealthParts;
  readonly #checks: readonly Check[];
  #isStarted: boolean;
  /** Until then the operator wants no work sent here. */
  #shedUntil = -Infinity;

  constructor(parts: HealthParts, isStarted: boolean) {
    this.#parts = parts;
    this.#isStarted = isStarted;
    this.#checks = [...parts.checks].map(([name, settings]) => new Check(name, settings, parts.clock));
  }

  /** The program says that it has started. */
  markStarted(): void {
    this.#isStarted = true;
  }

  /** Has it not ready for so long, ms, whatever else; 0 ends that. */
  shedFor(ms: number): void {
    this.#shedUntil = this.#parts.clock.steadyNow() + ms;
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Whether to send work here: it has started, is not ending, does not shed all, and every required check is well. */
  async readiness(): Promise<HealthReport> {
    const required = await Promise.all(this.#checks.filter((check) => check.required).map((check) => check.state()));
    return report([this.#startup(), ...this.#ending(), this.#shedding(), ...required.map(rowOfCheck)]);
  }

  /** How everything is. */
  async health(): Promise<HealthReport> {
    const states = await Promise.all(this.#checks.map((check) => check.state()));
    // Ending and shedding are no illness: they make the process not ready, and health no worse than a warning.
    const away = [...this.#ending(), this.#shedding()].map((row) => ({ ...row, counts: 'warn' as const }));
    const parts = [this.#startup(), ...away, ...this.#memory(), this.#caches()];
    return report([...parts, ...states.map(rowOfCheck)]);
  }

  close(): void {
    for (const check of this.#checks) check.close();
  }

  #row(name: string, counts: HealthWord, look: () => Omit<HealthRow, 'name' | 'at' | 'counts'>): HealthRow {
    const at = this.#parts.clock.wallNow();
    try {
      return { name, counts, at, ...look() };
    } catch (error) {
      // What cannot be asked is no reason to take the process out.
      return { name, counts: 'warn', at, status: 'warn', output: messageOf(error) };
    }
  }

  #startup(): HealthRow {
    return this.#row('startup', 'fail', () => ({ status: this.#isStarted ? 'pass' : 'fail' }));
  }

  #ending(): HealthRow[] {
    const { shutdown } = this.#parts;
    if (shutdown === undefined) return [];
    const look = (): { status: HealthWord; observedValue: string } => ({
      status: shutdown.isReady ? 'pass' : 'fail',
      observedValue: shutdown.state,
    });
    return [this.#row('shutdown', 'fail', look)];
  }

  /** Not ready while everything is turned away, or the operator says so. */
  #shedding(): HealthRow {
    const { shed, clock } = this.#parts;
    return this.#row('shedding', 'fail', () => {
      const share = shed?.status().share ?? 0;
      const isOrdered = clock.steadyNow() < this.#shedUntil;
      const status = isOrdered || share >= 1 ? 'fail' : share > 0 ? 'warn' : 'pass';
      return { status, observedValue: isOrdered ? 'by order' : share };
    });
  }

  #memory(): HealthRow[] {
    const monitor = monitorOrLive(this.#parts.monitor);
    return monitor === undefined ? [] : [this.#row('memory', 'fail', () => levelRow(monitor.status().level))];
  }

  #caches(): HealthRow {
    // A cache in trouble costs speed, not the service.
    return this.#row('caches', 'warn', () => levelRow(cacheHealth().status));
  }
}

function levelRow(level: Level | 'healthy'): { status: HealthWord; observedValue: string } {
  return { status: WORDS[level] ?? 'warn', observedValue: level === 'healthy' ? 'ok' : level };
}

function rowOfCheck({ name, required, status, at, ...rest }: CheckState): HealthRow {
  const { observedValue, observedUnit, output } = rest;
  return {
    name,
    status,
    counts: required ? 'fail' : 'warn',
    at,
    ...(observedValue === undefined ? {} : { observedValue }),
    ...(observedUnit === undefined ? {} : { observedUnit }),
    ...(output === undefined ? {} : { output }),
  };
}

function report(rows: readonly HealthRow[]): HealthReport {
  const worst = (row: HealthRow): HealthWord => (row.status === 'fail' && row.counts === 'warn' ? 'warn' : row.status);
  return { status: WORST_FIRST.find((word) => rows.some((row) => worst(row) === word)) ?? 'pass', rows };
}
