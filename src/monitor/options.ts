import { type Clock, systemClock } from '../base/clock.ts';
import { type Logger, readLogger } from '../base/logger.ts';
import { invalidOption, readBytes, readDuration, readFunction, readInteger, readName } from '../base/options.ts';
import { type MonitorDoor, systemMonitorDoor } from '../runtime/index.ts';
import { type ActionOptions, type ActionRule, readActions } from './actions/action.ts';
import type { TrendJudge } from './growth/growth.ts';
import { judgeTrend } from './trend/index.ts';
import { type BudgetOptions, type Budget, readBudgets } from './rules/budget-options.ts';
import { readRules, type RuleOptions, type RuleName, type RuleSettings } from './rules/rule-options.ts';

/** Durations are ms or text such as `'30s'`, sizes bytes or text such as `'64MB'`. */
export interface MonitorOptions {
  /** What the monitor is called in alerts and lists. @default 'monitor' */
  readonly name?: string;
  /**
   * How often the process is read, 100 ms at least; while something is past a bound every 5 s. Collections are heard of
   * when they happen. @default '30s'
   */
  readonly interval?: number | string;
  /** Bounds and times by rule; `false` switches a rule off. @see {@link RuleOptions} */
  readonly rules?: Readonly<Partial<Record<RuleName, RuleOptions | false>>>;
  /** A bound of your own on the heap's floor: critical at it, a warning at 80 %. @default the heap's limit alone */
  readonly maxHeapBytes?: number | string;
  /** Parts of the program with a budget each, by name. @default none */
  readonly budgets?: Readonly<Record<string, BudgetOptions>>;
  /** What to do about alerts. @default nothing but telling of them */
  readonly actions?: readonly ActionOptions[];
  /**
   * How many heap snapshots V8 writes by itself when the heap is about to reach its limit, into the folder of
   * `--diagnostic-dir` or the current one; refused with a warning where disk or memory do not allow for it. @default 0
   */
  readonly nearLimitSnapshots?: number;
  /**
   * How old the newest floor may get before a collection is asked for, if it is expected to stop the program for 100 ms at
   * most. Quiet programs collect rarely, and growth is found later in them. @default never
   */
  readonly maxFloorAge?: number | string;
  /** How long an alert that lasts is not told again. @default '15m' */
  readonly repeatAfter?: number | string;
  /** Where alerts and statistics go as lines of a log. @default nowhere but to the listeners */
  readonly logger?: Logger;
  /** How often statistics are logged, at level `debug`; `false`: never. @default false */
  readonly logStatistics?: number | string | false;
  /**
   * Takes what a listener, an action or a function of an option threw. @default one warning of the process for each kind,
   * `PLIM_WARN_MONITOR_FAILED`
   */
  readonly onError?: (error: unknown, what: string) => void;
  /** Tells the time; for tests. @default the platform's clock */
  readonly clock?: Clock;
  /** Reads the process; for tests. @default this process */
  readonly door?: MonitorDoor;
  /** Judges long trends; for tests. @default the package's own judge */
  readonly judge?: TrendJudge;
}

/** {@link MonitorOptions}, checked, with every default in place. */
export interface MonitorSettings {
  readonly name: string;
  readonly intervalMs: number;
  readonly rules: RuleSettings;
  readonly budgets: readonly Budget[];
  readonly actions: readonly ActionRule[];
  readonly nearLimitSnapshots: number;
  readonly maxFloorAgeMs: number;
  readonly repeatAfterMs: number;
  readonly logger: Logger | undefined;
  readonly statisticsMs: number | undefined;
  readonly onError: ((error: unknown, what: string) => void) | undefined;
  readonly clock: Clock;
  readonly door: MonitorDoor;
  readonly judge: TrendJudge;
}

const SHORTEST_INTERVAL_MS = 100;
const DEFAULT_INTERVAL_MS = 30_000;
const DEFAULT_REPEAT_MS = 15 * 60_000;

/** @throws {PLIM_ERR_OPTION_INVALID} */
export function resolveMonitorOptions(options: MonitorOptions): MonitorSettings {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options);
  const { logStatistics = false, maxHeapBytes, maxFloorAge } = options;
  const maxHeap = maxHeapBytes === undefined ? undefined : readBytes('maxHeapBytes', maxHeapBytes, 1);
  return Object.freeze({
    name: readName('name', options.name ?? 'monitor'),
    intervalMs: readDuration('interval', options.interval ?? DEFAULT_INTERVAL_MS, SHORTEST_INTERVAL_MS),
    rules: readRules(options.rules ?? {}, maxHeap),
    budgets: readBudgets(options.budgets ?? {}),
    actions: readActions(options.actions ?? []),
    nearLimitSnapshots: readInteger('nearLimitSnapshots', options.nearLimitSnapshots ?? 0, 0, 10),
    maxFloorAgeMs: maxFloorAge === undefined ? Infinity : readDuration('maxFloorAge', maxFloorAge, 60_000),
    repeatAfterMs: readDuration('repeatAfter', options.repeatAfter ?? DEFAULT_REPEAT_MS),
    logger: readLogger('logger', options.logger),
    statisticsMs: logStatistics === false ? undefined : readDuration('logStatistics', logStatistics, 1_000),
    onError: readFunction('onError', options.onError),
    clock: options.clock ?? systemClock,
    door: options.door ?? systemMonitorDoor,
    judge: options.judge ?? judgeTrend,
  });
}
