import type { AlertLevel } from '../../base/alert.ts';
import { invalidOption, readChoice, readDuration, readInteger } from '../../base/options.ts';
import type { MonitorAlert } from '../alerts/alert.ts';
import type { CollectOptions, CollectResult } from './collect.ts';
import { RULE_NAMES, type RuleName } from '../rules/rule-options.ts';

/** What an action can use of the monitor that runs it. */
export interface ActionContext {
  /** The worst of the alerts that it runs for. */
  readonly alert: MonitorAlert;
  /** Collects garbage within the monitor's limits. */
  readonly collect: (options: CollectOptions) => CollectResult;
  /** Collections up to now are not the program's own. */
  readonly ignoreCollections: () => void;
}

/** What became of an action: `refused` is no failure, it would have done harm. */
export interface ActionResult {
  readonly outcome: 'done' | 'refused';
  readonly message: string;
}

/** Something to do about an alert. What it throws is reported and stops nothing. */
export interface MonitorAction {
  readonly name: string;
  /** The shortest time between two runs, ms, where the rule of the action names none. */
  readonly cooldownMs?: number;
  run(context: ActionContext): ActionResult | Promise<ActionResult>;
}

/** When to do what. */
export interface ActionOptions {
  /** The level at which, and above which, it is done. */
  readonly on: AlertLevel;
  /** An action of this package, or a function of yours. It is not called again before it has ended. */
  readonly do: MonitorAction | ((alert: MonitorAlert) => unknown);
  /** Only for alerts of these rules. @default all */
  readonly rules?: readonly RuleName[];
  /** The shortest time between two runs while alerts last. @default the action's own, else '1m' */
  readonly cooldown?: number | string;
  /** Runs within any hour. @default no bound */
  readonly maxPerHour?: number;
}

/** {@link ActionOptions}, checked. */
export interface ActionRule {
  readonly on: AlertLevel;
  readonly action: MonitorAction;
  readonly rules: ReadonlySet<string> | undefined;
  readonly cooldownMs: number;
  readonly maxPerHour: number;
}

const DEFAULT_COOLDOWN_MS = 60_000;

/** @throws {PLIM_ERR_OPTION_INVALID} */
export function readActions(actions: readonly ActionOptions[]): readonly ActionRule[] {
  if (!Array.isArray(actions)) throw invalidOption('actions', 'a list', actions);
  return actions.map((options: ActionOptions, i) => readAction(`actions[${i}]`, options));
}

function readAction(name: string, options: ActionOptions): ActionRule {
  if (typeof options !== 'object' || options === null) throw invalidOption(name, 'an object', options);
  const { rules, maxPerHour } = options;
  const action = asAction(name, options.do);
  return Object.freeze({
    on: readChoice(`${name}.on`, options.on, ['warning', 'critical'] as const),
    action,
    rules: rules === undefined ? undefined : readRuleNames(`${name}.rules`, rules),
    cooldownMs: Math.max(
      action.cooldownMs ?? 0,
      readDuration(`${name}.cooldown`, options.cooldown ?? action.cooldownMs ?? DEFAULT_COOLDOWN_MS),
    ),
    maxPerHour: maxPerHour === undefined ? Infinity : readInteger(`${name}.maxPerHour`, maxPerHour, 1),
  });
}

function readRuleNames(name: string, rules: readonly RuleName[]): ReadonlySet<string> {
  if (!Array.isArray(rules)) throw invalidOption(name, 'a list of rules', rules);
  return new Set(rules.map((rule: RuleName) => readChoice(name, rule, RULE_NAMES)));
}

function asAction(name: string, what: ActionOptions['do']): MonitorAction {
  if (typeof what === 'function') return callback(what);
  if (typeof what === 'object' && what !== null && typeof what.run === 'function') return what;
  throw invalidOption(`${name}.do`, 'a function or an action', what);
}

/** A function of the program's as an action. */
function callback(call: (alert: MonitorAlert) => unknown): MonitorAction {
  return {
    name: call.name === '' || call.name === 'do' ? 'callback' : call.name,
    run: async ({ alert }) => {
      await call(alert);
      return { outcome: 'done', message: 'It was called.' };
    },
  };
}
