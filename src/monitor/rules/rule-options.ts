import { invalidOption, readDuration } from '../../base/options.ts';

/** The rules, in the order in which they are looked at. */
export const RULE_NAMES = [
  'heap',
  'maxHeap',
  'container',
  'pressure',
  'gc',
  'growth',
  'external',
  'native',
  'handles',
  'listeners',
  'budget',
  'configuration',
] as const;

export type RuleName = (typeof RULE_NAMES)[number];

/**
 * What a rule goes by. Unit of `warning` and `critical` by rule:
 *
 * - `heap`: the heap's floor as a share of its limit; `maxHeap`: of `maxHeapBytes`; `container`: the container's working
 *   set as a share of its limit; `budget`: of `maxBytes`.
 * - `pressure`: share of the last 10 s in which some task waited for memory; `gc`: share of the last minute in major
 *   collections.
 * - `growth`, `external`, `native`: `warning` is a rate in bytes per minute: growth that has gone on at it for ten minutes is
 *   told of at once, slower growth is not told of; with 0 all growth is, when it is certain, after some hours. `critical` is
 *   a time in ms: when a limit is nearer than that.
 * - `handles`, `listeners`: `warning` is the least growth of one kind that is told of, `critical` a count.
 * - `configuration` has none.
 */
export interface RuleOptions {
  readonly warning?: number;
  readonly critical?: number;
  /** How long a level must hold before it is told of. */
  readonly for?: number | string;
  /** How long it must be clear before it is over. */
  readonly keepFiring?: number | string;
}

/** {@link RuleOptions} with every default in place. */
export interface RuleSetting {
  readonly warning: number;
  readonly critical: number;
  readonly forMs: number;
  readonly keepFiringMs: number;
  /** How many readings must agree besides. */
  readonly agreeing: number;
  /** Whether it is about hours, so that nothing is gained by reading the process more often. */
  readonly isSlow?: boolean;
  /** Whether it is a finding about how the process was started: told once, and no level of its memory. */
  readonly isStanding?: boolean;
}

/** Settings of the rules that are on. */
export type RuleSettings = Readonly<Partial<Record<RuleName, RuleSetting>>> & { readonly maxHeapBytes?: number };

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Bounds are shares of a limit; times in ms. */
export const RULE_DEFAULTS: Readonly<Record<RuleName, RuleSetting>> = Object.freeze({
  heap: { warning: 0.7, critical: 0.93, forMs: 0, keepFiringMs: 0, agreeing: 1 },
  maxHeap: { warning: 0.8, critical: 1, forMs: 0, keepFiringMs: 0, agreeing: 1 },
  container: { warning: 0.75, critical: 0.92, forMs: 10_000, keepFiringMs: MINUTE_MS, agreeing: 1 },
  pressure: { warning: 0.1, critical: 0.4, forMs: 10_000, keepFiringMs: MINUTE_MS, agreeing: 1 },
  gc: { warning: 0.05, critical: 0.1, forMs: 0, keepFiringMs: MINUTE_MS, agreeing: 1 },
  growth: { warning: 0, critical: HOUR_MS, forMs: 0, keepFiringMs: 30 * MINUTE_MS, agreeing: 2, isSlow: true },
  external: { warning: 0, critical: HOUR_MS, forMs: 0, keepFiringMs: 30 * MINUTE_MS, agreeing: 2, isSlow: true },
  native: { warning: 0, critical: HOUR_MS, forMs: 0, keepFiringMs: 30 * MINUTE_MS, agreeing: 2, isSlow: true },
  handles: { warning: 50, critical: 5_000, forMs: 0, keepFiringMs: HOUR_MS, agreeing: 2, isSlow: true },
  listeners: { warning: 50, critical: 5_000, forMs: 0, keepFiringMs: HOUR_MS, agreeing: 2, isSlow: true },
  budget: { warning: 0.8, critical: 1, forMs: 0, keepFiringMs: 0, agreeing: 1 },
  configuration: { warning: 0, critical: 0, forMs: 0, keepFiringMs: 0, agreeing: 1, isStanding: true },
});

/** Rules whose `critical` is a time, which is worse the shorter it is. */
const BY_TIME: ReadonlySet<RuleName> = new Set(['growth', 'external', 'native', 'configuration']);

/** @throws {PLIM_ERR_OPTION_INVALID} */
export function readRules(
  rules: Readonly<Partial<Record<RuleName, RuleOptions | false>>>,
  maxHeapBytes: number | undefined,
): RuleSettings {
  if (typeof rules !== 'object' || rules === null) throw invalidOption('rules', 'an object', rules);
  for (const name of Object.keys(rules)) {
    if (!RULE_NAMES.includes(name as RuleName)) throw invalidOption('rules', `of ${RULE_NAMES.join(', ')}`, name);
  }
  const settings: Partial<Record<RuleName, RuleSetting>> = {};
  for (const name of RULE_NAMES) {
    const options = rules[name] ?? {};
    if (options !== false) settings[name] = readRule(name, options);
  }
  return Object.freeze({ ...settings, ...(maxHeapBytes === undefined ? {} : { maxHeapBytes }) });
}

function readRule(name: RuleName, options: RuleOptions): RuleSetting {
  const option = `rules.${name}`;
  if (typeof options !== 'object' || options === null) throw invalidOption(option, 'an object or false', options);
  const defaults = RULE_DEFAULTS[name];
  const warning = readBound(`${option}.warning`, options.warning ?? defaults.warning);
  // A warning of one's own above the usual critical bound leaves that one behind.
  const usual = BY_TIME.has(name) ? defaults.critical : Math.max(defaults.critical, warning);
  const critical = readBound(`${option}.critical`, options.critical ?? usual);
  if (!BY_TIME.has(name) && critical < warning) {
    throw invalidOption(`${option}.critical`, `at least \`${option}.warning\`, which is ${warning}`, critical);
  }
  return Object.freeze({
    ...defaults,
    warning,
    critical,
    forMs: readDuration(`${option}.for`, options.for ?? defaults.forMs),
    keepFiringMs: readDuration(`${option}.keepFiring`, options.keepFiring ?? defaults.keepFiringMs),
  });
}

function readBound(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw invalidOption(name, 'a number of at least 0', value);
}
