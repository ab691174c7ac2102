import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { MonitorAlert } from '../alerts/alert.ts';
import type { ActionStatus } from '../status.ts';
import { rankOf } from '../rules/verdict.ts';
import type { ActionContext, ActionResult, ActionRule } from './action.ts';

const HOUR_MS = 3_600_000;

interface Entry {
  readonly rule: ActionRule;
  isRunning: boolean;
  runs: number;
  failures: number;
  skipped: number;
  /** Steady times: of the last attempt, and of the runs of the last hour. */
  triedAt: number;
  ranAt: number[];
  lastAt: number | null;
  lastResult: string | null;
}

/** What the desk needs from outside. */
export interface DeskParts {
  readonly clock: Clock;
  readonly contextOf: (alert: MonitorAlert) => ActionContext;
  /** Told of every end of an action. */
  readonly onResult: (name: string, result: ActionResult) => void;
  readonly onError: (error: unknown, what: string) => void;
}

/** Runs what is to be done about alerts: each within its cooldown and budget, none twice at once, none in another's way. */
export class ActionDesk {
  readonly #parts: DeskParts;
  readonly #entries: readonly Entry[];

  constructor(rules: readonly ActionRule[], parts: DeskParts) {
    this.#parts = parts;
    this.#entries = rules.map((rule) => ({
      rule,
      isRunning: false,
      runs: 0,
      failures: 0,
      skipped: 0,
      triedAt: -Infinity,
      ranAt: [],
      lastAt: null,
      lastResult: null,
    }));
  }

  /** Does what the alerts that last ask for, and may be done now. Never throws. */
  act(alerts: readonly MonitorAlert[]): void {
    if (alerts.length === 0) return;
    for (const entry of this.#entries) {
      const alert = worstFor(entry.rule, alerts);
      if (alert !== undefined) this.#try(entry, alert);
    }
  }

  status(): ActionStatus[] {
    return this.#entries.map(({ rule, runs, failures, skipped, lastAt, lastResult }) => {
      return { name: rule.action.name, on: rule.on, runs, failures, skipped, lastAt, lastResult };
    });
  }

  #try(entry: Entry, alert: MonitorAlert): void {
    const { clock } = this.#parts;
    const now = clock.steadyNow();
    const { cooldownMs, maxPerHour } = entry.rule;
    if (entry.isRunning || now - entry.triedAt < cooldownMs) return;
    entry.triedAt = now;
    entry.ranAt = entry.ranAt.filter((at) => now - at < HOUR_MS);
    if (entry.ranAt.length >= maxPerHour) {
      entry.skipped++;
      entry.lastResult = `It has run ${maxPerHour} times within an hour.`;
      return;
    }
    entry.ranAt.push(now);
    void this.#run(entry, alert);
  }

  async #run(entry: Entry, alert: MonitorAlert): Promise<void> {
    const { action } = entry.rule;
    entry.isRunning = true;
    entry.lastAt = this.#parts.clock.wallNow();
    try {
      const result = await action.run(this.#parts.contextOf(alert));
      if (result.outcome === 'done') entry.runs++;
      else entry.skipped++;
      entry.lastResult = result.message;
      this.#parts.onResult(action.name, result);
    } catch (error) {
      entry.failures++;
      entry.lastResult = `It failed: ${messageOf(error)}`;
      this.#parts.onError(error, `the action '${action.name}'`);
    } finally {
      entry.isRunning = false;
    }
  }
}

function worstFor({ on, rules }: ActionRule, alerts: readonly MonitorAlert[]): MonitorAlert | undefined {
  let worst: MonitorAlert | undefined;
  for (const alert of alerts) {
    const name = alert.rule.startsWith('budget:') ? 'budget' : alert.rule;
    if (rankOf(alert.level) < rankOf(on) || rules?.has(name) === false) continue;
    if (worst === undefined || rankOf(alert.level) > rankOf(worst.level)) worst = alert;
  }
  return worst;
}
