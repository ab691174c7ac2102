/**
 * One alert for each rule: raised when its level has held, changed with it, told again now and then while it lasts, and
 * over when it has been clear for a while.
 */
import type { AlertLevel, Level } from '../../base/alert.ts';
import type { Clock } from '../../base/clock.ts';
import type { AlertsStatus } from '../status.ts';
import type { RuleSetting } from '../rules/rule-options.ts';
import { rankOf, type Verdict, worstOf } from '../rules/verdict.ts';
import type { AlertState, MonitorAlert } from './alert.ts';

const MOST_KEPT = 50;

/** Since when, and in how many readings, a level has held. */
interface Hold {
  since: number;
  readings: number;
}

interface RuleState {
  readonly isStanding: boolean;
  readonly isSlow: boolean;
  level: Level;
  /** What the rule says, hysteresis included, whether it has held or not. */
  verdictLevel: Level;
  /** Of each level: since when the rule is at it or above. */
  readonly holds: Partial<Record<AlertLevel, Hold>>;
  /** Since when the rule is below its alert's level. */
  clearSince: number | undefined;
  reading: number;
  alert: MonitorAlert | undefined;
  /** When it was told last, by the steady clock. */
  toldAt: number;
  suppressed: number;
  readonly raised: Record<AlertLevel, number>;
}

/** Alerts of one monitor. */
export class AlertBook {
  readonly #monitor: string;
  readonly #clock: Clock;
  readonly #repeatAfterMs: number;
  readonly #tell: (alert: MonitorAlert) => void;
  readonly #states: Map<string, RuleState> = new Map();
  readonly #recent: MonitorAlert[] = [];
  #suppressed = 0;

  constructor(monitor: string, clock: Clock, repeatAfterMs: number, tell: (alert: MonitorAlert) => void) {
    this.#monitor = monitor;
    this.#clock = clock;
    this.#repeatAfterMs = repeatAfterMs;
    this.#tell = tell;
  }

  /** The level that a rule's figure has by its bounds, for its hysteresis. */
  verdictLevel = (rule: string): Level => this.#states.get(rule)?.verdictLevel ?? 'ok';

  /** The worst level of all alerts; standing findings are none of the memory. */
  get level(): Level {
    return worstOf(Array.from(this.#states.values(), ({ isStanding, level }) => (isStanding ? 'ok' : level)));
  }

  /** Whether some rule is past a bound, told or not, that may be worse in seconds. */
  get isAlarmed(): boolean {
    for (const { isStanding, isSlow, level, verdictLevel } of this.#states.values()) {
      if (isStanding || isSlow) continue;
      if (level !== 'ok' || verdictLevel !== 'ok') return true;
    }
    return false;
  }

  /** Those that last. */
  active(): MonitorAlert[] {
    return [...this.#states.values()].flatMap(({ alert }) => alert ?? []);
  }

  /** Those that something may have to be done about. */
  pressing(): MonitorAlert[] {
    return [...this.#states.values()].flatMap(({ isStanding, alert }) => (isStanding ? [] : (alert ?? [])));
  }

  levels(): Record<string, Level> {
    return Object.fromEntries([...this.#states].map(([rule, { level }]) => [rule, level]));
  }

  status(): AlertsStatus {
    const counts = [...this.#states].map(([rule, { raised }]) => ({ rule, ...raised }));
    return { active: this.active(), recent: [...this.#recent], counts, suppressed: this.#suppressed };
  }

  /** Takes what a rule says now, and tells what has changed. */
  take(verdict: Verdict, setting: RuleSetting): void {
    const state = this.#stateOf(verdict.rule, setting);
    const now = this.#clock.steadyNow();
    const isNew = verdict.reading !== state.reading;
    state.reading = verdict.reading;
    state.verdictLevel = verdict.level;
    this.#hold(state, verdict, now, isNew);
    const held = heldLevel(state, setting, now);
    if (rankOf(held) > rankOf(state.level)) this.#raise(state, held, verdict, now);
    else if (rankOf(verdict.level) < rankOf(state.level)) this.#lower(state, verdict, setting, now);
    else state.clearSince = undefined;
    if (state.isStanding) return;
    if (state.alert !== undefined && state.toldAt !== now && state.clearSince === undefined) {
      this.#repeat(state, verdict, now, isNew);
    }
  }

  /** Ends the alerts of rules that have gone: of a budget that is no more. */
  drop(rule: string): void {
    const state = this.#states.get(rule);
    if (state === undefined) return;
    if (state.alert !== undefined) this.#say(state, { ...state.alert, at: this.#clock.wallNow() }, 'resolved', 0);
    this.#states.delete(rule);
  }

  #stateOf(rule: string, { isStanding = false, isSlow = false }: RuleSetting): RuleState {
    let state = this.#states.get(rule);
    if (state === undefined) {
      state = {
        isStanding,
        isSlow,
        level: 'ok',
        verdictLevel: 'ok',
        holds: {},
        clearSince: undefined,
        reading: Number.NaN,
        alert: undefined,
        toldAt: Number.NaN,
        suppressed: 0,
        raised: { warning: 0, critical: 0 },
      };
      this.#states.set(rule, state);
    }
    return state;
  }

  #hold({ holds }: RuleState, { level }: Verdict, now: number, isNew: boolean): void {
    for (const each of ['warning', 'critical'] as const) {
      if (rankOf(level) < rankOf(each)) delete holds[each];
      else if (holds[each] === undefined) holds[each] = { since: now, readings: 1 };
      else if (isNew) holds[each].readings++;
    }
  }

  #raise(state: RuleState, level: Level, verdict: Verdict, now: number): void {
    const isFirst = state.level === 'ok';
    state.level = level;
    state.clearSince = undefined;
    state.raised[level as AlertLevel]++;
    this.#say(state, this.#alertOf(state, level as AlertLevel, verdict), isFirst ? 'fired' : 'updated', now);
  }

  #lower(state: RuleState, verdict: Verdict, { keepFiringMs }: RuleSetting, now: number): void {
    state.clearSince ??= now;
    if (now - state.clearSince < keepFiringMs) return;
    state.clearSince = undefined;
    state.level = verdict.level;
    if (verdict.level !== 'ok') {
      return this.#say(state, this.#alertOf(state, verdict.level, verdict), 'updated', now);
    }
    const { value, threshold, message } = verdict;
    const over = { ...state.alert!, at: this.#clock.wallNow(), value, threshold, message, timeToLimitMs: null };
    this.#say(state, over, 'resolved', now);
    state.alert = undefined;
  }

  /** Keeps the alert's figures fresh; tells it again when it was not told for long. */
  #repeat(state: RuleState, verdict: Verdict, now: number, isNew: boolean): void {
    const alert = this.#alertOf(state, state.level as AlertLevel, verdict);
    if (now - state.toldAt >= this.#repeatAfterMs) return this.#say(state, alert, 'repeated', now);
    state.alert = alert;
    if (!isNew) return;
    state.suppressed++;
    this.#suppressed++;
  }

  #alertOf(state: RuleState, level: AlertLevel, verdict: Verdict): MonitorAlert {
    const { rule, code, value, threshold, message, timeToLimitMs } = verdict;
    const at = this.#clock.wallNow();
    const since = state.alert?.since ?? at;
    const figures = { value, threshold, message, timeToLimitMs };
    const { suppressed } = state;
    return {
      rule,
      code,
      level,
      state: state.alert?.state ?? 'fired',
      monitor: this.#monitor,
      at,
      since,
      ...figures,
      suppressed,
    };
  }

  #say(state: RuleState, alert: MonitorAlert, become: AlertState, now: number): void {
    const told = Object.freeze({ ...alert, state: become, suppressed: state.suppressed });
    state.alert = told;
    state.toldAt = now;
    state.suppressed = 0;
    this.#recent.push(told);
    if (this.#recent.length > MOST_KEPT) this.#recent.shift();
    this.#tell(told);
  }
}

/** The highest level that has held long enough. */
function heldLevel({ holds }: RuleState, { forMs, agreeing }: RuleSetting, now: number): Level {
  const hasHeld = (hold: Hold | undefined, readings: number): boolean =>
    hold !== undefined && now - hold.since >= forMs && hold.readings >= readings;
  if (hasHeld(holds.critical, agreeing)) return 'critical';
  return hasHeld(holds.warning, agreeing) ? 'warning' : 'ok';
}
